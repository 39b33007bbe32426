from typing import Any
from urllib.parse import parse_qsl

import pytest

from shop.catalog.schemas import ProductQuery
from shop.events.endpoints import StreamQuery
from shop.orders.schemas import OrderQuery
from shop.platform.problem import Problem
from shop.platform.query import Query
from tests.vectors import cases


@pytest.mark.parametrize("case", cases("page_links"))
def test_links(case: dict[str, Any]) -> None:
    path, _, query_string = case["target"].partition("?")
    model = OrderQuery if path == "/orders" else ProductQuery
    link = model.parse(query_string.encode()).link(path, case["next_cursor"])
    assert link.isascii()
    assert link.startswith(f"<{case['path']}?")
    target, relation = link.removeprefix("<").split(">")
    assert relation == '; rel="next"'
    pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
    assert sorted(pairs) == sorted(tuple(pair) for pair in case["pairs"])


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=0&sort=x", {"limit": "out_of_range", "sort": "format"}),
        ("limit=+5", {"limit": "format"}),
        ("limit=1_0", {"limit": "format"}),
        ("limit=1&limit=x", {"limit": "duplicate"}),
        ("q=&q=a", {"q": "duplicate"}),
        ("q&cursor=&category", {"q": "too_short", "cursor": "too_short", "category": "too_short"}),
        ("q=%00", {"q": "format"}),
        ("q=%FF", {"q": "format"}),
        ("q=100%", {"q": "format"}),
        ("q=" + "%C3%89" * 65, {"q": "too_long"}),
        ("Limit=1&limit[]=1&x&x", {"Limit": "unknown", "limit[]": "unknown", "x": "unknown"}),
        ("in_stock=TRUE&price_min=99999999999", {"in_stock": "format", "price_min": "format"}),
    ],
)
def test_faults(query: str, errors: dict[str, str]) -> None:
    assert faults(ProductQuery, query) == errors


def test_a_missing_parameter() -> None:
    assert faults(StreamQuery, "") == {"topic": "required"}
    assert faults(StreamQuery, "topic=") == {"topic": "too_short"}


def faults(model: type[Query], query: str) -> dict[str, str]:
    with pytest.raises(Problem, match="invalid_query") as refused:
        model.parse(query.encode())
    return {error["parameter"]: error["code"] for error in refused.value.body["errors"]}  # type: ignore[attr-defined]


def test_values() -> None:
    query = ProductQuery.parse(b"&&q=%C3%A9+%2B&price_min=0&%6Cimit=7&")
    assert (query.q, query.price_min, query.limit, query.sort) == ("é +", 0, 7, "newest")
    assert query.received("q", "category", "limit") == ["é +", "", "7"]
    assert ProductQuery.parse(b"q=").q is None
