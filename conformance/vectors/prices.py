"""Price vectors (rule PRICE-1): named edges, and seeded families that are each drawn until they hit their edge."""

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

DESCRIPTION = (
    "What a cart costs, in minor units. `lines` stand in sku order (byte order). Only lines with `available` "
    "count; a line that is not available keeps its line_total and has no discount and no tax. A coupon is applied "
    "if subtotal >= min_subtotal, also where its discount rounds to 0. All division is of integers, all rounding "
    "is half up: line_total = unit_price * quantity; discount = (subtotal * percent_bp + 5000) div 10000; each "
    "line gets (discount * line_total) div subtotal, and the cents that are left go one each to the lines with "
    "the largest (discount * line_total) mod subtotal, the earlier line first on a tie; tax = ((line_total - line "
    "discount) * tax_rate_bp + 5000) div 10000 for each line; shipping = 0 if no line counts or subtotal - "
    "discount >= 5000, else 499; total = subtotal - discount + tax + shipping. Products stay below 2^63 and "
    "exceed 2^53, so doubles go wrong."
)
SEED = 20260105
MAX_PRICE = 5_000_000
RATES = (0, 500, 550, 700, 725, 1000, 1900, 2000, 2100, 2500, 5000)
SKU_LETTERS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Line(NamedTuple):
    """A cart line; `unit_price` in minor units, `tax_rate_bp` in basis points."""

    sku: str
    unit_price: int
    quantity: int
    tax_rate_bp: int
    available: bool = True


class Coupon(NamedTuple):
    """A coupon; `percent_bp` in basis points, `min_subtotal` in minor units."""

    percent_bp: int
    min_subtotal: int = 0


class Cart(NamedTuple):
    """What is priced."""

    lines: list[Line]
    coupon: Coupon | None


def price(cart: Cart) -> dict[str, Any]:
    """Returns the figures that the contract demands for `cart`."""
    lines, coupon = cart
    line_totals = [line.unit_price * line.quantity for line in lines]
    counted = [index for index, line in enumerate(lines) if line.available]
    subtotal = sum(line_totals[index] for index in counted)
    applied = coupon is not None and subtotal >= coupon.min_subtotal
    discount = (subtotal * coupon.percent_bp + 5000) // 10000 if coupon is not None and applied else 0
    discounts = [0] * len(lines)
    if discount:
        for index in counted:
            discounts[index] = discount * line_totals[index] // subtotal
        left = discount - sum(discounts)
        for index in sorted(counted, key=lambda index: -(discount * line_totals[index] % subtotal))[:left]:
            discounts[index] += 1
    taxes = [
        ((total - share) * line.tax_rate_bp + 5000) // 10000 if line.available else 0
        for line, total, share in zip(lines, line_totals, discounts, strict=True)
    ]
    shipping = 499 if counted and subtotal - discount < 5000 else 0
    figures = zip(line_totals, discounts, taxes, strict=True)
    return {
        "applied": applied,
        "subtotal": subtotal,
        "discount": discount,
        "lines": [{"line_total": total, "discount": share, "tax": tax} for total, share, tax in figures],
        "tax": sum(taxes),
        "shipping": shipping,
        "total": subtotal - discount + sum(taxes) + shipping,
    }


def cart(figures: list[tuple[int, int, int]], percent_bp: int = 0, min_subtotal: int = 0) -> Cart:
    """Returns a cart of (unit_price, quantity, tax_rate_bp); `percent_bp` 0 means no coupon."""
    lines = [Line(f"SKU-{number:02}", *figure) for number, figure in enumerate(figures, start=1)]
    return Cart(lines, Coupon(percent_bp, min_subtotal) if percent_bp else None)


