from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient


def test_read_and_revalidate(client: FlaskClient, make_product: Callable[..., Any]) -> None:
    product = make_product(description=None, attributes={"color": "red"})
    response = client.get(f"/products/{product['sku']}")
    assert (response.status_code, response.get_json()) == (200, product)
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == ('"1"', "no-cache")
    again = client.get(f"/products/{product['sku']}", headers={"If-None-Match": 'W/"1"'})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(f"/products/{product['sku']}").data == b""
    assert client.get("/products/UNKNOWN").get_json()["type"].endswith("/not_found")


def test_pages_hold_each_product_once(client: FlaskClient, make_product: Callable[..., Any]) -> None:
    category = make_product()["sku"].lower()
    made = {make_product(category=category, price=price)["sku"] for price in (300, 100, 200)}
    for sort in ("newest", "price", "-price", "name"):
        target, seen = f"/products?category={category}&sort={sort}&limit=1", []
        while target:
            response = client.get(target)
            seen += [each["sku"] for each in response.get_json()["items"]]
            target = response.headers.get("Link", "").partition(">")[0].removeprefix("<")
        assert (set(seen), len(seen)) == (made, 3)


def test_a_cursor_is_good_for_its_list_alone(client: FlaskClient, make_product: Callable[..., Any]) -> None:
    for _ in range(2):
        make_product()
    cursor = client.get("/products?limit=1").get_json()["next_cursor"]
    assert client.get(f"/products?limit=1&sort=price&cursor={cursor}").get_json()["type"].endswith("/invalid_cursor")


def test_routes_of_metrics(client: FlaskClient) -> None:
    assert client.put("/products/NOTE").headers["Allow"]
