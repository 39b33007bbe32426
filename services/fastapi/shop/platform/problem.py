"""Problem details (RFC 9457): the catalogue of contract/problems.yaml, and the way from an error to an answer."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shop.platform.database import is_unavailable, violated

logger = logging.getLogger(__name__)

BEARER = {"WWW-Authenticate": "Bearer"}
RETRY = {"Retry-After": "1"}


@dataclass(frozen=True)
class Kind:
    """What is the same in every problem of a code."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


KINDS = {
    "malformed_json": Kind(400, "Malformed JSON", "The body is not one strict JSON object."),
    "invalid_query": Kind(400, "Invalid query", "Query parameters are unknown, repeated or wrong."),
    "invalid_cursor": Kind(400, "Invalid cursor", "The cursor was not made for this list, sort and filter."),
    "invalid_header": Kind(400, "Invalid header", "A header does not have its form."),
    "idempotency_key_missing": Kind(400, "Idempotency key missing", "Send an Idempotency-Key with each checkout."),
    "idempotency_key_invalid": Kind(
        400, "Idempotency key invalid", "The Idempotency-Key is empty, too long, repeated or has other characters."
    ),
    "unauthenticated": Kind(401, "Not authenticated", "There is no access token, or it is not accepted.", BEARER),
    "invalid_credentials": Kind(401, "Invalid credentials", "E-mail or password is wrong.", BEARER),
    "invalid_refresh_token": Kind(
        401, "Invalid refresh token", "The refresh token is unknown, expired, used or revoked.", BEARER
    ),
    "webhook_verification_failed": Kind(
        401,
        "Webhook verification failed",
        "The signature headers do not fit the body.",
        {"WWW-Authenticate": "Webhook-Signature"},
    ),
    "forbidden": Kind(403, "Forbidden", "The caller's role may not do this."),
    "not_found": Kind(404, "Not found", "There is no such path or resource."),
    "coupon_not_found": Kind(404, "Coupon not found", "No coupon has this code."),
    "method_not_allowed": Kind(405, "Method not allowed", "The path has other methods."),
    "email_taken": Kind(409, "E-mail taken", "A user with this address exists."),
    "sku_taken": Kind(409, "SKU taken", "A product with this sku exists, archived or not."),
    "code_taken": Kind(409, "Code taken", "A coupon with this code exists."),
    "cart_full": Kind(409, "Cart full", "The cart has 20 lines already."),
    "cart_empty": Kind(409, "Cart empty", "There is no open cart, or it has no lines."),
    "product_unavailable": Kind(409, "Product unavailable", "The cart holds archived products."),
    "insufficient_stock": Kind(409, "Insufficient stock", "There is less stock than asked for."),
    "stock_limit": Kind(409, "Stock limit", "The stock would exceed 1,000,000."),
    "coupon_not_applicable": Kind(409, "Coupon not applicable", "The attached coupon does not apply now."),
    "total_changed": Kind(409, "Total changed", "The total is not the expected one."),
    "idempotency_in_progress": Kind(409, "Request in progress", "A request with this key is running.", RETRY),
    "invalid_transition": Kind(409, "Invalid transition", "The order cannot go from this status to that one."),
    "precondition_failed": Kind(412, "Precondition failed", "The resource is no longer the one that If-Match names."),
    "body_too_large": Kind(413, "Body too large", "The body has too many bytes, or the import too many lines."),
    "unsupported_media_type": Kind(
        415, "Unsupported media type", "The Content-Type or Content-Encoding is not the one of this operation."
    ),
    "validation_failed": Kind(422, "Validation failed", "Members of the body are wrong."),
    "idempotency_key_reused": Kind(422, "Idempotency key reused", "This key was used with another body."),
    "import_failed": Kind(422, "Import failed", "Lines of the import are wrong, and nothing was applied."),
    "webhook_rejected": Kind(422, "Webhook rejected", "The event is genuine, but does not fit its order."),
    "precondition_required": Kind(428, "Precondition required", "This operation needs If-Match."),
    "rate_limited": Kind(429, "Too many requests", "The limit is used up; Retry-After says for how long."),
    "internal_error": Kind(500, "Internal error", "The service failed."),
    "service_unavailable": Kind(503, "Service unavailable", "The database is away or overloaded.", RETRY),
}


class Problem(Exception):  # noqa: N818 - the contract's word
    """An error that a client may see.

    Args:
        code: one of the catalogue.
        members: what the code adds to the body, such as errors, lines or total.
        headers: sent beside those of the code.
    """

    def __init__(
        self, code: str, members: Mapping[str, object] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.kind = KINDS[code]
        self.headers = {**self.kind.headers, **(headers or {})}
        self.body = {
            "type": f"https://shop.example/problems/{code}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.kind.detail,
            **(members or {}),
        }


class StockLine(TypedDict):
    """An element of `lines`: how much was asked for, and how much there is (0 of an archived product)."""

    sku: str
    requested: int
    available: int


def respond(problem: Problem) -> Response:
    """Return the answer that a problem is."""
    return JSONResponse(problem.body, problem.kind.status, problem.headers, "application/problem+json")


async def on_problem(_request: Request, problem: Problem) -> Response:
    """Answer what the service's own code refused."""
    return respond(problem)


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """Answer what the router refused."""
    match error.status_code:
        case 404:
            return respond(Problem("not_found"))
        case 405:
            path = request.scope["route"].path
            # Each route knows its own methods alone.
            methods = {
                m for each in iter_route_contexts(request.app.routes) if each.path == path for m in each.methods or ()
            }
            return respond(Problem("method_not_allowed", headers={"Allow": ", ".join(sorted(methods))}))
        case other:  # 408, which has no code of its own (PROBLEM-1)
            return Response(status_code=other, headers=error.headers)


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """Give nobody an answer: the client went away before its body was whole."""
    return Response(status_code=400)


async def on_database_error(_request: Request, error: Exception) -> Response:
    """Answer 503 to what will pass by itself, 401 to a user who is gone; anything else is a fault of the service."""
    if isinstance(error, IntegrityError) and violated(error).endswith("_user_id_fkey"):
        return respond(Problem("unauthenticated"))
    if not is_unavailable(error):
        raise error
    logger.warning("service_unavailable: %s: %s", type(error).__name__, str(error).partition("\n")[0])
    return respond(Problem("service_unavailable"))


async def on_fault(_request: Request, _error: Exception) -> Response:
    """Answer 500 without a word about the fault, which the server logs."""
    return respond(Problem("internal_error"))


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Problem: on_problem,
    HTTPException: on_http_exception,
    ClientDisconnect: on_disconnect,
    SQLAlchemyError: on_database_error,
    OSError: on_database_error,
    Exception: on_fault,
}
