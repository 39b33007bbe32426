from dataclasses import dataclass
from typing import Any

import pytest

from shop.carts.pricing import price
from tests.conftest import vectors


@dataclass
class Item:
    line_total: int
    tax_rate_bp: int


@dataclass
class Coupon:
    percent_bp: int
    min_subtotal: int


@pytest.mark.parametrize("case", vectors("prices")["cases"], ids=lambda case: case["name"])
def test_vectors(case: dict[str, Any]) -> None:
    items = [
        Item(each["unit_price"] * each["quantity"], each["tax_rate_bp"]) for each in case["lines"] if each["available"]
    ]
    figures = price(items, Coupon(**case["coupon"]) if case["coupon"] else None)
    expected = case["expected"]
    for name in ("applied", "subtotal", "discount", "tax", "shipping", "total"):
        assert getattr(figures, name) == expected[name]
    counted = [line for line, each in zip(expected["lines"], case["lines"], strict=True) if each["available"]]
    assert figures.shares == [(line["discount"], line["tax"]) for line in counted]
