"""Level 7: where a request begins and ends: trailers, upgrades, codings, HTTP/1.0, white space, lines, pipelines."""

from __future__ import annotations

import contextlib
import json
import time
from itertools import product

from rosetta.kit import payments
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import checkout, new_key, order, put
from rosetta.kit.people import PASSWORD, People, User, new_email
from rosetta.kit.products import Products
from rosetta.kit.wire import Line, chunked, head, talk

LEVEL = 7
MEBIBYTE = 1 << 20
JSON = "Content-Type: application/json"
MERGE = "Content-Type: application/merge-patch+json"
NDJSON = "Content-Type: application/x-ndjson"
CHUNKED = "Transfer-Encoding: chunked"
LOGOUT = json.dumps({"refresh_token": "A" * 43}).encode()
ONE = b'{"quantity": 1}'


def bearer(user: User) -> str:
    """The line that says who asks."""
    return f"Authorization: Bearer {user.token}"


def sized(body: bytes) -> str:
    """The line that says how long a body is."""
    return f"Content-Length: {len(body)}"


def log_in(user: User, password: str = PASSWORD) -> bytes:
    """The body of a log-in."""
    return json.dumps({"email": user.email, "password": password}).encode()


# Trailers


@case("WIRE-060", rule="HTTP-16", hint="Read trailers to their end and forget them; the head alone has headers.")
def test_trailers_are_no_headers(people: People, products: Products) -> None:
    """Trailers are no headers

    Sends what an operation needs behind a chunked body instead of before it: Authorization, Idempotency-Key, If-Match,
    Content-Type, a webhook's signature; announced by `Trailer` and not; in one packet and in pieces. Each is answered
    as if the trailers were not there, and nothing is done. So is a good request with a trailer that would spoil it. A
    proxy has judged the head alone.
    """
    customer, admin = people.customer(), people.admin
    item, edited = f"/cart/items/{products.add()}", f"/admin/products/{products.add()}"
    key = f"Idempotency-Key: {new_key()}"
    event = json.dumps({"type": "x.unknown", "data": {}}).encode()
    signed = [f"{name}: {value}" for name, value in payments.headers(event).items()]
    attempts: list[tuple[int, str, str, list[str], bytes, list[str]]] = [
        (401, "PUT", item, [JSON], ONE, [bearer(customer)]),
        (400, "POST", "/checkout", [JSON, bearer(customer)], b'{"expected_total": 0}', [key]),
        (428, "PATCH", edited, [MERGE, bearer(admin)], b'{"price": 7}', ["If-Match: *"]),
        (415, "POST", "/auth/logout", [], LOGOUT, [JSON]),
        (401, "POST", payments.PATH, [JSON], event, signed),
        (204, "POST", "/auth/logout", [JSON], LOGOUT, ["Content-Type: text/plain"]),
        (204, "POST", "/auth/logout", [JSON], LOGOUT, ["Content-Encoding: gzip", "X-Checksum: 1"]),
    ]
    for status, method, path, lines, body, trailers in attempts:
        names = ", ".join(each.partition(":")[0] for each in trailers)
        whole, at = chunked(body, trailers=trailers), len(chunked(body)) - 2
        for announced, cut in product(([], [f"Trailer: {names}"]), (False, True)):
            start = head(method, path, CHUNKED, *lines, *announced)
            pieces = [start + whole[:at], whole[at : at + 7], whole[at + 7 :]] if cut else [start + whole]
            with Line(people.shop.base_url) as line:
                told = line.send(*pieces).reply(f"{method} {path} with {names} behind its body").status
            assert told == status, f"{method} {path} with {names} behind its body is answered with {told}, not {status}"
    assert customer.get("/cart").expect(200).json["lines"] == []
    assert people.shop.get(edited.removeprefix("/admin")).expect(200).json["version"] == 1


