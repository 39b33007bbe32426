from typing import Any, NamedTuple

import pytest
from flask import Flask

from shop.catalog.operations import FILTERS, ORDERS
from shop.orders.operations import NEWEST
from shop.platform.cursors import Order, Page, link
from shop.platform.problems import InvalidCursor
from tests.vectors import cases


class Row(NamedTuple):
    id: Any
    key: Any


def page(case: dict[str, Any]) -> Page[Any]:
    order = NEWEST if case["resource"] == "orders" else ORDERS[case["sort"]]
    plain: Order[Any] = Order(order.column, order.id, lambda row: row.key, order.parse, descending=order.descending)
    filters = ("status",) if case["resource"] == "orders" else FILTERS
    return Page(case["resource"], {"limit": 1, "cursor": case["cursor"]}, case["sort"], plain, filters)


@pytest.mark.parametrize("case", cases("cursors"))
def test_vectors(app: Flask, case: dict[str, Any]) -> None:
    with app.test_request_context("/", query_string=case["filters"]):
        if not case["valid"]:
            with pytest.raises(InvalidCursor):
                page(case)._open(case["cursor"])
            return
        key, identity = case["decoded"]["key"], case["decoded"]["id"]
        assert str(page(case)._open(case["cursor"])[1]) == identity
        assert page(case).cut([Row(identity, key), Row(identity, key)])[1] == case["cursor"]


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("newest", ["", "+5", "05", "1.0", "9" * 14, "9" * 30, "32503680000000"]),
        ("price", ["", "+5", "05", " 5", "\u0665", "10000000000", "9" * 30]),
        ("name", ["", "n" * 121, "a\0b"]),
    ],
)
def test_keys_that_no_row_has(sort: str, keys: list[str]) -> None:
    for key in keys:
        with pytest.raises(InvalidCursor):
            ORDERS[sort].parse(key)


@pytest.mark.parametrize("case", cases("page_links"))
def test_links(app: Flask, case: dict[str, Any]) -> None:
    with app.test_request_context(case["target"]):
        target, rel = link(case["next_cursor"])["Link"].split(">")
    assert rel == '; rel="next"'
    with app.test_request_context(target.removeprefix("<")) as context:
        assert context.request.path == case["path"]
        assert sorted(context.request.args.items()) == sorted((name, value) for name, value in case["pairs"])
