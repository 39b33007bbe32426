"""A client of /events that reads the stream's own bytes."""

from __future__ import annotations

import contextlib
import functools
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from rosetta.harness import contract
from rosetta.kit.client import Answer, Client, Exchange

Event = tuple[int, str, str]
Headers = list[tuple[str, str]]
OPEN_SECONDS = 5
LINE_END = re.compile("\r\n|\n|\r")


@dataclass
class Stream:
    """An open stream, read as the standard of server-sent events says.

    `quiet` are the lines that tell nothing, comments and retry, `blocks` the others, without the empty line that ends
    each block. `first` is the first line. `asked` and `first_byte` are moments of the monotonic clock.
    """

    response: httpx.Response
    asked: float
    first: str = ""
    first_byte: float = 0.0
    quiet: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    ended: bool = False
    _news: queue.Queue[None] = field(default_factory=queue.Queue)

    def events(self) -> list[Event]:
        """The events so far: id, type and data; asserts that each has the fields of rule EVENT-2, once."""
        found = []
        for block in list(self.blocks):
            pairs = [line.partition(":") for line in block.split("\n")]
            fields = {name: value.removeprefix(" ") for name, _, value in pairs}
            assert sorted(name for name, _, _ in pairs) == ["data", "event", "id"], f"an event has the lines {block!r}"
            found.append((int(fields["id"]), fields["event"], fields["data"]))
        return found

    def begins_quietly(self) -> bool:
        """Whether the first line is a comment or retry, as rule EVENT-1 wants it."""
        return is_quiet(self.first)

    def until(self, condition: Callable[[Stream], object], seconds: float = 5) -> None:
        """Wait until `condition` holds; asserts that it does within `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            remaining = deadline - time.monotonic()
            assert remaining > 0, f"within {seconds} s came only {[*self.quiet, *self.blocks][-5:]}"
            with contextlib.suppress(queue.Empty):
                self._news.get(timeout=remaining)

    def read(self) -> None:
        """Read until the stream ends; runs in a thread."""
        pending, block = "", list[str]()
        ended_with_cr = False  # a line feed after it belongs to the same end
        try:
            for text in self.response.iter_text():
                self.first_byte = self.first_byte or time.monotonic()
                fresh = text.removeprefix("\n") if ended_with_cr else text
                ended_with_cr = text.endswith("\r")
                *whole, pending = LINE_END.split(pending + fresh)
                for line in whole:
                    self.first = self.first or line
                    if is_quiet(line):
                        self.quiet.append(line)
                    elif line:
                        block.append(line)
                    elif block:
                        self.blocks.append("\n".join(block))
                        block = []
                self._news.put(None)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            pass  # closed by either side
        self.ended = True
        self._news.put(None)


def is_quiet(line: str) -> bool:
    """Whether a line is a comment, or says when to come back."""
    return line.startswith((":", "retry:"))


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
            stream.until(lambda each: each.first or each.ended, OPEN_SECONDS)
            assert stream.first, "the stream ended at once"
            yield stream
        finally:
            # Closing alone would not wake the thread that reads.
            with contextlib.suppress(OSError):
                response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            reader.join(OPEN_SECONDS)