@case("WIRE-061", rule="HTTP-16", hint="Bound trailers as you bound a head, also those that you throw away.")
def test_endless_trailers(shop: Client) -> None:
    """Trailers have an end

    Sends one trailer of a mebibyte, a mebibyte of short ones, and others that never end, up to 16 MiB, behind a small
    chunked body: refused, or the connection is closed, or they are dropped as they come. Whoever keeps them pays with
    memory, for a client that needs no token.
    """
    start = head("POST", "/auth/logout", JSON, CHUNKED) + chunked(LOGOUT)[:-2]
    forms = {
        "one of a mebibyte": (b"X: " + b"a" * MEBIBYTE, MEBIBYTE),
        "short ones, a mebibyte in all": (b"X-Trailer: aaaaaaaaaaaaaaaaa\r\n", MEBIBYTE),
        "short ones without an end": (b"X-Trailer: aaaaaaaaaaaaaaaaa\r\n" * 1000, 16 * MEBIBYTE),
        "one without an end": (b"a" * 65_536, 16 * MEBIBYTE),
    }
    for what, (piece, most) in forms.items():
        with Line(shop.base_url) as line:
            line.send(start, b"X: " if most > MEBIBYTE else b"")
            taken = line.pour(piece, most, seconds=5)
            if taken >= most and most == MEBIBYTE:
                line.send(b"\r\n\r\n")
            line.socket.settimeout(5)
            status = None
            with contextlib.suppress(AssertionError):
                status = line.reply("").status
            dropped = status == 204 if most == MEBIBYTE else status is None and taken >= most
            if dropped:
                continue
            assert status is None or 400 <= status < 500, f"trailers, {what}, are answered with {status}"
            assert line.ended(), f"after trailers, {what}, the connection stays open, {taken:,} bytes were taken"
    shop.get("/healthz").expect(200)


# Upgrades and codings

UPGRADES = {
    "h2c, as a client of HTTP/2 asks for it": [
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    ],
    "websocket": [
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ],
    "TLS": ["Connection: Upgrade", "Upgrade: TLS/1.0"],
    "two unknown ones": ["Connection: upgrade", "Upgrade: x/1, y"],
}


@case("WIRE-062", rule="HTTP-16", hint="Ignore an Upgrade that you do not take, and read the body as ever.")
def test_upgrades(people: People, products: Products) -> None:
    """An upgrade that is not taken

    Asks for HTTP/2, for a WebSocket and for others with a read, a log-in and a cart write, with a length and in chunks.
    Each is answered as if nobody had asked (RFC 9110, 7.8), and the connection goes on: some clients ask with every
    first request.
    """
    customer = people.customer()
    sku, body = products.add(), log_in(customer)
    item = f"/cart/items/{sku}"
    for number, (what, lines) in enumerate(UPGRADES.items(), 1):
        quantity = json.dumps({"quantity": number}).encode()
        requests = [
            head("GET", f"/products/{sku}", *lines),
            head("POST", "/auth/login", JSON, sized(body), *lines) + body,
            head("PUT", item, JSON, bearer(customer), sized(quantity), *lines) + quantity,
            head("PUT", item, JSON, bearer(customer), CHUNKED, *lines) + chunked(quantity[:5], quantity[5:]),
        ]
        for sent in requests:
            asked = f"{sent.split(b' HTTP')[0].decode()} with an upgrade to {what}"
            with Line(people.shop.base_url) as line:
                reply = line.send(sent).reply(asked)
                assert reply.status == 200, f"{asked} is answered with {reply.status}"
                if not reply.closes:
                    assert line.send(head("GET", "/healthz")).reply(f"a request behind {asked}").status == 200
        assert customer.get("/cart").expect(200).json["lines"][0]["quantity"] == number


CODINGS = [
    ["gzip, chunked"], ["chunked, gzip"], ["identity"], ["identity, chunked"], ["chunked, chunked"], ["deflate"],
    ["gzip", "chunked"], ["chunked", "chunked"], ["chunked;q=1"], ["chunked, identity"], ["xchunked"], ["chunked x"],
]  # fmt: skip


