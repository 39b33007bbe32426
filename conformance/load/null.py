"""A server that does nothing: what is measured against it is the generator's own time.

For the self-test it can work a given time on each request, and tell when its requests came.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import ClassVar

import click

from load.machine import on
from rosetta.harness.database import free_port

PRODUCT = {
    "id": "7c2e9a40-1d5b-4f86-b3a1-6e0f8d2c4b97",
    "sku": "NULL",
    "name": "Nothing",
    "description": "It has the size of a product and comes from no database. " * 5,
    "category": "nothing",
    "price": 1,
    "tax_rate_bp": 0,
    "attributes": {},
    "stock": 0,
    "active": True,
    "version": 1,
    "created_at": "2026-01-01T00:00:00.000Z",
    "updated_at": "2026-01-01T00:00:00.000Z",
}


def answer(body: bytes) -> bytes:
    """A whole response."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache\r\n"
    return f'{head}ETag: "1"\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body


ANSWER = answer(json.dumps(PRODUCT).encode())


class Null(asyncio.Protocol):
    """Gives the same answer to each request that has no body."""

    came: ClassVar[list[float]] = []

    def __init__(self, work: float) -> None:
        self._work = work
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        *requests, self._pending = (self._pending + data).split(b"\r\n\r\n")
        for request in requests:
            if request.startswith(b"GET /came "):
                self._transport.write(answer(json.dumps(self.came).encode()))
                self.came.clear()
                continue
            self.came.append(time.perf_counter())
            until = time.thread_time() + self._work
            while time.thread_time() < until:
                pass
            self._transport.write(ANSWER)


async def _serve(port: int, work: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Null(work), "127.0.0.1", port, backlog=2000)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await server.serve_forever()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--work", type=float, default=0.0, help="Seconds of work on each request.")
def main(port: int, work: float) -> None:
    """Serve until killed."""
    asyncio.run(_serve(port, work))


@contextlib.contextmanager
def server(cores: Sequence[int], work: float = 0.0) -> Iterator[tuple[str, int]]:
    """Run it on these cores; gives its URL and its process id."""
    port = free_port()
    command = [sys.executable, "-m", "load.null", "--port", str(port), "--work", str(work)]
    with on(cores):
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
    with process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.kill()


if __name__ == "__main__":
    main()
