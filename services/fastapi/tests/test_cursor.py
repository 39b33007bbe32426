from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shop.catalog.service import SORTS
from shop.platform.cursor import Scope, Sealer, parse_time_key, time_key
from shop.platform.problem import Problem
from tests.vectors import cases, load

SEALER = Sealer(load("cursors")["secret"].encode())
NAMES = {"products": ["q", "category", "price_min", "price_max", "in_stock"], "orders": ["status"]}


@pytest.mark.parametrize("case", cases("cursors"))
def test_vectors(case: dict[str, Any]) -> None:
    filters = [case["filters"].get(name, "") for name in NAMES[case["resource"]]]
    scope = Scope(case["resource"], case["sort"], filters)
    if not case["valid"]:
        with pytest.raises(Problem, match="cursor"):
            SEALER.open(scope, case["cursor"])
        return
    key, identity = SEALER.open(scope, case["cursor"])
    assert (key, str(identity)) == (case["decoded"]["key"], case["decoded"]["id"])
    assert SEALER.seal(scope, key, identity) == case["cursor"]


def test_time_keys() -> None:
    moment = datetime(2026, 1, 5, 9, 0, 0, 123000, UTC)
    assert time_key(moment) == "1767603600123"
    assert parse_time_key("1767603600123") == moment
    assert time_key(parse_time_key("0")) == "0"
    for key in ("", "-1", "01", "1.0", "9" * 15):
        with pytest.raises(Problem, match="cursor"):
            parse_time_key(key)


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("newest", ["", "+5", "05", "9" * 30]),
        ("price", ["", "+5", "05", " 5", "\u0665", "10000000000", "9" * 30]),
        ("name", ["", "n" * 121]),
    ],
)
def test_bad_keys(sort: str, keys: list[str]) -> None:
    for key in keys:
        with pytest.raises(Problem, match="cursor"):
            SORTS[sort].parse(key)


def test_a_name_with_line_feeds() -> None:
    scope, identity = Scope("products", "name", [""] * 5), UUID(int=7)
    assert SEALER.open(scope, SEALER.seal(scope, "a\n\nb\n", identity)) == ("a\n\nb\n", identity)
