import asyncio
import json
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from shop.platform.protocol import MAX_HEAD_BYTES, BoundedProtocol


async def application(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message["body"]
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def talk(*pieces: bytes) -> bytes:
    """What the protocol sends until it closes the connection, or falls silent."""

    async def exchange() -> bytes:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(application, http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
        server = await loop.create_server(lambda: BoundedProtocol(config, ServerState(), {}), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01)
            answer = b""
            try:
                async with asyncio.timeout(0.2):
                    while more := await reader.read(65_536):
                        answer += more
            except TimeoutError:
                answer += b"(open)"
            writer.close()
            return answer

    return asyncio.run(exchange())


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"Content-Length: 2\r\n\r\n{}"],
        [HEAD + b"Content-Length: 2\r\n\r\n", b"{", b"}"],
        [b"\r\n\r\n", HEAD[:9], HEAD[9:] + b"Content-Length: 2\r\n\r\n{}"],
        [HEAD + b"X: " + b"x" * (MAX_HEAD_BYTES - 100) + b"\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
    ],
)
def test_good_requests(pieces: list[bytes]) -> None:
    answer = talk(*pieces)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n{}(open)")


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"X: " + b"x" * MAX_HEAD_BYTES + b"\r\n\r\n"],
        [HEAD + b"X: ", *[b"x" * 4096] * 5],
        [HEAD, *[b"X: x\r\n" * 512] * 6],
        [b"POST /" + b"x" * MAX_HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n"],
        [HEAD + b"Host: b\r\n\r\n"],
        [b"GET / HTTP/1.1\r\n\r\n"],
        [b"GET /\r\n\r\n"],
        [HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ],
)
def test_bad_heads(pieces: list[bytes]) -> None:
    answer = talk(*pieces)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == 400


def test_a_slow_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.platform.protocol.HEAD_SECONDS", 0.05)
    assert talk(HEAD) == b""
    assert talk(b"\r\n") == b""
    slow_body = [HEAD + b"Content-Length: 20\r\n\r\n", *[b"x"] * 20]
    assert talk(*slow_body).endswith(b"x" * 20 + b"(open)")
