"""What the payment provider calls."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from shop.platform.database import Transaction
from shop.platform.problem import Code, Problem
from shop.platform.requests import Route
from shop.webhooks import service
from shop.webhooks.schemas import WebhookResult
from shop.webhooks.signature import is_genuine

router = APIRouter(tags=["webhooks"], route_class=Route)


async def genuine_event_id(request: Request) -> str:
    """Give the id of an event whose signature fits its bytes; nothing else about it is judged before (WEBHOOK-3)."""
    sent = [request.headers.getlist(f"webhook-{name}") for name in ("id", "timestamp", "signature")]
    body = await request.body()
    if any(len(values) != 1 for values in sent):
        raise Problem(Code.WEBHOOK_VERIFICATION_FAILED)
    [event_id], [timestamp], [signatures] = sent
    secret = request.state.settings.webhook_secret
    if not is_genuine(secret, event_id, timestamp, signatures, body, time.time()):
        raise Problem(Code.WEBHOOK_VERIFICATION_FAILED)
    return event_id


@router.post("/webhooks/payments")
async def payment_webhook(
    event_id: Annotated[str, Depends(genuine_event_id)], request: Request, session: Transaction
) -> WebhookResult:
    return WebhookResult(result=await service.take(session, event_id, await request.json()))
