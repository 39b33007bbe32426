"""Level 5: import and export of products, one JSON object on each line."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from rosetta.harness.database import connect, scalar
from rosetta.kit.bodies import judge
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import put
from rosetta.kit.people import People, User
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.kit.race import later, together

LEVEL = 5
Body = dict[str, Any]
Connection = psycopg.Connection[tuple[Any, ...]]
PATH = "/admin/products/import"
EXPORT = "/admin/products/export"
NDJSON = {"content-type": "application/x-ndjson"}
LIMIT = 10_485_760
LONGEST = 1_048_576
MEBIBYTE = 1024 * 1024


def line(sku: Any, **changes: Any) -> dict[str, Any]:
    """A good line; `changes` replaces or adds members, ... takes one away."""
    members = {"sku": sku, "name": "Thing", "category": "bulk", "price": 1000, "tax_rate_bp": 2000}
    return {name: value for name, value in (members | changes).items() if value is not ...}


def text(*lines: dict[str, Any] | bytes) -> bytes:
    """The lines of a body, each ended by LF; bytes stand as they are."""
    return b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in lines)


def send(admin: User, *lines: dict[str, Any] | bytes) -> Answer:
    """importProducts with these lines."""
    return admin.post(PATH, content=text(*lines), headers=NDJSON)


def counts(answer: Answer) -> tuple[int, int, int]:
    """created, updated and unchanged of a good answer."""
    told = answer.expect(200).json
    return told["created"], told["updated"], told["unchanged"]


def refused(answer: Answer) -> list[tuple[int, str, str]]:
    """The errors of import_failed as (line, pointer, code); asserts that none is missing or twice."""
    problem = answer.problem(422, "import_failed")
    found = [(error["line"], error["pointer"], error["code"]) for error in problem["errors"]]
    assert len(found) == len(set(found)), f"an error is listed twice: {found}"
    assert problem["error_count"] == len(found) or len(found) == 100, f"error_count is {problem['error_count']}"
    return found


def judge_lines(found: list[tuple[int, str, str]], expected: list[tuple[int, str, str]]) -> None:
    """Assert that each line's faults are told as PROBLEM-2 and PROBLEM-3 want it, in order of line, then pointer."""
    assert found == sorted(found, key=lambda each: each[:2]), "the errors are not in order of line, then pointer"
    for number in sorted({line for line, _, _ in [*found, *expected]}):
        told, faults = ([each[1:] for each in some if each[0] == number] for some in (found, expected))
        assert faults, f"line {number} has no fault, and is told with {told}"
        judge(told, faults)


def exported(admin: User, products: Products) -> list[bytes]:
    """The lines of an export that hold products of this case, without their LF."""
    answer = admin.get(EXPORT).expect(200)
    assert answer.headers["content-type"].partition(";")[0] == "application/x-ndjson"
    *whole, last = answer.body.split(b"\n")
    assert last == b"", "the last line has no LF"
    own = products.sku()[:-5].encode()
    return [each for each in whole if own in each]


# Lines


@case("BULK-001", rule="BULK-2", hint="Fill the defaults in where a member is absent.")
def test_creates(people: People, products: Products) -> None:
    """New products

    Imports a line with the required members alone and one with all. Both are created: the first with its defaults, the
    second as it stands.
    """
    bare, full = products.sku(), products.sku()
    members = {"description": "École\n\U0001f600", "attributes": {"a": {"b": 1}}, "stock": 9, "active": True}
    assert counts(send(people.admin, line(bare), line(full, **members))) == (2, 0, 0)
    made = people.shop.get(f"/products/{bare}").expect(200).json
    assert (made["description"], made["attributes"], made["stock"], made["active"]) == (None, {}, 0, True)
    assert (made["version"], made["price"]) == (1, 1000)
    made = people.shop.get(f"/products/{full}").expect(200).json
    assert {name: made[name] for name in members} == members


