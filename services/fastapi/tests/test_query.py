from typing import Any
from urllib.parse import parse_qsl

import pytest
from fastapi import Request
from pydantic import ValidationError

from shop.catalog.schemas import ProductQuery
from shop.platform.cursor import Sealer
from shop.platform.paging import Pages
from shop.platform.problem import Problem
from shop.platform.requests import StrictRequest
from tests.vectors import cases


def request(query: str) -> StrictRequest:
    async def receive() -> Any: ...

    return StrictRequest({"type": "http", "headers": [], "query_string": query.encode()}, receive)


@pytest.mark.parametrize("case", cases("page_links"))
def test_links(case: dict[str, Any]) -> None:
    path, _, query = case["target"].partition("?")
    received: Request = request(query)
    link = Pages(dict(received.query_params), path, Sealer(b"")).link(case["next_cursor"])
    assert link.isascii()
    assert link.startswith(f"<{case['path']}?")
    target, relation = link.removeprefix("<").split(">")
    assert relation == '; rel="next"'
    pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
    assert sorted(pairs) == sorted(tuple(pair) for pair in case["pairs"])


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=1&limit=x", "limit", "duplicate"),
        ("q=&q=a", "q", "duplicate"),
        ("x&x", "x", "format"),
        ("q", "q", "format"),
        ("q=%FF", "q", "format"),
        ("a=1&q=100%", "q", "format"),
        ("q=a&%71=b", "q", "duplicate"),
    ],
)
def test_what_starlette_would_guess_at(query: str, parameter: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        request(query).check_query()
    assert refused.value.body["errors"] == [{"parameter": parameter, "code": code}]


def test_good_queries() -> None:
    for query in ("", "&&q=%C3%A9+%2B&price_min=0&%6Cimit=7&", "q=", "q=a=b"):
        request(query).check_query()


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "0"},
        {"limit": "1e1"},
        {"limit": "\u0665"},
        {"q": "\0"},
        {"q": "\xc9" * 65},
        {"in_stock": "1"},
        {"Limit": "1"},
    ],
)
def test_faults(parameters: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ProductQuery.model_validate(parameters)
