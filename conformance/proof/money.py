"""What a cart costs: rule PRICE-1, in integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from proof.bugs import bug, one_has

FREE_FROM, SHIPPING = 5000, 499


@dataclass
class Line:
    """A line, to be priced: the amounts are minor units, the rate is basis points."""

    sku: str
    name: str
    unit_price: int
    quantity: int
    tax_rate_bp: int
    counts: bool
    discount: int = 0
    tax: int = 0

    @property
    def total(self) -> int:
        """Price times quantity."""
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Figures:
    """The sums of a cart or an order, in minor units."""

    subtotal: int
    discount: int
    tax: int
    shipping: int
    total: int


def share(amount: int, basis_points: int) -> int:
    """So many basis points of an amount, rounded half up."""
    if bug("float_money"):
        return round(amount / 100 * (basis_points / 10000) * 100)
    if bug("half_even") or one_has("member_rounds_half_even"):
        return int((Decimal(amount) * basis_points / 10000).quantize(Decimal(1), ROUND_HALF_EVEN))
    return (amount * basis_points + 5000) // 10000


def subtotal_of(lines: Sequence[Line]) -> int:
    """The sum of the lines that count."""
    return sum(line.total for line in lines if line.counts or bug("archived_lines_counted"))


def price(lines: Sequence[Line], percent_bp: int) -> Figures:
    """Set discount and tax of each line, which are in order of sku, and give the figures."""
    counted = [line for line in lines if line.counts or bug("archived_lines_counted")]
    subtotal = subtotal_of(lines)
    discount = share(subtotal, percent_bp)
    _spread(counted, discount, subtotal)
    for line in counted:
        line.tax = share(line.total - line.discount, line.tax_rate_bp)
    tax = sum(line.tax for line in counted)
    if bug("tax_on_the_sum"):
        tax = (sum((line.total - line.discount) * line.tax_rate_bp for line in counted) + 5000) // 10000
    paid = subtotal - discount
    free = paid > FREE_FROM if bug("shipping_above_threshold") else paid >= FREE_FROM
    nothing = not counted and not bug("shipping_of_nothing")
    shipping = 0 if nothing or free else SHIPPING
    return Figures(subtotal, discount, tax, shipping, subtotal - discount + tax + shipping)


def _spread(lines: Sequence[Line], discount: int, subtotal: int) -> None:
    """Give each line its part of the discount; the cents that remain go to the largest remainders."""
    if not subtotal:
        return
    if bug("discount_rounded_by_line"):
        for line in lines:
            line.discount = (2 * discount * line.total + subtotal) // (2 * subtotal)
        return
    exact = {line.sku: discount * line.total for line in lines}
    if bug("discount_spread_by_doubles"):
        exact = {sku: int(float(value)) for sku, value in exact.items()}
    for line in lines:
        line.discount = exact[line.sku] // subtotal
    ranked = sorted(lines, key=lambda line: -(exact[line.sku] % subtotal))
    if bug("last_cents_to_the_first_lines"):
        ranked = list(lines)
    for line in ranked[: discount - sum(line.discount for line in lines)]:
        line.discount += 1
