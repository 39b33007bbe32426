"""Level 7: bytes on the wire that no well-behaved client sends, or that come slowly, or stop."""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import time

from rosetta.kit import wire
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.people import PASSWORD, People, new_email
from rosetta.kit.products import Products
from rosetta.kit.wire import Talk, head, talk

LEVEL = 7
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
DOCUMENT = b"2\r\n{}\r\n0\r\n\r\n"
SECOND = head("GET", "/smuggled")
SLOW_CLIENTS = 40


def post(*lines: str, path: str = "/auth/logout") -> bytes:
    """The head of a POST of JSON."""
    return head("POST", path, JSON, *lines)


def refused(told: Talk, what: str, most: int = 1) -> None:
    """Assert no more than `most` answers, of the class 4xx (or 501 or 505, rule HTTP-12), and the connection's end."""
    assert told.closed, f"after {what} the connection stays open: {told.statuses}"
    assert len(told.statuses) <= most, f"{what} is answered {len(told.statuses)} times: {told.statuses}"
    for status in told.statuses:
        assert 400 <= status < 500 or status in (501, 505), f"{what} is answered with {status}"


AMBIGUOUS = {
    "two lengths": post("Content-Length: 2", "Content-Length: 3") + b"{}",
    "two lengths in a list": post("Content-Length: 2, 3") + b"{}",
    "a length with a sign": post("Content-Length: +2") + b"{}",
    "a negative length": post("Content-Length: -2") + b"{}",
    "a length in hexadecimal": post("Content-Length: 0x2") + b"{}",
    "a length with a fraction": post("Content-Length: 2.0") + b"{}",
    "a length of 24 digits": post("Content-Length: 999999999999999999999999") + b"{}",
    "a coding nobody knows": post("Transfer-Encoding: xchunked") + DOCUMENT,
    "chunked, but not last": post("Transfer-Encoding: chunked, identity") + DOCUMENT,
    "chunked behind a vertical tab": post("Transfer-Encoding: \x0bchunked") + DOCUMENT,
    "a chunk of negative size": post(CHUNKED) + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk's size with a prefix": post(CHUNKED) + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk that goes on": post(CHUNKED) + b"2\r\n{}XX\r\n0\r\n\r\n",
    "a space before the colon": post("Content-Length : 2") + b"{}",
}


@case("WIRE-001", rule="HTTP-13", hint="Close the connection after whatever could hide a second request.")
def test_smuggling(shop: Client) -> None:
    """A second request cannot be smuggled

    Tells the length of a body in two ways, or in none that HTTP has, with another request behind it. Each is refused
    and the connection closed. Content-Length beside chunks may be read as chunks, once.
    """
    for what, sent in AMBIGUOUS.items():
        refused(talk(shop.base_url, sent + SECOND), what)
    huge = talk(shop.base_url, post(CHUNKED) + b"ffffffffffffffff2\r\n{}\r\n0\r\n\r\n" + SECOND, seconds=1)
    assert huge.statuses in ([], [400], [413]), f"a chunk beyond 64 bits is answered with {huge.statuses}"
    for length in ("2", "6", "60"):
        # A server may wait a few seconds for the rest of such a length, lest its answer is lost to a reset.
        told = talk(
            shop.base_url, post(f"Content-Length: {length}", CHUNKED) + DOCUMENT + SECOND, seconds=10, silence=8
        )
        assert told.closed, f"after a length of {length} beside chunks the connection stays open"
        assert told.statuses in ([], [400], [422]), (
            f"a length of {length} beside chunks is answered with {told.statuses}"
        )
    shop.get("/healthz").expect(200)


NO_HEADS = {
    "no version": b"GET /healthz\r\n\r\n",
    "a request line of one word": b"GET\r\nHost: a\r\n\r\n",
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a space in a header's name": b"GET /healthz HTTP/1.1\r\nHost: a\r\nB d: x\r\n\r\n",
    "a header without a colon": b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad\r\n\r\n",
    "a header without a name": b"GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    "NUL in a header": b"GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03" + b"a" * 200 + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "64 KiB in one header": head("GET", "/healthz", "X: " + "a" * 65_536),
    "a mebibyte in one header": head("GET", "/healthz", "X: " + "a" * (1 << 20)),
    "5,000 headers": head("GET", "/healthz", *(f"X-{number}: {'a' * 20}" for number in range(5000))),
    "a target of 100,000 characters": head("GET", "/" + "a" * 100_000),
}
MAY_BE_SERVED = {"no Host", "64 KiB in one header", "a header without a colon"}


