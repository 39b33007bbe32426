from collections.abc import Callable

import pytest
from django.test import Client

from shop.accounts.models import RateLimit
from shop.catalog.models import Product
from shop.orders.models import Order
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def log_in(client: Client, person: Person, password: str = PASSWORD) -> bool:
    answer = client.post("/live/admin/login/", {"username": person.user.email, "password": password})
    return answer.status_code == 302


def test_who_may_log_in(client: Client, customer: Person, staff: Person) -> None:
    assert client.get("/live/admin/").status_code == 302
    assert not log_in(client, customer)
    assert not log_in(client, staff, "wrong")
    assert log_in(client, staff)
    assert RateLimit.objects.count() == 2
    assert client.get("/live/admin/").status_code == 200
    for page in ("catalog/product", "carts/coupon", "orders/order", "accounts/user"):
        assert client.get(f"/live/admin/{page}/").status_code == 200


def test_a_product_is_edited(client: Client, staff: Person, make_product: Callable[..., Product]) -> None:
    product = make_product("A", stock=7)
    log_in(client, staff)
    page = f"/live/admin/catalog/product/{product.pk}/change/"
    assert client.get(page).status_code == 200
    form = {"name": "Edited", "category": "test", "price": "1000", "tax_rate_bp": "1900", "attributes": "{}"}
    assert client.post(page, form | {"active": "on", "price": "0"}).status_code == 200  # and says what is wrong
    assert client.post(page, form | {"active": "on"}).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.stock, product.version) == ("Edited", 7, 2)


def test_orders_move_by_the_same_rules(
    client: Client, customer: Person, staff: Person, make_product: Callable[..., Product]
) -> None:
    make_product("A", stock=5)
    total = customer.send("put", "/cart/items/A", {"quantity": 2}).json()["total"]
    customer.send("post", "/checkout", {"expected_total": total}, Idempotency_Key="k")
    order = Order.objects.get()
    log_in(client, staff)
    for action, status in (("ship", "pending"), ("cancel", "cancelled")):
        client.post("/live/admin/orders/order/", {"action": action, "_selected_action": [str(order.pk)]})
        order.refresh_from_db()
        assert order.status == status
    assert Product.objects.get().stock == 5
    assert client.get(f"/live/admin/orders/order/{order.pk}/change/").status_code == 200
