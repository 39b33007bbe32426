"""The curl of a failure sends what the case sent."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from rosetta.kit.client import Client

Seen = tuple[str, str, list[tuple[str, str]], bytes]
OWN = {"host", "user-agent", "accept", "accept-encoding", "connection", "content-length"}


class Handler(BaseHTTPRequestHandler):
    """Writes down what it was asked."""

    seen: ClassVar[list[Seen]] = []

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        told = sorted((name.lower(), value) for name, value in self.headers.items() if name.lower() not in OWN)
        self.seen.append((self.command, self.path, told, body))
        self.send_response(204)
        self.end_headers()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Where it listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize(
    ("method", "target", "options"),
    [
        ("GET", "/products?sort=-price&q=a%20b", {}),
        ("GET", "/..%2fhealthz/../x", {}),
        ("GET", "/cart", {"content": b"{}"}),
        ("HEAD", "/products", {"token": "a.b.c"}),
        ("POST", "/cart", {"content": b"no type"}),
        ("POST", "/cart", {"body": {"name": "O'Brien", "text": "\u00e9"}}),
        ("POST", "/cart", {"content": b"'\xff\x01\n\\"}),
        ("POST", "/cart", {"content": b" " * 65_537}),
        ("DELETE", "/cart/items/X", {"headers": [("if-match", '"1"'), ("if-match", '"2"'), ("x-empty", "")]}),
    ],
)
def test_the_curl_sends_the_same(url: str, method: str, target: str, options: dict[str, Any]) -> None:
    client = Client(url)
    client.request(method, target, checked=False, **options)
    client.close()
    subprocess.run(["bash", "-c", client.exchanges[-1].command()], check=True, capture_output=True, timeout=20)
    by_curl, by_client = Handler.seen.pop(), Handler.seen.pop()
    assert by_curl == by_client
