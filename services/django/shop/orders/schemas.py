"""What orders take and give."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, StringConstraints

from shop.http.pagination import PageQuery
from shop.http.schemas import Document, Moment, Resource
from shop.orders.models import Status

StatusName = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Status.values)})$")]


class Transition(Document):
    to: StatusName


class OrderQuery(PageQuery):
    status: StatusName | None = None


class OrderLine(Resource):
    sku: str
    name: str
    unit_price: int
    quantity: int
    line_total: int
    discount: int
    tax_rate_bp: int
    tax: int


class OrderOut(Resource):
    id: UUID
    user_id: UUID
    status: str
    payment_status: str
    refund_due: bool
    currency: Literal["EUR"]
    coupon_code: str | None
    lines: Annotated[list[OrderLine], BeforeValidator(lambda related: list(related.all()))]
    subtotal: int
    discount: int
    tax: int
    shipping: int
    total: int
    version: int
    created_at: Moment
    updated_at: Moment


class OrderList(Resource):
    items: list[OrderOut]
    next_cursor: str | None
