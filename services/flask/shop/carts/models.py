"""Carts and coupons."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Row

NOW = text("now()")


class Coupon(Row):
    """A percentage off the subtotal."""

    __tablename__ = "coupons"

    code: Mapped[str]
    percent_bp: Mapped[int]
    min_subtotal: Mapped[int] = mapped_column(BigInteger, server_default="0")
    max_redemptions: Mapped[int | None]
    redeemed: Mapped[int] = mapped_column(server_default="0")
    starts_at: Mapped[datetime] = mapped_column(server_default=NOW)
    ends_at: Mapped[datetime | None]


class CouponRedemption(Row):
    """That a user has used a coupon, once for all."""

    __tablename__ = "coupon_redemptions"

    coupon_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coupons.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))


class Cart(Row):
    """A cart; a user has one that is open at most."""

    __tablename__ = "carts"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    coupon_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("coupons.id"))
    status: Mapped[str] = mapped_column(server_default="open")
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class CartItem(Row):
    __tablename__ = "cart_items"

    cart_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("carts.id"))
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int]
