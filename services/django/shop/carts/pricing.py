"""What a cart costs (PRICE-1, PRICE-2): integers of minor units; no database and no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

FREE_SHIPPING_FROM = 5000
SHIPPING_FEE = 499


class Priced(Protocol):
    """What a line needs to have a price."""

    @property
    def line_total(self) -> int: ...
    @property
    def tax_rate_bp(self) -> int: ...


class Discount(Protocol):
    percent_bp: int
    min_subtotal: int


@dataclass(frozen=True)
class Figures:
    """The figures of a cart, and of each of its lines the share of the discount and the tax."""

    shares: list[tuple[int, int]]
    applied: bool
    subtotal: int
    discount: int
    tax: int
    shipping: int

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.tax + self.shipping


def price(lines: Sequence[Priced], coupon: Discount | None) -> Figures:
    """Price the lines that count, which stand in byte order of sku; `coupon` is one that holds for the user."""
    subtotal = sum(line.line_total for line in lines)
    applied = coupon is not None and subtotal >= coupon.min_subtotal
    discount = part_of(subtotal, coupon.percent_bp) if coupon and applied else 0
    shares = [
        (share, part_of(line.line_total - share, line.tax_rate_bp))
        for line, share in zip(lines, spread(discount, [line.line_total for line in lines]), strict=True)
    ]
    shipping = SHIPPING_FEE if lines and subtotal - discount < FREE_SHIPPING_FROM else 0
    return Figures(shares, applied, subtotal, discount, sum(tax for _, tax in shares), shipping)


def part_of(amount: int, basis_points: int) -> int:
    """Return a part, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


def spread(discount: int, totals: Sequence[int]) -> list[int]:
    """Return each line's part; the cents that are left go to the largest remainders, the earlier line first."""
    subtotal = sum(totals)
    shares = [discount * total // subtotal for total in totals]
    # The sort is stable, so that equal remainders keep their order.
    for at in sorted(range(len(totals)), key=lambda at: -(discount * totals[at] % subtotal))[: discount - sum(shares)]:
        shares[at] += 1
    return shares
