"""What carts take and give."""

import string
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shop.http.schemas import Document, Resource

UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

CouponCode = Annotated[
    str, StringConstraints(pattern="^[A-Za-z0-9]{3,20}$"), AfterValidator(lambda code: code.translate(UPPER))
]


class CartItemPut(Document):
    quantity: Annotated[int, Field(ge=1, le=99)]


class CartCouponPut(Document):
    code: CouponCode


class CartLine(Resource):
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


class CartCoupon(Resource):
    code: str
    applied: bool
    reason: str | None


class CartOut(Resource):
    currency: str = "EUR"
    lines: list[CartLine]
    coupon: CartCoupon | None
    subtotal: int
    discount: int
    tax: int
    shipping: int
    total: int