@case("BULK-002", rule="BULK-4", hint="Replace all but the stock; what the line leaves out becomes its default.")
def test_replaces(people: People, products: Products) -> None:
    """An existing product is replaced, but not its stock

    Imports a line for a product with a description, attributes and stock 7; the line has a new name and stock 3, no
    description and no attributes. It is updated: description null, attributes {}, stock still 7, one version more.
    """
    sku = products.add(description="Old", attributes={"a": 1}, stock=7)
    assert counts(send(people.admin, line(sku, name="New", stock=3))) == (0, 1, 0)
    made = people.shop.get(f"/products/{sku}").expect(200).json
    assert (made["name"], made["category"], made["description"], made["attributes"]) == ("New", "bulk", None, {})
    assert (made["stock"], made["version"]) == (7, 2)


@case("BULK-003", rule="BULK-4", hint="ON CONFLICT DO UPDATE … WHERE the row IS DISTINCT FROM the new one.")
def test_unchanged(people: People, products: Products) -> None:
    """What does not change keeps its version

    Imports three lines of which one is new, one differs and one is as it was, but for its stock and the order of its
    attributes. They count as created, updated and unchanged; the last keeps ETag and updated_at.
    """
    same = products.add(attributes={"b": 1, "a": {"d": "x", "c": True}}, category="bulk", stock=4)
    other = products.add(category="bulk", price=1)
    before = people.shop.get(f"/products/{same}").expect(200).json
    twin = line(same, attributes={"a": {"c": True, "d": "x"}, "b": 1}, stock=44)
    assert counts(send(people.admin, line(products.sku()), line(other), twin)) == (1, 1, 1)
    answer = people.shop.get(f"/products/{same}").expect(200)
    assert (answer.json, answer.headers["etag"]) == (before, '"1"')


@case("BULK-004", rule="PRODUCT-1", hint="active is a column like the others for an import, and for nothing else.")
def test_active(people: People, products: Products) -> None:
    """An import archives and revives

    Imports a product with active false: it is gone. Then without active: it is back, with its stock. A new line with
    active false makes an archived product, whose sku is taken.
    """
    sku, hidden = products.add(stock=6), products.sku()
    assert counts(send(people.admin, line(sku, active=False), line(hidden, active=False))) == (1, 1, 0)
    for archived in (sku, hidden):
        people.shop.get(f"/products/{archived}").expect(404)
    people.admin.post("/admin/products", body=line(hidden)).problem(409, "sku_taken")
    assert counts(send(people.admin, line(sku), line(hidden, active=True))) == (0, 2, 0)
    assert products.stock(sku) == 6
    assert products.stock(hidden) == 0


@case("BULK-005", rule="BULK-2", hint="Skip the four members without looking at their values.")
def test_ignored_members(people: People, products: Products) -> None:
    """What an export adds is ignored

    Imports lines with id, version, created_at and updated_at of any value and type. They count for nothing: the new
    product has an id of its own and version 1.
    """
    values: list[Any] = [None, "x", 7, [], {"a": {}}]
    for value in values:
        sku = products.sku()
        added = dict.fromkeys(["id", "version", "created_at", "updated_at"], value)
        assert counts(send(people.admin, line(sku, **added))) == (1, 0, 0)
        assert people.shop.get(f"/products/{sku}").expect(200).json["version"] == 1


LINE_FAULTS: list[tuple[dict[str, Any], str]] = [
    (dict.fromkeys(["name", "category", "price", "tax_rate_bp"], ...), "required"),
    ({"sku": ...}, "required"),
    ({"Name": 1, "redeemed": 0, "": 1}, "unknown"),
    (dict.fromkeys(["name", "category", "price", "tax_rate_bp", "attributes", "stock", "active"]), "null_not_allowed"),
    ({"name": 1, "price": "1", "tax_rate_bp": 0.5, "active": 1, "attributes": [], "description": {}}, "type"),
    ({"active": "true", "stock": True}, "type"),
    ({"name": ""}, "too_short"),
    ({"name": "x" * 121, "description": "x" * 4001}, "too_long"),
    ({"price": 0, "tax_rate_bp": 5001, "stock": 2_000_000_001}, "out_of_range"),
    ({"sku": "a", "category": "A"}, "format"),
]


