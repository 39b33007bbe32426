"""Level 7: numbers beyond every type, wherever JSON is read, and timestamps field by field."""

from __future__ import annotations

import json
import secrets
import time

import pytest

from rosetta.kit import tokens
from rosetta.kit.bodies import wrong
from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.people import People
from rosetta.kit.products import Products
from rosetta.kit.writes import Write, writes

LEVEL = 7
NDJSON = {"content-type": "application/x-ndjson"}
QUICK_SECONDS = 2

# Exponents beyond 32 and 64 bits, of zeros too, and digits beyond every buffer. The first ones are zero.
ZEROS = ["0e99999999999999999999", "-0e-99999999999999999999", "0.0e2147483648", "0e-9223372036854775809"]
MONSTERS = [
    *ZEROS, "1e-99999999999999999999", "1e2147483648", "-1e2147483647", "1e-2147483649", "1e99999999999999999999",
    "-1e99999999999999999999", "1e9223372036854775808", "1.5e-9223372036854775809", "9" * 60_000,
    "-" + "9" * 60_000, "0." + "9" * 60_000, "1" + "0" * 30_000 + "." + "0" * 30_000, "1e" + "9" * 60_000,
]  # fmt: skip


@pytest.fixture
def every(people: People, products: Products) -> list[Write]:
    """Every operation that takes a JSON document."""
    return writes(people, products)


def told(literal: str) -> str:
    """A literal, cut to what one can read."""
    return literal if len(literal) < 30 else f"{literal[:10]}… ({len(literal):,} characters)"


def put_in(write: Write, literal: str, *path: str) -> Answer:
    """Send the good document with a number as it is written at `path`, and assert that the answer comes quickly."""
    changed = json.loads(write.text)
    inner = changed
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
    inner[path[-1]] = "@"
    began = time.monotonic()
    answer = write.send(json.dumps(changed).replace('"@"', literal).encode())
    seconds = time.monotonic() - began
    assert seconds < QUICK_SECONDS, f"{write.operation} takes {seconds:.1f} s with {told(literal)} at {'/'.join(path)}"
    return answer


def judged(answer: Answer, write: Write, literal: str, *path: str, others: tuple[int, ...] = ()) -> None:
    """Assert 400, 422, or one of `others`."""
    where = f"{write.operation} with {told(literal)} at /{'/'.join(path)}"
    assert answer.status in (400, 422, *others), f"{where} is answered with {answer.status}"


@case("MAL-060", rule="JSON-5", hint="Judge a literal by its text before any library makes a number of it.")
def test_monsters_in_unknown_members(every: list[Write]) -> None:
    """Numbers beyond every type, where nobody looks

    Puts numbers with exponents of 20 and 60,000 digits, zeros among them, and of 60,000 digits into unknown members of
    every operation that takes a document, at the top and nested: 400 or 422 each, within two seconds. The webhook
    ignores what it does not know, and may take it.
    """
    for write in every:
        others = (200,) if write.signed else ()
        for literal in MONSTERS:
            for path in (("zz",), ("zz", "a", "b")):
                judged(put_in(write, literal, *path), write, literal, *path, others=others)
    every[0].shop.get("/healthz").expect(200)


@case("MAL-061", rule="JSON-5", hint="Compare a literal with its bounds without writing it out, whatever its exponent.")
def test_monsters_for_integers(every: list[Write]) -> None:
    """Numbers beyond every type, where an integer belongs

    Puts them into each integer of every operation: quantities, prices, deltas, totals, limits, amounts. 400 or 422
    each, quickly; a zero, however it is spelt, may be taken for 0. None is rounded into range.
    """
    for write in every:
        members = [name for name, value in write.good.items() if isinstance(value, int)]
        for place in [("data", "amount")] if write.signed else [(name,) for name in members]:
            for literal in MONSTERS:
                answer = put_in(write, literal, *place)
                assert answer.status < 500
                if literal not in ZEROS:
                    judged(answer, write, literal, *place)


@case("MAL-062", rule="PRODUCT-2", hint="Attributes are read by the same reader as everything else.")
def test_monsters_in_attributes(every: list[Write], people: People) -> None:
    """Numbers beyond every type, in attributes

    Puts them into attributes and into a nested object, of a new product and of a merge patch: 400 or 422, quickly. A
    zero may be taken for 0. The product is shown afterwards, with integers.
    """
    for write in [write for write in every if "attributes" in write.good]:
        for literal in MONSTERS:
            for path in (("attributes", "size"), ("attributes", "box", "width")):
                answer = put_in(write, literal, *path)
                judged(answer, write, literal, *path, others=(200, 201, 409) if literal in ZEROS else ())
    patched = next(write for write in every if write.operation == "patchProduct")
    people.shop.get(patched.path.removeprefix("/admin")).expect(200)


