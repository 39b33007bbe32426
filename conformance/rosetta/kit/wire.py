"""Requests as bytes on a connection, for what no HTTP client would send."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
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


def head(method: str, target: str, *lines: str, host: str = "shop.example", version: str = "1.1") -> bytes:
    """The head of a request: request line, Host, and further header lines."""
    return "\r\n".join([f"{method} {target} HTTP/{version}", f"Host: {host}", *lines, "", ""]).encode("latin-1")


def chunked(*bodies: bytes, trailers: Iterable[str] = ()) -> bytes:
    """A body in chunks, and its trailers."""
    told = b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies)
    return told + "\r\n".join(["0", *trailers, "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Reply:
    """One whole answer; the names of headers are in lower case, and lines of one name are joined by commas."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether it says that the connection ends with it."""
        return "close" in self.headers.get("connection", "").lower()


class _Kept(io.BufferedReader):
    """A file that outlives the answers that are read from it."""

    def close(self) -> None:
        pass


class Line:
    """A connection on which one answer after the other is read, as far as it goes and no further.

    Args:
        window: the most bytes that the system keeps for a client that does not read; None leaves it to the system.
    """

    def __init__(self, base_url: str, seconds: float = 10, window: int | None = None) -> None:
        parts = urlsplit(base_url)
        self.socket = socket.socket()
        if window is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, window)
        self.socket.settimeout(seconds)
        self.socket.connect((parts.hostname or "127.0.0.1", parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = _Kept(self.socket.makefile("rb", buffering=0))

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, whatever has not been read."""
        io.BufferedReader.close(self._file)  # as long as it is open, the socket is
        self.socket.close()

    def makefile(self, *_: object) -> io.BufferedReader:
        """What http.client asks a socket for."""
        return self._file

    def send(self, *pieces: bytes) -> Line:
        """Send bytes, each piece by itself, as far as the service takes them."""
        _send(self.socket, pieces)
        return self

    def finish(self) -> Line:
        """Tell that nothing more is sent; the answer can still come."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reply(self, what: str, method: str = "GET") -> Reply:
        """The next answer; asserts that one comes, whole. `what` says to what."""
        response = HTTPResponse(self, method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            body = response.read()
        except (OSError, HTTPException) as error:
            raise AssertionError(f"{what} is not answered: {type(error).__name__} {error}".rstrip()) from None
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        return Reply(response.status, headers, body)

    def reply_begins(self) -> int:
        """The status of an answer that is read no further; asserts that one begins."""
        try:
            return int(self.socket.recv(12)[9:])
        except (OSError, ValueError):
            raise AssertionError("no answer begins") from None

    def ended(self) -> bool:
        """Whether the service closes the connection before it says anything more."""
        try:
            return self._file.read(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        except OSError:  # Python reads no more from a file that has waited in vain; the socket itself does
            return self._is_cut()

    def _is_cut(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    def pour(self, piece: bytes, most: int, seconds: float = 1) -> int:
        """Send `piece` again and again, `most` bytes of it; gives how many were taken until nobody took more."""
        taken = 0
        self.socket.settimeout(seconds)
        with contextlib.suppress(OSError):
            while taken < most:
                taken += self.socket.send(piece[taken % len(piece) :])
        return taken
