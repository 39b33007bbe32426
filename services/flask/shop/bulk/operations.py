"""Import and export of products in the database."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import BoundedSemaphore
from typing import Any

from psycopg import ServerCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import bindparam, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert

from shop.bulk.upload import COLUMNS
from shop.catalog.models import Product
from shop.catalog.schemas import ProductSchema
from shop.platform.database import POOL_SECONDS, db
from shop.platform.problems import ServiceUnavailable

PAGE_ROWS = 100
SET_ROWS = 1000
EXPORTS = 4  # at a time, in each process

product_schema = ProductSchema()

table: Any = Product.__table__
REPLACED = [name for name in COLUMNS if name not in ("sku", "stock")]


def _upsert() -> Any:
    """Return the statement that writes rows and gives, for each that is new or changes, whether it is new.

    An array for each column: psycopg looks for placeholders in Python, which takes long where each value has one.
    """
    arrays = (bindparam(name, type_=ARRAY(table.c[name].type)) for name in COLUMNS)
    rows = func.unnest(*arrays).table_valued(*COLUMNS, name="rows").render_derived()
    # In order of sku, so that two imports or a checkout never wait for each other in a circle (DB-3).
    added = insert(table).from_select(COLUMNS, select(rows).order_by(rows.c.sku))
    old, new = (tuple_(*(columns[name] for name in REPLACED)) for columns in (table.c, added.excluded))
    return added.on_conflict_do_update(
        index_elements=["sku"],
        set_={name: added.excluded[name] for name in REPLACED},
        where=old.is_distinct_from(new),
    ).returning(literal_column("xmax = 0"))


UPSERT = _upsert()


def upsert(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Write the rows, which are in order of sku, set by set; tell how many are new and how many changed."""
    written: list[bool] = []
    for at in range(0, len(rows), SET_ROWS):
        rows_of_set = rows[at : at + SET_ROWS]
        arrays = {name: [row[name] for row in rows_of_set] for name in COLUMNS}
        written += db.session.scalars(UPSERT, arrays)
    created = sum(written)
    return {"created": created, "updated": len(written) - created, "unchanged": len(rows) - len(written)}


class Export:
    """All products as they are now, for as long as a client reads.

    The cursor is WITH HOLD: PostgreSQL has filled it at once, and no statement or transaction stays open that would
    time out while a client reads slowly. It ends with its connection.
    """

    _free = BoundedSemaphore(EXPORTS)

    def __init__(self) -> None:
        if not self._free.acquire(timeout=POOL_SECONDS):
            raise ServiceUnavailable
        with ExitStack() as held:
            held.callback(self._free.release)
            connection: Any = held.enter_context(db.get_engine("streaming").connect()).connection.driver_connection
            cursor = connection.cursor("export", withhold=True, row_factory=namedtuple_row)
            self._cursor: ServerCursor[Any] = held.enter_context(cursor)
            self._cursor.execute("SELECT * FROM products ORDER BY sku")
            self.close = held.pop_all().close

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        while rows := self._cursor.fetchmany(PAGE_ROWS):
            yield product_schema.dump(rows, many=True)