@case("MAL-063", rule="BULK-2", hint="A line that has such a number is malformed, or wrong at that member.")
def test_monsters_in_lines(people: People, products: Products) -> None:
    """Numbers beyond every type, in lines of an import

    Imports lines with such numbers as price, as stock, in attributes and in an unknown member, beside a good line: 422
    import_failed, each line malformed or wrong at that member, and nothing is applied; within two seconds.
    """
    good = {"name": "Thing", "category": products.category, "price": 100, "tax_rate_bp": 0}
    first = products.sku()
    lines, places = [json.dumps({"sku": first, **good})], [""]
    members: list[tuple[str, object]] = [
        ("price", "@"),
        ("stock", "@"),
        ("attributes", {"size": "@"}),
        ("attributes", {"a": {"b": "@"}}),
    ]
    for literal in [each for each in MONSTERS if each not in ZEROS]:
        for member, value in [*members, ("zz", "@")]:
            line = {"sku": products.sku(), **good, member: value}
            lines.append(json.dumps(line).replace('"@"', literal))
            places.append(f"/{member}")
    began = time.monotonic()
    content = "\n".join(lines).encode()
    answer = people.admin.post("/admin/products/import", content=content, headers=NDJSON)
    assert time.monotonic() - began < QUICK_SECONDS, "the import takes too long"
    problem = answer.problem(422, "import_failed")
    assert problem["error_count"] == len(lines) - 1, f"{problem['error_count']} errors in {len(lines) - 1} bad lines"
    for error in problem["errors"]:
        pointer = error["pointer"]
        assert error["code"] == "malformed" or pointer.startswith(places[error["line"] - 1]), f"told is {error}"
    for zero in ZEROS:
        for member in ("price", "stock", "version", "zz"):
            content = json.dumps({"sku": products.sku(), **good, member: "@"}).replace('"@"', zero).encode()
            status = people.admin.post("/admin/products/import", content=content, headers=NDJSON).status
            assert status in (200, 422), f"an import with {zero} as {member} is answered with {status}"
    people.shop.get(f"/products/{first}").problem(404, "not_found")


@case("MAL-064", rule="AUTH-7", hint="A time that no clock can show is no time: refuse the token.")
def test_monsters_in_tokens(people: People) -> None:
    """Numbers beyond every type, in a signed token

    Signs claims whose exp is such a number, or more than a double holds: 401. One in another claim is ignored or
    refused.
    """
    user = people.customer()
    header = tokens.encode(b'{"alg":"HS256","typ":"JWT"}')
    claims = json.dumps(tokens.claims(user.id, "customer"))
    expiry = str(json.loads(claims)["exp"])
    monsters = [each if len(each) < 5000 else each[: 5000 - 1] + "9" for each in MONSTERS]

    def asked(payload: str) -> Answer:
        signed = f"{header}.{tokens.encode(payload.encode())}"
        return user.shop.get("/me", token=f"{signed}.{tokens.signature(signed)}")

    asked(claims).expect(200)
    for literal in [*monsters, "1e309", "1e400", "-1e400", "-9223372036854775809"]:
        answer = asked(claims.replace(f'"exp": {expiry}', f'"exp": {literal}'))
        assert answer.status == 401, f"a token with an exp of {told(literal)} is answered with {answer.status}"
        other = asked(claims[:-1] + f', "zz": [{literal}]}}')
        assert other.status in (200, 401), f"a token with a claim of {told(literal)} is answered with {other.status}"


# Timestamps

GOOD = "2026-06-15T12:30:45.500Z"
FIELDS = {
    "year": (0, 4, ["0000", "1970", "1999", "3000", "9999", "+026", "-026", " 026", "２026"]),
    "month": (5, 7, ["00", "13", "99", "1 ", " 1", "+1", "-1", "1a"]),
    "day": (8, 10, ["00", "31", "32", "99", "+1", "-1", " 1", "1 "]),
    "hour": (11, 13, ["24", "25", "99", "+1", "-1", " 1", "1 "]),
    "minute": (14, 16, ["60", "61", "99", "+1", "-1", " 1", "1 "]),
    "second": (17, 19, ["60", "61", "99", "+1", "-1", " 1", "1 "]),
    "fraction": (20, 23, ["50", "5000", "+50", "-50", "5 0", "5e1", "", "٣٣٣"]),
    "zone": (23, 24, ["", "z", "+00:00", "+00", "Z ", "ZZ", "-00:00", "\n"]),
}
NO_DAYS = [
    "2026-02-29",
    "2026-02-30",
    "2024-02-30",
    "2100-02-29",
    "2026-04-31",
    "2026-06-31",
    "2026-09-31",
    "2026-11-31",
]
MIDNIGHTS = [
    "2026-06-15T24:00:00.000Z",
    "2026-12-31T24:00:00.000Z",
    "2026-06-30T23:59:60.000Z",
    "2026-06-15T24:30:00.000Z",
]
REAL = ["2000-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z", "2024-02-29T00:00:00.001Z", "2999-12-31T23:59:59.999Z"]


@case("COUP-010", rule="JSON-8", hint="Compare each field with its own bounds; date libraries know midnights of 24:00.")
def test_timestamps_field_by_field(people: People) -> None:
    """Timestamps, field by field

    Puts into each field of a timestamp what it cannot be: the next number, signs, spaces, other digits; and days that
    no month has, midnights of 24:00 and leap seconds. Each is `format`, at starts_at and at ends_at. The first and the
    last moment, and 29 February, are taken as they are.
    """
    bad = [f"{day}T12:00:00.000Z" for day in NO_DAYS] + MIDNIGHTS
    for start, end, values in FIELDS.values():
        bad += [GOOD[:start] + value + GOOD[end:] for value in values]
    code = f"C{secrets.token_hex(7).upper()}"
    for text in bad:
        for name in ("starts_at", "ends_at"):
            body = {"code": code, "percent_bp": 100, name: text}
            answer = people.admin.post("/admin/coupons", body=body)
            assert answer.status == 422, f"{name} of {text!r} is answered with {answer.status}"
            wrong(answer, (f"/{name}", "format"))
    for at, text in enumerate(REAL):
        body = {"code": f"{code}{at}", "percent_bp": 100, "starts_at": text}
        assert people.admin.post("/admin/coupons", body=body).expect(201).json["starts_at"] == text