@case("BULK-006", rule="BULK-2", hint="Judge a line as createProduct judges its body; add the number of the line.")
def test_line_faults(people: People, products: Products) -> None:
    """Each fault of a line has its code

    Imports ten lines with members missing, unknown, null, of wrong type, length, range and form. All lines are told at
    once with line, pointer and code, and nothing is made.
    """
    lines = [line(**{"sku": products.sku(), **members}) for members, _ in LINE_FAULTS]
    found = refused(send(people.admin, *lines))
    judge_lines(
        found, [(at + 1, f"/{name}", code) for at, (members, code) in enumerate(LINE_FAULTS) for name in members]
    )


@case("BULK-007", rule="PRODUCT-2", hint="One function judges attributes, wherever they come from.")
def test_line_attributes(people: People, products: Products) -> None:
    """Attributes of a line

    Imports lines with a bad key, an array, a null, a fourth level, a 21st key and 20,001 characters. All are told with
    their pointers.
    """
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"A": 1}, "/attributes/A", "format"),
        ({"a": [1]}, "/attributes/a", "type"),
        ({"a": {"b": None}}, "/attributes/a/b", "null_not_allowed"),
        ({"a": {"b": {"c": {}}}}, "/attributes/a/b/c", "format"),
        ({f"k{number}": 1 for number in range(21)}, "/attributes", "too_long"),
        ({f"k{number:02}": "x" * 997 for number in range(20)} | {"k00": "x" * 998}, "/attributes", "too_long"),
    ]
    lines = [line(products.sku(), attributes=attributes) for attributes, _, _ in wrong]
    found = refused(send(people.admin, *lines))
    judge_lines(found, [(at + 1, pointer, code) for at, (_, pointer, code) in enumerate(wrong)])


BOM = b"\xef\xbb\xbf"


@case("BULK-008", rule="BULK-2", hint="Decode and parse each line on its own; what fails is malformed.")
def test_malformed_lines(people: People, products: Products) -> None:
    """What is not one JSON object is malformed

    Imports lines that are not UTF-8, not JSON, two objects, with a BOM, a duplicate name or white space alone, between
    good ones. Each is {line, "", malformed}: 422 with line numbers, not 400. Arrays and other values may be `type`;
    a line of depth 2,000 may be told at its place.
    """
    good = json.dumps(line(products.sku())).encode()
    wrong = [
        b'{"name": "\xff"}',
        b'{"name": "\xed\xa0\x80"}',
        b"{",
        b" \t",
        good + good,
        BOM + good,
        good[:-1] + b', "price": 1}',
        b"{'a': 1}",
        good[:-1] + b",}",
    ]
    lines: list[dict[str, Any] | bytes] = [each for bad in wrong for each in (bad, line(products.sku()))]
    assert refused(send(people.admin, *lines)) == [(2 * at + 1, "", "malformed") for at in range(len(wrong))]
    for other in (b"null", b"[]", b'"x"', b"1"):
        assert refused(send(people.admin, other)) in ([(1, "", "malformed")], [(1, "", "type")])
    deep = good[:-1] + b', "other": ' + b"[" * 1999 + b"]" * 1999 + b"}"
    assert refused(send(people.admin, deep)) in ([(1, "", "malformed")], [(1, "/other", "unknown")])
    assert refused(send(people.admin, BOM + good)) == [(1, "", "malformed")]


