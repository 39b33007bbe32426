from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.conftest import Headers


def test_once_for_each_key(client: TestClient, customer: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product(stock=3)
    client.put(f"/cart/items/{product['sku']}", json={"quantity": 2}, headers=customer)
    headers = customer | {"Idempotency-Key": '"a key"'}
    changed = client.post("/checkout", json={"expected_total": 1}, headers=customer | {"Idempotency-Key": "k"})
    assert (changed.status_code, changed.json()["total"]) == (409, 2899)
    first = client.post("/checkout", json={"expected_total": 2899}, headers=headers)
    assert first.status_code == 400  # a space is no character of a key
    headers["Idempotency-Key"] = '"key"'
    first = client.post("/checkout", json={"expected_total": 2899}, headers=headers)
    assert (first.status_code, first.headers["Location"]) == (201, f"/orders/{first.json()['id']}")
    again = client.post("/checkout", json={"expected_total": 2899}, headers=headers | {"Idempotency-Key": "key"})
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert client.post("/checkout", json={"expected_total": 1}, headers=headers).status_code == 422
    assert client.get(f"/products/{product['sku']}").json()["stock"] == 1
    assert client.get("/cart", headers=customer).json()["lines"] == []


def test_short_stock(client: TestClient, customer: Headers, make_product: Callable[..., Any]) -> None:
    sku = make_product(stock=1)["sku"]
    client.put(f"/cart/items/{sku}", json={"quantity": 2}, headers=customer)
    refused = client.post("/checkout", json={"expected_total": 0}, headers=customer | {"Idempotency-Key": "k"})
    assert refused.status_code == 409
    assert refused.json()["lines"] == [{"sku": sku, "requested": 2, "available": 1}]
