"""What the back office takes and gives, beside products and orders."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from shop.carts.schemas import CouponCode
from shop.catalog.attributes import Attributes
from shop.catalog.schemas import ProductSchema
from shop.platform.schemas import Integer, Schema, String, Timestamp, between


class ProductPatchSchema(ProductSchema):
    """A merge patch (ADMIN-3). It is loaded with `partial`: what is absent is left alone."""

    sku = String(dump_only=True)
    attributes = Attributes(patch=True)
    stock = Integer(dump_only=True)


class MergedAttributesSchema(Schema):
    """What can be judged only after the merge."""

    attributes = Attributes()


def not_zero(delta: int) -> None:
    if delta == 0:
        raise ValidationError("out_of_range")


class StockAdjustmentSchema(Schema):
    delta = Integer(required=True, validate=[between(-100_000, 100_000), not_zero])


class CouponSchema(Schema):
    code = CouponCode(required=True)
    percent_bp = Integer(required=True, validate=between(1, 10_000))
    min_subtotal = Integer(validate=between(0, 9_900_000_000))
    max_redemptions = Integer(allow_none=True, validate=between(1, 1_000_000))
    redeemed = fields.Integer(dump_only=True)
    starts_at = Timestamp(allow_none=True)
    ends_at = Timestamp(allow_none=True)

    @validates_schema(skip_on_field_errors=False)
    def check_window(self, data: dict[str, Any], **_kwargs: Any) -> None:
        starts_at: datetime | None = data.get("starts_at")
        ends_at: datetime | None = data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            raise ValidationError("out_of_range", "ends_at")
