from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.conftest import Headers

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def test_roles_come_first(client: TestClient, customer: Headers) -> None:
    for headers, status in (({}, 401), (customer, 403)):
        response = client.post("/admin/products", content=b"{", headers=headers)
        assert response.status_code == status


def test_patch(client: TestClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product(attributes={"a": 1, "b": {"c": True}})
    path = f"/admin/products/{product['sku']}"
    wrong_type = client.patch(path, json={}, headers=admin | {"If-Match": "*"})
    assert (wrong_type.status_code, wrong_type.headers["Accept-Patch"]) == (415, MERGE_PATCH["Content-Type"])
    headers = admin | MERGE_PATCH | {"If-Match": '"1"'}
    same = client.patch(path, content=b'{"price": 1000, "attributes": {"a": 1}}', headers=headers)
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    changed = client.patch(path, content=b'{"attributes": {"a": true, "b": {"c": null}}}', headers=headers)
    assert (changed.headers["ETag"], changed.json()["attributes"]) == ('"2"', {"a": True, "b": {}})
    assert client.patch(path, content=b"{}", headers=headers).status_code == 412
    bad = client.patch(path, content=b'{"sku": "X", "attributes": {"A": [1]}}', headers=headers)
    assert {error["pointer"]: error["code"] for error in bad.json()["errors"]} == {
        "/sku": "unknown",
        "/attributes/A": "type",
    }


def test_stock_and_archive(client: TestClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product(stock=1)
    path = f"/admin/products/{product['sku']}"
    assert client.post(f"{path}/stock", json={"delta": 2}, headers=admin).json()["stock"] == 3
    short = client.post(f"{path}/stock", json={"delta": -4}, headers=admin)
    assert short.json()["lines"] == [{"sku": product["sku"], "requested": 4, "available": 3}]
    taken = client.post("/admin/products", json=make_input(product), headers=admin)
    assert taken.json()["type"].endswith("/sku_taken")
    assert client.delete(path, headers=admin | {"If-Match": "*"}).status_code == 204
    assert client.get(f"/products/{product['sku']}").status_code == 404


def make_input(product: Any) -> Any:
    return {name: product[name] for name in ("sku", "name", "category", "price", "tax_rate_bp")}


def test_a_coupon_that_has_ended(client: TestClient, admin: Headers) -> None:
    coupon = {"code": "ENDED", "percent_bp": 1, "ends_at": "2001-01-01T00:00:00.000Z"}
    refused = client.post("/admin/coupons", json=coupon, headers=admin)
    assert refused.json()["errors"] == [{"pointer": "/ends_at", "code": "out_of_range"}]