@case("BULK-009", rule="BULK-2", hint="Remember the skus of the lines before, or PostgreSQL fails with 21000.")
def test_duplicates(people: People, products: Products) -> None:
    """A sku stands once

    Imports a sku on the lines 1, 3 and 4, the last time equal to the first. Lines 3 and 4 are duplicates at /sku.
    """
    sku = products.sku()
    lines = [line(sku), line(products.sku()), line(sku, price=1), line(sku)]
    assert refused(send(people.admin, *lines)) == [(3, "/sku", "duplicate"), (4, "/sku", "duplicate")]
    people.shop.get(f"/products/{sku}").expect(404)


@case("BULK-010", rule="BULK-1", hint="Split at LF, strip one CR, skip what is empty, and count every line.")
def test_line_ends(people: People, products: Products) -> None:
    """CRLF, empty lines, and no LF at the end

    Imports lines ended by LF and CRLF with empty lines between and no end of the last line. The good ones are created;
    of a bad one the number counts empty lines too.
    """
    one, two, three = (json.dumps(line(products.sku())).encode() for _ in range(3))
    content = b"\n" + one + b"\r\n\r\n" + two + b"\n\n\n" + three
    assert counts(people.admin.post(PATH, content=content, headers=NDJSON)) == (3, 0, 0)
    assert refused(people.admin.post(PATH, content=content + b"\r\n\r\n\n{}x", headers=NDJSON)) == [
        (10, "", "malformed")
    ]


@case("BULK-011", rule="BULK-1", hint="Split bytes at 0x0A; a splitlines() of a text library knows ten more ends.")
def test_other_line_ends(people: People, products: Products) -> None:
    """Nothing but LF ends a line

    Imports lines with U+2028, U+2029, U+0085 in strings and a lone CR between members, all of which is valid JSON on
    one line. Two objects parted by CR, VT, FF or U+2028 alone are one malformed line.
    """
    name = "a\u2028b\u2029c\u0085d"
    sku = products.sku()
    strange = json.dumps(line(sku, name=name), ensure_ascii=False).replace(", ", ",\r").encode()
    assert counts(send(people.admin, strange)) == (1, 0, 0)
    assert people.shop.get(f"/products/{sku}").expect(200).json["name"] == name
    good = json.dumps(line(products.sku())).encode()
    lines = [good + end.encode() + good for end in ("\r", "\x0b", "\x0c", "\u2028", "\u0085")]
    assert refused(send(people.admin, *lines)) == [(at + 1, "", "malformed") for at in range(len(lines))]


@case("BULK-012", rule="BULK-1", hint="No lines is no fault.")
def test_empty_bodies(people: People) -> None:
    """An empty body

    Imports nothing, line ends alone, and 50,000 empty lines. Each is 200 with zeros.
    """
    for content in (b"", b"\n", b"\r\n\n\r\n", b"\n" * 50_000):
        assert counts(people.admin.post(PATH, content=content, headers=NDJSON)) == (0, 0, 0)


@case("BULK-013", rule="BULK-3", hint="Validate all lines before you write one.")
def test_all_or_nothing(people: People, products: Products) -> None:
    """One bad line and nothing is applied

    Imports five lines of which the third is bad, the others new products and changes of one. It is 422 with line 3,
    and neither of the others is there.
    """
    known, fresh, last = products.add(), products.sku(), products.sku()
    before = people.shop.get(f"/products/{known}").expect(200).json
    lines = [line(known, name="New"), line(fresh), line(products.sku(), price=-1), line(last), line(products.sku())]
    assert refused(send(people.admin, *lines)) == [(3, "/price", "out_of_range")]
    assert people.shop.get(f"/products/{known}").expect(200).json == before
    for sku in (fresh, last):
        people.shop.get(f"/products/{sku}").expect(404)


