from collections.abc import Callable
from typing import Any

import pytest

from shop.catalog.models import Product
from tests.conftest import Person

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {"sku": "NEW", "name": "New", "category": "test", "price": 100, "tax_rate_bp": 0}


def test_only_for_administrators(client: Any, customer: Person) -> None:
    assert client.post("/admin/products").status_code == 401
    assert customer.send("post", "/admin/products", b"{").status_code == 403


def test_create_product(staff: Person) -> None:
    answer = staff.send("post", "/admin/products", NEW)
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (201, "/products/NEW", '"1"')
    assert answer.json()["attributes"] == {}


def test_a_taken_sku(staff: Person, make_product: Callable[..., Product]) -> None:
    make_product("NEW", active=False)
    assert staff.send("post", "/admin/products", NEW).json()["title"] == "SKU taken"


def test_merge_patch(staff: Person, make_product: Callable[..., Product]) -> None:
    make_product("A", attributes={"a": 1, "b": {"c": 2}})
    patch = {"attributes": {"a": None, "b": {"d": True}}}
    answer = staff.send("patch", "/admin/products/A", patch, If_Match="*")
    assert answer.json()["attributes"] == {"b": {"c": 2, "d": True}}
    assert answer["ETag"] == '"2"'
    same = staff.send("patch", "/admin/products/A", {"attributes": {"b": {"c": 2}}}, If_Match='"2"')
    assert same["ETag"] == '"2"'
    one = staff.send("patch", "/admin/products/A", {"attributes": {"b": {"d": 1}}}, If_Match='"2"')
    assert one["ETag"] == '"3"'  # to Python true and 1 are equal


@pytest.mark.parametrize(
    ("patch", "pointer", "code"),
    [
        ({"name": None}, "/name", "type"),
        ({"attributes": {"X": 1}}, "/attributes/X", "format"),
        ({"attributes": {"a": [1]}}, "/attributes/a", "type"),
        ({"attributes": {"a": {"b": {"c": {}}}}}, "/attributes/a/b/c", "format"),
        ({"stock": 1}, "/stock", "unknown"),
    ],
)
def test_bad_patches(staff: Person, make_product: Callable[..., Product], patch: Any, pointer: str, code: str) -> None:
    make_product("A")
    answer = staff.send("patch", "/admin/products/A", patch, If_Match="*")
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": pointer, "code": code}])


def test_stock(staff: Person, make_product: Callable[..., Product]) -> None:
    make_product("A", stock=5)
    assert staff.send("post", "/admin/products/A/stock", {"delta": -3}).json()["stock"] == 2
    short = staff.send("post", "/admin/products/A/stock", {"delta": -3}).json()
    assert short["lines"] == [{"sku": "A", "requested": 3, "available": 2}]
    Product.objects.update(stock=1_000_000)
    assert staff.send("post", "/admin/products/A/stock", {"delta": 1}).json()["title"] == "Stock limit"


def test_a_coupon_that_ends_before_it_starts(staff: Person) -> None:
    coupon = {"code": "abc", "percent_bp": 1, "ends_at": "2020-01-01T00:00:00.000Z"}
    answer = staff.send("post", "/admin/coupons", coupon)
    assert answer.json()["errors"] == [{"pointer": "/ends_at", "code": "out_of_range"}]
