"""Counts the answers."""

import re
import time
from functools import lru_cache

from django.http import HttpRequest, HttpResponseBase

from shop.http.middleware import GetResponse
from shop.ops.metrics import DURATION, REQUESTS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        route = template(request.resolver_match.route) if request.resolver_match else "unmatched"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).inc()
        DURATION.labels(method, route).observe(time.perf_counter() - began)
        return response

    return middleware


@lru_cache
def template(route: str) -> str:
    """Return the contract's form of one of Django's routes."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) if route else "unmatched"
