from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Headers


def test_once(client: FlaskClient, customer: Headers, make_product: Callable[..., Any]) -> None:
    sku = make_product(stock=3)["sku"]
    total = client.put(f"/cart/items/{sku}", json={"quantity": 2}, headers=customer).get_json()["total"]
    keyed, document = customer | {"Idempotency-Key": '"once"'}, {"expected_total": total}
    assert client.post("/checkout", json=document, headers=customer).status_code == 400
    changed = client.post("/checkout", json={"expected_total": total + 1}, headers=keyed).get_json()
    assert changed["total"] == total
    order = client.post("/checkout", json=document, headers=keyed)
    assert (order.status_code, order.headers["Location"]) == (201, f"/orders/{order.get_json()['id']}")
    replayed = client.post("/checkout", json=document, headers=keyed)
    assert (replayed.data, replayed.headers["ETag"]) == (order.data, '"1"')
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert client.post("/checkout", json={"expected_total": 0}, headers=keyed).status_code == 422
    assert client.get(f"/products/{sku}").get_json()["stock"] == 1


def test_short_stock(client: FlaskClient, customer: Headers, make_product: Callable[..., Any]) -> None:
    sku = make_product(stock=1)["sku"]
    total = client.put(f"/cart/items/{sku}", json={"quantity": 2}, headers=customer).get_json()["total"]
    keyed = customer | {"Idempotency-Key": "short"}
    answer = client.post("/checkout", json={"expected_total": total}, headers=keyed).get_json()
    assert answer["lines"] == [{"sku": sku, "requested": 2, "available": 1}]
