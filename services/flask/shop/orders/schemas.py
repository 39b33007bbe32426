"""What is said about orders."""

from marshmallow import fields

from shop.carts.schemas import LineSchema
from shop.platform.cursors import PageSchema
from shop.platform.schemas import Schema, String, Timestamp, one_of

STATUS = one_of("pending", "paid", "shipped", "delivered", "cancelled", "refunded")


class OrderSchema(Schema):
    id = fields.UUID()
    user_id = fields.UUID()
    status = fields.String()
    payment_status = fields.String()
    refund_due = fields.Boolean()
    currency = fields.String()
    coupon_code = fields.String()
    lines = fields.List(fields.Nested(LineSchema))
    subtotal = fields.Integer()
    discount = fields.Integer()
    tax = fields.Integer()
    shipping = fields.Integer()
    total = fields.Integer()
    version = fields.Integer()
    created_at = Timestamp()
    updated_at = Timestamp()


class OrderQuerySchema(PageSchema):
    status = String(validate=STATUS)


class TransitionSchema(Schema):
    to = String(required=True, validate=STATUS)
