from collections.abc import Callable

import pytest
from django.db import connection

from shop.carts.models import Cart, Coupon
from shop.catalog.models import Product
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def test_reading_makes_no_cart(customer: Person) -> None:
    assert customer.send("get", "/cart").json()["lines"] == []
    assert not Cart.objects.exists()


def test_lines_and_coupon(customer: Person, make_product: Callable[..., Product]) -> None:
    make_product("B")
    make_product("A", price=333)
    Coupon.objects.create(code="TENTH", percent_bp=1000, min_subtotal=2000)
    customer.send("put", "/cart/items/B", {"quantity": 1})
    customer.send("put", "/cart/coupon", {"code": "tenth"})
    cart = customer.send("put", "/cart/items/A", {"quantity": 2}).json()
    assert [line["sku"] for line in cart["lines"]] == ["A", "B"]
    assert cart["coupon"] == {"code": "TENTH", "applied": False, "reason": "min_subtotal"}
    cart = customer.send("put", "/cart/items/B", {"quantity": 2}).json()
    assert (cart["coupon"]["applied"], cart["discount"], cart["subtotal"]) == (True, 267, 2666)
    cart = customer.send("delete", "/cart/items/A").json()
    assert [line["quantity"] for line in cart["lines"]] == [2]


def test_refusals(customer: Person, make_product: Callable[..., Product]) -> None:
    assert customer.send("put", "/cart/items/NONE", {"quantity": 1}).status_code == 404
    assert customer.send("put", "/cart/coupon", {"code": "NONE"}).status_code == 404
    for number in range(21):
        make_product(f"P-{number}")
        answer = customer.send("put", f"/cart/items/P-{number}", {"quantity": 1})
    assert (answer.status_code, answer.json()["title"]) == (409, "Cart full")


def test_a_user_who_is_gone(customer: Person, make_product: Callable[..., Product]) -> None:
    make_product("A")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE id = %s", [customer.user.pk])
    assert customer.send("put", "/cart/items/A", {"quantity": 1}).status_code == 401
