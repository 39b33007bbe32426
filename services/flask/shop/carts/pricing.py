"""What a cart costs (PRICE-1, PRICE-2). Integers of minor units; no database and no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FREE_SHIPPING_FROM = 5000
SHIPPING = 499


@dataclass(kw_only=True)
class Line:
    """A line, and what it comes to. Only available ones count."""

    unit_price: int
    quantity: int
    tax_rate_bp: int
    available: bool
    discount: int = field(default=0, init=False)
    tax: int = field(default=0, init=False)

    @property
    def line_total(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Figures:
    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    shipping: int = 0
    applied: bool = False
    """Whether the subtotal reaches the coupon's minimum."""

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.tax + self.shipping


def price(lines: Sequence[Line], percent_bp: int | None, min_subtotal: int = 0) -> Figures:
    """Give each line, in order of sku, its discount and tax, and return the figures of all; None is no coupon."""
    counted = [line for line in lines if line.available]
    subtotal = sum(line.line_total for line in counted)
    applied = percent_bp is not None and subtotal >= min_subtotal
    discount = _share(subtotal, percent_bp) if percent_bp and applied else 0
    if discount:
        _spread(discount, subtotal, counted)
    for line in counted:
        line.tax = _share(line.line_total - line.discount, line.tax_rate_bp)
    shipping = SHIPPING if counted and subtotal - discount < FREE_SHIPPING_FROM else 0
    return Figures(subtotal, discount, sum(line.tax for line in counted), shipping, applied)


def _share(amount: int, basis_points: int) -> int:
    """Return a share, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


def _spread(discount: int, subtotal: int, lines: Sequence[Line]) -> None:
    """Give each line its part; the cents that are left go to the largest remainders, the earlier line first."""
    remainders = []
    left = discount
    for line in lines:
        line.discount, remainder = divmod(discount * line.line_total, subtotal)
        remainders.append(remainder)
        left -= line.discount
    for index in sorted(range(len(lines)), key=lambda index: (-remainders[index], index))[:left]:
        lines[index].discount += 1
