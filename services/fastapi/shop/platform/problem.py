"""Problem details (RFC 9457): the catalogue of contract/problems.yaml, and the way from an error to an answer."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from enum import Enum
from typing import Any, TypedDict

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from shop.platform.database import is_unavailable, violated
from shop.platform.schemas import code_of, field_errors

logger = logging.getLogger(__name__)

BEARER = {"WWW-Authenticate": "Bearer"}
RETRY = {"Retry-After": "1"}


class Code(Enum):
    """Every code: its status, title, detail, and the headers that always go with it."""

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers or {}

    MALFORMED_JSON = (400, "Malformed JSON", "The body is not one strict JSON object.")
    INVALID_QUERY = (400, "Invalid query", "Query parameters are unknown, repeated or wrong.")
    INVALID_CURSOR = (400, "Invalid cursor", "The cursor was not made for this list, sort and filter.")
    INVALID_HEADER = (400, "Invalid header", "A header does not have its form.")
    IDEMPOTENCY_KEY_MISSING = (400, "Idempotency key missing", "Send an Idempotency-Key with each checkout.")
    IDEMPOTENCY_KEY_INVALID = (
        400,
        "Idempotency key invalid",
        "The Idempotency-Key is empty, too long, repeated or has other characters.",
    )
    UNAUTHENTICATED = (401, "Not authenticated", "There is no access token, or it is not accepted.", BEARER)
    INVALID_CREDENTIALS = (401, "Invalid credentials", "E-mail or password is wrong.", BEARER)
    INVALID_REFRESH_TOKEN = (
        401,
        "Invalid refresh token",
        "The refresh token is unknown, expired, used or revoked.",
        BEARER,
    )
    WEBHOOK_VERIFICATION_FAILED = (
        401,
        "Webhook verification failed",
        "The signature headers do not fit the body.",
        {"WWW-Authenticate": "Webhook-Signature"},
    )
    FORBIDDEN = (403, "Forbidden", "The caller's role may not do this.")
    NOT_FOUND = (404, "Not found", "There is no such path or resource.")
    COUPON_NOT_FOUND = (404, "Coupon not found", "No coupon has this code.")
    METHOD_NOT_ALLOWED = (405, "Method not allowed", "The path has other methods.")
    EMAIL_TAKEN = (409, "E-mail taken", "A user with this address exists.")
    SKU_TAKEN = (409, "SKU taken", "A product with this sku exists, archived or not.")
    CODE_TAKEN = (409, "Code taken", "A coupon with this code exists.")
    CART_FULL = (409, "Cart full", "The cart has 20 lines already.")
    CART_EMPTY = (409, "Cart empty", "There is no open cart, or it has no lines.")
    PRODUCT_UNAVAILABLE = (409, "Product unavailable", "The cart holds archived products.")
    INSUFFICIENT_STOCK = (409, "Insufficient stock", "There is less stock than asked for.")
    STOCK_LIMIT = (409, "Stock limit", "The stock would exceed 1,000,000.")
    COUPON_NOT_APPLICABLE = (409, "Coupon not applicable", "The attached coupon does not apply now.")
    TOTAL_CHANGED = (409, "Total changed", "The total is not the expected one.")
    IDEMPOTENCY_IN_PROGRESS = (409, "Request in progress", "A request with this key is running.", RETRY)
    INVALID_TRANSITION = (409, "Invalid transition", "The order cannot go from this status to that one.")
    PRECONDITION_FAILED = (412, "Precondition failed", "The resource is no longer the one that If-Match names.")
    BODY_TOO_LARGE = (413, "Body too large", "The body has too many bytes, or the import too many lines.")
    UNSUPPORTED_MEDIA_TYPE = (
        415,
        "Unsupported media type",
        "The Content-Type or Content-Encoding is not the one of this operation.",
    )
    VALIDATION_FAILED = (422, "Validation failed", "Members of the body are wrong.")
    IDEMPOTENCY_KEY_REUSED = (422, "Idempotency key reused", "This key was used with another body.")
    IMPORT_FAILED = (422, "Import failed", "Lines of the import are wrong, and nothing was applied.")
    WEBHOOK_REJECTED = (422, "Webhook rejected", "The event is genuine, but does not fit its order.")
    PRECONDITION_REQUIRED = (428, "Precondition required", "This operation needs If-Match.")
    RATE_LIMITED = (429, "Too many requests", "The limit is used up; Retry-After says for how long.")
    INTERNAL_ERROR = (500, "Internal error", "The service failed.")
    SERVICE_UNAVAILABLE = (503, "Service unavailable", "The database is away or overloaded.", RETRY)


class Problem(HTTPException):
    """An error that a client may see; `members` are what its code adds to the body."""

    def __init__(
        self, code: Code, members: Mapping[str, object] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code.status, code.detail, {**code.headers, **(headers or {})})
        self.code = code
        self.body = {
            "type": f"https://shop.example/problems/{code.name.lower()}",
            "title": code.title,
            "status": code.status,
            "detail": code.detail,
            **(members or {}),
        }


class StockLine(TypedDict):
    """An element of `lines`: how much was asked for, and how much there is (0 of an archived product)."""

    sku: str
    requested: int
    available: int


def respond(problem: Problem) -> Response:
    return JSONResponse(problem.body, problem.status_code, problem.headers, "application/problem+json")


async def on_problem(_request: Request, problem: Problem) -> Response:
    return respond(problem)


async def on_validation_error(_request: Request, invalid: RequestValidationError) -> Response:
    """Answer what FastAPI's own validation refused: of a path 404, of a query 400, of a body 422."""
    errors = invalid.errors()
    match errors[0]["loc"][0]:
        case "path":
            return respond(Problem(Code.NOT_FOUND))
        case "query":
            told = [{"parameter": str(each["loc"][1]), "code": code_of(each, "format")} for each in errors]
            return respond(Problem(Code.INVALID_QUERY, {"errors": told}))
        case _:
            return respond(Problem(Code.VALIDATION_FAILED, {"errors": field_errors(errors, skip=1)}))


async def on_http_exception(request: Request, error: StarletteHTTPException) -> Response:
    match error.status_code:
        case 404:
            return respond(Problem(Code.NOT_FOUND))
        case 405:
            path = request.scope["route"].path
            # Each route knows its own methods alone.
            methods = {
                m for each in iter_route_contexts(request.app.routes) if each.path == path for m in each.methods or ()
            }
            return respond(Problem(Code.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(methods))}))
        case other:  # 408, which has no code of its own (PROBLEM-1)
            return Response(status_code=other, headers=error.headers)


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """Give nobody an answer: the client went away before its body was whole."""
    return Response(status_code=400)


async def on_database_error(_request: Request, error: Exception) -> Response:
    """Answer 503 to what will pass by itself, 401 to a user who is gone; anything else is a fault of the service."""
    if isinstance(error, IntegrityError) and violated(error).endswith("_user_id_fkey"):
        return respond(Problem(Code.UNAUTHENTICATED))
    if not is_unavailable(error):
        raise error
    logger.warning("service_unavailable: %s: %s", type(error).__name__, str(error).partition("\n")[0])
    return respond(Problem(Code.SERVICE_UNAVAILABLE))


async def on_fault(_request: Request, _error: Exception) -> Response:
    """Answer 500 without a word about the fault, which the server logs."""
    return respond(Problem(Code.INTERNAL_ERROR))


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Problem: on_problem,
    RequestValidationError: on_validation_error,
    StarletteHTTPException: on_http_exception,
    ClientDisconnect: on_disconnect,
    SQLAlchemyError: on_database_error,
    OSError: on_database_error,
    Exception: on_fault,
}
