"""A client of /events that reads the stream's own bytes."""

from __future__ import annotations

import contextlib
import functools
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from rosetta import contract
from rosetta.client import Answer, Client, Exchange

Event = tuple[int, str, str]
Headers = list[tuple[str, str]]
OPEN_SECONDS = 5
RETRY = "retry: 2000"
PING = ": ping"


@dataclass
class Stream:
    """An open stream; what arrives is kept as blocks of text, without the empty line that ends each.

    `asked` and `first_byte` are moments of the monotonic clock.
    """

    response: httpx.Response
    asked: float
    first_byte: float = 0.0
    blocks: list[str] = field(default_factory=list)
    ended: bool = False
    _news: queue.Queue[None] = field(default_factory=queue.Queue)

    def events(self) -> list[Event]:
        """The events so far: id, type and data; asserts that each block has exactly the form of rule EVENT-2."""
        found = []
        for block in list(self.blocks):
            if block in (RETRY, PING):
                continue
            lines = block.split("\n")
            names = [line.partition(": ")[0] for line in lines]
            assert names == ["id", "event", "data"], f"an event has the lines {lines}"
            values = [line.partition(": ")[2] for line in lines]
            found.append((int(values[0]), values[1], values[2]))
        return found

    def until(self, condition: Callable[[Stream], object], seconds: float = 5) -> None:
        """Wait until `condition` holds; asserts that it does within `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            remaining = deadline - time.monotonic()
            assert remaining > 0, f"within {seconds} s came only {self.blocks[-5:]}"
            with contextlib.suppress(queue.Empty):
                self._news.get(timeout=remaining)

    def read(self) -> None:
        """Read until the stream ends; runs in a thread."""
        pending = ""
        try:
            for text in self.response.iter_text():
                self.first_byte = self.first_byte or time.monotonic()
                *whole, pending = (pending + text).split("\n\n")
                self.blocks += whole
                self._news.put(None)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            pass  # closed by either side
        self.ended = True
        self._news.put(None)


@functools.cache
def _http() -> httpx.Client:
    """One client for all streams; each has a connection of its own, which is closed with it."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.Client(limits=limits, timeout=httpx.Timeout(OPEN_SECONDS, read=30))


@contextlib.contextmanager
def _asked(shop: Client, query: str, token: str | None, headers: Headers) -> Iterator[httpx.Response]:
    """Send `GET /events?<query>` and give the answer; the body of a 200 is still to be read."""
    target = f"/events?{query}" if query else "/events"
    bearer = [("authorization", f"Bearer {token}")] if token is not None else []
    request = _http().build_request(
        "GET", f"{shop.base_url}/", headers=[*headers, *bearer], extensions={"target": target.encode()}
    )
    exchange = Exchange(request, target, shop.base_url)
    shop.exchanges.append(exchange)
    response = _http().send(request, stream=True)
    try:
        if response.status_code != 200:
            response.read()
            exchange.response = response
            contract.check(response, target)
        else:  # told without the body, which is not there yet
            exchange.response = httpx.Response(
                200, headers=response.headers, stream=httpx.ByteStream(b""), request=request
            )
            exchange.response.read()
        yield response
    finally:
        response.close()


def refused(shop: Client, query: str, token: str | None = None, headers: Headers | None = None) -> Answer:
    """The answer to a request for `/events?<query>` that is not to be answered with a stream."""
    with _asked(shop, query, token, headers or []) as response:
        assert response.status_code != 200, f"/events?{query} with {headers} is a stream"
        return Answer(response)


@contextlib.contextmanager
def listen(shop: Client, query: str, token: str | None = None, last: int | str | None = None) -> Iterator[Stream]:
    """Open `/events?<query>`, with Last-Event-ID `last`, and give the stream once its first bytes have come.

    Asserts that it is answered with 200 and does not end at once.
    """
    asked = time.monotonic()
    with _asked(shop, query, token, [] if last is None else [("last-event-id", str(last))]) as response:
        assert response.status_code == 200, f"/events?{query} is {response.status_code}"
        stream = Stream(response, asked)
        reader = threading.Thread(target=stream.read, daemon=True)
        reader.start()
        try:
            stream.until(lambda each: each.blocks or each.ended, OPEN_SECONDS)
            assert stream.blocks, "the stream ended at once"
            yield stream
        finally:
            # Closing alone would not wake the thread that reads.
            with contextlib.suppress(OSError):
                response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            reader.join(OPEN_SECONDS)
