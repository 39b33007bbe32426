"""Import and export of products as lines of JSON."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Router

from shop.bulk import services
from shop.bulk.schemas import ImportResult
from shop.bulk.upload import Upload
from shop.http.auth import CallerRequest, administrator
from shop.http.middleware import open_body
from shop.http.parser import check_media_type
from shop.http.problems import ImportFailed

NDJSON = "application/x-ndjson"
MAX_BYTES = 10_485_760

router = Router(auth=administrator)


@router.post("/import", response=ImportResult)
def import_products(request: CallerRequest) -> ImportResult:
    """Create or replace products by sku, all or none; the transaction begins when the last line has been checked."""
    check_media_type(request, NDJSON)
    upload = Upload(open_body(request, MAX_BYTES))
    if upload.error_count:
        raise ImportFailed({"errors": upload.errors, "error_count": upload.error_count})
    created, updated = services.upsert(upload.rows)
    return ImportResult(created=created, updated=updated, unchanged=len(upload.rows) - created - updated)


@router.api_operation(["GET", "HEAD"], "/export")
def export_products(request: CallerRequest) -> HttpResponseBase:
    if request.method == "HEAD":  # a server drops what a stream gives, but not before it has given it
        return HttpResponse(content_type=NDJSON)
    return StreamingHttpResponse(services.export(), content_type=NDJSON)
