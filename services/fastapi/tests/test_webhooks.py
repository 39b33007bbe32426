import base64
import itertools
from typing import Any

import pytest

from shop.models import Order
from shop.webhooks.service import apply
from shop.webhooks.signature import is_genuine
from tests.vectors import cases


@pytest.mark.parametrize("case", cases("webhook_signatures"))
def test_signatures(case: dict[str, Any]) -> None:
    identity, timestamp, signature = (case[name] for name in ("id", "timestamp", "signature"))
    secret = base64.b64decode(case["secret"].removeprefix("whsec_"))
    body = base64.b64decode(case["body_base64"])
    if None in (identity, timestamp, signature):  # refused before it gets as far as the signature
        assert not case["valid"]
    else:
        assert is_genuine(secret, identity, timestamp, signature, body, case["now"]) == case["valid"]


@pytest.mark.parametrize("status", ["pending", "cancelled", "shipped"])
def test_any_order_of_events_ends_the_same(status: str) -> None:
    ends = set()
    for events in itertools.permutations(["failed", "succeeded", "refunded"]):
        order = Order(status=status, payment_status="none")
        applied = [event for event in events if apply(order, event)]
        assert applied == sorted(applied, key=["failed", "succeeded", "refunded"].index)
        ends.add((order.status, order.payment_status))
    assert ends == {("refunded", "refunded")}


def test_a_payment_does_not_revive() -> None:
    order = Order(status="cancelled", payment_status="failed")
    assert apply(order, "succeeded")
    assert (order.status, order.refund_due) == ("cancelled", True)
    assert not apply(order, "succeeded")
