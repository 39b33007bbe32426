"""The outermost layer: metrics by route (OPS-4), Cache-Control by path (HTTP-7)."""

import re
import time
from functools import cache

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("http_requests", "Requests by route and status.", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer.", ["method", "route"], buckets=BUCKETS)

_requests, _duration = cache(REQUESTS.labels), cache(DURATION.labels)  # looking labels up costs more than counting

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # others are without number
UNMATCHED = "unmatched"
ESCAPED = re.compile(rb"%(2f|0a)", re.IGNORECASE)


class Observe:
    """ASGI middleware, and no BaseHTTPMiddleware, which would buffer event streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if ESCAPED.search(scope["raw_path"]):
            # Paths are matched after decoding. An escaped slash must not part segments, and Python's `$` would let a
            # line feed at the end pass.
            scope["path"] = scope["raw_path"].decode()
        began, status = time.perf_counter(), 500

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                policy = (b"cache-control", _cache_policy(_route(scope)))
                # EventSourceResponse has one of its own.
                kept = [header for header in message["headers"] if header[0] != b"cache-control"]
                message["headers"] = [*kept, policy]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            method, route = scope["method"] if scope["method"] in METHODS else "other", _route(scope)
            _requests(method, route, status).inc()
            _duration(method, route).observe(time.perf_counter() - began)


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return route.path if route else UNMATCHED


def _cache_policy(route: str) -> bytes:
    if route.startswith("/products") or route == "/openapi.yaml":
        return b"no-cache"
    if route.startswith(("/orders", "/admin/orders")):
        return b"private, no-cache"
    return b"no-store"
