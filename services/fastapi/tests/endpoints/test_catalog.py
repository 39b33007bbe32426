from collections.abc import Callable
from time import time_ns
from typing import Any

from fastapi.testclient import TestClient


def test_get_product(client: TestClient, make_product: Callable[..., Any]) -> None:
    product = make_product(attributes={"ink": "blue"})
    response = client.get(f"/products/{product['sku']}")
    assert (response.status_code, response.json()) == (200, product)
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == ('"1"', "no-cache")
    unchanged = client.get(f"/products/{product['sku']}", headers={"If-None-Match": 'W/"1"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.head(f"/products/{product['sku']}").headers["Content-Length"] == response.headers["Content-Length"]


def test_unknown_and_malformed_skus_are_alike(client: TestClient) -> None:
    unknown, malformed = client.get("/products/NOBODY-HAS-THIS"), client.get("/products/no%2fsku")
    assert unknown.status_code == 404
    assert unknown.headers["Content-Type"] == "application/problem+json"
    assert (malformed.status_code, malformed.json()) == (404, unknown.json())


def test_pages(client: TestClient, make_product: Callable[..., Any]) -> None:
    category = f"pages-{time_ns()}"
    skus = [make_product(category=category, price=price)["sku"] for price in (3, 1, 2)]
    target, seen = f"/products?category={category}&sort=price&limit=2", []
    while target:
        page = client.get(target)
        seen += [item["sku"] for item in page.json()["items"]]
        target = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == [skus[1], skus[2], skus[0]]


def test_bad_queries(client: TestClient) -> None:
    for query, parameter in {
        "limit=0": "limit",
        "limit=1&limit=1": "limit",
        "price_min=1.5": "price_min",
        "category=": "category",
        "q": "q",
        "q=%FF": "q",
        "q=%00": "q",
        "q=100%": "q",
        "Sort=name": "Sort",
    }.items():
        response = client.get(f"/products?{query}")
        assert response.status_code == 400, query
        assert response.json()["type"].endswith("/invalid_query")
        assert [error["parameter"] for error in response.json()["errors"]] == [parameter]
