import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Headers


def test_what_happened_since(client: FlaskClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    sku = make_product()["sku"]
    client.post(f"/admin/products/{sku}/stock", json={"delta": 1}, headers=admin)
    response = client.get("/events?topic=stock", headers={"Last-Event-ID": "0"}, buffered=False)
    assert (response.mimetype, response.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    for block in response.iter_encoded():
        if sku.encode() in block:
            break
    assert json.loads(block.decode().partition("data: ")[2])["stock"] == 6
    client.post(f"/admin/products/{sku}/stock", json={"delta": 1}, headers=admin)
    live = next(each for each in response.iter_encoded() if sku.encode() in each)
    assert b"event: stock.changed\n" in live
    response.close()


def test_who_may_follow_orders(client: FlaskClient) -> None:
    assert client.get("/events?topic=orders&x=1&x=2").status_code == 401
    assert client.get("/events?topic=stock&topic=stock").status_code == 400
    assert client.get("/events").get_json()["errors"] == [{"parameter": "topic", "code": "required"}]
    assert client.get("/events?topic=stock", headers={"Last-Event-ID": "x"}).status_code == 400