@case("WIRE-063", rule="HTTP-13", hint="Take the one value `chunked`, once, and refuse every other coding.")
def test_transfer_codings(shop: Client) -> None:
    """Transfer codings other than chunked

    Sends a good document in chunks under Transfer-Encoding values that name other codings, before, behind or instead of
    `chunked`, in one line and in two, with another request behind it. Each is refused once, and the connection is
    closed: who skips a coding reads other bytes than the proxy in front.
    """
    for values in CODINGS:
        lines = [f"Transfer-Encoding: {value}" for value in values]
        told = talk(shop.base_url, head("POST", "/auth/logout", JSON, *lines) + chunked(LOGOUT) + head("GET", "/nope"))
        assert len(told.statuses) == 1, f"Transfer-Encoding {values} is answered with {told.statuses}"
        status = told.statuses[0]
        refused = status in (400, 501) or (shop.varied and status == 422)  # which HAProxy answers by itself
        assert refused, f"Transfer-Encoding {values} is answered with {status}"
        assert told.closed, f"after Transfer-Encoding {values} the connection stays open"


# HTTP/1.0


@case("WIRE-064", rule="HTTP-16", hint="Send no chunks to who cannot read them, and close unless asked to keep alive.")
def test_http_1_0(people: People, products: Products) -> None:
    """Clients of HTTP/1.0

    Reads, logs out, lists, exports and is refused with HTTP/1.0. The answers have no chunks, and the connection ends
    with them. A client that asks to be kept alive is told whether it is, and its second request is then answered; only
    an answer whose length is not told ends with the connection, whatever it says.
    """
    sku = products.add()
    customer, admin = people.customer(), people.admin
    put(customer, sku).expect(200)
    checkout(customer).expect(201)
    requests = [
        (200, head("GET", "/healthz", version="1.0")),
        (200, head("GET", f"/products/{sku}", version="1.0")),
        (200, head("GET", "/products?limit=100", version="1.0")),
        (200, head("GET", "/openapi.yaml", version="1.0")),
        (200, head("GET", "/orders", bearer(customer), version="1.0")),
        (200, head("GET", "/admin/products/export", bearer(admin), version="1.0")),
        (404, head("GET", "/nope", version="1.0")),
        (401, head("GET", "/me", version="1.0")),
        (204, head("POST", "/auth/logout", JSON, sized(LOGOUT), version="1.0") + LOGOUT),
    ]
    for status, sent in requests:
        what = sent.split(b"\r\n")[0].decode()
        for kept in (False, True):
            with Line(people.shop.base_url) as line:
                line.send(sent.replace(b"\r\n", b"\r\nConnection: keep-alive\r\n", 1) if kept else sent)
                reply = line.reply(what)
                assert reply.status == status, f"{what} is answered with {reply.status}"
                assert "transfer-encoding" not in reply.headers, f"{what} is answered in chunks"
                if status == 200 and "json" in reply.headers["content-type"]:
                    assert all(json.loads(each) for each in reply.body.splitlines()), f"{what} is not answered whole"
                sized_answer = "content-length" in reply.headers or status == 204
                if kept and sized_answer and "keep-alive" in reply.headers.get("connection", "").lower():
                    assert line.send(sent).reply(f"a second {what}").status == status
                else:
                    assert line.ended(), f"after {what} the connection stays open, though nobody was told"


# Headers


PADS = [("", " "), ("", "\t"), ("\t", ""), ("   ", ""), (" \t ", " \t ")]


