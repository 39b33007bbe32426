"""What h11 passes on and HTTP/1.1 does not: refused before anything else, and the connection closed (HTTP-13)."""

import re
from urllib.parse import unquote

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shop.platform.problem import Code, Problem, respond

VERSIONS = ("1.0", "1.1")
ABSOLUTE = re.compile(rb"\Ahttp://[^/]*", re.IGNORECASE)
CLOSE = {"Connection": "close"}


class Framing:
    """ASGI middleware, outermost: whatever could hide a second request ends the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            names = {name for name, _ in scope["headers"]}
            if scope["http_version"] not in VERSIONS:
                await Response(status_code=505, headers=CLOSE)(scope, receive, send)
                return
            if {b"content-length", b"transfer-encoding"} <= names:
                await respond(Problem(Code.INVALID_HEADER, headers=CLOSE))(scope, receive, send)
                return
            if ABSOLUTE.match(scope["raw_path"]):  # a target with its host, as a client of proxies sends it
                scope["raw_path"] = ABSOLUTE.sub(b"", scope["raw_path"], count=1) or b"/"
                scope["path"] = unquote(scope["raw_path"].decode())
        await self._app(scope, receive, send)
