"""Products in the database, for all features."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.catalog.schemas import MAX_NAME, ProductQuery
from shop.models import Product
from shop.platform.cursor import parse_time_key, time_key
from shop.platform.database import Database
from shop.platform.paging import Page, Pages, Sort
from shop.platform.problem import Code, Problem

# Statements that do not vary are built once: that is a third of what SQLAlchemy does for a request.
ACTIVE = select(Product).where(Product.sku == bindparam("sku"), Product.active)
ACTIVE_LOCKED = ACTIVE.with_for_update(key_share=True)

PRICE = re.compile(r"0|[1-9][0-9]{0,9}")


async def read_active(pool: Database, sku: str) -> Row[Any]:
    """Return the row of the product that a sku means, or raise not_found."""
    async with pool.connect() as connection:
        product = (await connection.execute(ACTIVE, {"sku": sku})).one_or_none()
    if product is None:
        raise Problem(Code.NOT_FOUND)
    return product


async def find_active(session: AsyncSession, sku: str) -> Product:
    """Return the product that a sku means, or raise not_found; an archived one counts as unknown."""
    product = await session.scalar(ACTIVE, {"sku": sku})
    if product is None:
        raise Problem(Code.NOT_FOUND)
    return product


async def lock_active(session: AsyncSession, sku: str) -> Product:
    """Do the same, and lock the product against changes until the transaction ends."""
    product = await session.scalar(ACTIVE_LOCKED, {"sku": sku})
    if product is None:
        raise Problem(Code.NOT_FOUND)
    return product


def _parse_price(key: str) -> int:
    if not PRICE.fullmatch(key):
        raise Problem(Code.INVALID_CURSOR)
    return int(key)


def _parse_name(key: str) -> str:
    if not 1 <= len(key) <= MAX_NAME:
        raise Problem(Code.INVALID_CURSOR)
    return key


SORTS: dict[str, Sort[Row[Any]]] = {
    "newest": Sort(
        Product.created_at, Product.id, lambda row: time_key(row.created_at), parse_time_key, descending=True
    ),
    "price": Sort(Product.price, Product.id, lambda row: str(row.price), _parse_price),
    "-price": Sort(Product.price, Product.id, lambda row: str(row.price), _parse_price, descending=True),
    "name": Sort(Product.name.collate("C"), Product.id, lambda row: row.name, _parse_name),
}


async def list_active(pool: Database, query: ProductQuery, pages: Pages) -> tuple[Sequence[Row[Any]], str | None]:
    """Return a page of products and the next cursor. The statement has the conditions of this query and no others."""
    rows = select(Product).where(Product.active)
    if query.q:
        rows = rows.where(or_(*(column.icontains(query.q, autoescape=True) for column in (Product.name, Product.sku))))
    if query.category:
        rows = rows.where(Product.category == query.category)
    if query.price_min is not None:
        rows = rows.where(Product.price >= query.price_min)
    if query.price_max is not None:
        rows = rows.where(Product.price <= query.price_max)
    if query.in_stock:
        rows = rows.where(Product.stock > 0 if query.in_stock == "true" else Product.stock == 0)
    scope = pages.scope("products", query.sort, "q", "category", "price_min", "price_max", "in_stock")
    page = Page(query, scope, SORTS[query.sort], pages.sealer)
    async with pool.connect() as connection:
        return page.cut((await connection.execute(page.of(rows))).all())