@case("WIRE-065", rule="HTTP-15", hint="White space around a header's value belongs to the line, not to the value.")
def test_white_space(people: People, products: Products) -> None:
    """White space around values

    Puts spaces and tabs before and behind the value of each header that the contract reads. Each means what it means
    without them (RFC 9110, 5.5): a token is good, a tag matches, a key is the same key, a signature is right. A tab
    beside `chunked` or a length may be refused, and the connection closed.
    """
    shop, admin, customer = people.shop, people.admin, people.customer()
    sku = products.add()
    item, key, id = f"/cart/items/{sku}", new_key(), payments.new_id()
    put(customer, sku).expect(200)
    total = customer.get("/cart").expect(200).json["total"]
    event, ordered = b'{"type": "x.unknown"}', json.dumps({"expected_total": total}).encode()
    webhook = [f"{name}: {value}" for name, value in payments.headers(event, id).items()]
    checkout(customer, total, key).expect(201)
    coded, tagged = head("POST", "/auth/logout", JSON, "Content-Encoding: identity", sized(LOGOUT)), 'If-Match: "2"'
    keyed = head("POST", "/checkout", JSON, bearer(customer), f"Idempotency-Key: {key}", sized(ordered))
    merged = head("PATCH", f"/admin/products/{sku}", MERGE, bearer(admin), tagged, "Content-Length: 2")
    requests = [
        (200, head("GET", "/me", bearer(customer)), b"", ["Authorization"]),
        (200, head("PUT", item, JSON, bearer(customer), sized(ONE)), ONE, ["Content-Type"]),
        (200, head("PUT", item, JSON, bearer(customer), sized(ONE)), ONE, ["Content-Length"]),
        (200, head("PUT", item, JSON, bearer(customer), CHUNKED), chunked(ONE), ["Transfer-Encoding"]),
        (204, coded, LOGOUT, ["Content-Encoding"]),
        (201, keyed, ordered, ["Idempotency-Key"]),
        (200, merged, b"{}", ["If-Match", "Content-Type"]),
        (304, head("GET", f"/products/{sku}", 'If-None-Match: "2"'), b"", ["If-None-Match"]),
        (200, head("POST", payments.PATH, *webhook, sized(event)), event, list(payments.headers(event))),
        (200, head("GET", "/events?topic=stock", "Last-Event-ID: 999999999"), b"", ["Last-Event-ID"]),
        (200, head("GET", "/healthz", "Connection: close"), b"", ["Connection"]),
    ]
    for status, start, body, names in requests:
        for before, after in PADS:
            sent = start
            for name in names:
                value = start.partition(f"\r\n{name}: ".encode())[2].partition(b"\r\n")[0]
                spaced = before.encode() + value + after.encode()
                sent = sent.replace(b"%s: %s\r\n" % (name.encode(), value), b"%s:%s\r\n" % (name.encode(), spaced))
            what = f"{sent.split(b' HTTP')[0].decode()} with {before!r} before and {after!r} behind {', '.join(names)}"
            with Line(shop.base_url) as line:
                if b"/events" in sent:
                    told = line.send(sent).reply_begins()
                else:
                    told = line.send(sent + body).reply(what).status
                framed = names in (["Transfer-Encoding"], ["Content-Length"])
                if framed and "\t" in before + after and told in (400, 501):
                    assert line.ended(), f"after {what} the connection stays open"
                    continue
                assert told == status, f"{what} is answered with {told}, not {status}"
                assert names != ["Connection"] or line.ended(), f"after {what} the connection stays open"
    assert payments.deliver(shop, event, id).expect(200).json == {"result": "duplicate"}


