"""What carts take and give."""

import string
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shop.platform.schemas import Input, Output

UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

CouponCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9]{3,20}$"), AfterValidator(lambda code: code.translate(UPPER))
]
Reason = Literal["not_started", "expired", "already_used", "exhausted", "min_subtotal"]


class CartItemPut(Input):
    quantity: Annotated[int, Field(ge=1, le=99)]


class CartCouponPut(Input):
    code: CouponCode


class CartLine(Output):
    """A line at today's price; what is excluded is for checkout alone."""

    sku: str
    name: str
    unit_price: int
    quantity: int
    line_total: int
    discount: int
    tax_rate_bp: int
    tax: int
    available: bool
    in_stock: bool
    stock: int = Field(exclude=True)
    product_id: UUID = Field(exclude=True)


class CartCoupon(Output):
    code: str
    applied: bool
    reason: Reason | None


class Cart(Output):
    currency: Literal["EUR"] = "EUR"
    lines: list[CartLine] = Field(default_factory=list)
    coupon: CartCoupon | None = None
    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    shipping: int = 0
    total: int = 0
