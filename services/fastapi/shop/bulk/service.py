"""Import and export of products in the database."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from sqlalchemy import Text, bindparam, cast, column, func, literal_column, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shop import models
from shop.catalog.schemas import Product

BATCH_CHARACTERS = 262_144
PAGE_ROWS = 100

_table: Any = models.Product.__table__
_replaced = ["name", "description", "category", "price", "tax_rate_bp", "attributes", "active"]
_names = ["sku", *_replaced, "stock"]


def _upsert() -> Any:
    """Return the statement that takes a JSON array of rows and tells how many it created and how many it changed."""
    lines = func.jsonb_to_recordset(cast(bindparam("lines", type_=Text), JSONB))
    rows = lines.table_valued(*(column(name, _table.c[name].type) for name in _names)).render_derived(with_types=True)
    # In order of sku, so that two imports or a checkout never wait for each other in a circle (DB-3).
    added = insert(_table).from_select(_names, select(rows).order_by(rows.c.sku))
    old = tuple_(*(_table.c[name] for name in _replaced))
    new = tuple_(*(added.excluded[name] for name in _replaced))
    written = added.on_conflict_do_update(
        index_elements=["sku"],
        set_={name: added.excluded[name] for name in _replaced},
        where=old.is_distinct_from(new),
    )
    done = written.returning(literal_column("xmax = 0").label("created")).cte("done")
    return select(func.count().filter(done.c.created), func.count().filter(~done.c.created)).select_from(done)


UPSERT = _upsert()
DECLARE = text("DECLARE export CURSOR WITH HOLD FOR SELECT * FROM products ORDER BY sku")
FETCH = select(models.Product).from_statement(text(f"FETCH {PAGE_ROWS} FROM export"))


async def upsert(session: AsyncSession, rows: dict[str, str]) -> tuple[int, int]:
    """Write the rows, each a JSON text, set by set; return how many were created and how many changed."""
    created = updated = 0
    for lines in _batches(rows):
        counts = (await session.execute(UPSERT, {"lines": lines})).one()
        created += counts[0]
        updated += counts[1]
    return created, updated


def _batches(rows: dict[str, str]) -> Iterator[str]:
    """Give JSON arrays of the rows in order of sku."""
    batch: list[str] = []
    size = 0
    for sku in sorted(rows):
        batch.append(rows[sku])
        size += len(rows[sku])
        if size > BATCH_CHARACTERS:
            yield f"[{','.join(batch)}]"
            batch, size = [], 0
    if batch:
        yield f"[{','.join(batch)}]"


async def open_cursor(session: AsyncSession) -> None:
    """Fill a cursor with all products as they are now.

    No statement and no transaction stays open, which would time out while a client reads slowly. It ends with its
    connection.
    """
    await session.execute(DECLARE)


async def read_pages(session: AsyncSession) -> AsyncIterator[bytes]:
    """Give what is in the cursor as lines of JSON, page by page."""
    while products := (await session.scalars(FETCH)).all():
        yield "".join(f"{Product.model_validate(row).model_dump_json()}\n" for row in products).encode()
