"""Orders after their checkout: who sees them, and how they move on (ORDER-1 to ORDER-4)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from shop.models import Order, OrderItem, Product
from shop.orders.schemas import OrderQuery
from shop.platform.auth import Caller
from shop.platform.cursor import parse_time_key, time_key
from shop.platform.paging import Page, Pages, Sort
from shop.platform.problem import Code, Problem

NEWEST: Sort[Order] = Sort(
    Order.created_at, Order.id, lambda row: time_key(row.created_at), parse_time_key, descending=True
)

# Who may bring an order from where to where; the payment provider's webhooks do the rest.
OF_ADMINS = {"pending": {"cancelled"}, "paid": {"shipped", "cancelled"}, "shipped": {"delivered"}}
OF_CUSTOMERS = {"pending": {"cancelled"}}


def orders_of(caller: Caller) -> Select[Order]:
    """Return the query for the orders that the caller may see, with their lines."""
    orders = select(Order).options(selectinload(Order.lines))
    return orders if caller.is_admin else orders.where(Order.user_id == caller.id)


async def list_visible(
    session: AsyncSession, caller: Caller, query: OrderQuery, pages: Pages
) -> tuple[Sequence[Order], str | None]:
    rows = orders_of(caller)
    if query.status:
        rows = rows.where(Order.status == query.status)
    scope = pages.scope("orders", "newest", "status")
    page = Page(query, scope, NEWEST, pages.sealer)
    return page.cut((await session.scalars(page.of(rows))).all())


async def find_visible(session: AsyncSession, caller: Caller, order_id: UUID, *, lock: bool = False) -> Order:
    """Return an order that the caller may see, or raise not_found."""
    found = orders_of(caller).where(Order.id == order_id)
    order = await session.scalar(found.with_for_update(key_share=True) if lock else found)
    if order is None:
        raise Problem(Code.NOT_FOUND)
    return order


async def move(
    session: AsyncSession, caller: Caller, order_id: UUID, to: str, check: Callable[[Order], None] = lambda _: None
) -> Order:
    """Bring an order to another status; `check` judges the locked order first.

    A cancelled one that is cancelled again stays as it is.
    """
    order = await find_visible(session, caller, order_id, lock=True)
    check(order)
    if order.status == to == "cancelled":
        return order
    allowed = OF_ADMINS if caller.is_admin else OF_CUSTOMERS
    if to not in allowed.get(order.status, ()):
        raise Problem(Code.INVALID_TRANSITION, {"from": order.status, "to": to})
    if to == "cancelled":
        await _give_stock_back(session, order)
    order.status = to
    await session.flush()
    return order


async def _give_stock_back(session: AsyncSession, order: Order) -> None:
    ordered = select(OrderItem.product_id).where(OrderItem.order_id == order.id)
    lock = select(Product.id).where(Product.id.in_(ordered)).order_by(Product.sku).with_for_update(key_share=True)
    await session.execute(lock)
    await session.execute(
        update(Product)
        .values(stock=Product.stock + OrderItem.quantity)
        .where(OrderItem.order_id == order.id, Product.id == OrderItem.product_id)
        .execution_options(synchronize_session=False)
    )
