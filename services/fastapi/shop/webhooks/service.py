"""A payment's way into its order (WEBHOOK-3 to WEBHOOK-5)."""

from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Order, WebhookEvent
from shop.platform.problem import Code, Problem
from shop.webhooks.schemas import PaymentEvent
from shop.webhooks.schemas import WebhookEvent as Event

Model = TypeVar("Model", bound=BaseModel)

# Rising: an order never goes back, so that the order of arrival does not matter.
RANKS = ["none", "failed", "succeeded", "refunded"]
PAYMENT_EVENTS = {f"payment.{reached}": reached for reached in RANKS[1:]}


async def take(session: AsyncSession, event_id: str, document: Any) -> Literal["applied", "ignored", "duplicate"]:
    """Take a genuine event once; raise webhook_rejected if it does not fit its order, and then keep nothing of it."""
    event_type = _read(Event, document).type
    # Of several deliveries at once the others wait here until the first one commits or is rejected.
    new = insert(WebhookEvent).values(id=event_id, type=event_type).on_conflict_do_nothing(index_elements=["id"])
    event = await session.scalar(new.returning(WebhookEvent))
    if event is None:
        return "duplicate"
    if event_type not in PAYMENT_EVENTS:
        return "ignored"
    payment = _read(PaymentEvent, document).data
    order = await session.get(Order, UUID(payment.order_id), with_for_update={"key_share": True})
    if order is None or (order.total, order.currency) != (payment.amount, payment.currency):
        raise Problem(Code.WEBHOOK_REJECTED)
    if not apply(order, PAYMENT_EVENTS[event_type]):
        return "ignored"
    event.result = "applied"
    return "applied"


def _read(model: type[Model], document: Any) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Problem(Code.WEBHOOK_REJECTED) from error


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
