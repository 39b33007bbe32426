"""Level 7: bad documents and headers, in every operation that takes a document."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from rosetta.kit.bodies import malformed, no_object, too_large, unstorable, wrong
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.writes import Write, writes

LEVEL = 7
NULLABLE = {"description", "max_redemptions", "starts_at", "ends_at"}
MONEY = {"expected_total", "min_subtotal"}  # may be more than 32 bits hold
NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def every(people: People, products: Products) -> list[Write]:
    """Every operation that takes a JSON document."""
    return writes(people, products)


@pytest.fixture
def closed(every: list[Write]) -> list[Write]:
    """Those that refuse unknown members: all but the webhook."""
    return [write for write in every if not write.signed]


def with_member(text: bytes, member: bytes) -> bytes:
    """A JSON object with one member more, which is given as it stands."""
    return text[:-1] + b", " + member + b"}"


# What stands where a value belongs and is none.
NO_VALUES = [
    *(b"01 +1 .5 1. 0x10 1e 1e+ - -- -a 1_000 NaN Infinity -Infinity True nul TRUE undefined ,".split(b" ")),
    b"",
    b"1 2",
    "\u0663".encode(),  # a digit, but not of JSON
    b"'a'",
    b"`a`",
    b'"a',
    b'"\\a"',
    b'"\\x41"',
    b'"\\u12"',
    b'"\\u12G4"',
    b'"\\',
    b"[1,]",
    b"[1",
    b"[1}",
    b"[,1]",
    b'{"a"}',
    b'{"a":}',
    b'{"a":1,}',
    b"{a:1}",
    b'{"a":1 "b":2}',
    b'{"a" 1}',
    b"/* */ 1",
    b"1 // one",
]
# What stands inside a string and may not: control characters, and what is not UTF-8.
NO_TEXT = [
    *(bytes([code]) for code in (0, 1, 9, 10, 13, 31)),
    *(
        b"\xff",
        b"\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
    ),
]


def no_documents(text: bytes) -> Iterator[bytes]:
    """What is not JSON in UTF-8, made of the JSON object `text`."""
    yield from (b"", b" ", b"\n")
    yield from (text[:-1], text[1:], text + b"}", text + b",", text + text, text + b" x", text + b"\0", b"{" + text)
    yield from (b"{,}", b"{,", b"{:1}", b"{1:1}", b"{null:1}", text.replace(b'"', b"'"), text.replace(b":", b"=", 1))
    for space in (b"\xef\xbb\xbf", b"\x0b", b"\x0c", b"\xc2\xa0", "\u2028".encode(), "\u3000".encode(), b"\0"):
        yield space + text
    for coding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"):
        yield (b"+AHs-" + text[1:]) if coding == "utf-7" else text.decode().encode(coding)
    yield from (with_member(text, b'"zz": ' + value) for value in NO_VALUES)
    yield from (with_member(text, b'"zz": "a' + part + b'b"') for part in NO_TEXT)
    yield from (with_member(text, b'"z' + part + b'z": 1') for part in NO_TEXT)


@case(
    "MAL-001",
    rule="JSON-1",
    hint="Use the strict reader in every operation, and read the whole body before you judge it.",
)
def test_no_json_anywhere(every: list[Write]) -> None:
    """What is not JSON, in every operation

    Sends every operation a hundred bodies that are not JSON in UTF-8: cut off, continued, in other encodings, with
    numbers, literals, strings and escapes that JSON does not have. 400 each, whatever else is wrong. JSON that is no
    object is 400, or 422.
    """
    for write in every:
        for content in (b"null", b"true", b"0", b'"x"', b"[]", b"[" + write.text + b"]"):
            no_object(write.send(content))
        for content in no_documents(write.text):
            answer = write.send(content)
            assert answer.status == 400, f"{write.operation} answers {content[:60]!r} with {answer.status}"
            answer.problem(400, "malformed_json")


@case(
    "MAL-002", rule="JSON-3", hint="Compare names after unescaping, in every object, also in those that nobody reads."
)
def test_duplicates_anywhere(every: list[Write]) -> None:
    """Names that stand twice, in every operation

    Repeats the first member, with the same value, with another one, and spelt with an escape; repeats a name in an
    object inside an unknown member. 400 each: a proxy and a service that take different ones can be played off.
    """
    for write in every:
        name, value = next(iter(write.good.items()))
        escaped = f"\\u{ord(name[0]):04x}{name[1:]}"
        again = json.dumps(value).encode()
        for content in (
            with_member(write.text, f'"{name}": '.encode() + again),
            with_member(write.text, f'"{name}": null'.encode()),
            with_member(write.text, f'"{escaped}": '.encode() + again),
            with_member(write.text, b'"zz": {"a": 1, "b": {}, "a": 1}'),
            with_member(write.text, b'"zz": [{"y": [{"a": 1, "\\u0061": 2}]}]'),
            with_member(write.text, b'"": 1, "": 1'),
        ):
            answer = write.send(content)
            assert answer.status == 400, f"{write.operation} answers {content[-60:]!r} with {answer.status}"
            answer.problem(400, "malformed_json")


@case("MAL-015", rule="JSON-2", hint="Bound the depth while you read, and do not recurse without a bound.")
def test_depth_anywhere(every: list[Write]) -> None:
    """Depth, in every operation

    Nests arrays, objects and both inside an unknown member: to depth 33, 1,001 and 10,000, closed or not: 400 or 422;
    to 100,000, which is too large as well: 413, 400 or 422. The next request works. At depth 32 the document is read.
    """
    for write in every:
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")):
            levels = closing.count(b"]") + closing.count(b"}")
            for depth in (32, 1000, 10_000):
                count = depth // levels
                if not write.signed or depth > 32:  # the webhook takes an unknown member whose depth it can read
                    malformed(write.send(with_member(write.text, b'"zz": ' + opening * count + b"0" + closing * count)))
                malformed(write.send(with_member(write.text, b'"zz": ' + opening * count)))
        write.send(with_member(write.text, b'"zz": ' + b"[" * 100_000)).expect(413, 400, 422)
        write.shop.get("/healthz").expect(200)
        if not write.signed:
            deepest = b"[" * 31 + b"]" * 31
            wrong(write.send(with_member(write.text, b'"zz": ' + deepest)), ("/zz", "unknown"))


@case("MAL-004", rule="JSON-4", hint="Refuse every name that the operation does not have, by comparing bytes.")
def test_unknown_members_anywhere(closed: list[Write]) -> None:
    """Members that nobody asked for, in every operation

    Adds to a good document names in another case, names that mean something to JavaScript, Python or an object-mapper,
    the empty name, and names that need escaping in a pointer. 422 `unknown` for each, and for it alone.
    """
    strange = [
        "zz",
        "",
        "__proto__",
        "constructor",
        "prototype",
        "__class__",
        "$type",
        "@class",
        "a/b~c",
        "\u0130",
        "a\n",
    ]
    for write in closed:
        cased = [name.upper() for name in write.good] + [name.capitalize() for name in write.good]
        for name in [*strange, *cased]:
            pointer = "/" + name.replace("~", "~0").replace("/", "~1")
            wrong(write.replaced(**{name: {"a": 1}}), (pointer, "unknown"))
        wrong(
            write.replaced(zz=1, yy=None, __proto__=[]),
            ("/zz", "unknown"),
            ("/yy", "unknown"),
            ("/__proto__", "unknown"),
        )


@case("MAL-005", rule="PROBLEM-3", hint="Let each member state its type once, and derive every check from that.")
def test_types_anywhere(closed: list[Write]) -> None:
    """Values of another type, in every operation

    Replaces each member of each good document by values of the other JSON types: 422 `type` for it alone. null is
    `null_not_allowed`, unless the contract allows it.
    """
    others: list[object] = [True, False, 0, 1.5, "x", "1", [], ["x"], {}]
    for write in closed:
        for name, value in write.good.items():
            for other in others:
                if isinstance(other, type(value)) and not isinstance(other, bool):
                    continue
                wrong(write.replaced(**{name: other}), (f"/{name}", "type"))
            if name not in NULLABLE:
                wrong(write.replaced(**{name: None}), (f"/{name}", "null_not_allowed"))


@case("MAL-006", rule="JSON-5", hint="Compare a number with its bounds before you make it an integer of your language.")
def test_huge_numbers_anywhere(closed: list[Write]) -> None:
    """Huge numbers, in every operation

    Replaces each integer by numbers that do not fit 32 bits, a double exactly, a signed 64-bit integer, or any number
    at all, and by 5,000 digits: 422 out_of_range or type, or 400. None is rounded into range, none takes long.
    """
    for write in closed:
        for name in [name for name, value in write.good.items() if isinstance(value, int)]:

            def literal(text: str, write: Write = write, name: str = name) -> bytes:
                return json.dumps({**write.good, name: "@"}).replace('"@"', text).encode()

            wrapped = [] if name in MONEY else ["4294967297", "-4294967295"]
            for text in (
                *wrapped,
                "9007199254740993",
                "-9007199254740993",
                "9223372036854775807",
                "9223372036854775808",
                "1e400",
                "-1e400",
                "1e19",
                "18446744073709551617",
                "9" * 5000,
                "1e999999999",
            ):
                too_large(write.send(literal(text)), f"/{name}")


@case(
    "MAL-007", rule="JSON-6", hint="Look for U+0000 in one place, before any string reaches the database or a library."
)
def test_bad_strings_anywhere(closed: list[Write]) -> None:
    """U+0000 and lone surrogates, in every operation

    Puts U+0000 at the beginning, in the middle and at the end of each string, and escapes a surrogate without its pair:
    422 `format`, or 400. PostgreSQL refuses both, and strings in C end there.
    """
    for write in closed:
        for name in [name for name, value in write.good.items() if isinstance(value, str)]:
            value = write.good[name]
            for text in ("\0" + value, value[:3] + "\0" + value[3:], value + "\0"):
                unstorable(write.replaced(**{name: text}), f"/{name}")
            for text in (value + "\ud800", "\udc00" + value, "\udc00\ud800"):
                unstorable(write.replaced(**{name: text}), f"/{name}")


@case("MAL-008", rule="PROBLEM-2", hint="Collect every fault before you answer.")
def test_nothing_in_any_document(closed: list[Write]) -> None:
    """An empty object, in every operation

    Sends `{}`: every required member is `required`, all at once. A merge patch has none.
    """
    optional = NULLABLE | {"attributes", "stock", "min_subtotal"}
    for write in closed:
        if write.operation == "patchProduct":
            continue
        expected = [(f"/{name}", "required") for name in write.good if name not in optional]
        wrong(write.send(b"{}"), *expected)
        wrong(write.send(b' \t\r\n{ "zz" : [ ] }\n'), *expected, ("/zz", "unknown"))


# Types, sizes and headers

NO_TYPES = [
    "text/plain",
    "application/jsonp",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, text/plain",
    "text/plain, application/json",
    "*/*",
    "json",
    ";",
    "application",
    "application/",
    "/json",
    "application/ json",
    "application/json/x",
    "\u00e9",
]


@case("MAL-009", rule="HTTP-5", hint="Compare the type without its parameters, before the body is read.")
def test_media_types_anywhere(closed: list[Write]) -> None:
    """Media types, in every operation

    Sends good documents as other types, as none, and with Content-Encoding: 415. Capitals, parameters and `identity`
    change nothing.
    """
    for write in closed:
        write.send(write.text, typed=False).problem(415, "unsupported_media_type")
        for other in NO_TYPES:
            answer = write.send(write.text, {"content-type": other})
            assert answer.status == 415, f"{write.operation} takes {other!r} with {answer.status}"
        for coding in ("gzip", "br", "identity, gzip", "x"):
            write.send(write.text, {"content-encoding": coding}).problem(415, "unsupported_media_type")
        for same in (write.media_type.upper(), f"{write.media_type}; charset=utf-8", f'{write.media_type} ;a="b;c"'):
            write.send(b"{", {"content-type": same}).problem(400, "malformed_json")
        write.send(b"{", {"content-encoding": "identity"}).problem(400, "malformed_json")


@case("MAL-010", rule="HTTP-6", hint="Count the bytes while you read; Content-Length may be absent.")
def test_sizes_anywhere(every: list[Write]) -> None:
    """Sizes, in every operation

    Sends 65,536 bytes, which are read, and 65,537 and 200,000, which are 413: at once and in chunks.
    """
    for write in every:
        for size, status in ((65_536, 400), (65_537, 413), (200_000, 413)):
            content = b"{" + b" " * (size - 1)
            for sent in (content, [content[at : at + 8000] for at in range(0, size, 8000)]):
                answer = write.send(sent)
                how = "at once" if isinstance(sent, bytes) else "in chunks"
                assert answer.status == status, f"{write.operation} answers {size:,} bytes {how} with {answer.status}"


@case("MAL-011", rule="HTTP-6", hint="Read the body to its end, however it is cut.")
def test_chunks_anywhere(every: list[Write]) -> None:
    """Documents in chunks, in every operation

    Sends documents whose last member is unknown byte by byte, each byte a chunk: 422 `unknown`, so the whole document
    was read. The webhook takes it.
    """
    for write in every:
        content = with_member(write.text, b'"zz": "\xc3\xa9"')
        answer = write.send([bytes([each]) for each in content])
        if write.signed:
            answer.expect(200)
        else:
            wrong(answer, ("/zz", "unknown"))


@case("MAL-012", rule="BULK-2", hint="Read each line with the same strict reader as a body.")
def test_bad_lines(people: People, products: Products) -> None:
    """What is not JSON, in lines of an import

    Imports the bodies of MAL-001 as lines, but for those that hold a line feed, between two good ones: each is
    malformed at its line, and nothing is applied.
    """
    line = {"name": "Thing", "category": products.category, "price": 100, "tax_rate_bp": 0}
    first, last = products.sku(), products.sku()
    text = json.dumps({"sku": products.sku(), **line}).encode()
    blank = (b"", b" ", b"\n")
    bad = [each for each in no_documents(text) if b"\n" not in each and b"\r" not in each and each not in blank]
    for at in range(0, len(bad), 90):
        batch = bad[at : at + 90]
        ends = [json.dumps({"sku": sku, **line}).encode() for sku in (first, last)]
        content = b"\n".join([ends[0], *batch, ends[1]])
        answer = people.admin.post("/admin/products/import", content=content, headers=NDJSON)
        problem = answer.problem(422, "import_failed")
        told = [(error["line"], error["pointer"], error["code"]) for error in problem["errors"]]
        for number, each in enumerate(batch, 2):
            assert (number, "", "malformed") in told, f"the line {each[:60]!r} is not told"
        assert problem["error_count"] == len(batch), f"{problem['error_count']} errors in {len(batch)} bad lines"
    for sku in (first, last):
        people.shop.get(f"/products/{sku}").problem(404, "not_found")


STRANGE = ["\u00e9", "\u20ac", "\xff", "a\tb", '"', "'", "\\", "%00", ",", ";", "=", "a" * 7000, "{}", "[]", "null"]


@case(
    "MAL-013",
    rule="HTTP-12",
    hint="Match each header against its pattern as a whole; take what fails for absent or wrong.",
)
def test_strange_headers(people: People, products: Products) -> None:
    """Strange values in every header that is read

    Sends letters beyond ASCII, quotes, separators, escapes and 7,000 characters in each header that the contract reads.
    Each is refused or ignored as its rule says, never a 5xx, and the next request works.
    """
    shop, admin, customer = people.shop, people.admin, people.customer()
    sku = products.add()
    patch = {"content-type": "application/merge-patch+json"}
    for value in STRANGE:
        raw = value.encode()

        def told(name: str, raw: bytes = raw) -> list[tuple[str, str]]:
            return [(name, raw.decode("utf-8"))]

        shop.get("/me", headers=told("authorization")).problem(401, "unauthenticated")
        shop.get("/me", headers=[("authorization", f"Bearer {value}")]).problem(401, "unauthenticated")
        shop.get(f"/products/{sku}", headers=told("if-none-match")).expect(200)
        refused = admin.request(
            "PATCH", f"/admin/products/{sku}", headers=patch | dict(told("if-match")), content=b"{}"
        )
        assert refused.status in (412, 428), f"If-Match {value[:20]!r} is {refused.status}"
        key = customer.post("/checkout", headers=told("idempotency-key"), body={"expected_total": 0})
        if any(each in value for each in '\u00e9\u20ac\xff\t"\\') or len(value) > 255:
            key.problem(400, "idempotency_key_invalid")
        else:
            key.problem(409, "cart_empty")
        shop.get("/events?topic=stock", headers=told("last-event-id")).problem(400, "invalid_header")
        token = b'{"refresh_token": "x"}'
        shop.post("/auth/logout", headers=told("content-type"), content=token).problem(415, "unsupported_media_type")
        shop.post("/webhooks/payments", headers=told("webhook-signature"), content=b"{}").problem(
            401, "webhook_verification_failed"
        )
    shop.get("/healthz").expect(200)


@case(
    "MAL-014", rule="QUERY-3", hint="Decode strictly, once; refuse U+0000 and what is not UTF-8 before the query runs."
)
def test_strange_queries(shop: Client, people: People) -> None:
    """Strange bytes in every parameter

    Puts NUL, invalid UTF-8, an overlong form, a surrogate and a broken escape into each parameter of each list and of
    the stream, and into names: 400 each.
    """
    admin = people.admin
    lists: list[tuple[Client | User, str, list[str]]] = [
        (shop, "/products", ["q", "category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor"]),
        (admin, "/orders", ["status", "limit", "cursor"]),
        (shop, "/events", ["topic"]),
    ]
    for who, path, names in lists:
        for bad in ("%00", "a%00b", "%FF", "%C0%AF", "%ED%A0%80", "%E2%82", "%F4%90%80%80"):
            for name in names:
                answer = who.get(f"{path}?{name}={bad}")
                assert answer.status == 400, f"{path}?{name}={bad} is {answer.status}"
            who.get(f"{path}?{bad}=1").expect(400)
        for broken in ("%", "%4", "%ZZ"):
            status = who.get(f"{path}?{names[0]}={broken}", checked=False).status
            assert 400 <= status < 500, f"{path}?{names[0]}={broken} is {status}"
