"""The API: routers of all features, and the way from an error to an answer (PROBLEM-1)."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shop.accounts.api import router as accounts
from shop.admin.api import router as admin
from shop.bulk.api import router as bulk
from shop.carts.api import router as carts
from shop.catalog.api import router as catalog
from shop.checkout.api import router as checkout
from shop.db.errors import is_unavailable, violated
from shop.events.api import router as events
from shop.http.parser import Renderer, StrictParser
from shop.http.problems import (
    BodyTooLarge,
    InternalError,
    InvalidQuery,
    MalformedJson,
    NotFound,
    Problem,
    ServiceUnavailable,
    Unauthenticated,
    ValidationFailed,
)
from shop.http.schemas import code_of, pointer
from shop.ops.api import router as ops
from shop.orders.api import router as orders
from shop.webhooks.api import router as webhooks

logger = logging.getLogger(__name__)

api = NinjaAPI(parser=StrictParser(), renderer=Renderer(), openapi_url=None, docs_url=None)
api.add_router("", ops)
api.add_router("/products", catalog)
api.add_router("", accounts)
api.add_router("/cart", carts)
api.add_router("", checkout)
api.add_router("", orders)
api.add_router("/admin/products", bulk)
api.add_router("/admin", admin)
api.add_router("/webhooks", webhooks)
api.add_router("/events", events)


@api.exception_handler(Problem)
def on_problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(AuthenticationError)
def on_missing_token(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return Unauthenticated().response()


@api.exception_handler(ValidationError)
def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = error.errors
    if errors[0]["loc"][0] == "query":
        # Each parameter once, whatever a union has tried.
        codes = {str(each["loc"][-1]): code_of(each, "format") for each in errors}
        return InvalidQuery({"errors": [{"parameter": name, "code": code} for name, code in codes.items()]}).response()
    if not request.body:  # django-ninja does not give an empty one to the parser
        return MalformedJson().response()
    # The first two names are `body` and the parameter's.
    faults = [{"pointer": pointer(each["loc"][2:]), "code": code_of(each)} for each in errors]
    return ValidationFailed({"errors": faults}).response()


@api.exception_handler(HttpError)
def on_parser_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the parser raised, which django-ninja has wrapped."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__.response()
    raise error


@api.exception_handler(Http404)
def on_not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return NotFound().response()


@api.exception_handler(RequestDataTooBig)
def on_large_body(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return BodyTooLarge().response()


@api.exception_handler(UnreadablePostError)
def on_broken_body(_request: HttpRequest, _error: UnreadablePostError) -> HttpResponse:
    return MalformedJson().response()


@api.exception_handler(DatabaseError)
def on_database_error(_request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Answer 503 to what will pass by itself, 401 to a user who is gone; anything else is a fault of the service."""
    if isinstance(error, IntegrityError) and violated(error).endswith("_user_id_fkey"):
        return Unauthenticated().response()
    if not is_unavailable(error):
        raise error
    logger.warning("service_unavailable: %s: %s", type(error).__name__, str(error).partition("\n")[0])
    return ServiceUnavailable().response()


def page_not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown path: Django's handler404 and handler400."""
    return NotFound().response()


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer without a word about the fault, which Django logs: its handler500."""
    return InternalError().response()
