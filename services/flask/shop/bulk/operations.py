"""Import and export of products in the database."""

from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Any

from psycopg import ServerCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, literal_column, tuple_
from sqlalchemy.dialects.postgresql import insert

from shop.bulk.upload import COLUMNS
from shop.catalog.models import Product
from shop.catalog.schemas import ProductSchema
from shop.platform.database import POOL_SECONDS, db
from shop.platform.problems import ServiceUnavailable

PAGE_ROWS = 100
EXPORTS = 4  # at a time, in each process

product_schema = ProductSchema()

table: Any = Product.__table__
REPLACED = [name for name in COLUMNS if name not in ("sku", "stock")]


def _upsert() -> Any:
    """Return the statement that writes rows and gives, for each that is new or changes, whether it is new."""
    added = insert(table)
    old, new = (tuple_(*(columns[name] for name in REPLACED)) for columns in (table.c, added.excluded))
    return added.on_conflict_do_update(
        index_elements=["sku"],
        set_={name: added.excluded[name] for name in REPLACED},
        where=old.is_distinct_from(new),
    ).returning(literal_column("xmax = 0"))


UPSERT = _upsert()


def upsert(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Write the rows, which are in order of sku; SQLAlchemy makes one INSERT of a thousand at a time."""
    written = db.session.scalars(UPSERT, rows).all() if rows else []
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
        try:
            self._connection: Connection = db.get_engine("streaming").connect()
            try:
                driver: Any = self._connection.connection.driver_connection
                self._cursor: ServerCursor[Any] = driver.cursor("export", withhold=True, row_factory=namedtuple_row)
                self._cursor.execute("SELECT * FROM products ORDER BY sku")
            except BaseException:
                self._connection.close()
                raise
        except BaseException:
            self._free.release()
            raise

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        while rows := self._cursor.fetchmany(PAGE_ROWS):
            yield product_schema.dump(rows, many=True)

    def close(self) -> None:
        self._connection.close()
        self._free.release()
