from typing import Any

import pytest

from shop.carts.pricing import Discount, Item, calculate
from tests.vectors import cases


@pytest.mark.parametrize("case", cases("prices"))
def test_vectors(case: dict[str, Any]) -> None:
    items = [
        Item(line["unit_price"], line["quantity"], line["tax_rate_bp"], line["available"]) for line in case["lines"]
    ]
    coupon = case["coupon"]
    totals = calculate(items, Discount(coupon["percent_bp"], coupon["min_subtotal"]) if coupon else None)
    expected = case["expected"]
    names = ("applied", "subtotal", "discount", "tax", "shipping", "total")
    assert {name: getattr(totals, name) for name in names} == {name: expected[name] for name in names}
    assert [vars(line) for line in totals.lines] == expected["lines"]
