"""What the payment provider calls."""

import time
from typing import Annotated

from fastapi import Depends, Request
from pydantic import ValidationError

from shop.platform.body import AnyBytes, read_object
from shop.platform.database import Transaction
from shop.platform.problem import Problem
from shop.platform.routing import router as feature_router
from shop.webhooks import service
from shop.webhooks.schemas import WebhookEvent, WebhookResult
from shop.webhooks.signature import is_genuine

router = feature_router("webhooks")


async def genuine_event_id(request: Request, data: AnyBytes) -> str:
    """Give the id of an event whose signature fits its bytes; nothing else about it is judged before (WEBHOOK-3)."""
    sent = [request.headers.getlist(f"webhook-{name}") for name in ("id", "timestamp", "signature")]
    if any(len(values) != 1 for values in sent):
        raise Problem("webhook_verification_failed")
    [event_id], [timestamp], [signatures] = sent
    secret = request.state.settings.webhook_secret
    if not is_genuine(secret, event_id, timestamp, signatures, data, time.time()):
        raise Problem("webhook_verification_failed")
    return event_id


# region paymentWebhook
@router.post("/webhooks/payments")
async def payment_webhook(
    event_id: Annotated[str, Depends(genuine_event_id)], data: AnyBytes, session: Transaction
) -> WebhookResult:
    """Take an event of the payment provider."""
    members = read_object(data)
    try:
        event_type = WebhookEvent.model_validate(members).type
    except ValidationError as error:
        raise Problem("webhook_rejected") from error
    return WebhookResult(result=await service.take(session, event_id, event_type, members))


# endregion