@case("WIRE-002", rule="HTTP-12", hint="Leave the parsing of heads to the server's library, and bound their size.")
def test_bad_heads(shop: Client) -> None:
    """Heads that are none

    Sends request lines, header lines and sizes that HTTP does not have. Each is refused with the class 4xx, and the
    connection closed; the next request works. A request without Host, a head of 64 KiB, and a line without a colon may
    be served.
    """
    for what, sent in NO_HEADS.items():
        told = talk(shop.base_url, sent)
        if told.statuses != [200] or what not in MAY_BE_SERVED:
            refused(told, what, most=2)  # a server may take the rest for a second bad head
    shop.get("/healthz").expect(200)


@case("WIRE-003", rule="HTTP-3", hint="Route by the method as it is written; it is case-sensitive.")
def test_strange_methods(shop: Client) -> None:
    """Methods nobody has

    Sends methods in lower case, invented ones, and one of 5,000 letters to a known path: 405 with Allow, or a refusal
    before routing. A header or a form that overrides the method means nothing.
    """
    for method in ("get", "Get", "BREW", "PROPFIND", "G" * 5000):
        told = talk(shop.base_url, head(method, "/products"))
        assert len(told.statuses) == 1, f"{method[:10]} is answered with {told.statuses}"
        status = told.statuses[0]
        assert 400 <= status < 500 or status == 501, f"{method[:10]} is answered with {status}"
        assert status != 405 or b"allow:" in told.data.lower(), f"the 405 of {method[:10]} lacks Allow"
    for name in ("x-http-method-override", "x-method-override", "x-http-method"):
        shop.post("/products", headers={name: "GET"}).problem(405, "method_not_allowed")
        shop.get("/products?limit=1&_method=DELETE", headers={name: "DELETE"}).expect(400)
        shop.get("/healthz?_method=DELETE", headers={name: "DELETE"}).expect(200)
    form = {"content-type": "application/x-www-form-urlencoded"}
    status = shop.request("POST", "/products", content=b"_method=GET&limit=1", headers=form, checked=False).status
    assert status in (405, 415), f"a form that asks for another method is answered with {status}"


@case("WIRE-004", rule="HTTP-13", hint="Judge Content-Length before you read the body.")
def test_length_too_large(shop: Client, people: People) -> None:
    """A length that is too large is refused at once

    Tells a Content-Length of 20 GB, of 2 MB, and of 20 MB for an import, and sends nothing. 413 comes without the body,
    or within two seconds of its first 64 bytes.
    """
    for sent in (
        post("Content-Length: 20000000000"),
        post("Content-Length: 2000000", path="/auth/register"),
        post("Content-Length: 2000000", path="/webhooks/payments"),
        head(
            "POST",
            "/admin/products/import",
            "Content-Type: application/x-ndjson",
            "Content-Length: 20000000",
            f"Authorization: Bearer {people.admin.token}",
        ),
    ):
        with wire.connect(shop.base_url) as connection:
            connection.sendall(sent)
            told = wire.receive(connection, 0.5, 0.1)
            if not told.statuses and not told.closed:
                connection.sendall(b" " * 64)
                told = wire.receive(connection, 2, 0.1)
        path = sent.split(b" ")[1].decode()
        assert told.statuses == [413], f"{path} is answered with {told.statuses or 'nothing'} within 2 s"
        assert b"application/problem+json" in told.data, f"the 413 of {path} is no problem"


@case("WIRE-005", rule="HTTP-14", hint="Use the server's own Expect handling: 100 when the body is first read.")
def test_expect(shop: Client) -> None:
    """Expect: 100-continue

    Asks before it sends a body, as curl does for large ones: 100 comes, then the answer; or, to a request that is
    refused without its body, the final answer at once.
    """
    with wire.connect(shop.base_url) as connection:
        connection.sendall(post("Content-Length: 2", "Expect: 100-continue"))
        asked = wire.receive(connection, 2, 0.1)
        assert asked.statuses in ([100], [422]), f"Expect is answered with {asked.statuses or 'nothing'} within 2 s"
        if asked.statuses == [100]:
            connection.sendall(b"{}")
            assert wire.receive(connection, 5, 0.1).statuses == [422]
    unknown = post("Content-Length: 2", "Expect: 100-continue", path="/checkout")
    statuses = talk(shop.base_url, unknown, seconds=2).statuses
    assert statuses in ([401], [100], [100, 401]), (
        f"a request without a token that asks first is answered with {statuses}"
    )


@case("WIRE-006", rule="HTTP-14", hint="Answer one request after the other on each connection.")
def test_pipeline(shop: Client) -> None:
    """Several requests in one packet

    Sends five requests at once on one connection: five answers, in their order.
    """
    targets = ["/healthz", "/nope", "/products/NO-SUCH", "/healthz", "/me"]
    *first, last = targets
    sent = [*(head("GET", target) for target in first), head("GET", last, "Connection: close")]
    told = talk(shop.base_url, b"".join(sent), silence=5)
    assert told.statuses == [200, 404, 404, 200, 401]


