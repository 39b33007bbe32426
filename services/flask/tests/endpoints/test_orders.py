from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from shop.platform.auth import Caller
from tests.conftest import Headers, bearer


def test_cancelled_once(client: FlaskClient, customer: Headers, place_order: Callable[[], Any]) -> None:
    order = place_order()
    path, sku = f"/orders/{order['id']}", order["lines"][0]["sku"]
    for _ in range(2):
        cancelled = client.post(f"{path}/cancel", headers=customer)
        assert (cancelled.get_json()["status"], cancelled.headers["ETag"]) == ("cancelled", '"2"')
    assert client.get(f"/products/{sku}").get_json()["stock"] == 5
    assert client.get("/orders?status=cancelled", headers=customer).get_json()["items"][0]["id"] == order["id"]


def test_foreign_orders_are_unknown(app: Flask, client: FlaskClient, place_order: Callable[[], Any]) -> None:
    order = place_order()
    stranger = bearer(app, Caller(UUID(int=7), "customer"))
    foreign = client.get(f"/orders/{order['id']}", headers=stranger)
    unknown = client.get("/orders/00000000-0000-4000-8000-000000000000", headers=stranger)
    assert (foreign.status_code, foreign.data) == (404, unknown.data)


def test_transitions(client: FlaskClient, admin: Headers, place_order: Callable[[], Any]) -> None:
    path = f"/admin/orders/{place_order()['id']}/transition"
    assert client.post(path, json={"to": "shipped"}, headers=admin).status_code == 428
    assert client.post(path, json={"to": "shipped"}, headers=admin | {"If-Match": '"9"'}).status_code == 412
    refused = client.post(path, json={"to": "shipped"}, headers=admin | {"If-Match": "*"})
    assert (refused.get_json()["from"], refused.get_json()["to"]) == ("pending", "shipped")
