"""What happens to every request around its view."""

from collections.abc import Callable
from io import BufferedReader, RawIOBase
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from gunicorn.http.errors import ParseException

from shop.db.pool import give_back
from shop.http.problems import BodyTooLarge, MethodNotAllowed

CHUNK_BYTES = 65_536
DROPPED_BYTES = 32_768

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def release_connection(get_response: GetResponse) -> GetResponse:
    """Hold no connection while an answer is sent, which a client may read slowly."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        give_back()
        return response

    return middleware


class BodyStream(RawIOBase):
    """The body as the server reads it, also one in chunks, which Django takes for empty; bounded and whole.

    Attributes:
        limit: bytes, after which body_too_large is raised.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self._input = request.META["wsgi.input"]
        # Without a length and without chunks there is no body; the server's reader would wait for the connection's end.
        self._chunked = "HTTP_TRANSFER_ENCODING" in request.META
        self._left = int(request.META.get("CONTENT_LENGTH") or 0)
        self._taken = 0
        self._awaited = "HTTP_EXPECT" in request.META  # the client sends nothing before it is asked to

    def read(self, size: int | None = None) -> bytes:
        if self._taken + self._left > self.limit:
            raise BodyTooLarge
        self._awaited = False
        wanted = self.limit + 1 - self._taken if size is None else size
        if not self._chunked:
            wanted = min(wanted, self._left)
        try:
            data: bytes = self._input.read(wanted) if wanted else b""
        except (ParseException, OSError) as error:
            raise UnreadablePostError("no chunks, or no connection") from error
        self._taken += len(data)
        if self._chunked:
            self._chunked = len(data) == wanted  # less is the end
        elif len(data) < wanted:
            raise UnreadablePostError("the body broke off")
        else:
            self._left -= len(data)
        if self._taken > self.limit:
            raise BodyTooLarge
        return data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def finish(self) -> None:
        """Have the server say that it closes the connection if more of the body is left than it would drop."""
        if self._chunked or self._left > (0 if self._awaited else DROPPED_BYTES):
            getattr(self._input, "give_up", int)()


def open_body(request: HttpRequest, limit: int) -> BufferedReader:
    """Open a body with a limit of its own, to be read by lines as it comes: Django would read them byte by byte."""
    stream: Any = request._stream
    stream.limit = limit
    return BufferedReader(stream, CHUNK_BYTES)


def limit_body(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        stream = BodyStream(request)
        request._stream = stream  # type: ignore[assignment] # Django has no public name for it
        response = get_response(request)
        stream.finish()
        return response

    return middleware


def default_headers(get_response: GetResponse) -> GetResponse:
    """Say no-store where a view says nothing else (HTTP-7), and the length; make a problem of django-ninja's 405."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == 405:  # noqa: PLR2004
            response = MethodNotAllowed(
                headers={"Allow": ", ".join(sorted(response.headers["Allow"].split(", ")))}
            ).response()
        response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, HttpResponse) and response.status_code not in (204, 304):
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware
