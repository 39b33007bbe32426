"""What the payment provider calls."""

import time

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from shop.http.parser import read_json
from shop.http.problems import WebhookVerificationFailed
from shop.webhooks.schemas import WebhookResult
from shop.webhooks.services import take
from shop.webhooks.signature import Headers, is_genuine

router = Router()


@router.post("/payments", response=WebhookResult)
def payment_webhook(request: HttpRequest) -> WebhookResult:
    """Take an event whose signature fits its bytes; nothing else about it is judged before (WEBHOOK-3)."""
    body = request.body
    sent = Headers(*(request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")))
    if not is_genuine(settings.WEBHOOK_SECRET, sent, body, time.time()):
        raise WebhookVerificationFailed
    return WebhookResult.model_validate({"result": take(sent.id, read_json(body))})
