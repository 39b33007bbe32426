from typing import Any

import pytest

from shop.carts.pricing import Line, price
from tests.vectors import cases


@pytest.mark.parametrize("case", cases("prices"))
def test_vectors(case: dict[str, Any]) -> None:
    lines = [Line(**{name: value for name, value in line.items() if name != "sku"}) for line in case["lines"]]
    coupon = case["coupon"]
    figures = price(lines, coupon["percent_bp"], coupon["min_subtotal"]) if coupon else price(lines, None)
    expected = case["expected"]
    told = [{"line_total": line.line_total, "discount": line.discount, "tax": line.tax} for line in lines]
    assert told == expected.pop("lines")
    assert {name: getattr(figures, name) for name in expected} == expected
