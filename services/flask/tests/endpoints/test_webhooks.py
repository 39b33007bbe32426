import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Headers


def sign(app: Flask, id: str, body: bytes) -> Headers:
    now = str(int(time.time()))
    digest = hmac.digest(app.config["WEBHOOK_SECRET"], f"{id}.{now}.".encode() + body, "sha256")
    signature = "v2,x v1," + base64.b64encode(digest).decode()
    return {"webhook-id": id, "webhook-timestamp": now, "webhook-signature": signature}


def test_a_payment_is_taken_once(
    app: Flask, client: FlaskClient, customer: Headers, place_order: Callable[[], Any]
) -> None:
    order = place_order()
    data = {"order_id": order["id"], "payment_id": "p", "amount": order["total"], "currency": "EUR"}
    body = json.dumps({"type": "payment.succeeded", "data": data, "more": 1}).encode()
    results = [
        client.post("/webhooks/payments", data=body, headers=sign(app, id, body)).get_json()["result"]
        for id in (f"{order['id']}-1", f"{order['id']}-1", f"{order['id']}-2")
    ]
    assert results == ["applied", "duplicate", "ignored"]
    assert client.get(f"/orders/{order['id']}", headers=customer).get_json()["status"] == "paid"


def test_what_does_not_fit_is_not_kept(app: Flask, client: FlaskClient, place_order: Callable[[], Any]) -> None:
    order = place_order()
    data = {"order_id": order["id"], "payment_id": "p", "amount": order["total"] + 1, "currency": "EUR"}
    wrong, other = (json.dumps({"type": type, "data": data}).encode() for type in ("payment.failed", "other"))
    headers = sign(app, order["id"], wrong)
    assert client.post("/webhooks/payments", data=other, headers=headers).status_code == 401
    assert client.post("/webhooks/payments", data=wrong, headers=headers).status_code == 422
    again = client.post("/webhooks/payments", data=other, headers=sign(app, order["id"], other))
    assert again.get_json() == {"result": "ignored"}
