"""HTTP on the wire: bounds for the heads of requests, of which uvicorn has none itself."""

import asyncio
import json
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shop.platform.problem import Problem

MAX_HEAD_BYTES = 16_384
HEAD_SECONDS = 10
STALLED_MILLISECONDS = 20_000

_body = json.dumps(Problem("invalid_header").body).encode()
REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_body), _body)
)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a limit for the size of a head, and one for the time that it may take to come.

    What raises in a callback of the parser is refused like what the parser itself cannot read.
    """

    _head_bytes = 0
    _in_head = True
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head; let the kernel give up a client that takes no bytes any more."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MILLISECONDS)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that has not ended; the parser keeps an endless line to itself."""
        if self._in_head:
            self._head_bytes += len(data)
            self._wait()
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head is too large.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head = True
        self._wait()  # a pipelined one comes with the end of another

    def on_headers_complete(self) -> None:
        """Judge a head before its request is handled."""
        self._in_head = False
        self._head_bytes = 0
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            raise ValueError("too large")
        hosts = sum(name == b"host" for name, _ in self.headers)
        match self.parser.get_http_version():
            case "1.1" if hosts == 1:
                pass
            case "1.0" if hosts <= 1:
                pass
            case _:  # RFC 9112, 3.2; and HTTP/0.9, which the parser takes
                raise ValueError("not a version that is served, or no Host, or several")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect another head."""
        super().on_message_complete()
        self._in_head = True
        self._stop_waiting()

    def on_response_complete(self) -> None:
        """Give a body that was refused unread some time to end."""
        super().on_response_complete()
        if self.cycle.more_body:
            self._wait()

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def send_400_response(self, msg: str) -> None:
        """Refuse a request before it is routed, and close the connection."""
        self.transport.write(REFUSAL)
        self.transport.close()
