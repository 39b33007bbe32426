from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shop.catalog.models import Product
from tests.conftest import Person


@pytest.mark.django_db(transaction=True)
def test_a_stream_tells_what_was_missed_and_what_comes(
    client: Client, staff: Person, make_product: Callable[..., Product]
) -> None:
    make_product("A", stock=1)
    staff.send("post", "/admin/products/A/stock", {"delta": 1})
    answer: Any = client.get("/events?topic=stock", headers={"Last-Event-ID": "0"})
    assert (answer.status_code, answer["X-Accel-Buffering"]) == (200, "no")
    stream = iter(answer.streaming_content)
    assert next(stream) == b"retry: 2000\n\n"
    missed = next(stream)
    assert missed.startswith(b"id: ")
    assert b"event: stock.changed\ndata: {" in missed
    staff.send("post", "/admin/products/A/stock", {"delta": 1})
    assert b'"stock" : 3' in next(stream)
    answer.close()


def test_refusals(client: Client) -> None:
    assert client.get("/events?topic=orders").status_code == 401
    assert client.get("/events").json()["errors"] == [{"parameter": "topic", "code": "required"}]
    assert client.get("/events?topic=stock", headers={"Last-Event-ID": "x"}).status_code == 400
