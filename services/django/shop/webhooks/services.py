"""A payment's way into its order (WEBHOOK-3 to WEBHOOK-5)."""

from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from pydantic import BaseModel, ValidationError

from shop.http.problems import WebhookRejected
from shop.orders.models import Order, PaymentStatus
from shop.webhooks.models import WebhookEvent
from shop.webhooks.schemas import EventIn, PaymentEvent

Schema = TypeVar("Schema", bound=BaseModel)

PAYMENT_EVENTS = {f"payment.{reached}": reached for reached in PaymentStatus.values[1:]}


@transaction.atomic
def take(event_id: str, document: Any) -> str:
    """Take a genuine event once; raise webhook_rejected if it does not fit its order, and then keep nothing of it."""
    event_type = read(EventIn, document).type
    try:
        # Of several deliveries at once the others wait here until the first one commits or is rejected.
        with transaction.atomic():
            event = WebhookEvent.objects.create(id=event_id, type=event_type)
    except IntegrityError:
        return "duplicate"
    if event_type not in PAYMENT_EVENTS:
        return "ignored"
    payment = read(PaymentEvent, document).data
    order = Order.objects.lock().filter(pk=payment.order_id).first()
    if order is None or (order.total, order.currency) != (payment.amount, payment.currency):
        raise WebhookRejected
    if not order.raise_payment(PAYMENT_EVENTS[event_type]):
        return "ignored"
    event.result = WebhookEvent.Result.APPLIED
    event.save(update_fields=["result"])
    return "applied"


def read(schema: type[Schema], document: Any) -> Schema:
    try:
        return schema.model_validate(document)
    except ValidationError:
        raise WebhookRejected from None
