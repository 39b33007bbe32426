"""Problem details (RFC 9457): one exception for each code of contract/problems.yaml, raised anywhere."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict

from django.http import JsonResponse

BEARER = {"WWW-Authenticate": "Bearer"}
RETRY = {"Retry-After": "1"}


class StockLine(TypedDict):
    """A line of a cart for which there is not enough."""

    sku: str
    requested: int
    available: int


class Problem(Exception):  # noqa: N818 - named by what they say
    """Its code is the name of the class; `members` are added to the document."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    detail: ClassVar[str]
    headers: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        cls.code = re.sub("(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, members: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(self.code)
        self.members = members or {}
        self.more_headers = headers or {}

    def response(self) -> JsonResponse:
        document = {
            "type": f"https://shop.example/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        return JsonResponse(
            document,
            status=self.status,
            content_type="application/problem+json",
            headers={**self.headers, **self.more_headers},
        )


class MalformedJson(Problem):
    status, title, detail = 400, "Malformed JSON", "The body is not one strict JSON object."


class InvalidQuery(Problem):
    status, title, detail = 400, "Invalid query", "The query has parameters that are unknown, repeated or wrong."


class InvalidCursor(Problem):
    status, title, detail = 400, "Invalid cursor", "The cursor was not made for this list, sort and filter."


class InvalidHeader(Problem):
    status, title, detail = 400, "Invalid header", "A header does not have its form."


class IdempotencyKeyMissing(Problem):
    status, title, detail = 400, "Idempotency key missing", "Send an Idempotency-Key with each checkout."


class IdempotencyKeyInvalid(Problem):
    status, title, detail = 400, "Idempotency key invalid", "The Idempotency-Key does not have its form."


class Unauthenticated(Problem):
    status, title, detail = 401, "Not authenticated", "Send a good access token."
    headers = BEARER


class InvalidCredentials(Problem):
    status, title, detail = 401, "Invalid credentials", "E-mail or password is wrong."
    headers = BEARER


class InvalidRefreshToken(Problem):
    status, title, detail = 401, "Invalid refresh token", "Log in again."
    headers = BEARER


class WebhookVerificationFailed(Problem):
    status, title, detail = 401, "Webhook verification failed", "The signature headers do not fit the body."
    headers: ClassVar = {"WWW-Authenticate": "Webhook-Signature"}


class Forbidden(Problem):
    status, title, detail = 403, "Forbidden", "Your role may not do this."


class NotFound(Problem):
    status, title, detail = 404, "Not found", "There is no such path or resource."


class CouponNotFound(Problem):
    status, title, detail = 404, "Coupon not found", "No coupon has this code."


class MethodNotAllowed(Problem):
    status, title, detail = 405, "Method not allowed", "The path has other methods."


class EmailTaken(Problem):
    status, title, detail = 409, "E-mail taken", "A user with this address exists."


class SkuTaken(Problem):
    status, title, detail = 409, "SKU taken", "A product with this sku exists, archived or not."


class CodeTaken(Problem):
    status, title, detail = 409, "Code taken", "A coupon with this code exists."


class CartFull(Problem):
    status, title, detail = 409, "Cart full", "The cart has 20 lines; take one out first."


class CartEmpty(Problem):
    status, title, detail = 409, "Cart empty", "There is nothing in the cart."


class ProductUnavailable(Problem):
    status, title, detail = 409, "Product unavailable", "The cart holds products that are no longer sold."


class InsufficientStock(Problem):
    status, title, detail = 409, "Insufficient stock", "There is less stock than asked for."


class StockLimit(Problem):
    status, title, detail = 409, "Stock limit", "The stock would exceed 1,000,000."


class CouponNotApplicable(Problem):
    status, title, detail = 409, "Coupon not applicable", "The attached coupon does not apply now."


class TotalChanged(Problem):
    status, title, detail = 409, "Total changed", "The total is not the expected one."


class IdempotencyInProgress(Problem):
    status, title, detail = 409, "Request in progress", "A request with this key is running."
    headers = RETRY


class InvalidTransition(Problem):
    status, title, detail = 409, "Invalid transition", "The order cannot go from its status to that one."


class PreconditionFailed(Problem):
    status, title, detail = 412, "Precondition failed", "The resource is no longer the one that If-Match names."


class BodyTooLarge(Problem):
    status, title, detail = 413, "Body too large", "The body is too large."


class UnsupportedMediaType(Problem):
    status, title, detail = 415, "Unsupported media type", "The body's type or coding is not the one of this operation."


class ValidationFailed(Problem):
    status, title, detail = 422, "Validation failed", "Members of the body are wrong."


class IdempotencyKeyReused(Problem):
    status, title, detail = 422, "Idempotency key reused", "This key was used with another body."


class ImportFailed(Problem):
    status, title, detail = 422, "Import failed", "Lines of the import are wrong, and nothing was applied."


class WebhookRejected(Problem):
    status, title, detail = 422, "Webhook rejected", "The event does not fit its order."


class PreconditionRequired(Problem):
    status, title, detail = 428, "Precondition required", "Send If-Match."


class RateLimited(Problem):
    status, title, detail = 429, "Too many requests", "The limit is used up; try again later."


class InternalError(Problem):
    status, title, detail = 500, "Internal error", "That was a fault of the service."


class ServiceUnavailable(Problem):
    status, title, detail = 503, "Service unavailable", "The database is away or overloaded; try again."
    headers = RETRY
