"""Metrics by route (OPS-4), of all workers."""

import re
import time

from flask import Flask, Response, g, request
from flask.globals import request_ctx
from prometheus_client import Counter, Histogram
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule

REQUESTS = Counter("http_requests", "Requests by route and status.", ["method", "route", "status"])
DURATION = Histogram(
    "http_request_duration_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # others are without number
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


def begin() -> None:
    g.began = time.perf_counter()


def count(response: Response) -> Response:
    method = request.method if request.method in METHODS else "other"
    route = _template()
    REQUESTS.labels(method, route, response.status_code).inc()
    DURATION.labels(method, route).observe(time.perf_counter() - g.began)
    return response


def _template() -> str:
    """Return the route as the contract writes it, also for a method that it does not have."""
    rule: Rule | None = request.url_rule
    error = request.routing_exception
    if isinstance(error, MethodNotAllowed) and error.valid_methods and request_ctx.url_adapter:
        rule, _ = request_ctx.url_adapter.match(method=next(iter(error.valid_methods)), return_rule=True)
    return VARIABLE.sub(r"{\1}", rule.rule) if rule else "unmatched"


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(count)
