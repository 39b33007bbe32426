"""What the back office takes and gives, beside products and orders."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shop.carts.schemas import CouponCode
from shop.http.schemas import Document, Moment, Resource, Timestamp, fault


def not_zero(delta: int) -> int:
    if delta == 0:
        raise fault("out_of_range")
    return delta


class StockAdjustment(Document):
    delta: Annotated[int, Field(ge=-100_000, le=100_000), AfterValidator(not_zero)]


class CouponIn(Document):
    code: CouponCode
    percent_bp: Annotated[int, Field(ge=1, le=10_000)]
    min_subtotal: Annotated[int, Field(ge=0, le=9_900_000_000)] = 0
    max_redemptions: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    starts_at: Timestamp | None = None
    ends_at: Timestamp | None = None

    @field_validator("ends_at")
    @classmethod
    def ends_after_start(cls, ends_at: datetime | None, info: ValidationInfo) -> datetime | None:
        # Not of the whole model, whose validator would not run beside other faults.
        starts_at = info.data.get("starts_at")
        if starts_at and ends_at and ends_at <= starts_at:
            raise fault("out_of_range")
        return ends_at


class CouponOut(Resource):
    code: str
    percent_bp: int
    min_subtotal: int
    max_redemptions: int | None
    redeemed: int
    starts_at: Moment
    ends_at: Moment | None