@case("BULK-014", rule="BULK-3", hint="Keep a hundred errors and count on.")
def test_first_hundred(people: People, products: Products) -> None:
    """The first hundred errors

    Imports 80 lines with two faults each after a good one. `errors` has those of the lines 2 to 51 in order of line,
    then pointer; `error_count` is 160.
    """
    bad = [line(products.sku(), price=0, name="") for _ in range(80)]
    answer = send(people.admin, line(products.sku()), *bad)
    pairs = [("/name", "too_short"), ("/price", "out_of_range")]
    judge_lines(refused(answer), [(number, *pair) for number in range(2, 52) for pair in pairs])
    assert answer.json["error_count"] == 160


# Sizes


@case("BULK-031", rule="BULK-1", hint="Let no reader stop at 64 KiB: many scanners do.")
def test_long_lines(people: People, products: Products) -> None:
    """A line of a mebibyte

    Imports lines padded with white space to 65,000, 65,537 and 1,048,576 bytes, of which a description of 4,000 emoji
    is a part. All are created. A line of 1,048,577 bytes is malformed.
    """
    long = [json.dumps(line(products.sku(), description="\U0001f600" * 4000)).encode() for _ in range(3)]
    padded = [each.ljust(size) for each, size in zip(long, (65_000, 65_537, LONGEST), strict=True)]
    assert counts(send(people.admin, *padded)) == (3, 0, 0)
    over = json.dumps(line(products.sku())).encode().ljust(LONGEST + 1)
    assert refused(send(people.admin, line(products.sku()), over)) == [(2, "", "malformed")]


@case(
    "BULK-032", rule="BULK-4", hint="What an export tells must fit an import: its length, and a stock over the limit."
)
def test_largest_product(people: People, products: Products) -> None:
    """The largest product goes out and in again

    Makes a product of the longest name, description and attributes, all of characters that need most bytes, and a
    stock over a million, as cancelled orders may leave it. Its line of an export is imported as unchanged, and under
    another sku as new, stock and all.
    """
    wide = "\x7f\U0001f600"
    attributes = {f"k{number:02}": (wide * 500)[:997] for number in range(20)}
    largest = line(products.sku(), name=(wide * 60), description=wide * 2000, attributes=attributes, stock=1_000_005)
    assert counts(send(people.admin, largest)) == (1, 0, 0)
    (told,) = exported(people.admin, products)
    assert counts(send(people.admin, told)) == (0, 0, 1)
    other = products.sku()
    assert counts(send(people.admin, json.loads(told) | {"sku": other})) == (1, 0, 0)
    made = people.shop.get(f"/products/{other}").expect(200).json
    assert (made["attributes"], made["stock"]) == (attributes, 1_000_005)


@case("BULK-016", rule="HTTP-6", hint="Set this operation's own limit; the framework's may be smaller.")
def test_ten_mebibytes(people: People, products: Products) -> None:
    """10,485,760 bytes and no more

    Imports 160 lines of 65,536 bytes with their LF, which is 200, and the same with one byte more, which is 413.
    """
    lines = [json.dumps(line(products.sku())).encode().ljust(65_535) for _ in range(160)]
    content = text(*lines)
    assert len(content) == LIMIT
    assert counts(people.admin.post(PATH, content=content, headers=NDJSON)) == (160, 0, 0)
    people.admin.post(PATH, content=content + b"\n", headers=NDJSON).problem(413, "body_too_large")


@case("BULK-017", rule="BULK-1", hint="Count lines, empty ones too, and give up at the next one.")
def test_fifty_thousand_lines(people: People, products: Products) -> None:
    """50,000 lines and no more

    Imports a good line behind 49,999 empty ones, which is 200, and behind 50,000, which is 413: also when a line
    before is bad.
    """
    good = text(line(products.sku()))
    assert counts(people.admin.post(PATH, content=b"\n" * 49_999 + good, headers=NDJSON)) == (1, 0, 0)
    last = products.sku()
    for first in (b"\n", b"{\n"):
        content = first + b"\n" * 49_999 + text(line(last))
        people.admin.post(PATH, content=content, headers=NDJSON).problem(413, "body_too_large")
    people.shop.get(f"/products/{last}").expect(404)


