import asyncio
import json
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from shop.platform.connection import Connection
from shop.platform.framing import Framing
from shop.platform.server import MAX_HEAD_BYTES


async def application(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message.get("body", b"")
    await asyncio.sleep(0.02)
    told = json.dumps([scope["path"], [name.decode() for name, _ in scope["headers"]], body.decode()]).encode()
    headers = [(b"content-length", str(len(told)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def talk(*pieces: bytes, end: bool = False) -> bytes:
    """What the connection sends until it closes, or falls silent."""

    async def exchange() -> bytes:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            Framing(application),
            ws="none",
            lifespan="off",
            log_config=None,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        )
        server = await loop.create_server(lambda: Connection(config, ServerState(), {}), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01)
            if end:
                writer.write_eof()
            answer = b""
            try:
                async with asyncio.timeout(0.2):
                    while more := await reader.read(65_536):
                        answer += more
            except TimeoutError:
                answer += b"(open)"
            except ConnectionResetError:
                pass
            writer.close()
            return answer

    return asyncio.run(exchange())


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"


def answers(told: bytes) -> list[Any]:
    return [
        json.loads(part.partition(b"\r\n\r\n")[2]) for part in told.removesuffix(b"(open)").split(b"HTTP/1.1 200 ")[1:]
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"Content-Length: 2\r\n\r\n{}"],
        [HEAD + b"Content-Length: 2\r\n\r\n", b"{", b"}"],
        [HEAD[:9], HEAD[9:] + b"Content-Length: 2\r\n\r\n{}"],
        [HEAD + b"X: " + b"x" * (MAX_HEAD_BYTES - 100) + b"\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
        [CHUNKED + b"\r\n"],
        [HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}"],
        [HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}"],
        [b"POST http://a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"],
    ],
)
def test_good_requests(pieces: list[bytes]) -> None:
    told = talk(*pieces)
    assert told.endswith(b"(open)")
    [[path, _, body]] = answers(told)
    assert (path, body) == ("/", "{}")


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([HEAD + b"X: " + b"x" * MAX_HEAD_BYTES * 2 + b"\r\n\r\n"], 400),
        ([HEAD + b"X: ", *[b"x" * 4096] * 5], 400),
        ([HEAD, *[b"X: x\r\n" * 512] * 6], 400),
        ([b"POST /" + b"x" * MAX_HEAD_BYTES * 2 + b" HTTP/1.1\r\nHost: a\r\n\r\n"], 400),
        ([HEAD + b"Host: b\r\n\r\n"], 400),
        ([b"GET / HTTP/1.1\r\n\r\n"], 400),
        ([b"GET /\r\n\r\n"], 400),
        ([b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"], 505),
        ([HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET % 1], 400),
        ([HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + GET % 1], 400),
        ([CHUNKED, b"X: " + b"x" * MAX_HEAD_BYTES * 2 + b"\r\n\r\n"], 400),
    ],
)
def test_refusals(pieces: list[bytes], status: int) -> None:
    told = talk(*pieces)
    assert told.startswith(b"HTTP/1.1 %d " % status)
    assert told.count(b"HTTP/1.1") == 1
    assert not told.endswith(b"(open)")


def test_trailers_are_no_headers() -> None:
    [[_, names, body]] = answers(talk(CHUNKED, b"Authorization: x\r\n\r\n"))
    assert (names, body) == (["host", "transfer-encoding"], "{}")


def test_pipelined() -> None:
    told = talk(GET % 1 + GET % 2 + b"BAD\r\n\r\n")
    assert [path for path, _, _ in answers(told[: told.index(b"HTTP/1.1 400")])] == ["/1", "/2"]
    assert not told.endswith(b"(open)")


def test_half_closed() -> None:
    assert [path for path, _, _ in answers(talk(GET % 1 + GET % 2, end=True))] == ["/1", "/2"]
    assert talk(HEAD + b"Content-Length: 3\r\n\r\n{}", end=True) == b""
    assert talk(HEAD, end=True) == b""
    assert talk(end=True) == b""


def test_a_slow_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.platform.connection.HEAD_SECONDS", 0.05)
    assert talk(HEAD) == b""
    assert talk() == b""
    slow_body = [HEAD + b"Content-Length: 20\r\n\r\n", *[b"x"] * 20]
    [[_, _, body]] = answers(talk(*slow_body))
    assert body == "x" * 20
