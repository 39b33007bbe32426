from collections.abc import Callable

import pytest

from shop.carts.models import Coupon
from shop.catalog.models import Product
from shop.checkout.models import CouponRedemption, IdempotencyKey
from tests.conftest import Person

pytestmark = pytest.mark.django_db

Make = Callable[..., Product]


def test_once_and_again(customer: Person, make_product: Make) -> None:
    product = make_product("A", stock=3)
    Coupon.objects.create(code="HALF", percent_bp=5000)
    customer.send("put", "/cart/coupon", {"code": "HALF"})
    total = customer.send("put", "/cart/items/A", {"quantity": 2}).json()["total"]
    first = customer.send("post", "/checkout", {"expected_total": total}, Idempotency_Key='"k"')
    again = customer.send("post", "/checkout", {"expected_total": total}, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first["Location"], first["ETag"]) == (f"/orders/{first.json()['id']}", '"1"')
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    product.refresh_from_db()
    assert product.stock == 1
    assert CouponRedemption.objects.get().user == customer.user
    other = customer.send("post", "/checkout", {"expected_total": 1}, Idempotency_Key="k")
    assert (other.status_code, other.json()["title"]) == (422, "Idempotency key reused")


def test_refusals_leave_nothing(customer: Person, make_product: Make) -> None:
    product = make_product("A", stock=1)
    cart = customer.send("put", "/cart/items/A", {"quantity": 2}).json()
    short = customer.send("post", "/checkout", {"expected_total": cart["total"]}, Idempotency_Key="k")
    assert short.json()["lines"] == [{"sku": "A", "requested": 2, "available": 1}]
    Product.objects.update(stock=5, price=2000)
    changed = customer.send("post", "/checkout", {"expected_total": cart["total"]}, Idempotency_Key="k")
    assert (changed.status_code, changed.json()["total"]) == (409, 4760 + 499)
    product.refresh_from_db()
    assert product.stock == 5
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(("headers", "code"), [({}, "missing"), ({"Idempotency_Key": "a b"}, "invalid")])
def test_keys(customer: Person, headers: dict[str, str], code: str) -> None:
    answer = customer.send("post", "/checkout", {"expected_total": 0}, **headers)
    assert (answer.status_code, answer.json()["type"].rpartition("_")[2]) == (400, code)
