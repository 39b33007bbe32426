"""What the payment provider sends; open, unlike all other bodies (WEBHOOK-3)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop.platform.schemas import UuidText


class Open(BaseModel):
    """A strict document with any other members."""

    model_config = ConfigDict(strict=True, extra="ignore")


class WebhookEvent(Open):
    """What every event has."""

    type: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class PaymentData(Open):
    """What a payment is."""

    order_id: UuidText
    payment_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    amount: Annotated[int, Field(ge=0)]
    currency: Literal["EUR"]


class PaymentEvent(Open):
    """What happened to a payment."""

    data: PaymentData


class WebhookResult(BaseModel):
    """What became of an event."""

    result: Literal["applied", "ignored", "duplicate"]
