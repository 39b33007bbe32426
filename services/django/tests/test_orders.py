from collections.abc import Callable
from typing import Any

import pytest

from shop.catalog.models import Product
from tests.conftest import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(customer: Person, make_product: Callable[..., Product]) -> Any:
    make_product("A", stock=5)
    total = customer.send("put", "/cart/items/A", {"quantity": 2}).json()["total"]
    return customer.send("post", "/checkout", {"expected_total": total}, Idempotency_Key="k").json()


def test_who_sees_what(customer: Person, staff: Person, order: Any) -> None:
    assert customer.send("get", f"/orders/{order['id']}").json() == order
    assert [each["id"] for each in staff.send("get", "/orders?status=pending").json()["items"]] == [order["id"]]
    for other in (f"/orders/{order['user_id']}", f"/orders/{order['id'].upper()}"):
        assert customer.send("get", other).status_code == 404


def test_cancelling_gives_the_stock_back_once(customer: Person, order: Any) -> None:
    answers = [customer.send("post", f"/orders/{order['id']}/cancel") for _ in range(2)]
    assert [(each.status_code, each["ETag"], each.json()["status"]) for each in answers] == [
        (200, '"2"', "cancelled")
    ] * 2
    assert Product.objects.get(sku="A").stock == 5


def test_transitions(staff: Person, order: Any) -> None:
    path = f"/admin/orders/{order['id']}/transition"
    assert staff.send("post", path, {"to": "cancelled"}).status_code == 428
    assert staff.send("post", path, {"to": "cancelled"}, If_Match='"7"').status_code == 412
    refused = staff.send("post", path, {"to": "delivered"}, If_Match='"1"').json()
    assert (refused["status"], refused["from"], refused["to"]) == (409, "pending", "delivered")
    done = staff.send("post", path, {"to": "cancelled"}, If_Match='"7", "1"')
    assert (done.status_code, done["Content-Location"]) == (200, f"/orders/{order['id']}")
