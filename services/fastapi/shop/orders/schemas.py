"""What orders take and give."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import BeforeValidator

from shop.platform.paging import PageQuery
from shop.platform.schemas import UUID_TEXT, Input, Output, UtcTime

OrderStatus = Literal["pending", "paid", "shipped", "delivered", "cancelled", "refunded"]


def _canonical(text: str) -> str:
    if not UUID_TEXT.fullmatch(text):
        raise ValueError("no UUID")
    return text


PathId = Annotated[UUID, Path(), BeforeValidator(_canonical)]


class Transition(Input):
    to: OrderStatus


class OrderQuery(PageQuery):
    status: OrderStatus | None = None


class OrderLine(Output):
    sku: str
    name: str
    unit_price: int
    quantity: int
    line_total: int
    discount: int
    tax_rate_bp: int
    tax: int


class Order(Output):
    id: UUID
    user_id: UUID
    status: OrderStatus
    payment_status: Literal["none", "failed", "succeeded", "refunded"]
    refund_due: bool
    currency: Literal["EUR"]
    coupon_code: str | None
    lines: list[OrderLine]
    subtotal: int
    discount: int
    tax: int
    shipping: int
    total: int
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class OrderList(Output):
    items: list[Order]
    next_cursor: str | None
