"""What the payment provider sends; open, unlike all other bodies (WEBHOOK-3)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shop.http.schemas import Resource, UuidText


class Open(BaseModel):
    """A strict document with any other members."""

    model_config = ConfigDict(strict=True, extra="ignore")


class EventIn(Open):
    type: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Payment(Open):
    order_id: UuidText
    payment_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    amount: Annotated[int, Field(ge=0)]
    currency: Literal["EUR"]


class PaymentEvent(Open):
    data: Payment


class WebhookResult(Resource):
    result: Literal["applied", "ignored", "duplicate"]
