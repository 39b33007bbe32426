"""Import and export of products in the database."""

from collections.abc import Iterator
from itertools import islice
from threading import BoundedSemaphore

from django.db import connection, connections, transaction

from shop.catalog.models import Product
from shop.catalog.schemas import ProductOut
from shop.http.problems import ServiceUnavailable

BATCH_CHARACTERS = 262_144
PAGE_ROWS = 100
EXPORTS = 4

# bulk_create(update_conflicts=True) has no WHERE and cannot tell new rows from changed ones. Rows come in order of sku,
# so that two imports, or one and a checkout, never wait for each other in a circle (DB-3).
UPSERT = """
WITH done AS (
  INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
  SELECT * FROM jsonb_to_recordset(%s::jsonb) AS line(
    sku text, name text, description text, category text, price bigint, tax_rate_bp integer, attributes jsonb,
    stock integer, active boolean)
  ORDER BY sku COLLATE "C"
  ON CONFLICT (sku) DO UPDATE SET
    name = excluded.name, description = excluded.description, category = excluded.category, price = excluded.price,
    tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes, active = excluded.active
  WHERE (products.name, products.description, products.category, products.price, products.tax_rate_bp,
         products.attributes, products.active)
    IS DISTINCT FROM (excluded.name, excluded.description, excluded.category, excluded.price, excluded.tax_rate_bp,
         excluded.attributes, excluded.active)
  RETURNING xmax = 0 AS created
)
SELECT count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created) FROM done
"""

_places = BoundedSemaphore(EXPORTS)


@transaction.atomic
def upsert(rows: dict[str, str]) -> tuple[int, int]:
    """Write the rows, each a JSON text, set by set; return how many were created and how many changed."""
    created = updated = 0
    with connection.cursor() as cursor:
        for lines in batches(rows):
            cursor.execute(UPSERT, [lines])
            counts = cursor.fetchone()
            created += counts[0]
            updated += counts[1]
    return created, updated


def batches(rows: dict[str, str]) -> Iterator[str]:
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


def export() -> Iterator[bytes]:
    """Begin an export: its snapshot is taken, and a database that is away is still told by the status."""
    if not _places.acquire(blocking=False):
        raise ServiceUnavailable
    pages = _pages()
    next(pages)
    return pages


def _pages() -> Iterator[bytes]:
    """Give nothing once the first page is there, then the pages.

    In autocommit Django's iterator() has a cursor WITH HOLD: no transaction stays open while a client reads slowly.
    """
    try:
        products = Product.objects.using("exports").order_by("sku").iterator(PAGE_ROWS)
        page = list(islice(products, PAGE_ROWS))
        yield b""
        while page:
            yield "".join(f"{ProductOut.model_validate(row).model_dump_json()}\n" for row in page).encode()
            page = list(islice(products, PAGE_ROWS))
    finally:
        connections["exports"].close()
        _places.release()