@case("WIRE-066", rule="HTTP-15", hint="Refuse a second line of a header that has one value; never pick one of them.")
def test_repeated_headers(people: People, products: Products) -> None:
    """Several lines of one header

    Sends headers that have one value twice, equal and different, the good line first and last. Authorization is 401 or
    400, Content-Type and Content-Encoding are 415 or 400, Idempotency-Key and Last-Event-ID 400, those of a webhook
    401, and nothing is done; equal lines of some may count as one. If-Match and If-None-Match are lists: their lines
    are joined, or refused with 400.
    """
    shop, admin, customer, other = people.shop, people.admin, people.customer(), people.customer()
    sku = products.add()
    made = order(people.customer(), products)
    event = json.dumps(payments.event("payment.failed", made)).encode()
    once = payments.headers(event)
    json_type, item = ("content-type", "application/json"), f"/cart/items/{sku}"
    mine, hers = ("authorization", f"Bearer {customer.token}"), ("authorization", f"Bearer {other.token}")

    def sent(allowed: set[int], method: str, path: str, body: bytes, given: list[tuple[str, str]]) -> Answer:
        answer = shop.request(method, path, content=body, headers=given, checked=False)
        told = ", ".join(f"{name}: {value[:12]}" for name, value in given)
        assert answer.status in allowed, f"{method} {path} with {told} is answered with {answer.status}"
        if answer.status == 200 and path == item:
            customer.delete(item).expect(200)
        return answer

    for pair in ((mine, mine), (mine, hers), (mine, ("authorization", "x")), (("authorization", ""), mine)):
        sent({400, 401}, "GET", "/me", b"", [*pair])
        sent({400, 401}, "PUT", item, ONE, [*pair, json_type])
    good, other_type = json_type[1], "text/plain"
    pairs = ((good, good), (good, other_type), (other_type, good), ("", good), (good, ""))
    for one, two in pairs:
        allowed = {400, 415} | ({200} if one == two else set())
        sent(allowed, "PUT", item, ONE, [mine, ("content-type", one), ("content-type", two)])
    for one, two in (("identity", "identity"), ("identity", "gzip"), ("gzip", "identity")):
        allowed = {400, 415} | ({200} if one == two else set())
        sent(allowed, "PUT", item, ONE, [mine, json_type, ("content-encoding", one), ("content-encoding", two)])
    key = new_key()
    for one, two in ((key, key), (key, new_key()), (key, ""), ("", key)):
        keys = [("idempotency-key", one), ("idempotency-key", two)]
        allowed = {400} | ({409} if one == two else set())
        sent(allowed, "POST", "/checkout", b'{"expected_total": 0}', [mine, json_type, *keys])
    for one, two in (("1", "1"), ("1", "2"), ("x", "1"), ("1", "x")):
        sent({400}, "GET", "/events?topic=stock", b"", [("last-event-id", one), ("last-event-id", two)])
    for name, second, last in product(once, (None, "x"), (False, True)):
        lenient = second is None or name == "webhook-signature"
        body = b'{"type": "x.unknown"}' if lenient else event
        good_ones = payments.headers(body)
        value = good_ones.pop(name)
        lines = [(name, value), (name, second or value)][:: -1 if last else 1]
        allowed = {401, 200} if lenient else {401}
        sent(allowed, "POST", payments.PATH, body, [json_type, *good_ones.items(), *lines])
    for user in (customer, other):
        assert user.get("/cart").expect(200).json["lines"] == []
    assert admin.get(f"/orders/{made['id']}").expect(200).json["payment_status"] == "none"
    tags = [("if-none-match", '"99"'), ("if-none-match", 'W/"1"')]
    sent({304, 400}, "GET", f"/products/{sku}", b"", tags)
    sent({304, 400}, "GET", f"/products/{sku}", b"", tags[::-1])
    merge = [("authorization", f"Bearer {admin.token}"), ("content-type", "application/merge-patch+json")]
    sent({412, 400}, "PATCH", f"/admin/products/{sku}", b"{}", [*merge, ("if-match", '"98"'), ("if-match", '"99"')])
    sent({200, 400}, "PATCH", f"/admin/products/{sku}", b"{}", [*merge, ("if-match", '"99"'), ("if-match", '"1"')])
    sent({200, 400}, "PATCH", f"/admin/products/{sku}", b"{}", [*merge, ("if-match", '"1"'), ("if-match", '"99"')])


# Pipelines and ends