def usual(shop: Client) -> float:
    """The median of the seconds of ten reads."""
    seconds = []
    for _ in range(10):
        began = time.monotonic()
        shop.get("/products?limit=1").expect(200)
        seconds.append(time.monotonic() - began)
    return statistics.median(seconds)


@case(
    "WIRE-007",
    rule="HTTP-14",
    hint="Do not give a thread, a worker or a database connection to a request that is still coming.",
)
def test_slow_clients(shop: Client) -> None:
    """Slow clients hold up nobody

    Opens forty connections that send a head or a body byte by byte, more than most pools of threads. Meanwhile others
    are answered as before, or at least within half a second; and a body that takes two seconds is read.
    """
    sent = [head("GET", "/healthz"), post("Content-Length: 2000") + b"{}", post(CHUNKED) + b"400\r\n{}"]
    usual(shop)
    before = usual(shop)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(wire.connect(shop.base_url)) for _ in range(SLOW_CLIENTS)]
        for number, connection in enumerate(slow):
            connection.sendall(sent[number % 3][: 20 if number % 3 == 0 else None])
        body = json.dumps({"refresh_token": "A" * 43}).encode()
        steady = stack.enter_context(wire.connect(shop.base_url))
        steady.sendall(post(f"Content-Length: {len(body)}"))
        seconds = []
        for at in range(0, len(body), 3):
            steady.sendall(body[at : at + 3])
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.sendall(b" ")
            seconds.append(usual(shop))
            time.sleep(0.05)
        assert wire.receive(steady, 5, 0.1).statuses == [204], "a body that came in pieces of three bytes"
    during = statistics.median(seconds)
    assert during < max(10 * before, 0.5), f"a read takes {during:.2f} s beside slow clients, {before:.3f} s before"


@case("WIRE-008", rule="HTTP-14", hint="Act only on a body that has come whole.")
def test_broken_off(shop: Client, people: People, products: Products) -> None:
    """What breaks off changes nothing

    Begins registrations, stock adjustments and imports, with a length and in chunks, and closes the connection before
    their end. Nothing of them is there afterwards, and the service goes on.
    """
    email, sku, kept = new_email(), products.sku(), products.add(stock=5)
    register = json.dumps({"email": email, "password": PASSWORD, "name": "Ada"}).encode()
    line = {"sku": sku, "name": "Thing", "category": products.category, "price": 1, "tax_rate_bp": 0}
    bearer = f"Authorization: Bearer {people.admin.token}"
    bodies = [
        ("/auth/register", JSON, register),
        (f"/admin/products/{kept}/stock", JSON, b'{"delta": 1}'),
        ("/admin/products/import", "Content-Type: application/x-ndjson", json.dumps(line).encode() + b"\n"),
    ]
    for path, kind, body in bodies:
        for framing, sent in (
            (f"Content-Length: {len(body) + 1}", body),
            (CHUNKED, f"{len(body):x}\r\n".encode() + body + b"\r\n"),
        ):
            for ending in (socket.SHUT_WR, socket.SHUT_RDWR):
                with wire.connect(shop.base_url) as connection:
                    connection.sendall(head("POST", path, kind, bearer, framing) + sent)
                    with contextlib.suppress(OSError):
                        connection.shutdown(ending)
                    told = wire.receive(connection, 2, 0.1)
                    assert not any(status < 400 or status >= 500 for status in told.statuses), (
                        f"{path}: {told.statuses}"
                    )
    shop.get(f"/products/{sku}").problem(404, "not_found")
    assert products.stock(kept) == 5
    shop.post("/auth/register", content=register, headers={"content-type": "application/json"}).expect(201)


@case("WIRE-009", rule="HTTP-11", hint="Build no address from what the client says of hosts.")
def test_hosts(shop: Client, people: People, products: Products) -> None:
    """What a client says of hosts and paths means nothing

    Reads and creates with foreign values of Host, Forwarded, X-Forwarded-* and X-Original-URL. The answers are the
    usual ones, and no header or body repeats the values.
    """
    sku = products.add()
    lies = {
        "host": "evil.example",
        "forwarded": "host=evil.example;proto=https;for=10.0.0.1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "evil",
        "x-forwarded-prefix": "/evil",
        "x-original-url": "/evil",
        "x-rewrite-url": "/evil",
        "x-forwarded-for": "evil",
    }
    body = {"sku": products.sku(), "name": "Thing", "category": products.category, "price": 1, "tax_rate_bp": 0}
    answers = [
        shop.get(f"/products/{sku}", headers=lies).expect(200),
        shop.get("/products?limit=1", headers=lies).expect(200),
        shop.get("/nope", headers=lies).expect(404),
        people.admin.post("/admin/products", body=body, headers=lies).expect(201),
    ]
    assert answers[-1].headers["location"] == f"/products/{body['sku']}"
    for answer in answers:
        assert b"evil" not in answer.body
        assert not [name for name, value in answer.headers.items() if "evil" in value]
