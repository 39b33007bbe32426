import base64
import hmac
import itertools
import json
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client

from shop.catalog.models import Product
from shop.orders.models import Order
from tests.conftest import Person


def deliver(client: Client, id: str, event: Any) -> Any:
    body, now = json.dumps(event).encode(), int(time.time())
    digest = hmac.digest(settings.WEBHOOK_SECRET, f"{id}.{now}.".encode() + body, "sha256")
    signature = f"v0,x v1,{base64.b64encode(digest).decode()}"
    headers = {"webhook-id": id, "webhook-timestamp": str(now), "webhook-signature": signature}
    return client.post("/webhooks/payments", body, content_type="text/plain", headers=headers)


@pytest.mark.django_db
def test_a_payment_counts_once(client: Client, customer: Person, make_product: Callable[..., Product]) -> None:
    make_product("A")
    total = customer.send("put", "/cart/items/A", {"quantity": 1}).json()["total"]
    order = customer.send("post", "/checkout", {"expected_total": total}, Idempotency_Key="k").json()
    data = {"order_id": order["id"], "payment_id": "p", "amount": total, "currency": "EUR"}
    event = {"type": "payment.succeeded", "data": data}
    wrong = {"type": "payment.succeeded", "data": {**data, "amount": total + 1}}
    assert deliver(client, "one", wrong).status_code == 422
    assert [deliver(client, "one", event).json()["result"] for _ in range(2)] == ["applied", "duplicate"]
    assert deliver(client, "two", event).json()["result"] == "ignored"
    assert deliver(client, "three", {"type": "other"}).json()["result"] == "ignored"
    assert Order.objects.get().status == "paid"


def test_one_refusal(client: Client) -> None:
    answer = client.post("/webhooks/payments", b"{}", content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Webhook-Signature")


@pytest.mark.parametrize("status", ["pending", "cancelled", "shipped"])
def test_any_order_of_events_ends_the_same(status: str) -> None:
    ends = set()
    with mock.patch.object(Order, "save"):
        for events in itertools.permutations(["failed", "succeeded", "refunded"]):
            order = Order(status=status, payment_status="none")
            for event in events:
                order.raise_payment(event)
            ends.add((order.status, order.payment_status))
    assert ends == {("refunded", "refunded")}
