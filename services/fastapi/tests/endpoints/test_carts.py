from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import Headers


def test_lines_and_coupon(
    client: TestClient, customer: Headers, admin: Headers, make_product: Callable[..., Any]
) -> None:
    sku = make_product()["sku"]
    code = "T" + sku.replace("-", "")
    assert client.get("/cart", headers=customer).json()["lines"] == []
    coupon = {"code": code, "percent_bp": 1000, "min_subtotal": 2000}
    assert client.post("/admin/coupons", json=coupon, headers=admin).status_code == 201
    one = client.put("/cart/coupon", json={"code": code.lower()}, headers=customer).json()
    assert one["coupon"] == {"code": code, "applied": False, "reason": "min_subtotal"}
    cart = client.put(f"/cart/items/{sku}", json={"quantity": 2}, headers=customer).json()
    assert cart["coupon"]["applied"]
    assert (cart["subtotal"], cart["discount"], cart["tax"], cart["shipping"], cart["total"]) == (
        2000,
        200,
        360,
        499,
        2659,
    )
    client.delete("/cart/coupon", headers=customer)
    assert client.delete(f"/cart/items/{sku}", headers=customer).json()["total"] == 0


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{", 401),
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b" " * 65_537, 413),
        ({"Content-Type": "application/json"}, b"", 400),
        ({"Content-Type": "application/json"}, b'{"quantity": 1, "quantity": 1}', 400),
        ({"Content-Type": "application/json"}, b'{"quantity": 100}', 422),
        ({"Content-Type": "application/json; charset=utf-8"}, b'{"quantity": 1}', 404),
    ],
)
def test_the_order_of_checks(client: TestClient, customer: Headers, headers: Headers, body: bytes, status: int) -> None:
    """Each is wrong in all that comes after it, too."""
    known = customer if status != 401 else {}
    assert client.put("/cart/items/UNKNOWN", content=body, headers=headers | known).status_code == status