def named() -> Iterator[tuple[str, Cart]]:
    """Yields the edges that are known by name; V1 to V11 are those of the design."""
    yield "V1 a tax of 2.5 cents", cart([(50, 1, 500)])
    yield "V2 a tax of 3.5 cents", cart([(70, 1, 500)])
    yield "V3 tax is rounded for each line", cart([(10, 1, 500)] * 3)
    yield "V4 a cent left over three equal lines", cart([(100, 1, 2000)] * 3, 3333)
    yield "V5 three unequal lines", cart([(999, 3, 2000), (50, 1, 500), (1, 1, 500)], 1250)
    yield "V6 shipping is free at 5000", cart([(5556, 1, 0)], 1000)
    yield "V7 shipping is paid at 4999", cart([(5555, 1, 0)], 1000)
    yield "V8 all is discounted, shipping is not", cart([(4999, 1, 2000)], 10000)
    yield "V9 a discount of 554.5 cents", cart([(5545, 1, 0)], 1000)
    yield "V10 products beyond 2^53", cart([(4928050, 91, 0), (4214607, 94, 0), (4546508, 99, 0)], 8600)
    yield "V11 the dearest cart", cart([(MAX_PRICE, 99, 5000)] * 20, 9999)
    yield "no lines", Cart([], None)
    yield "no lines, with a coupon", Cart([], Coupon(1000))
    gone = [line._replace(available=False) for line in cart([(1999, 2, 1900), (500, 1, 700)]).lines]
    yield "no line is available", Cart(gone, None)
    yield "no line is available, with a coupon", Cart(gone, Coupon(1000))
    yield "no line is available, with a coupon that asks for 1", Cart(gone, Coupon(1000, 1))
    yield "a discount of 0.49 cents rounds to 0 and the coupon is applied", cart([(49, 1, 1900)], 100)
    yield "a discount of 0.5 cents rounds to 1", cart([(50, 1, 1900)], 100)
    yield "two cents left over four equal lines", cart([(150, 1, 1900)] * 4, 3700)
    yield "min_subtotal is met exactly", cart([(2500, 2, 1900)], 1000, 5000)
    yield "min_subtotal is missed by a cent", cart([(4999, 1, 1900)], 1000, 5000)
    yield "min_subtotal is compared before the discount", cart([(5000, 1, 1900)], 9000, 5000)
    yield "the cheapest cart", cart([(1, 1, 0)])
    half = cart([(3000, 1, 1900), (3000, 1, 1900)], 1000, 3001)
    yield (
        "min_subtotal looks at available lines only",
        Cart([half.lines[0], half.lines[1]._replace(available=False)], half.coupon),
    )


def draw(rng: random.Random, max_lines: int, max_price: int, max_quantity: int, gone: float = 0.0) -> Cart:
    """Returns a cart of 1 to `max_lines` lines, each unavailable with probability `gone`; half have a coupon."""
    count = rng.randint(1, max_lines)
    skus: set[str] = set()
    while len(skus) < count:
        skus.add(rng.choice(SKU_LETTERS[1:]) + "".join(rng.choices(SKU_LETTERS, k=rng.randint(0, 7))))
    lines = [
        Line(sku, rng.randint(1, max_price), rng.randint(1, max_quantity), rng.choice(RATES), rng.random() >= gone)
        for sku in sorted(skus)
    ]
    return Cart(lines, Coupon(rng.randint(1, 10000)) if rng.random() < 0.5 else None)


def is_half(numerator: int) -> bool:
    """Tells whether numerator/10000 ends in exactly one half above an even number: half-even would round it down."""
    return numerator % 20000 == 5000


def half_cent_tax(rng: random.Random) -> Cart | None:
    """Draws a cart in which the tax of a line is a half cent."""
    drawn = draw(rng, 4, 3000, 5)
    result = price(drawn)
    pairs = zip(drawn.lines, result["lines"], strict=True)
    halves = (is_half((out["line_total"] - out["discount"]) * line.tax_rate_bp) for line, out in pairs)
    return drawn if any(halves) else None


def half_cent_discount(rng: random.Random) -> Cart | None:
    """Draws a cart whose discount is a half cent."""
    drawn = Cart(draw(rng, 5, 9000, 9).lines, Coupon(25 * rng.randint(1, 399)))
    return drawn if drawn.coupon and is_half(price(drawn)["subtotal"] * drawn.coupon.percent_bp) else None


def equal_lines(rng: random.Random) -> Cart | None:
    """Draws a cart of equal lines among which some, but not all, get a cent more."""
    drawn = draw(rng, 12, 4000, 3)
    first = drawn.lines[0]
    lines = [line._replace(unit_price=first.unit_price, quantity=first.quantity) for line in drawn.lines]
    even = Cart(lines, Coupon(rng.randint(1, 9999)))
    return even if price(even)["discount"] % len(lines) else None


