import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.conftest import ENVIRONMENT, Headers

SECRET = base64.b64decode(ENVIRONMENT["WEBHOOK_SECRET"].removeprefix("whsec_"))


def signed(identity: str, body: bytes) -> Headers:
    now = str(int(time.time()))
    digest = hmac.digest(SECRET, f"{identity}.{now}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": identity, "webhook-timestamp": now, "webhook-signature": signature}


def test_a_payment_is_applied_once(client: TestClient, customer: Headers, place_order: Callable[[], Any]) -> None:
    order = place_order()
    data = {"order_id": order["id"], "payment_id": "p", "amount": order["total"], "currency": "EUR"}
    body = json.dumps({"type": "payment.succeeded", "data": data, "more": 1}).encode()
    headers = signed(order["id"], body)
    forged = client.post("/webhooks/payments", content=body + b" ", headers=headers)
    assert (forged.status_code, forged.headers["WWW-Authenticate"]) == (401, "Webhook-Signature")
    wrong = json.dumps({"type": "payment.succeeded", "data": data | {"amount": 1}}).encode()
    assert client.post("/webhooks/payments", content=wrong, headers=signed(order["id"], wrong)).status_code == 422
    results = [client.post("/webhooks/payments", content=body, headers=headers).json() for _ in range(2)]
    assert results == [{"result": "applied"}, {"result": "duplicate"}]
    assert client.get(f"/orders/{order['id']}", headers=customer).json()["status"] == "paid"
