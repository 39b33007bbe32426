"""Import and export of products as lines of JSON."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from shop.bulk import repository
from shop.bulk.upload import Upload
from shop.platform.auth import require_admin
from shop.platform.body import NDJSON, check_media_type, stream_body
from shop.platform.database import Pool, Transaction
from shop.platform.problem import Problem
from shop.platform.routing import router as feature_router
from shop.platform.streaming import Stream

router = feature_router("bulk", prefix="/admin/products", dependencies=[Depends(require_admin)])

MAX_BYTES = 10_485_760


class ImportResult(BaseModel):
    """What became of the lines of an import."""

    created: int
    updated: int
    unchanged: int


# region importProducts
@router.post("/import")
async def import_products(request: Request, session: Transaction) -> ImportResult:
    """Create or replace products by sku, all or none; the transaction begins when the last line has been checked."""
    check_media_type(request, NDJSON)
    upload = Upload()
    await upload.read(stream_body(request, MAX_BYTES))
    if upload.error_count:
        raise Problem("import_failed", {"errors": upload.errors, "error_count": upload.error_count})
    created, updated = await repository.upsert(session, upload.rows)
    return ImportResult(created=created, updated=updated, unchanged=len(upload.rows) - created - updated)


# endregion


# region exportProducts
@router.get("/export")
async def export_products(request: Request, pool: Pool) -> Response:
    """Stream all products, archived ones too."""
    pages = repository.export_pages(pool)
    first = await anext(pages, b"")  # a database that is away is still told by the status

    async def body() -> AsyncGenerator[bytes, None]:
        async with aclosing(pages):
            yield first
            if request.method == "GET":
                async for page in pages:
                    yield page

    return Stream(body(), NDJSON)


# endregion
