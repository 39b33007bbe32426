from typing import Any

import pytest

from shop.catalog.api import SORTS
from shop.http import cursors
from shop.http.problems import InvalidCursor
from tests.conftest import vectors

VECTORS = vectors("cursors")
FILTERS = {"products": ["q", "category", "price_min", "price_max", "in_stock"], "orders": ["status"]}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_vectors(case: dict[str, Any], settings: Any) -> None:
    settings.CURSOR_SECRET = VECTORS["secret"].encode()
    filters = (case["filters"].get(name, "") for name in FILTERS[case["resource"]])
    scope = cursors.scope(case["resource"], case["sort"], filters)
    if not case["valid"]:
        with pytest.raises(InvalidCursor):
            cursors.unseal(scope, case["cursor"])
        return
    key, id = cursors.unseal(scope, case["cursor"])
    assert (key, id) == (case["decoded"]["key"], case["decoded"]["id"])
    assert cursors.seal(scope, key, id) == case["cursor"]


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("newest", ["", "+5", "05", "-1", "1.0", "9" * 30, "32503680000000"]),
        ("price", ["", "+5", "05", " 5", "\u0665", "10000000000", "9" * 30]),
        ("name", ["", "n" * 121]),
    ],
)
def test_keys_in_no_form(sort: str, keys: list[str]) -> None:
    for key in keys:
        with pytest.raises(InvalidCursor):
            SORTS[sort].parse(key)


def test_times() -> None:
    assert cursors.time_key(cursors.parse_time_key("1767603600123")) == "1767603600123"
