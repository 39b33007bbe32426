"""Orders after their checkout: who sees them, and how they move on (ORDER-1 to ORDER-4)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import selectinload

from shop.catalog.models import Product
from shop.orders.models import Order, OrderItem
from shop.platform import cursors
from shop.platform.auth import Caller
from shop.platform.cursors import Page, parse_time_key, time_key
from shop.platform.database import db
from shop.platform.problems import InvalidTransition, NotFound

NEWEST: cursors.Order[Order] = cursors.Order(
    Order.created_at, Order.id, lambda row: time_key(row.created_at), parse_time_key, descending=True
)

WITH_LINES = select(Order).options(selectinload(Order.lines))

# Who may bring an order from where to where; the payment provider's webhooks do the rest.
BY_ADMIN = {"pending": {"cancelled"}, "paid": {"shipped", "cancelled"}, "shipped": {"delivered"}}
BY_CUSTOMER = {"pending": {"cancelled"}}


def visible_to(caller: Caller) -> Select[Order]:
    """Return the query for the orders that the caller may see, with their lines."""
    return WITH_LINES if caller.is_admin else WITH_LINES.where(Order.user_id == caller.id)


def list_visible(caller: Caller, query: Mapping[str, Any]) -> tuple[Sequence[Order], str | None]:
    rows = visible_to(caller)
    if "status" in query:
        rows = rows.where(Order.status == query["status"])
    page = Page("orders", query, "newest", NEWEST, ("status",))
    return page.cut(db.session.scalars(page.select(rows)).all())


def find_visible(caller: Caller, id: str, *, lock: bool = False) -> Order:
    """Return an order that the caller may see, or raise not_found."""
    found = visible_to(caller).where(Order.id == id)
    order = db.session.scalar(found.with_for_update(key_share=True) if lock else found)
    if order is None:
        raise NotFound
    return order


def move(caller: Caller, id: str, to: str, check: Callable[[int], None] | None = None) -> Order:
    """Bring an order to another status; `check` judges the version of the locked order first.

    A cancelled one that is cancelled again stays as it is.
    """
    order = find_visible(caller, id, lock=True)
    if check:
        check(order.version)
    if order.status == to == "cancelled":
        return order
    allowed = BY_ADMIN if caller.is_admin else BY_CUSTOMER
    if to not in allowed.get(order.status, ()):
        members: dict[str, Any] = {"from": order.status, "to": to}
        raise InvalidTransition(**members)
    if to == "cancelled":
        _give_stock_back(order)
    order.status = to
    db.session.flush()
    return order


def _give_stock_back(order: Order) -> None:
    ordered = select(OrderItem.product_id).where(OrderItem.order_id == order.id)
    # The database sorts, and by sku: ids would compare differently elsewhere (DB-3).
    lock = select(Product.id).where(Product.id.in_(ordered)).order_by(Product.sku).with_for_update(key_share=True)
    db.session.execute(lock)
    db.session.execute(
        update(Product)
        .values(stock=Product.stock + OrderItem.quantity)
        .where(OrderItem.order_id == order.id, Product.id == OrderItem.product_id)
        .execution_options(synchronize_session=False)
    )
