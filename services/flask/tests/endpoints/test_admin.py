from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Headers

MERGE_PATCH = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}


def test_roles(client: FlaskClient, customer: Headers) -> None:
    assert client.post("/admin/products", data=b"{").status_code == 401
    assert client.post("/admin/products", data=b"{", headers=customer).status_code == 403


def test_patch(client: FlaskClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product(description="old", attributes={"a": {"b": 1, "c": 2}})
    path = f"/admin/products/{product['sku']}"
    document = b'{"description": null, "attributes": {"a": {"b": null}, "on": true}}'
    patched = client.patch(path, data=document, headers=admin | MERGE_PATCH)
    assert patched.headers["Content-Location"] == f"/products/{product['sku']}"
    assert patched.get_json()["attributes"] == {"a": {"c": 2}, "on": True}
    assert client.patch(path, data=document, headers=admin | MERGE_PATCH).headers["ETag"] == '"2"'
    stale = admin | MERGE_PATCH | {"If-Match": '"1"'}
    assert client.patch(path, data=b"{}", headers=stale).status_code == 412
    wrong = client.patch(path, json={}, headers=admin)
    assert (wrong.status_code, wrong.headers["Accept-Patch"]) == (415, "application/merge-patch+json")
    errors = client.patch(path, data=b'{"price": 0, "attributes": {"A": 1, "b": [1]}}', headers=admin | MERGE_PATCH)
    assert {each["pointer"]: each["code"] for each in errors.get_json()["errors"]} == {
        "/price": "out_of_range",
        "/attributes/A": "format",
        "/attributes/b": "type",
    }


def test_stock_and_archive(client: FlaskClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    sku = make_product(stock=1)["sku"]
    short = client.post(f"/admin/products/{sku}/stock", json={"delta": -2}, headers=admin)
    assert short.get_json()["lines"] == [{"sku": sku, "requested": 2, "available": 1}]
    assert client.delete(f"/admin/products/{sku}", headers=admin | {"If-Match": "*"}).status_code == 204
    assert client.get(f"/products/{sku}").status_code == 404
    taken = {"sku": sku, "name": "Pen", "category": "tests", "price": 1, "tax_rate_bp": 0}
    assert client.post("/admin/products", json=taken, headers=admin).get_json()["type"].endswith("/sku_taken")


def test_a_coupon_that_has_ended(client: FlaskClient, admin: Headers) -> None:
    coupon = {"code": "ended", "percent_bp": 1, "ends_at": "2001-01-01T00:00:00.000Z"}
    for given in (coupon, coupon | {"starts_at": "2001-01-01T00:00:00.000Z"}):
        answer = client.post("/admin/coupons", json=given, headers=admin).get_json()
        assert answer["errors"] == [{"pointer": "/ends_at", "code": "out_of_range"}]