@case("BULK-018", rule="HTTP-5", hint="This operation has a type of its own.")
def test_media_types(people: People, products: Products) -> None:
    """Only application/x-ndjson

    Imports with other types, with none and an empty body, and encoded: 415. With capitals and a parameter: 200.
    """
    for value in ("application/json", "application/ndjson", "text/plain", "application/x-ndjson+json"):
        headers = {"content-type": value}
        people.admin.post(PATH, content=b"{", headers=headers).problem(415, "unsupported_media_type")
    people.admin.post(PATH).problem(415, "unsupported_media_type")
    encoded = NDJSON | {"content-encoding": "gzip"}
    people.admin.post(PATH, content=b"", headers=encoded).problem(415, "unsupported_media_type")
    spelled = {"content-type": "Application/X-NDJSON; charset=utf-8"}
    content = text(line(products.sku()))
    assert counts(people.admin.post(PATH, content=content, headers=spelled)) == (1, 0, 0)


@case("BULK-019", rule="HTTP-6", hint="Read what comes, however it is cut; a character may lie in two chunks.")
def test_chunks(people: People, products: Products) -> None:
    """A body in chunks

    Imports two lines in chunks of seven bytes, which cut characters and lines. Both are created, with their names.
    """
    skus = [products.sku(), products.sku()]
    name = "\U0001f600é" * 20
    content = "".join(json.dumps(line(sku, name=name), ensure_ascii=False) + "\n" for sku in skus).encode()
    chunks = [content[at : at + 7] for at in range(0, len(content), 7)]
    assert counts(people.admin.post(PATH, content=chunks, headers=NDJSON)) == (2, 0, 0)
    assert people.shop.get(f"/products/{skus[1]}").expect(200).json["name"] == name


# At the same time


@case("BULK-020", rule="BULK-5", hint="Upsert in the order of sku, whatever the order of the lines.")
def test_opposite_orders(people: People, products: Products) -> None:
    """Imports in opposite orders

    Imports 200 skus six times at the same moment, in ascending and descending order, each time with another price. All
    are 200, each sku was created once, and all have one price: unsorted upserts deadlock.
    """
    skus = [products.sku() for _ in range(200)]

    def load(admin: User, price: int) -> tuple[int, int, int]:
        lines = [line(sku, price=price, category=products.category) for sku in skus]
        return counts(send(admin, *(lines if price % 2 else lines[::-1])))

    told = together([partial(load, people.admin.apart(), price) for price in range(1, 7)])
    assert sum(created for created, _, _ in told) == 200
    assert sum(updated for _, updated, _ in told) == 1000
    listed = people.shop.get("/products", query={"category": products.category, "limit": 100}).expect(200).json["items"]
    assert len({item["price"] for item in listed}) == 1, "two imports are mixed"


@case("BULK-021", rule="BULK-5", hint="Neither operation may look first and write then.")
def test_import_beside_create(people: People, products: Products) -> None:
    """Importing and creating the same skus

    Imports twenty skus while createProduct makes ten of them, at the same moment four times, then three times one
    after the other. The import is 200; each creation is 201 or 409; every sku is there once, whoever was first.
    """

    def load(admin: User, bodies: list[Body]) -> int:
        return send(admin, *bodies).expect(200).status

    def make(admin: User, body: Body) -> int:
        return admin.post("/admin/products", body=body).status

    for number, milliseconds in enumerate((0, 0, 0, 0, 1, 2, 4)):
        category = f"{products.category}-{number}"
        skus = [products.sku() for _ in range(20)]
        bodies = [line(sku, category=category) for sku in skus]
        making = [
            partial(later, place * milliseconds / 1000, partial(make, people.admin.apart(), body))
            for place, body in enumerate(bodies[::2])
        ]
        first, *others = together([partial(load, people.admin.apart(), bodies), *making])
        assert first == 200
        assert set(others) <= {201, 409}, f"the creations are {Counter(others)}"
        listed = people.shop.get("/products", query={"category": category, "limit": 100}).expect(200).json["items"]
        assert sorted(item["sku"] for item in listed) == skus