@case("WIRE-067", rule="HTTP-14", hint="Answer what came first first, also when what came next is no request.")
def test_pipelines_in_order(people: People, products: Products) -> None:
    """Pipelines are answered in their order

    Sends slow and quick requests in one packet: a log-in, a read, a HEAD, writes with a length and in chunks, an
    export. The answers come in that order. What is no request behind good ones gets its 4xx behind their answers, and
    the connection is closed.
    """
    customer, admin = people.customer(), people.admin
    wrong, item = log_in(customer, "wrong"), f"/cart/items/{products.add()}"
    requests = [
        ("POST", 401, head("POST", "/auth/login", JSON, sized(wrong)) + wrong),
        ("GET", 200, head("GET", "/healthz")),
        ("PUT", 200, head("PUT", item, JSON, bearer(customer), sized(ONE)) + ONE),
        ("HEAD", 200, head("HEAD", "/products?limit=1")),
        ("GET", 200, head("GET", "/admin/products/export", bearer(admin))),
        ("GET", 404, head("GET", "/nope")),
        ("POST", 204, head("POST", "/auth/logout", JSON, CHUNKED) + chunked(LOGOUT)),
    ]
    with Line(people.shop.base_url) as line:
        line.send(b"".join(sent for _, _, sent in requests))
        for method, status, sent in requests:
            what = sent.split(b" HTTP")[0].decode()
            told = line.reply(f"{what} in a pipeline", method).status
            assert told == status, f"{what} in a pipeline is answered with {told}, not {status}"
    bad = [
        b"GET /healthz HTTP/x.y\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad name: x\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
    ]
    for junk in bad:
        with Line(people.shop.base_url) as line:
            line.send(b"".join(sent for _, _, sent in requests[:2]) + junk)
            for _, status, _ in requests[:2]:
                told = line.reply(f"a good request before {junk!r}").status
                assert told == status, f"a good request before {junk!r} is answered with {told}, not {status}"
            refused = line.reply(f"{junk!r} behind good requests")
            assert 400 <= refused.status < 500 or refused.status in (501, 505), f"{junk!r} is {refused.status}"
            assert line.ended(), f"after {junk!r} behind good requests the connection stays open"


@case("WIRE-068", rule="HTTP-14", hint="Stop reading from a client that does not read what you send.")
def test_pipelines_without_a_reader(shop: Client) -> None:
    """Pipelines of who does not read

    Sends requests on three connections, as fast as they are taken, up to 32 MiB each, and reads no answer. The service
    stops taking them, or closes: what it took and has not answered would be memory. Meanwhile /healthz is quick.
    """
    piece = head("GET", "/openapi.yaml") * 100
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(Line(shop.base_url, window=65_536)) for _ in range(3)]
        for line in lines:
            taken = line.pour(piece, 32 * MEBIBYTE, 0.5)
            assert taken < 32 * MEBIBYTE, f"{taken:,} bytes of requests were taken from a client that reads nothing"
            began = time.monotonic()
            shop.get("/healthz").expect(200)
            seconds = time.monotonic() - began
            assert seconds < 2, f"/healthz takes {seconds:.1f} s beside clients that do not read"


@case("WIRE-069", rule="HTTP-14", hint="The end of what a client sends is not the end of the client.")
def test_half_closed(people: People, products: Products) -> None:
    """Clients that have said everything

    Sends reads, a log-in, a registration, an import and an export, and closes its own direction of the connection, as
    nc does. Each is answered as ever, whole, and the connection ends; or the client is taken for one that has left, and
    the connection ends without an answer, or within one.
    """
    admin, customer = people.admin, people.customer()
    row = {"name": "Thing", "category": products.category, "price": 100, "tax_rate_bp": 0, "description": "a" * 500}
    rows = b"".join(json.dumps({"sku": products.sku(), **row}).encode() + b"\n" for _ in range(1000))
    body, email = log_in(customer), new_email()
    account = json.dumps({"email": email, "password": PASSWORD, "name": "Ada"}).encode()
    requests = [
        (200, head("GET", "/healthz")),
        (200, head("GET", "/products?limit=100")),
        (404, head("GET", "/nope")),
        (200, head("POST", "/auth/login", JSON, sized(body)) + body),
        (201, head("POST", "/auth/register", JSON, sized(account)) + account),
        (200, head("POST", "/admin/products/import", NDJSON, bearer(admin), sized(rows)) + rows),
        (200, head("GET", "/admin/products/export", bearer(admin))),
    ]
    for status, sent in requests:
        what = f"{sent.split(b' HTTP')[0].decode()} of a client that has closed its direction"
        with Line(people.shop.base_url) as line:
            reply = None
            with contextlib.suppress(AssertionError):  # no answer, or not the whole of one
                reply = line.send(sent).finish().reply(what)
            if reply is not None:
                assert reply.status == status, f"{what} is answered with {reply.status}"
                if b"export" in sent:
                    assert json.loads(reply.body.splitlines()[-1])["sku"] > "", f"{what} is not answered whole"
            assert line.ended(), f"after {what} the connection stays open"


