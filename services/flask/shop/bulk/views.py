"""Import and export of products as lines of JSON."""

import io
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from shop.bulk.operations import Export, upsert
from shop.bulk.upload import Upload
from shop.platform.auth import require_admin
from shop.platform.database import transaction
from shop.platform.requests import Request

NDJSON = "application/x-ndjson"
MAX_BYTES = 10_485_760

bulk = Blueprint("bulk", __name__, url_prefix="/admin/products")
bulk.before_request(require_admin)


@bulk.post("/import")
def import_products() -> ResponseReturnValue:
    """Create or replace products by sku, all or none; the transaction begins when the last line has been checked."""
    cast("Request", request).require_type(NDJSON)
    request.max_content_length = MAX_BYTES + 1  # which is too much, and less must not be
    upload = Upload()
    # The stream reads a line byte by byte; a buffer before it does not.
    rows = upload.read(io.BufferedReader(cast("io.RawIOBase", request.stream)))
    if request.content_length is not None and upload.size < request.content_length:
        raise ClientDisconnected
    with transaction():
        return upsert(rows)


@bulk.get("/export")
def export_products() -> Response:
    export, dumps = Export(), current_app.json.dumps

    def lines(page: list[dict[str, Any]]) -> str:
        return "".join(f"{dumps(product)}\n" for product in page)

    response = Response(map(lines, export.pages()), mimetype=NDJSON)
    response.call_on_close(export.close)
    return response
