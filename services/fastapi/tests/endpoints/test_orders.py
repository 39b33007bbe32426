from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from shop.platform.auth import Caller
from tests.conftest import Headers, bearer


def test_foreign_orders_are_unknown(client: TestClient, customer: Headers, place_order: Callable[[], Any]) -> None:
    order = place_order()
    path = f"/orders/{order['id']}"
    own = client.get(path, headers=customer)
    assert (own.json(), own.headers["Cache-Control"]) == (order, "private, no-cache")
    foreign = client.get(path, headers=bearer(Caller(UUID(int=2), "customer")))
    malformed = client.get(f"/orders/{order['id'].upper()}", headers=customer)
    assert foreign.status_code == malformed.status_code == 404
    assert foreign.json() == malformed.json()
    assert [each["id"] for each in client.get("/orders?status=pending", headers=customer).json()["items"]] == [
        order["id"]
    ]


def test_states(client: TestClient, customer: Headers, admin: Headers, place_order: Callable[[], Any]) -> None:
    order = place_order()
    path = f"/admin/orders/{order['id']}/transition"
    assert client.post(path, json={"to": "shipped"}, headers=customer).status_code == 403
    assert client.post(path, json={"to": "shipped"}, headers=admin).status_code == 428
    refused = client.post(path, json={"to": "shipped"}, headers=admin | {"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["from"], refused.json()["to"]) == (409, "pending", "shipped")
    cancelled = client.post(f"/orders/{order['id']}/cancel", headers=customer)
    assert (cancelled.json()["status"], cancelled.headers["ETag"]) == ("cancelled", '"2"')
    [line] = order["lines"]
    assert client.get(f"/products/{line['sku']}").json()["stock"] == 5
