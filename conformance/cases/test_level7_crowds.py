"""Level 7: slow uploads, stalled downloads, and positions that nobody can go on from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import select
import time
from collections.abc import Callable, Iterator
from functools import partial

from rosetta.harness.database import connect
from rosetta.kit import cursor
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import order, put
from rosetta.kit.people import People, User
from rosetta.kit.private import Private
from rosetta.kit.products import Products, heavy_products
from rosetta.kit.race import together
from rosetta.kit.wire import Line, head

LEVEL = 7
EXPORT = "/admin/products/export"
IMPORT = "/admin/products/import"
NDJSON = {"content-type": "application/x-ndjson"}
SLOW_IMPORTS = 12
STALLED_EXPORTS = 20
STEADY_SECONDS = 16
QUICK_SECONDS = 2
SETTLE_SECONDS = 10


@contextlib.contextmanager
def quickly(what: str) -> Iterator[None]:
    """Assert that what is done inside takes less than two seconds."""
    began = time.monotonic()
    yield
    seconds = time.monotonic() - began
    assert seconds < QUICK_SECONDS, f"{what} takes {seconds:.1f} s"


# Bulk


@case("BULK-028", rule="BULK-5", hint="Take a slot, a thread or a connection for an import when its body has come.")
def test_slow_imports(people: People, products: Products) -> None:
    """Slow imports hold up no quick one

    Begins twelve imports, with a length and in chunks, that send a few bytes now and then. Beside them five small
    imports are answered within two seconds each, and an export.
    """
    row = {"name": "Thing", "category": products.category, "price": 100, "tax_rate_bp": 0}
    quick = User(people.shop.apart(), people.admin.id, people.admin.email, people.admin.token)
    quick.shop.timeout = 5
    start = [f"Authorization: Bearer {quick.token}", "Content-Type: application/x-ndjson"]
    framings = ["Content-Length: 9000000", "Transfer-Encoding: chunked"]
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(Line(people.shop.base_url)) for _ in range(SLOW_IMPORTS)]
        for number, line in enumerate(slow):
            line.send(head("POST", IMPORT, *start, framings[number % 2]) + b"8ffff\r\n" * (number % 2))
        for number in range(5):
            for line in slow:
                line.send(b'{"sku": ')
            content = json.dumps({"sku": products.sku(), **row}).encode()
            with quickly(f"a small import beside {SLOW_IMPORTS} slow ones"):
                answer = quick.post(IMPORT, content=content, headers=NDJSON).expect(200)
            assert answer.json == {"created": 1, "updated": 0, "unchanged": 0}, f"import {number} gives {answer.json}"
        quick.get(EXPORT).expect(200)


def served(shop: Client, people: People, products: Products) -> None:
    """Assert that reads, writes and probes are served, each within two seconds, also ten at once."""
    customer, sku = people.customer(), products.add()
    for what, ask in {
        "a list": partial(shop.get, "/products?limit=5&sort=price"),
        "a read": partial(shop.get, f"/products/{sku}"),
        "a cart write": partial(put, customer, sku),
        "/readyz": partial(shop.get, "/readyz"),
        "/healthz": partial(shop.get, "/healthz"),
    }.items():
        with quickly(what):
            ask().expect(200)
    with quickly("ten reads at once"):
        for answer in together([partial(shop.apart().get, f"/products/{sku}") for _ in range(10)]):
            answer.expect(200)


@case("BULK-029", rule="BULK-7", hint="Give exports a limit of their own, below the size of the pool.")
def test_stalled_exports(private: Callable[..., Private]) -> None:
    """Exports that nobody reads take nothing from others

    Begins twenty exports of 12 MB and reads none. Once what the network keeps of them is full, others are served as
    before, within two seconds each. One more export is served, or refused with 503 and Retry-After. When the twenty
    have gone, an export is whole again.
    """
    shop = private()
    shop.start().await_ready()
    heavy_products(shop, 3000)
    with connect(shop.database_url) as database, contextlib.ExitStack() as stack:
        people = People(shop.shop, database)
        products = Products(people, database)
        served(shop.shop, people, products)
        asked = head("GET", EXPORT, f"Authorization: Bearer {people.admin.token}")
        stalled = [stack.enter_context(Line(shop.shop.base_url, 1, window=32_768)) for _ in range(STALLED_EXPORTS)]
        for line in stalled:
            line.send(asked)
        assert select.select([line.socket for line in stalled], [], [], 10)[0], "no export begins within 10 s"
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                served(shop.shop, people, products)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
            else:
                break
        for _ in range(3):
            served(shop.shop, people, products)
        more = people.admin.get(EXPORT)
        assert more.status in (200, 503), f"one more export is answered with {more.status}"
        assert more.status == 200 or int(more.headers["retry-after"]) > 0
        served(shop.shop, people, products)
        for line in stalled:
            line.close()
        deadline = time.monotonic() + 10
        while (again := people.admin.get(EXPORT)).status == 503:
            assert time.monotonic() < deadline, "exports are refused 10 s after the stalled ones have gone"
            time.sleep(0.1)
        assert again.body.count(b"\n") >= 3000


@case("BULK-030", rule="BULK-7", hint="Measure how long a client takes nothing, not how long it takes.")
def test_a_steady_reader(private: Callable[..., Private]) -> None:
    """A slow reader that goes on is served to the end

    Reads an export of 12 MB through a small window at 200 KB a second, longer than any statement or transaction may
    take, then the rest at once: every line comes, whole.
    """
    shop = private()
    shop.start().await_ready()
    heavy_products(shop, 3000)
    with connect(shop.database_url) as database, Line(shop.shop.base_url, window=262_144) as line:
        token = People(shop.shop, database).admin.token
        line.send(head("GET", EXPORT, f"Authorization: Bearer {token}", version="1.0"))
        body = b""
        began = time.monotonic()
        while more := line.socket.recv(65_536):
            body += more
            ahead = len(body) / 200_000 - (time.monotonic() - began)
            if ahead > 0 and time.monotonic() - began < STEADY_SECONDS:
                time.sleep(ahead)
        seconds = time.monotonic() - began
    skus = [json.loads(row)["sku"] for row in body.partition(b"\r\n\r\n")[2].splitlines() if row.endswith(b"}")]
    assert skus[-1] == "ZZ-999", f"the export broke off after {len(skus)} lines and {seconds:.0f} s"
    assert len([sku for sku in skus if sku.startswith("ZZ-")]) == 3000


# Cursors

NO_TIMES = [
    "", "x", "+5", "05", "-0", " 5", "5 ", "5.0", "5e3", "0x5", "1_0", "\u0665", "9" * 30, "9223372036854775808",
    "-9223372036854775809", "9223372036854775807", "1e400", "NaN", "Infinity", "2026-01-01T00:00:00.000Z", "5\n5", "\0",
]  # fmt: skip
NO_PRICES = [*NO_TIMES, "10000000000", "-1", "99999999999999999999999"]
NO_NAMES = ["\0", "a\0b", "a" * 121, "\u20ac" * 121]
NO_TEXTS = [b"\xff", b"a\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82"]
ID = "0123abcd-0123-4123-8123-0123456789ab"
NO_IDS = [
    "", "x", ID.upper(), ID.replace("-", ""), f"{{{ID}}}", ID[:-1], f"{ID}0", f" {ID}", f"{ID} ", ID.replace("0", "g"),
    ID.replace("-4123-", "-412-34"), f"urn:uuid:{ID}", "\u0660" + ID[1:], f"{ID}\0",
]  # fmt: skip


def refused(answer: Answer, what: str) -> None:
    """Assert 400 invalid_cursor."""
    assert answer.status == 400, f"{what} is answered with {answer.status}"
    answer.problem(400, "invalid_cursor")


@case(
    "LIST-060", rule="QUERY-7", hint="Judge each part of a cursor like input: signed by the fleet is not made by you."
)
def test_odd_positions(people: People, products: Products) -> None:
    """Genuine cursors with impossible positions

    Signs cursors of each list and sort whose key is no number in its one spelling, beyond every type or range, no
    UTF-8, or longer than a name, and whose id is none: 400 invalid_cursor each. A hundred requests afterwards, ten at
    a time, are answered as before: what was refused has spoiled no connection.
    """
    shop, customer = people.shop, people.customer()
    products.add()
    order(customer, products)
    none = hashlib.sha256(b"").hexdigest()[:16]
    now = str(int(time.time() * 1000))
    lists: list[tuple[Client | User, str, str, str, str, list[str]]] = [
        (shop, "products", "newest", cursor.filter_hash(), now, NO_TIMES),
        (shop, "products", "price", cursor.filter_hash(), "500", NO_PRICES),
        (shop, "products", "-price", cursor.filter_hash(), "500", NO_PRICES),
        (shop, "products", "name", cursor.filter_hash(), "M\nN", NO_NAMES),
        (customer, "orders", "newest", none, now, NO_TIMES),
    ]
    good: list[Callable[[], Answer]] = []
    for who, resource, sort, hashed, right, keys in lists:
        target = f"/{resource}?limit=5" + (f"&sort={sort}" if resource == "products" else "")

        start = "\n".join((resource, sort, hashed, "")).encode()

        def sealed(key: bytes, id: str, start: bytes = start) -> str:
            return cursor.seal(start + key + b"\n" + id.encode())

        good.append(partial(who.apart().get, f"{target}&cursor={sealed(right.encode(), ID)}"))
        good[-1]().expect(200)
        for key in [*(key.encode() for key in keys), *NO_TEXTS]:
            refused(who.get(f"{target}&cursor={sealed(key, ID)}"), f"{target} from the key {key[:40]!r}")
        for id in NO_IDS:
            refused(who.get(f"{target}&cursor={sealed(right.encode(), id)}"), f"{target} from the id {id!r}")
    plain: list[Callable[[], Answer]] = [partial(shop.apart().get, "/products?limit=5") for _ in range(5)]
    for _ in range(10):
        for each in together([*good, *plain]):
            each.expect(200)
