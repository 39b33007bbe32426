"""What happens to every request around its view."""

from collections.abc import Callable, Iterator
from functools import partial

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from gunicorn.http.errors import ParseException

from shop.http.problems import BodyTooLarge, MethodNotAllowed

CHUNK_BYTES = 65_536

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def release_connection(get_response: GetResponse) -> GetResponse:
    """Give the thread's connection back to the pool before the answer is sent, which a client may read slowly.

    Django would do that when the answer has been sent.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not connection.in_atomic_block:  # of a test
            connection.close()
        return response

    return middleware


class BodyStream:
    """The body as the server reads it, also one in chunks, which Django takes for empty; bounded and whole.

    Attributes:
        limit: bytes, after which body_too_large is raised.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self._input = request.META["wsgi.input"]
        self._declared: str = request.META.get("CONTENT_LENGTH") or ""
        self._read = 0
        # Without a length and without chunks there is no body; the server's reader would wait for the connection's end.
        self._empty = not self._declared and "HTTP_TRANSFER_ENCODING" not in request.META

    def read(self, size: int | None = None) -> bytes:
        declared = int(self._declared or 0)
        if declared > self.limit:
            raise BodyTooLarge
        wanted = self.limit + 1 - self._read if size is None else size
        if self._declared:
            wanted = min(wanted, declared - self._read)
        if self._empty or not wanted:
            return b""
        try:
            data: bytes = self._input.read(wanted)
        except ParseException as error:
            raise OSError("malformed chunks") from error
        self._read += len(data)
        if self._read > self.limit:
            raise BodyTooLarge
        if len(data) < wanted and self._read < declared:
            raise OSError("the body broke off")
        return data

    def close(self) -> None:
        pass  # the server does


def read_chunks(request: HttpRequest, limit: int) -> Iterator[bytes]:
    """Give a body piece by piece, as it comes, up to a limit of its own."""
    request._stream.limit = limit  # type: ignore[attr-defined]
    return iter(partial(request.read, CHUNK_BYTES), b"")


def limit_body(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        request._stream = BodyStream(request)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def default_headers(get_response: GetResponse) -> GetResponse:
    """Say no-store where a view says nothing else (HTTP-7) and how long a body is, and make a problem of ninja's 405."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == 405:  # noqa: PLR2004
            response = MethodNotAllowed(headers={"Allow": response.headers["Allow"]}).response()
        response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, HttpResponse) and response.status_code not in (204, 304):
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware
