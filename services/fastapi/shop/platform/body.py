"""Request bodies as dependencies: read when their parameter's turn has come, which is after the token's (HTTP-1).

A parameter of a pydantic model would be read by FastAPI before any dependency runs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from shop.platform.problem import Problem
from shop.platform.routing import WORK_SECONDS
from shop.platform.strict_json import MalformedJsonError, parse_object
from shop.platform.validation import Input, validate

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
NDJSON = "application/x-ndjson"

MAX_BYTES = 65_536
# So much more is read and thrown away before a 413, because a client that still writes would not see it.
PATIENCE_BYTES = 1_048_576
BODY_SECONDS = 30


def check_media_type(request: Request, media_type: str) -> None:
    """Raise unsupported_media_type unless the body is said to be of this type, once, and not encoded (HTTP-5)."""
    types = [text.partition(";")[0].rstrip(" \t").lower() for text in request.headers.getlist("content-type")]
    encodings = [text.lower() for text in request.headers.getlist("content-encoding")]
    if types != [media_type] or encodings not in ([], ["identity"]):
        accepted = {"Accept-Patch": MERGE_PATCH} if media_type == MERGE_PATCH else {}
        raise Problem("unsupported_media_type", headers=accepted)


async def stream_body(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """Give the body as it comes, to its end.

    Raises:
        Problem: body_too_large, at once if Content-Length exceeds the limit by more than a mebibyte.
        HTTPException: 408 if the body takes longer than it may.
    """
    hopeless = max_bytes + PATIENCE_BYTES
    too_large = Problem("body_too_large", headers={"Connection": "close"})
    if int(request.headers.get("content-length", 0)) > hopeless:
        raise too_large
    clock = asyncio.get_running_loop()
    deadline = clock.time() + BODY_SECONDS
    limit: asyncio.Timeout = request.state.limit
    limit.reschedule(None)  # the body has a time of its own
    chunks = request.stream()
    size = 0
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks, None)
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
        raise Problem("body_too_large")
    limit.reschedule(clock.time() + WORK_SECONDS)


async def read_any_bytes(request: Request) -> bytes:
    """Read a body of any type."""
    return b"".join([chunk async for chunk in stream_body(request, MAX_BYTES)])


AnyBytes = Annotated[bytes, Depends(read_any_bytes)]


@cache  # one function for each type: FastAPI calls a dependency once a request, and knows it by its function
def bytes_of(media_type: str) -> Callable[[Request], Awaitable[bytes]]:
    """Return the dependency that reads a body of this type: 415, 413."""

    async def read(request: Request) -> bytes:
        check_media_type(request, media_type)
        return await read_any_bytes(request)

    return read


def read_object(data: bytes) -> dict[str, Any]:
    """Return the members of a body, or raise malformed_json."""
    try:
        return parse_object(data)
    except MalformedJsonError as error:
        raise Problem("malformed_json") from error


def document(model: type[Input], media_type: str = JSON) -> Any:
    """Return the dependency that reads a body as `model`: 415, 413, 400, 422."""

    async def read(data: Annotated[bytes, Depends(bytes_of(media_type))]) -> Input:
        return validate(model, read_object(data))

    return Depends(read)
