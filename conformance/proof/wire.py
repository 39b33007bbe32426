"""A front of the shop that misreads bytes: the bugs and liberties of servers, which an ASGI application cannot have.

It relays each connection to the shop, and reads along where a request begins and ends. It runs for such a switch alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field

from proof.bugs import bug
from proof.liberties import free

HEAD = re.compile(rb"[A-Z]+ \S+ HTTP/1\.[01]\r\n(?:[^\s:]+:.*\r\n)*\r\n")
TAB_BESIDE_LENGTH = re.compile(rb"(?i)\r\n(?:content-length|transfer-encoding):(?:\t|[^\r]*\t\r\n)")
TRAILER_SECONDS = 5
MOST_TRAILERS = 65_536
FAULT = b"HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
USUAL, LARGE, ENDLESS = 1 << 20, 4 << 20, 1 << 30  # the most bytes that wait to be read
AT_ONCE = 10  # pipelined requests
LONG, TAKEN = 16_384, 1 << 19  # the bytes of a header of which nobody reads that much, and of a head that is taken
HELD_SECONDS = 0.02


def start(host: str, port: int, shop: int) -> None:
    """Listen on `port`, in a thread, and relay to the shop on the port `shop` of this machine."""

    async def serve() -> None:
        large = LARGE if free("trailers_dropped_as_they_come") else USUAL
        endless = bug("pipelines_without_end") or bug("long_trailers_are_a_fault")
        kept = set()  # the loop itself forgets a task whose client has said everything

        async def relay(reader: StreamReader, writer: StreamWriter) -> None:
            with contextlib.suppress(OSError):
                await _Relay(shop, reader, writer).run()
            writer.close()

        def accepted(reader: StreamReader, writer: StreamWriter) -> None:
            task = asyncio.create_task(relay(reader, writer))
            kept.add(task)
            task.add_done_callback(kept.discard)

        server = await asyncio.start_server(accepted, host, port, limit=ENDLESS if endless else large)
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=(serve(),), daemon=True).start()


@dataclass
class _Head:
    """A request's head: its first line, and names, as they came, and values of its headers."""

    first: bytes
    lines: list[tuple[bytes, bytes]]

    @classmethod
    def read(cls, data: bytes) -> _Head:
        first, *lines = data.removesuffix(b"\r\n\r\n").split(b"\r\n")
        split = [line.partition(b":") for line in lines]
        return cls(first, [(name, value) for name, _, value in split])

    def value(self, wanted: bytes) -> bytes:
        """The values of a header, joined by commas, in lower case."""
        return b",".join(value.strip().lower() for name, value in self.lines if name.lower() == wanted)

    def without(self, *names: bytes) -> None:
        self.lines = [line for line in self.lines if line[0].lower() not in names]

    def data(self) -> bytes:
        return b"\r\n".join([self.first, *(b"%s:%s" % line for line in self.lines), b"", b""])


def _sized(data: bytes) -> bool:
    """Whether the answer tells its length."""
    return re.search(rb"(?i)\r\ncontent-length:", data.partition(b"\r\n\r\n")[0]) is not None


@dataclass
class _Held:
    """What comes together goes on together: a shop that refuses by the head alone closes, and what comes later resets
    the connection before its answer is read.
    """

    shop: StreamWriter
    data: bytes
    released: bool = False

    def write(self, piece: bytes) -> None:
        self.data += piece
        if self.released:
            self.release()

    def release(self) -> None:
        self.released = True
        self.shop.write(self.data)
        self.data = b""

    async def drain(self) -> None:
        await self.shop.drain()


