"""Orders, with copies of what was bought."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.platform.database import Row

NOW = text("now()")


class OrderItem(Row):
    __tablename__ = "order_items"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"))
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


class Order(Row):
    """An order. A trigger keeps version and updated_at."""

    __tablename__ = "orders"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    cart_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("carts.id"))
    status: Mapped[str] = mapped_column(server_default="pending")
    payment_status: Mapped[str] = mapped_column(server_default="none")
    currency: Mapped[str] = mapped_column(server_default="EUR")
    coupon_code: Mapped[str | None]
    subtotal: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    shipping: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1", server_onupdate=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, server_onupdate=FetchedValue())

    # A list of orders reads the lines of all by one more statement, and nothing reads them by itself.
    lines: Mapped[list[OrderItem]] = relationship(order_by=OrderItem.position, lazy="raise")

    @property
    def refund_due(self) -> bool:
        """Whether the customer has paid for what will not come (ORDER-5)."""
        return self.status == "cancelled" and self.payment_status == "succeeded"
