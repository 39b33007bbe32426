"""What the payment provider calls."""

from flask import Blueprint, current_app, request

from shop.platform.database import transaction
from shop.platform.problems import WebhookVerificationFailed
from shop.webhooks import operations
from shop.webhooks.signature import is_genuine

webhooks = Blueprint("webhooks", __name__)


@webhooks.post("/webhooks/payments")
def payment_webhook() -> dict[str, str]:
    """Judge nothing but the size of an event before its signature (WEBHOOK-3)."""
    body = request.get_data()
    id, timestamp, signature = (request.headers.get(f"Webhook-{name}", "") for name in ("Id", "Timestamp", "Signature"))
    if not is_genuine(current_app.config["WEBHOOK_SECRET"], id, timestamp, signature, body):
        raise WebhookVerificationFailed
    document = request.get_json(force=True)
    with transaction():
        return {"result": operations.take(id, document)}
