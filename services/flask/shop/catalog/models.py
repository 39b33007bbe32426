"""Products."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, FetchedValue, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.platform.database import Row

NOW = text("now()")


class Product(Row):
    """A product; not active is archived. A trigger keeps version and updated_at."""

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
    version: Mapped[int] = mapped_column(BigInteger, server_default="1", server_onupdate=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, server_onupdate=FetchedValue())
