"""Every problem of contract/problems.yaml as an exception of werkzeug's kind, and the handlers that answer them."""

import re
from typing import Any, ClassVar

import werkzeug.exceptions
from flask import Flask, Response, current_app, json
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from shop.platform.database import is_unavailable

WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Problem(HTTPException):
    """An error with a code of the contract, which is the name of its class in snake case (PROBLEM-1).

    Arguments are the members that the code adds.
    """

    code = 500
    title = ""
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__()
        self.members = members
        self.extra_headers = {**self.headers, **(headers or {})}

    @classmethod
    def slug(cls) -> str:
        return WORDS.sub("_", cls.__name__).lower()

    def get_headers(self, *_args: Any, **_kwargs: Any) -> list[tuple[str, str]]:
        return [("Content-Type", "application/problem+json"), *self.extra_headers.items()]

    def get_body(self, *_args: Any, **_kwargs: Any) -> str:
        return json.dumps(
            {
                "type": f"https://shop.example/problems/{self.slug()}",
                "title": self.title,
                "status": self.code,
                "detail": self.description,
                **self.members,
            }
        )


class MalformedJson(Problem):
    code, title = 400, "Malformed JSON"
    description = "The body is not one strict JSON object."


class InvalidQuery(Problem):
    code, title = 400, "Invalid query"
    description = "A query parameter is unknown, repeated or wrong."

    @classmethod
    def of(cls, parameter: str, code: str) -> "InvalidQuery":
        return cls(errors=[{"parameter": parameter, "code": code}])


class InvalidCursor(Problem):
    code, title = 400, "Invalid cursor"
    description = "The cursor was not made for this list, sort and filter."


class InvalidHeader(Problem):
    code, title = 400, "Invalid header"
    description = "A header does not have its form."


class IdempotencyKeyMissing(Problem):
    code, title = 400, "Idempotency key missing"
    description = "A checkout needs an Idempotency-Key."


class IdempotencyKeyInvalid(Problem):
    code, title = 400, "Idempotency key invalid"
    description = "The Idempotency-Key is empty, too long, repeated or has other characters."


class Unauthenticated(Problem):
    code, title = 401, "Not authenticated"
    description = "There is no access token, or it is not accepted."
    headers: ClassVar = {"WWW-Authenticate": "Bearer"}


class InvalidCredentials(Unauthenticated):
    title = "Invalid credentials"
    description = "E-mail or password is wrong."


class InvalidRefreshToken(Unauthenticated):
    title = "Invalid refresh token"
    description = "The refresh token is unknown, expired, used or revoked."


class WebhookVerificationFailed(Problem):
    code, title = 401, "Webhook verification failed"
    description = "The signature headers do not fit the body."
    headers: ClassVar = {"WWW-Authenticate": "Webhook-Signature"}


class Forbidden(Problem):
    code, title = 403, "Forbidden"
    description = "Your role may not do this."


class NotFound(Problem):
    code, title = 404, "Not found"
    description = "There is no such path or resource, or you may not see it."


class CouponNotFound(Problem):
    code, title = 404, "Coupon not found"
    description = "No coupon has this code."


class MethodNotAllowed(Problem):
    code, title = 405, "Method not allowed"
    description = "The path has other methods; Allow names them."


class EmailTaken(Problem):
    code, title = 409, "E-mail taken"
    description = "A user with this address exists."


class SkuTaken(Problem):
    code, title = 409, "SKU taken"
    description = "A product with this sku exists, archived or not."


class CodeTaken(Problem):
    code, title = 409, "Code taken"
    description = "A coupon with this code exists."


class CartFull(Problem):
    code, title = 409, "Cart full"
    description = "The cart has 20 lines already."


class CartEmpty(Problem):
    code, title = 409, "Cart empty"
    description = "There is no open cart, or it has no lines."


class ProductUnavailable(Problem):
    code, title = 409, "Product unavailable"
    description = "The cart holds archived products."


class InsufficientStock(Problem):
    code, title = 409, "Insufficient stock"
    description = "There is less stock than asked for."


class StockLimit(Problem):
    code, title = 409, "Stock limit"
    description = "The stock would exceed 1,000,000."


class CouponNotApplicable(Problem):
    code, title = 409, "Coupon not applicable"
    description = "The attached coupon does not apply now."


class TotalChanged(Problem):
    code, title = 409, "Total changed"
    description = "The total is not the expected one."


class IdempotencyInProgress(Problem):
    code, title = 409, "Request in progress"
    description = "A request with this key is running."
    headers: ClassVar = {"Retry-After": "1"}


class InvalidTransition(Problem):
    code, title = 409, "Invalid transition"
    description = "The order cannot go from this status to that one."


class PreconditionFailed(Problem):
    code, title = 412, "Precondition failed"
    description = "The resource is no longer the one that If-Match names."


class BodyTooLarge(Problem):
    code, title = 413, "Body too large"
    description = "The body has too many bytes, or the import too many lines."


class UnsupportedMediaType(Problem):
    code, title = 415, "Unsupported media type"
    description = "The Content-Type or Content-Encoding is not the one of this operation."


class ValidationFailed(Problem):
    code, title = 422, "Validation failed"
    description = "Members of the body are wrong."


class IdempotencyKeyReused(Problem):
    code, title = 422, "Idempotency key reused"
    description = "This key was used with another body."


class ImportFailed(Problem):
    code, title = 422, "Import failed"
    description = "Lines of the import are wrong, and nothing was applied."


class WebhookRejected(Problem):
    code, title = 422, "Webhook rejected"
    description = "The event is genuine, but does not fit its order."


class PreconditionRequired(Problem):
    code, title = 428, "Precondition required"
    description = "This operation needs If-Match."


class RateLimited(Problem):
    code, title = 429, "Too many requests"
    description = "The limit is used up; Retry-After says for how long."


class InternalError(Problem):
    code, title = 500, "Internal error"
    description = "A fault of the service."


class ServiceUnavailable(Problem):
    code, title = 503, "Service unavailable"
    description = "The database is away or overloaded; try again after Retry-After seconds."
    headers: ClassVar = {"Retry-After": "1"}


# What Flask and werkzeug raise by themselves; a 400 is a body that broke off.
OF_FRAMEWORK: dict[int | None, type[Problem]] = {
    400: MalformedJson,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    500: InternalError,
}


def answer_http_exception(error: HTTPException) -> Response:
    problem = error
    if not isinstance(error, Problem):
        methods = error.valid_methods if isinstance(error, werkzeug.exceptions.MethodNotAllowed) else None
        headers = {"Allow": ", ".join(sorted(methods))} if methods else {}
        problem = OF_FRAMEWORK.get(error.code, InternalError)(headers=headers)
    return current_app.response_class(problem.get_body(), problem.code, problem.get_headers())


def answer_database_error(error: SQLAlchemyError) -> Response:
    if is_unavailable(error):
        return answer_http_exception(ServiceUnavailable())
    # Its text goes to the log alone.
    current_app.logger.error("the database refused a statement", exc_info=error)
    return answer_http_exception(InternalError())


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(SQLAlchemyError, answer_database_error)