def unequal_tie(rng: random.Random) -> Cart | None:
    """Draws a cart in which the last cent lies between unequal lines of equal remainder."""
    drawn = Cart(draw(rng, 6, 400, 3).lines, Coupon(50 * rng.randint(1, 199)))
    result = price(drawn)
    subtotal, discount = result["subtotal"], result["discount"]
    seen: dict[int, set[tuple[int, bool]]] = {}
    for out in result["lines"]:
        share, remainder = divmod(discount * out["line_total"], subtotal)
        seen.setdefault(remainder, set()).add((out["line_total"], out["discount"] > share))
    split = (len({got for _, got in group}) == 2 and len({total for total, _ in group}) > 1 for group in seen.values())
    return drawn if any(split) else None


def shipping_edge(rng: random.Random) -> Cart | None:
    """Draws a cart within a cent of free shipping."""
    drawn = draw(rng, 3, 4000, 3)
    result = price(drawn)
    return drawn if result["subtotal"] - result["discount"] in {4999, 5000, 5001} else None


def all_discounted(rng: random.Random) -> Cart:
    """Draws a cart with a coupon of 100 %."""
    return Cart(draw(rng, 8, 9000, 9).lines, Coupon(10000))


def beyond_doubles(rng: random.Random) -> Cart | None:
    """Draws a dear cart whose line discounts a computation in doubles gets wrong."""
    drawn = Cart(draw(rng, 8, MAX_PRICE, 99).lines, Coupon(100 * rng.randint(1, 99)))  # round rates make ties
    result = price(drawn)
    quotients = [float(result["discount"]) * out["line_total"] / result["subtotal"] for out in result["lines"]]
    shares = [int(quotient) for quotient in quotients]
    left = result["discount"] - sum(shares)
    for index in sorted(range(len(shares)), key=lambda index: shares[index] - quotients[index])[: max(left, 0)]:
        shares[index] += 1
    return drawn if shares != [out["discount"] for out in result["lines"]] else None


def twenty_lines(rng: random.Random) -> Cart | None:
    """Draws a cart of 20 lines."""
    drawn = draw(rng, 20, MAX_PRICE, 99)
    return drawn if len(drawn.lines) == 20 else None


def partly_available(rng: random.Random) -> Cart | None:
    """Draws a cart of which some lines count and some do not."""
    drawn = draw(rng, 8, 9000, 9, gone=0.4)
    return drawn if 0 < sum(line.available for line in drawn.lines) < len(drawn.lines) else None


def minimum_edge(rng: random.Random) -> Cart:
    """Draws a cart within a cent of its coupon's min_subtotal."""
    drawn = draw(rng, 5, 9000, 9, gone=0.2)
    return Cart(drawn.lines, Coupon(rng.randint(1, 10000), max(0, price(drawn)["subtotal"] + rng.randint(-1, 1))))


FAMILIES: dict[str, tuple[int, Callable[[random.Random], Cart | None]]] = {
    "half-cent tax": (30, half_cent_tax),
    "half-cent discount": (25, half_cent_discount),
    "equal lines": (25, equal_lines),
    "unequal tie": (20, unequal_tie),
    "shipping edge": (30, shipping_edge),
    "all discounted": (12, all_discounted),
    "beyond doubles": (30, beyond_doubles),
    "20 lines": (12, twenty_lines),
    "partly available": (25, partly_available),
    "min_subtotal edge": (20, minimum_edge),
}


def drawn() -> Iterator[tuple[str, Cart]]:
    """Yields the carts of the families; each family has a generator of its own, so that one may grow alone."""
    for family, (count, attempt) in FAMILIES.items():
        rng = random.Random(f"{SEED} {family}")
        for number in range(1, count + 1):
            found = None
            while found is None:
                found = attempt(rng)
            yield f"{family} {number:02}", found


def document() -> dict[str, Any]:
    """Returns prices.json."""
    cases = [
        {
            "name": name,
            "coupon": found.coupon and found.coupon._asdict(),
            "lines": [line._asdict() for line in found.lines],
            "expected": price(found),
        }
        for name, found in [*named(), *drawn()]
    ]
    return {"description": DESCRIPTION, "rule": "PRICE-1", "cases": cases}
