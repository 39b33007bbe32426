"""What a cart costs (PRICE-1, PRICE-2). Integers of minor units; no database and no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FREE_SHIPPING_FROM = 5000
SHIPPING_FEE = 499


@dataclass(frozen=True)
class Item:
    unit_price: int
    quantity: int
    tax_rate_bp: int
    available: bool


@dataclass(frozen=True)
class Discount:
    percent_bp: int
    min_subtotal: int


@dataclass
class PricedLine:
    line_total: int
    discount: int = 0
    tax: int = 0


@dataclass
class Totals:
    """The figures of a cart, and whether its coupon is applied."""

    lines: list[PricedLine] = field(default_factory=list)
    applied: bool = False
    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    shipping: int = 0

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.tax + self.shipping


def calculate(items: Sequence[Item], coupon: Discount | None) -> Totals:
    """Price the items, which stand in order of sku; only available ones count."""
    totals = Totals([PricedLine(item.unit_price * item.quantity) for item in items])
    counted = [(item, line) for item, line in zip(items, totals.lines, strict=True) if item.available]
    totals.subtotal = sum(line.line_total for _, line in counted)
    if coupon and totals.subtotal >= coupon.min_subtotal:
        totals.applied = True
        totals.discount = _share(totals.subtotal, coupon.percent_bp)
        _spread(totals.discount, totals.subtotal, [line for _, line in counted])
    for item, line in counted:
        line.tax = _share(line.line_total - line.discount, item.tax_rate_bp)
    totals.tax = sum(line.tax for _, line in counted)
    if counted and totals.subtotal - totals.discount < FREE_SHIPPING_FROM:
        totals.shipping = SHIPPING_FEE
    return totals


def _share(amount: int, basis_points: int) -> int:
    """Return a share, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


def _spread(discount: int, subtotal: int, lines: list[PricedLine]) -> None:
    """Give each line its part; the cents that are left go to the largest remainders, the earlier line first."""
    if not lines:
        return
    for line in lines:
        line.discount = discount * line.line_total // subtotal
    left = discount - sum(line.discount for line in lines)
    # The sort is stable, so that equal remainders keep their order.
    for line in sorted(lines, key=lambda line: -(discount * line.line_total % subtotal))[:left]:
        line.discount += 1
