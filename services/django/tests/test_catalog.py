from collections.abc import Callable

import pytest
from django.test import Client

from shop.catalog.models import Product

pytestmark = pytest.mark.django_db

Make = Callable[..., Product]


def test_get_product(client: Client, make_product: Make) -> None:
    make_product("PEN", attributes={"colour": "blue"})
    answer = client.get("/products/PEN")
    assert answer.status_code == 200
    assert answer.json()["attributes"] == {"colour": "blue"}
    assert answer.json()["created_at"].endswith("Z")
    assert (answer["ETag"], answer["Cache-Control"]) == ('"1"', "no-cache")
    assert client.get("/products/PEN", headers={"If-None-Match": 'W/"1"'}).status_code == 304
    assert client.head("/products/PEN").status_code == 200


@pytest.mark.parametrize("path", ["/products/pen", "/products/NONE", "/products/PEN/", "//products", "/"])
def test_unknown_paths_are_one_answer(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "https://shop.example/problems/not_found"


def test_pages_follow_each_other(client: Client, make_product: Make) -> None:
    for number in range(5):
        make_product(f"P-{number}", price=100 + number // 2, category="pages")
    seen, path = [], "/products?category=pages&sort=price&limit=2"
    while path:
        answer = client.get(path)
        seen += [each["sku"] for each in answer.json()["items"]]
        path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert len(seen) == len(set(seen)) == 5
    assert client.get("/products?category=pages&sort=name&limit=2").json()["next_cursor"]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "out_of_range"),
        ("limit=1&limit=1", "limit", "duplicate"),
        ("Limit=1", "Limit", "unknown"),
        ("q=%", "q", "format"),
        ("q=%FF", "q", "format"),
        ("price_min=+5", "price_min", "format"),
        ("category", "category", "too_short"),
    ],
)
def test_strict_queries(client: Client, query: str, parameter: str, code: str) -> None:
    answer = client.get(f"/products?{query}")
    assert (answer.status_code, answer.json()["errors"]) == (400, [{"parameter": parameter, "code": code}])


def test_search_takes_wildcards_for_themselves(client: Client, make_product: Make) -> None:
    make_product("A-1", name="100 % Ärmel_")
    make_product("A-2", name="100 xx Ärmelx")
    for text in ("%25 ä", "ärmel_", "ÄRMEL_"):
        found = client.get(f"/products?q={text}").json()["items"]
        assert [each["sku"] for each in found] == ["A-1"]
