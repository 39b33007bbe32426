"""Requests as bytes on a connection, for what no HTTP client would send."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

STATUS = re.compile(rb"(?:^|(?<=\n)|(?<=[}\0-\x1f]))HTTP/1\.[01] (\d{3})")
SILENCE_SECONDS = 0.3
LONGEST_SECONDS = 10


@dataclass(frozen=True)
class Talk:
    """What came back on one connection: the statuses of the answers in order, all bytes, and whether it was closed."""

    statuses: list[int]
    data: bytes
    closed: bool


def connect(base_url: str, seconds: float = 5) -> socket.socket:
    """A connection to the service."""
    parts = urlsplit(base_url)
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=seconds)


def talk(base_url: str, *sent: bytes, seconds: float = 5, silence: float = SILENCE_SECONDS) -> Talk:
    """Send bytes, each piece by itself, and read until the service closes, or says nothing more.

    Args:
        seconds: how long to wait for the first byte.
        silence: how long to wait for more after an answer has come.
    """
    with connect(base_url, seconds) as connection:
        closed = not _send(connection, sent)
        return receive(connection, seconds, silence, closed)


def _send(connection: socket.socket, pieces: Iterable[bytes]) -> bool:
    """Whether all went out; a service may close before it has read everything."""
    try:
        for piece in pieces:
            connection.sendall(piece)
    except OSError:
        return False
    return True


def receive(connection: socket.socket, seconds: float, silence: float, closed: bool = False) -> Talk:
    """Read what comes."""
    data = b""
    deadline = time.monotonic() + seconds
    end = deadline + LONGEST_SECONDS
    while (left := min(deadline, end) - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            more = connection.recv(65_536)
        except TimeoutError:
            break
        except OSError:
            closed = True
            break
        if not more:
            closed = True
            break
        data += more
        deadline = time.monotonic() + silence
    return Talk([int(status) for status in STATUS.findall(data)], data, closed)


def head(method: str, target: str, *lines: str, host: str = "shop.example") -> bytes:
    """The head of a request: request line, Host, and further header lines."""
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode("latin-1")
