"""Import and export of products as lines of JSON."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Security
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from shop.bulk import service
from shop.bulk.upload import Upload
from shop.platform.auth import administrator
from shop.platform.database import Pool
from shop.platform.problem import Code, Problem
from shop.platform.requests import Route, StrictRequest

NDJSON = "application/x-ndjson"
MAX_BYTES = 10_485_760

router = APIRouter(prefix="/admin/products", tags=["bulk"], route_class=Route, dependencies=[Security(administrator)])


class NdjsonResponse(StreamingResponse):
    media_type = NDJSON


class ImportResult(BaseModel):
    created: int
    updated: int
    unchanged: int


@router.post("/import")
async def import_products(request: StrictRequest, pool: Pool) -> ImportResult:
    """Create or replace products by sku, all or none; the transaction begins when the last line has been checked."""
    request.check_media_type(NDJSON)
    upload = Upload()
    await upload.read(request.chunks(MAX_BYTES))
    if upload.error_count:
        raise Problem(Code.IMPORT_FAILED, {"errors": upload.errors, "error_count": upload.error_count})
    async with pool.transaction() as session:
        created, updated = await service.upsert(session, upload.rows)
    return ImportResult(created=created, updated=updated, unchanged=len(upload.rows) - created - updated)


async def begin_export(pool: Pool) -> AsyncIterator[AsyncSession]:
    """Give a session whose cursor stands before all products, until the last has been sent or the client is gone."""
    async with pool.apart() as session:
        await service.open_cursor(session)  # a database that is away is still told by the status
        yield session


@router.get("/export", response_class=NdjsonResponse)
async def export_products(
    request: StrictRequest, session: Annotated[AsyncSession, Depends(begin_export)]
) -> AsyncIterator[bytes]:
    if request.method == "GET":
        async for lines in service.read_pages(session):
            yield lines