@case("WIRE-070", rule="HTTP-12", hint="Say `Connection: close` when you close, and leave a refusal its own status.")
def test_refusals_say_what_they_do(shop: Client) -> None:
    """Refusals before routing

    Sends what no router sees: bad request lines, versions, names and lengths. Each keeps a status that tells so, never
    a 404, says `Connection: close`, and closes; a request without Host may be served. A broken escape in a path may be
    routed; then, and after refusals of any kind, a connection of which nobody said that it ends takes the next request.
    """
    unrouted = [
        b"GET /healthz HTTP/x.y\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        head("POST", "/auth/logout", JSON, "Content-Length: x"),
        head("POST", "/auth/logout", JSON, "Transfer-Encoding: x") + b"0\r\n\r\n",
    ]
    for sent in unrouted:
        what = repr(sent[:70])
        with Line(shop.base_url) as line:
            reply = line.send(sent).reply(what)
            if reply.status == 200 and b"Host" not in sent:
                continue
            assert reply.status in (400, 413, 414, 431, 501, 505), f"{what} is answered with {reply.status}"
            assert reply.closes, f"{what} is answered without Connection: close"
            assert line.ended(), f"after {what} the connection stays open"
    targets = ["/%", "/%zz", "/products/%", "/products/%4", "/products?q=%", "/products?%", "/nope", "/products/%00"]
    targets += ["/products?limit=0", "/me", "/products/%FF", "/[]", "/products?q={}", "/a|b", "//", "/../.."]
    for target in targets:
        with Line(shop.base_url) as line:
            reply = line.send(head("GET", target)).reply(target)
            assert 400 <= reply.status < 500 or target == "/products?q={}", f"{target} is answered with {reply.status}"
            if reply.closes:
                assert line.ended(), f"{target} is answered with Connection: close, and the connection stays open"
            else:
                told = line.send(head("GET", "/healthz")).reply(f"a request behind {target}").status
                assert told == 200, f"a request behind {target} is answered with {told}"


@case("WIRE-071", rule="HTTP-7", hint="Let the route that was found decide, not the text of the path.")
def test_encoded_letters(people: People, products: Products) -> None:
    """Letters that are percent-encoded

    Writes letters of a sku and of an order's id as percent-escapes: they are the letters (RFC 3986, 2.3), and
    Cache-Control is that of the operation. In the fixed part of a path they are the letters too, or the path is
    unknown; never is an order answered as if any cache might keep it.
    """
    shop, admin, customer = people.shop, people.admin, people.customer()
    sku = products.add()
    made = order(customer, products)
    encoded, id = f"%{ord(sku[0]):02X}{sku[1:]}", f"%{ord(made['id'][0]):02x}{made['id'][1:]}"
    public, private, own = {"no-cache"}, {"private", "no-cache"}, {"no-store"}
    answers = [
        (public, {200}, shop.get(f"/products/{encoded}")),
        (public, {404}, shop.get(f"/products/%58{encoded}")),
        (private, {200}, customer.get(f"/orders/{id}")),
        (own, {200}, customer.put(f"/cart/items/{encoded}", body={"quantity": 1})),
        (own, {200}, admin.patch(f"/admin/products/{encoded}", body={}, headers={"if-match": "*"})),
        (public, {200, 404}, shop.get("/%70roducts?limit=1")),
        (private, {200, 404}, customer.get("/%6Frders?limit=1")),
        (private, {200, 404}, customer.get(f"/%6frders/{made['id']}")),
        (own, {200, 404}, customer.get("/m%65")),
    ]
    for caching, statuses, answer in answers:
        path = answer.response.request.extensions["target"].decode()
        assert answer.status in statuses, f"{path} is answered with {answer.status}"
        told = {part.strip().lower() for part in answer.headers.get("cache-control", "none").split(",")}
        assert told == caching or answer.status == 404, f"{path} has Cache-Control {told}"
