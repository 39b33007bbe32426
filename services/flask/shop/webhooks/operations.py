"""A payment's way into its order (WEBHOOK-3 to WEBHOOK-5)."""

from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy.dialects.postgresql import insert

from shop.orders.models import Order
from shop.platform.database import db
from shop.platform.problems import WebhookRejected
from shop.webhooks.models import WebhookEvent
from shop.webhooks.schemas import EventSchema, PaymentEventSchema

# Rising: an order never goes back, so that the order of arrival does not matter.
RANKS = ["none", "failed", "succeeded", "refunded"]
PAYMENT_EVENTS = {f"payment.{reached}": reached for reached in RANKS[1:]}

event_schema = EventSchema()
payment_event_schema = PaymentEventSchema()


def take(event_id: str, document: Any) -> str:
    """Take a genuine event once; raise webhook_rejected if it does not fit its order, and then keep nothing of it."""
    type = _load(event_schema, document)["type"]
    # Of several deliveries at once the others wait here until the first one commits or is rejected.
    new = insert(WebhookEvent).values(id=event_id, type=type).on_conflict_do_nothing(index_elements=["id"])
    event: WebhookEvent | None = db.session.scalar(new.returning(WebhookEvent))
    if event is None:
        return "duplicate"
    if type not in PAYMENT_EVENTS:
        return "ignored"
    payment = _load(payment_event_schema, document)["data"]
    order = db.session.get(Order, payment["order_id"], with_for_update={"key_share": True})
    if order is None or (order.total, order.currency) != (payment["amount"], payment["currency"]):
        raise WebhookRejected
    if not apply(order, PAYMENT_EVENTS[type]):
        return "ignored"
    event.result = "applied"
    return "applied"


def apply(order: Order, reached: str) -> bool:
    """Raise the order's payment status; return False if it has seen that or more."""
    if RANKS.index(reached) <= RANKS.index(order.payment_status):
        return False
    order.payment_status = reached
    if reached == "refunded":
        order.status = "refunded"
    elif reached == "succeeded" and order.status == "pending":
        order.status = "paid"
    return True


def _load(schema: Schema, document: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        raise WebhookRejected from error
    return loaded
