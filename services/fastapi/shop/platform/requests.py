"""Requests as the contract wants them: a custom Request and APIRoute, as FastAPI's documentation shows them."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import unquote_plus

import jiter
from fastapi import HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from starlette.types import Receive, Scope

from shop.platform.problem import Code, Problem

MERGE_PATCH = "application/merge-patch+json"

MAX_BYTES = 65_536
# So much more is read and thrown away before a 413, because a client that still writes would not see it.
PATIENCE_BYTES = 1_048_576
BODY_SECONDS = 30

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class MalformedJsonError(ValueError):
    """The bytes are not one JSON document that the contract takes."""


def read_json(data: bytes) -> Any:
    """Read JSON strictly (JSON-1 to JSON-6): the standard library's reader would take the last of two equal names."""
    if NUL.search(data):  # PostgreSQL cannot store it
        raise MalformedJsonError("U+0000")
    try:
        return jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        raise MalformedJsonError("not JSON") from error


class StrictRequest(Request):
    """A request that reads its body of the one media type that its route takes, up to a size and in a time."""

    def __init__(self, scope: Scope, receive: Receive, media_type: str | None = None) -> None:
        super().__init__(scope, receive)
        self._media_type = media_type

    async def body(self) -> bytes:
        """Read the whole body, once: 415, 413, 400."""
        if not hasattr(self, "_body"):
            if self._media_type:
                self.check_media_type(self._media_type)
            self._body = b"".join([chunk async for chunk in self.chunks(MAX_BYTES)])
            if self._media_type and not self._body:  # FastAPI would take it for no document at all
                raise Problem(Code.MALFORMED_JSON)
        return self._body

    async def json(self) -> Any:
        try:
            return read_json(await self.body())
        except MalformedJsonError as error:
            raise Problem(Code.MALFORMED_JSON) from error

    def check_media_type(self, media_type: str) -> None:
        """Raise unsupported_media_type unless the body is said to be of this type, once, and not encoded (HTTP-5)."""
        types = [text.partition(";")[0].rstrip(" \t").lower() for text in self.headers.getlist("content-type")]
        encodings = [text.lower() for text in self.headers.getlist("content-encoding")]
        if types != [media_type] or encodings not in ([], ["identity"]):
            accepted = {"Accept-Patch": MERGE_PATCH} if media_type == MERGE_PATCH else {}
            raise Problem(Code.UNSUPPORTED_MEDIA_TYPE, headers=accepted)

    async def chunks(self, max_bytes: int) -> AsyncIterator[bytes]:
        """Give the body as it comes, or raise body_too_large: at once where Content-Length is hopeless (HTTP-13)."""
        hopeless = max_bytes + PATIENCE_BYTES
        too_large = Problem(Code.BODY_TOO_LARGE, headers={"Connection": "close"})
        if int(self.headers.get("content-length", 0)) > hopeless:
            raise too_large
        deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        coming = self.stream()
        size = 0
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(coming, None)
            except TimeoutError as error:
                raise HTTPException(408, headers={"Connection": "close"}) from error
            if chunk is None:
                break
            size += len(chunk)
            if size > hopeless:
                raise too_large
            if size <= max_bytes:
                yield chunk
        if size > max_bytes:
            raise Problem(Code.BODY_TOO_LARGE)

    def check_query(self) -> None:
        """Refuse what Starlette would guess at (QUERY-1, QUERY-3): equal names, no `=`, bytes that are no UTF-8."""
        seen = set()
        for pair in filter(None, self.scope["query_string"].decode("latin-1").split("&")):
            raw_name, equals, raw_value = pair.partition("=")
            name = unquote_plus(raw_name)
            code = "duplicate" if name in seen else "format" if NO_ESCAPE.search(pair) or not equals else None
            try:
                unquote_plus(raw_value, errors="strict")
            except UnicodeDecodeError:
                code = "format"
            if code:
                raise Problem(Code.INVALID_QUERY, {"errors": [{"parameter": name, "code": code}]})
            seen.add(name)


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _flat(each)


class Route(APIRoute):
    """A route that answers HEAD beside GET, reads strictly, and asks for the token before it looks at anything else.

    FastAPI reads a body before it solves dependencies; a security scheme comes first here (HTTP-1).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        media_type = getattr(self.body_field.field_info, "media_type", None) if self.body_field else None
        schemes: list[Any] = [each.call for each in _flat(self.dependant) if isinstance(each.call, SecurityBase)]
        reads_query = any(each.query_params for each in _flat(self.dependant))

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive, media_type)
            for scheme in schemes:
                await scheme(strict)
            if reads_query:
                strict.check_query()
            return await handle(strict)

        return handle_strictly
