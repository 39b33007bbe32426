"""What a cart costs (PRICE-1, PRICE-2): integers of minor units; no database and no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

FREE_SHIPPING_FROM = 5000
SHIPPING_FEE = 499


class Priced(Protocol):
    """What a line needs to have a price."""

    @property
    def unit_price(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def tax_rate_bp(self) -> int: ...


class Discount(Protocol):
    percent_bp: int
    min_subtotal: int


@dataclass
class LineFigures:
    line_total: int
    discount: int = 0
    tax: int = 0


@dataclass(frozen=True)
class Figures:
    lines: list[LineFigures]
    applied: bool
    subtotal: int
    discount: int
    tax: int
    shipping: int

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.tax + self.shipping


def price(items: Sequence[Priced], coupon: Discount | None) -> Figures:
    """Price the lines that count, which stand in byte order of sku; `coupon` is one that holds for the user."""
    lines = [LineFigures(item.unit_price * item.quantity) for item in items]
    subtotal = sum(line.line_total for line in lines)
    applied = coupon is not None and subtotal >= coupon.min_subtotal
    discount = part_of(subtotal, coupon.percent_bp) if coupon and applied else 0
    spread(discount, subtotal, lines)
    for item, line in zip(items, lines, strict=True):
        line.tax = part_of(line.line_total - line.discount, item.tax_rate_bp)
    shipping = SHIPPING_FEE if lines and subtotal - discount < FREE_SHIPPING_FROM else 0
    return Figures(lines, applied, subtotal, discount, sum(line.tax for line in lines), shipping)


def part_of(amount: int, basis_points: int) -> int:
    """Return a part, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


def spread(discount: int, subtotal: int, lines: Sequence[LineFigures]) -> None:
    """Give each line its part; the cents that are left go to the largest remainders, the earlier line first."""
    remainders = []
    for line in lines:
        line.discount, remainder = divmod(discount * line.line_total, subtotal)
        remainders.append(remainder)
    left = discount - sum(line.discount for line in lines)
    # The sort is stable, so that equal remainders keep their order.
    for _, line in sorted(zip(remainders, lines, strict=True), key=lambda pair: -pair[0])[:left]:
        line.discount += 1
