"""Payment webhooks, signed as rule WEBHOOK-1 says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets as random
import time
from typing import Any

from rosetta.harness.environment import secrets
from rosetta.kit.client import Answer, Client

PATH = "/webhooks/payments"


def signature(id: str, timestamp: str, body: bytes, secret: str | None = None) -> str:
    """The token `v1,…` for these texts and bytes."""
    key = base64.b64decode((secret or secrets()["WEBHOOK_SECRET"]).removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


def new_id() -> str:
    """A webhook-id that nobody has used."""
    return f"msg_{random.token_hex(10)}"


def headers(body: bytes, id: str | None = None, timestamp: int | None = None) -> dict[str, str]:
    """The three headers of a genuine delivery of `body`."""
    name, moment = id or new_id(), str(timestamp if timestamp is not None else int(time.time()))
    signed = signature(name, moment, body)
    return {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": signed}


def event(type: str, order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The event `type` for `order`; `changes` replaces members of its data, ... takes one away."""
    data = {"order_id": order["id"], "payment_id": "pay_1", "amount": order["total"], "currency": "EUR", **changes}
    kept = {name: value for name, value in data.items() if value is not ...}
    return {"type": type, "timestamp": "2026-01-01T00:00:00.000Z", "data": kept}


def deliver(shop: Client, sent: dict[str, Any] | bytes, id: str | None = None, **options: Any) -> Answer:
    """Deliver an event, or the bytes of one, with a right signature."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    given = {"content-type": "application/json", **headers(body, id), **options}
    return shop.post(PATH, content=body, headers=given)