@dataclass
class _Relay:
    """One connection of a client, and what belongs to it at the shop."""

    shop: int
    reader: StreamReader
    writer: StreamWriter
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    kept: bool = False  # told so whatever the answer is

    async def run(self) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.shop)
        answers = asyncio.create_task(self._answers(far_reader))
        requests = asyncio.create_task(self._requests(far_writer))
        try:
            await asyncio.wait({answers, requests}, return_when=asyncio.FIRST_COMPLETED)
            if not answers.done() and (requests.exception() or not requests.result()):
                with contextlib.suppress(OSError):
                    far_writer.write_eof()
                await asyncio.wait({answers, *self.tasks})
        finally:
            requests.cancel()
            answers.cancel()
            far_writer.close()

    async def _answers(self, reader: StreamReader) -> None:
        while data := await reader.read(65_536):
            if re.match(rb"HTTP/1.1 4", data) and bug("closed_without_a_word"):
                data = re.sub(rb"(?i)connection: close\r\n", b"", data, count=1)
            if b"Invalid HTTP request received." in data and bug("refusals_become_404"):
                data = data.replace(b" 400 Bad Request", b" 404 Not Found", 1)
            if self.kept and re.match(rb"HTTP/1.1 (?!204)", data) and not _sized(data):
                data = re.sub(rb"(?i)connection: close\r\n", b"connection: close, keep-alive\r\n", data, count=1)
            self.writer.write(data)
            await self.writer.drain()

    async def _requests(self, shop: StreamWriter) -> bool:
        """Send requests on; gives whether the connection is to be closed at once."""
        while True:
            try:
                data = await self.reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as rest:
                shop.write(rest.partial)
                return False
            if free("names_without_colon"):
                data = re.sub(rb"\r\n([A-Za-z-]+)(?=\r\n)", rb"\r\n\1:", data)
            if not HEAD.fullmatch(data):
                if bug("bad_requests_end_good_ones"):
                    self.writer.write(BAD_REQUEST)
                    return True
                return await self._as_it_is(data, shop)
            head = _Head.read(data)
            old = head.first.endswith(b"1.0") and head.value(b"connection") == b"keep-alive"
            self.kept = old and free("kept_alive_to_the_end")
            if free("long_headers_taken") and len(data) < TAKEN:
                head.lines = [line for line in head.lines if len(line[1]) < LONG]
            if free("host_not_wanted") and not head.value(b"host"):
                head.lines.append((b"Host", b" shop.example"))
            if free("tab_behind_chunked_refused") and re.search(rb"(?i)\r\ntransfer-encoding:.*\t\r\n", data):
                self.writer.write(BAD_REQUEST)
                return True
            if free("tab_beside_length_refused") and TAB_BESIDE_LENGTH.search(data):
                self.writer.write(BAD_REQUEST)
                return True
            self._misread(head)
            codings, length = head.value(b"transfer-encoding"), head.value(b"content-length")
            if (codings and (length or codings != b"chunked")) or (length and not length.isdigit()):
                return await self._as_it_is(head.data(), shop)
            await self._send(head, shop)

    def _misread(self, head: _Head) -> None:
        if bug("chunks_for_http_1_0"):
            head.first = head.first.replace(b" HTTP/1.0", b" HTTP/1.1")
        if bug("codings_before_chunked_ignored") and head.value(b"transfer-encoding").endswith(b"chunked"):
            head.without(b"transfer-encoding")
            head.lines.append((b"Transfer-Encoding", b" chunked"))
        if bug("white_space_kept"):
            kept = [(name, value.removeprefix(b" ")) for name, value in head.lines]
            head.lines = [(name, re.sub(rb"^[ \t]+|[ \t]+$", b"\xa0", value)) for name, value in kept]

    async def _send(self, head: _Head, shop: StreamWriter) -> None:
        """Send a request on whose body ends where its head says."""
        chunked = head.value(b"transfer-encoding") == b"chunked"
        if bug("pipelined_answers_out_of_order"):
            head.lines.append((b"Connection", b" close"))
            body = await self._body(head, chunked)
            task = asyncio.create_task(self._apart(head.data() + body))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            if len(self.tasks) > AT_ONCE:
                await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
        elif head.value(b"upgrade") and bug("upgrade_loses_the_body"):
            await self._body(head, chunked)
            head.without(b"content-length", b"transfer-encoding")
            shop.write(head.data())
        elif chunked and free("trailers_dropped_as_they_come"):
            async with asyncio.timeout(TRAILER_SECONDS):
                data, _, _ = (await self._body(head, chunked)).rpartition(b"\r\n0\r\n")
            shop.write(head.data() + data + b"\r\n0\r\n\r\n")
        elif chunked and (bug("trailers_are_headers") or bug("long_trailers_are_a_fault")):
            data, _, trailers = (await self._body(head, chunked)).rpartition(b"\r\n0\r\n")
            if len(trailers) > MOST_TRAILERS and bug("long_trailers_are_a_fault"):
                self.writer.write(FAULT)
                return
            if bug("trailers_are_headers") and trailers != b"\r\n":
                head.lines += _Head.read(b"\r\n" + trailers).lines
            shop.write(head.data() + data + b"\r\n0\r\n\r\n")
        else:
            held = _Held(shop, head.data())
            sending = asyncio.create_task(self._body(head, chunked, held))
            await asyncio.wait({sending}, timeout=HELD_SECONDS)
            held.release()
            await sending
        await shop.drain()

    async def _apart(self, data: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.shop)
        writer.write(data)
        with contextlib.suppress(OSError):
            self.writer.write(await reader.read(-1))
            await self.writer.drain()
        writer.close()

    async def _body(self, head: _Head, chunked: bool, shop: _Held | None = None) -> bytes:
        """Read a body to its end and give it, or send it on piece by piece as it comes."""
        pieces: list[bytes] = []

        async def keep(piece: bytes) -> None:
            if shop is None:
                return pieces.append(piece)
            shop.write(piece)
            return await shop.drain()

        left = int(head.value(b"content-length") or 0)
        while left:
            piece = await self.reader.readexactly(1) + await self.reader.read(min(left, 65_536) - 1)
            left -= len(piece)
            await keep(piece)
        while chunked:
            line = await self.reader.readuntil(b"\r\n")
            await keep(line)
            size = int(line, 16)
            while size == 0 and line != b"\r\n":  # trailers
                line = await self.reader.readuntil(b"\r\n")
                await keep(line)
            if size == 0:
                break
            await keep(await self.reader.readexactly(size + 2))
        return b"".join(pieces)

    async def _as_it_is(self, data: bytes, shop: StreamWriter) -> bool:
        """Send what was read, and all that follows, on as it is."""
        while data or (data := await self.reader.read(65_536)):
            shop.write(data)
            await shop.drain()
            data = b""
        return False
