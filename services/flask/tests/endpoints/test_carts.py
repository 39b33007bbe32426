from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Headers


def test_lines_and_coupon(
    client: FlaskClient, customer: Headers, admin: Headers, make_product: Callable[..., Any]
) -> None:
    sku = make_product()["sku"]
    code = "T" + sku.replace("-", "")
    assert client.get("/cart", headers=customer).get_json()["lines"] == []
    coupon = {"code": code, "percent_bp": 1000, "min_subtotal": 2000}
    assert client.post("/admin/coupons", json=coupon, headers=admin).status_code == 201
    empty = client.put("/cart/coupon", json={"code": code.lower()}, headers=customer).get_json()
    assert empty["coupon"] == {"code": code, "applied": False, "reason": "min_subtotal"}
    cart = client.put(f"/cart/items/{sku}", json={"quantity": 2}, headers=customer).get_json()
    assert cart["coupon"]["applied"]
    figures = [cart[name] for name in ("subtotal", "discount", "tax", "shipping", "total")]
    assert figures == [2000, 200, 360, 499, 2659]
    assert client.delete("/cart/coupon", headers=customer).get_json()["discount"] == 0
    assert client.delete(f"/cart/items/{sku}", headers=customer).get_json()["total"] == 0


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
        ({"Content-Type": "application/json"}, b'{"quantity": true}', 422),
        ({"Content-Type": "application/json; charset=utf-8"}, b'{"quantity": 1}', 404),
    ],
)
def test_the_order_of_checks(
    client: FlaskClient, customer: Headers, headers: Headers, body: bytes, status: int
) -> None:
    """Each is wrong in all that comes after it, too."""
    known = customer if status != 401 else {}
    response = client.put("/cart/items/UNKNOWN", data=body, headers=headers | known)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
