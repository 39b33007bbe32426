"""What the payment provider sends; open, unlike all other bodies (WEBHOOK-3)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop.platform.schemas import UuidText


class Open(BaseModel):
    """A strict document with any other members."""

    model_config = ConfigDict(strict=True, extra="ignore")


class WebhookEvent(Open):
    type: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class PaymentData(Open):
    order_id: UuidText
    payment_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    amount: Annotated[int, Field(ge=0)]
    currency: Literal["EUR"]


class PaymentEvent(Open):
    data: PaymentData


class WebhookResult(BaseModel):
    result: Literal["applied", "ignored", "duplicate"]
