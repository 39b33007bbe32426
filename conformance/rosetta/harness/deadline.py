"""An HTTP transport whose requests end in time, also against a server that sends a byte now and then.

httpx bounds each read of the socket; what bounds a whole request is the sum, and that has no bound.
"""

from __future__ import annotations

import ssl
import time
from typing import Any

import httpcore
import httpx


class _Stream(httpcore.NetworkStream):
    """A connection whose reads share one deadline."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Deadline) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._clock.left()
        return self._stream.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Deadline(httpcore.SyncBackend):
    """The moment by which the answer must have come. Raises httpcore.ReadTimeout after it."""

    def __init__(self) -> None:
        self._moment = float("inf")

    def begin(self, seconds: float) -> None:
        """Let the time begin."""
        self._moment = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left."""
        left = self._moment - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long as a whole")
        return left

    def connect_tcp(self, *given: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*given, **options), self)


def transport(deadline: Deadline, verify: ssl.SSLContext | bool) -> httpx.HTTPTransport:
    """A transport of httpx over connections that keep the deadline; httpx has no option for it."""
    made = httpx.HTTPTransport(verify=verify)
    made._pool._network_backend = deadline
    return made