@case("BULK-022", rule="BULK-5", hint="Take row locks alone; a table lock stops every cart.")
def test_cart_beside_import(people: People, products: Products, database: Connection) -> None:
    """A cart write does not wait for an import

    Locks the last of fifty products, so that an import of all of them stands still in its transaction. Meanwhile a
    customer puts the first of them into the cart, and the stock of another product is adjusted: 200 each. Then the lock
    is released, and the import is 200.
    """
    skus = [products.add() for _ in range(50)]
    other = products.add()
    customer = people.customer()
    admin = people.admin.apart()
    told: list[tuple[int, int, int]] = []
    importing = Thread(target=lambda: told.append(counts(send(admin, *(line(sku, name="New") for sku in skus)))))
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with database.transaction():
        database.execute("SELECT 1 FROM products WHERE sku = %s FOR UPDATE", (skus[-1],))
        importing.start()
        for _ in range(400):
            row = database.execute(blocked).fetchone()
            if row is not None and row[0]:
                break
            database.execute("SELECT pg_sleep(0.01)")
        else:
            raise AssertionError("the import never came to the locked row")
        put(customer, skus[0]).expect(200)
        people.admin.post(f"/admin/products/{other}/stock", body={"delta": 1}).expect(200)
    importing.join()
    assert told == [(0, 50, 0)]


# Export


@case("BULK-023", rule="BULK-6", hint="Select all by sku, archived ones too, and write a line for each row.")
def test_export(people: People, products: Products) -> None:
    """Every product on a line

    Exports a rich product, an archived one and one that was edited. Each is on a line of its own, by sku; the active
    ones are what getProduct gives, the archived one has active false.
    """
    rich = products.add(name="École \u2028 \U0001f600", description="a\nb", attributes={"a": {"b": True}, "c": ""})
    archived = products.add(active=False)
    edited = products.add(stock=0, price=5_000_000)
    products.change(edited, price=1)
    lines = [json.loads(each) for each in exported(people.admin, products)]
    assert [each["sku"] for each in lines] == [rich, archived, edited]
    for got in (lines[0], lines[2]):
        assert got == people.shop.get(f"/products/{got['sku']}").expect(200).json
    assert lines[1].keys() == lines[0].keys()
    assert lines[1]["active"] is False


@case("BULK-024", rule="BULK-4", hint="Compare as the database stores it; attributes as jsonb.")
def test_export_and_import(people: People, products: Products) -> None:
    """An export is an import that changes nothing

    Exports products of every kind and imports their lines as they are: {0, 0, N}. Archived ones stay archived, and
    every ETag is what it was.
    """
    products.add(name="  \u0301é \U0001f600 ", description="", attributes={"b": {}, "a": {"c": {"z": -1, "a": ""}}})
    products.add(description=None, stock=0, price=5_000_000, tax_rate_bp=5000)
    products.add(active=False, attributes={"big": 9007199254740991, "no": False})
    lines = exported(people.admin, products)
    answer = people.admin.post(PATH, content=b"".join(each + b"\n" for each in lines), headers=NDJSON)
    assert counts(answer) == (0, 0, 3)
    again = exported(people.admin, products)
    if people.shop.varied:  # each member has its own order of members
        assert [*map(json.loads, again)] == [*map(json.loads, lines)]
    else:
        assert again == lines


COUNTED = """
CREATE TABLE statements (moment timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION count_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO statements DEFAULT VALUES; RETURN NULL; END $$;
CREATE TRIGGER counted AFTER INSERT ON products FOR EACH STATEMENT EXECUTE FUNCTION count_statement();
"""


