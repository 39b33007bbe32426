"""The tables of contract/schema.sql. Constraints, indexes and triggers are in migrations/."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.platform.auth import Role
from shop.platform.database import Base, Row

NOW = text("now()")
BY_TRIGGER = FetchedValue()


class User(Row):
    __tablename__ = "users"

    email: Mapped[str]
    password_hash: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Text, server_default="customer")
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Session(Row):
    """A log-in, and the family of refresh tokens that came of it."""

    __tablename__ = "sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class RefreshToken(Row):
    __tablename__ = "refresh_tokens"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    token_hash: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Product(Row):
    """A product; not active is archived."""

    __tablename__ = "products"

    sku: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    category: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    tax_rate_bp: Mapped[int]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    stock: Mapped[int] = mapped_column(server_default="0")
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(BigInteger, server_default="1", server_onupdate=BY_TRIGGER)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, server_onupdate=BY_TRIGGER)


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


class Cart(Row):
    """A cart; a user has one that is open at most."""

    __tablename__ = "carts"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    coupon_id: Mapped[UUID | None] = mapped_column(ForeignKey("coupons.id"))
    status: Mapped[str] = mapped_column(server_default="open")
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class CartItem(Row):
    __tablename__ = "cart_items"

    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int]


class Order(Row):
    __tablename__ = "orders"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    status: Mapped[str] = mapped_column(server_default="pending")
    payment_status: Mapped[str] = mapped_column(server_default="none")
    currency: Mapped[str] = mapped_column(server_default="EUR")
    coupon_code: Mapped[str | None]
    subtotal: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1", server_onupdate=BY_TRIGGER)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, server_onupdate=BY_TRIGGER)

    lines: Mapped[list["OrderItem"]] = relationship(order_by="OrderItem.position", lazy="raise")

    @property
    def refund_due(self) -> bool:
        """Whether the customer has paid for what will not come (ORDER-5)."""
        return self.status == "cancelled" and self.payment_status == "succeeded"


class OrderItem(Row):
    __tablename__ = "order_items"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    position: Mapped[int]
    sku: Mapped[str]
    name: Mapped[str]
    unit_price: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int]
    discount: Mapped[int] = mapped_column(BigInteger)
    tax_rate_bp: Mapped[int]
    tax: Mapped[int] = mapped_column(BigInteger)

    @property
    def line_total(self) -> int:
        return self.unit_price * self.quantity


class CouponRedemption(Row):
    """That a user has used a coupon, once for all."""

    __tablename__ = "coupon_redemptions"

    coupon_id: Mapped[UUID] = mapped_column(ForeignKey("coupons.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))


class IdempotencyKey(Row):
    """A checkout that succeeded, with the bytes of its answer."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    idem_key: Mapped[str]
    fingerprint: Mapped[str]
    response_status: Mapped[int]
    response_location: Mapped[str | None]
    response_body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class WebhookEvent(Base):
    """An event of the payment provider that was taken."""

    __tablename__ = "webhook_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    result: Mapped[str] = mapped_column(server_default="ignored")
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Event(Base):
    """What is told to streams; triggers write it, with ids in the order of commits."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    topic: Mapped[str]
    user_id: Mapped[UUID | None]
    type: Mapped[str]
    data: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
