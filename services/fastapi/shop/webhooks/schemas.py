"""What the payment provider sends; open, unlike all other bodies (WEBHOOK-3)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop.platform.validation import NO_NUL


class Open(BaseModel):
    """A strict document with any other members."""

    model_config = ConfigDict(strict=True, extra="ignore")


class WebhookEvent(Open):
    """What every event has."""

    type: Annotated[str, StringConstraints(min_length=1, max_length=100), NO_NUL]


class PaymentData(Open):
    """What a payment is."""

    order_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]
    payment_id: Annotated[str, StringConstraints(min_length=1, max_length=200), NO_NUL]
    amount: Annotated[int, Field(ge=0)]
    currency: Literal["EUR"]


class PaymentEvent(Open):
    """What happened to a payment."""

    data: PaymentData


class WebhookResult(BaseModel):
    """What became of an event."""

    result: Literal["applied", "ignored", "duplicate"]