@case("BULK-025", rule="BULK-5", hint="Write set by set: one statement for a thousand rows, not one for each.")
def test_large_import(private: Callable[..., Private]) -> None:
    """Twenty thousand lines

    Imports 20,000 products into a database of their own, where a trigger counts statements. They are created by less
    than a thousand.
    """
    shop = private()
    shop.start().await_ready()
    lines = [line(f"BULK-{number:06}", attributes={"n": number}) for number in range(20_000)]
    with connect(shop.database_url) as database:
        database.execute(COUNTED)
        admin = People(shop.shop, database).admin
        assert counts(admin.post(PATH, content=text(*lines), headers=NDJSON)) == (20_000, 0, 0)
    written = int(str(scalar(shop.database_url, "SELECT count(*) FROM statements")))
    assert written < 1000, f"20,000 rows were written by {written} statements"


# Not compressed, which would take most of the time.
FILL = """
ALTER TABLE products ALTER description SET STORAGE PLAIN;
INSERT INTO products (sku, name, category, price, tax_rate_bp, attributes, stock, description)
SELECT 'ZZ-' || lpad(n::text, 6, '0'), 'Thing', 'bulk', 1000, 2000, '{}', 1, repeat(md5(n::text), 78)
FROM generate_series(1, 20000) n
"""


@case("BULK-026", rule="BULK-6", hint="Read with a cursor in one snapshot, and flush every 100 rows.")
def test_large_export(private: Callable[..., Private]) -> None:
    """Twenty thousand products, streamed from one snapshot

    Exports 20,000 products of 2.8 KB. The first bytes come within a second. Then the client stops reading, and the last
    product is archived: the export still has it as it was when it began. The process grows by less than 48 MiB, while
    all the lines are 56 MB.
    """
    shop = private()
    instance = shop.start(DATABASE_URL=shop.database_url)
    instance.await_ready()
    with connect(shop.database_url) as database:
        admin = People(shop.shop, database).admin
        admin.get(EXPORT).expect(200)
        database.execute(FILL)
        before = instance.memory()
        began = time.monotonic()
        # The standard library's client reads 56 MB in a fraction of the time.
        connection = http.client.HTTPConnection(urlsplit(instance.url).netloc, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", EXPORT, headers={"authorization": f"Bearer {admin.token}"})
            response = connection.getresponse()
            assert response.status == 200
            tail = response.read(65_536)
            waited = time.monotonic() - began
            assert waited < 1, f"the first bytes came after {waited:.1f} s"
            database.execute("UPDATE products SET active = false WHERE sku = 'ZZ-020000'")
            most, ends = instance.memory(), tail.count(b"\n")
            while chunk := response.read(8 * MEBIBYTE):
                ends += chunk.count(b"\n")
                tail = (tail + chunk)[-65_536:]
                most = max(most, instance.memory())
    assert ends >= 20_000
    last = json.loads(tail.splitlines()[-1])
    assert last["sku"] == "ZZ-020000"
    assert last["active"], "the export shows a change that was made after it had begun"
    grown = (most - before) / MEBIBYTE
    assert grown < 48, f"the process grew by {grown:.0f} MiB"


@case("BULK-027", rule="BULK-6", hint="Give the connection back when the client is gone.")
def test_export_given_up(shop: Client, people: People) -> None:
    """An export that nobody reads to its end

    Begins twelve exports, more than the pool holds, and closes each after its first bytes. Then products are read and
    exported as before: no connection is lost.
    """
    headers = {"authorization": f"Bearer {people.admin.token}"}
    with httpx.Client(base_url=shop.base_url, headers=headers, timeout=10) as http:
        for _ in range(12):
            with http.stream("GET", EXPORT) as response:
                assert response.status_code == 200
                next(response.iter_raw(), b"")
    together([partial(shop.apart().get, "/products?limit=1") for _ in range(12)])
    people.admin.get(EXPORT).expect(200)
