"""What carts take and give."""

import string
from typing import Any

from marshmallow import fields

from shop.platform.schemas import Integer, Schema, String, between, pattern

UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
CODE = pattern(r"[A-Z0-9]{3,20}")


class CouponCode(String):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=CODE, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, *args, **kwargs).translate(UPPER)  # ASCII alone (CART-7)


class CartItemPutSchema(Schema):
    quantity = Integer(required=True, validate=between(1, 99))


class CartCouponPutSchema(Schema):
    code = CouponCode(required=True)


class LineSchema(Schema):
    """What the lines of carts and orders have in common."""

    sku = fields.String()
    name = fields.String()
    unit_price = fields.Integer()
    quantity = fields.Integer()
    line_total = fields.Integer()
    discount = fields.Integer()
    tax_rate_bp = fields.Integer()
    tax = fields.Integer()


class CartLineSchema(LineSchema):
    available = fields.Boolean()
    in_stock = fields.Boolean()


class CartCouponSchema(Schema):
    code = fields.String()
    applied = fields.Boolean()
    reason = fields.String()


class CartSchema(Schema):
    currency = fields.Constant("EUR")
    lines = fields.List(fields.Nested(CartLineSchema))
    coupon = fields.Nested(CartCouponSchema)
    subtotal = fields.Integer(attribute="figures.subtotal")
    discount = fields.Integer(attribute="figures.discount")
    tax = fields.Integer(attribute="figures.tax")
    shipping = fields.Integer(attribute="figures.shipping")
    total = fields.Integer(attribute="figures.total")
