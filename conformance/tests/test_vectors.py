"""Recomputes every vector by another route than the generator's, and shows that each rule has a vector which needs it.

The generator states which cursors, signatures, tokens and addresses are good; here they are read and judged from their
bytes. Nothing is imported from the generator.
"""

import base64
import binascii
import hashlib
import hmac
import json
import string
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import argon2
import pytest

Case = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
RULES = {
    "cursors": "CURSOR-1",
    "emails": "AUTH-1",
    "json_bodies": "JSON-1",
    "page_links": "QUERY-8",
    "password_hashes": "AUTH-3",
    "prices": "PRICE-1",
    "tokens": "AUTH-7",
    "webhook_signatures": "WEBHOOK-1",
}
FILES = {name: json.loads((ROOT / f"contract/vectors/{name}.json").read_bytes()) for name in RULES}


def each_case(name: str) -> pytest.MarkDecorator:
    """Returns the decorator that runs a test once for each case of a vector file."""
    cases = FILES[name]["cases"]
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@pytest.mark.parametrize(("name", "rule"), RULES.items())
def test_file(name: str, rule: str) -> None:
    document = FILES[name]
    names = [case["name"] for case in document["cases"]]
    assert document["rule"] == rule
    assert document["description"]
    assert len(names) == len(set(names))
    assert (ROOT / f"contract/vectors/{name}.json").read_bytes().isascii()


def test_files_are_current() -> None:
    generator = ROOT / "conformance/vectors/generate.py"
    done = subprocess.run([sys.executable, "-B", generator, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Prices

KNOWN = {  # subtotal, discount, discounts, taxes, shipping, total, as the design works them out
    "V1": (50, 0, [0], [3], 499, 552),
    "V2": (70, 0, [0], [4], 499, 573),
    "V3": (30, 0, [0, 0, 0], [1, 1, 1], 499, 532),
    "V4": (300, 100, [34, 33, 33], [13, 13, 13], 499, 738),
    "V5": (3048, 381, [375, 6, 0], [524, 2, 0], 499, 3692),
    "V6": (5556, 556, [556], [0], 0, 5000),
    "V7": (5555, 556, [556], [0], 499, 5498),
    "V8": (4999, 4999, [4999], [0], 499, 499),
    "V9": (5545, 555, [555], [0], 499, 5489),
    "V10": (1294729900, 1113467714, [385669193, 340708830, 387089691], [0, 0, 0], 0, 181262186),
    "V11": (9900000000, 9899010000, [494950500] * 20, [24750] * 20, 0, 1485000),
}


class Prices:
    """The price rules in exact fractions, one method each, so that a test can break them one at a time."""

    def rounded(self, exact: Fraction) -> int:
        return floor(exact + Fraction(1, 2))

    def counts(self, line: Case) -> bool:
        return bool(line["available"])

    def applies(self, subtotal: int, discount: int, minimum: int) -> bool:
        return subtotal >= minimum

    def share(self, discount: int, line_total: int, subtotal: int) -> Fraction:
        return Fraction(discount * line_total, subtotal)

    def rank(self, index: int, rest: Fraction, line_total: int) -> tuple[Fraction, int]:
        return -rest, index

    def taxed(self, line_total: int, discount: int) -> int:
        return line_total - discount

    def tax(self, taxes: list[Fraction]) -> int:
        return sum(map(self.rounded, taxes))

    def shipping(self, subtotal: int, discount: int) -> int:
        return 0 if subtotal - discount >= 5000 else 499

    def price(self, lines: list[Case], coupon: Case | None) -> Case:
        """Returns what `expected` holds."""
        line_totals = [line["unit_price"] * line["quantity"] for line in lines]
        counted = [index for index, line in enumerate(lines) if self.counts(line)]
        subtotal = sum(line_totals[index] for index in counted)
        percent = Fraction(coupon["percent_bp"], 10000) if coupon else Fraction(0)
        discount = self.rounded(subtotal * percent)
        applied = coupon is not None and self.applies(subtotal, discount, coupon["min_subtotal"])
        discount *= applied
        exact = {index: self.share(discount, line_totals[index], subtotal) for index in counted if subtotal}
        shares = {index: floor(share) for index, share in exact.items()}
        order = sorted(exact, key=lambda index: self.rank(index, exact[index] - shares[index], line_totals[index]))
        for index in order[: max(0, discount - sum(shares.values()))]:
            shares[index] += 1
        taxes = [Fraction(0)] * len(lines)
        for index in counted:
            taxes[index] = Fraction(lines[index]["tax_rate_bp"], 10000) * self.taxed(line_totals[index], shares[index])
        shipping = self.shipping(subtotal, discount) if counted else 0
        return {
            "applied": applied,
            "subtotal": subtotal,
            "discount": discount,
            "lines": [
                {"line_total": total, "discount": shares.get(index, 0), "tax": self.rounded(taxes[index])}
                for index, total in enumerate(line_totals)
            ],
            "tax": self.tax(taxes),
            "shipping": shipping,
            "total": subtotal - discount + self.tax(taxes) + shipping,
        }


class HalfToEven(Prices):
    def rounded(self, exact: Fraction) -> int:
        return round(exact)


class Truncated(Prices):
    def rounded(self, exact: Fraction) -> int:
        return floor(exact)


class ArchivedLinesCount(Prices):
    def counts(self, line: Case) -> bool:
        return True


class MinimumExceeded(Prices):
    def applies(self, subtotal: int, discount: int, minimum: int) -> bool:
        return subtotal > minimum


class MinimumAfterDiscount(Prices):
    def applies(self, subtotal: int, discount: int, minimum: int) -> bool:
        return subtotal - discount >= minimum


class NothingToDiscount(Prices):
    def applies(self, subtotal: int, discount: int, minimum: int) -> bool:
        return discount > 0 and subtotal >= minimum


class Doubles(Prices):
    def share(self, discount: int, line_total: int, subtotal: int) -> Fraction:
        return Fraction(float(discount) * line_total / subtotal)


class LaterLineFirst(Prices):
    def rank(self, index: int, rest: Fraction, line_total: int) -> tuple[Fraction, int]:
        return -rest, -index


class DearestLineFirst(Prices):
    def rank(self, index: int, rest: Fraction, line_total: int) -> tuple[Fraction, int]:
        return -rest, -line_total


class FirstLinesGetTheRest(Prices):
    def rank(self, index: int, rest: Fraction, line_total: int) -> tuple[Fraction, int]:
        return Fraction(0), index


class TaxBeforeDiscount(Prices):
    def taxed(self, line_total: int, discount: int) -> int:
        return line_total


class TaxOnTheSum(Prices):
    def tax(self, taxes: list[Fraction]) -> int:
        return self.rounded(sum(taxes, Fraction(0)))


class FreeShippingAbove(Prices):
    def shipping(self, subtotal: int, discount: int) -> int:
        return 0 if subtotal - discount > 5000 else 499


class ShippingBeforeDiscount(Prices):
    def shipping(self, subtotal: int, discount: int) -> int:
        return 0 if subtotal >= 5000 else 499


@each_case("prices")
def test_price(case: Case) -> None:
    skus = [line["sku"].encode() for line in case["lines"]]
    assert skus == sorted(set(skus))
    assert len(skus) <= 20
    assert Prices().price(case["lines"], case["coupon"]) == case["expected"]


@pytest.mark.parametrize("wrong", Prices.__subclasses__())
def test_wrong_arithmetic_is_caught(wrong: type[Prices]) -> None:
    cases = FILES["prices"]["cases"]
    caught = [case["name"] for case in cases if wrong().price(case["lines"], case["coupon"]) != case["expected"]]
    assert len(caught) >= 2, "one vector alone may be skipped or mistaken for chance"


def test_known_prices() -> None:
    cases = {case["name"].split()[0]: case["expected"] for case in FILES["prices"]["cases"]}
    assert len(FILES["prices"]["cases"]) - len(KNOWN) >= 200
    for name, (subtotal, discount, discounts, taxes, shipping, total) in KNOWN.items():
        expected = cases[name]
        assert [line["discount"] for line in expected["lines"]] == discounts
        assert [line["tax"] for line in expected["lines"]] == taxes
        figures = [expected[member] for member in ("subtotal", "discount", "shipping", "total")]
        assert figures == [subtotal, discount, shipping, total]


# Cursors, webhook signatures, tokens and addresses: each is judged by a list of checks


def lenient(text: str) -> bytes:
    """Returns the bytes of base64url `text` as a careless decoder reads it; empty if even that fails."""
    try:
        return base64.urlsafe_b64decode(text + "==")
    except ValueError:
        return b""


def canonical(text: str) -> bool:
    """Tells whether `text` is the one spelling of its bytes as unpadded base64url."""
    return base64.b64encode(lenient(text), b"-_").decode().replace("=", "") == text


def mac(key: bytes, message: bytes) -> bytes:
    """Returns HMAC-SHA256."""
    return hmac.new(key, message, hashlib.sha256).digest()


def cursor_parts(case: Case) -> list[str]:
    return str(case["cursor"] + "..").split(".")[:2]


def cursor_fields(case: Case) -> list[str]:
    """Returns resource, sort, filter hash, key and id; empty texts where the payload has fewer lines."""
    lines = lenient(cursor_parts(case)[0]).decode(errors="replace").split("\n")
    if len(lines) < 5:
        return [""] * 5
    return [*lines[:3], "\n".join(lines[3:-1]), lines[-1]]


def filter_hash(case: Case) -> str:
    values = [case["filters"].get(name, "") for name in ("q", "category", "price_min", "price_max", "in_stock")]
    text = "\n".join(values) if case["resource"] == "products" else case["filters"].get("status", "")
    return hashlib.sha256(text.encode()).digest()[:8].hex()


CURSOR_SECRET = FILES["cursors"]["secret"].encode()
CURSOR_CHECKS: dict[str, Callable[[Case], bool]] = {
    "length": lambda case: len(case["cursor"]) <= 1200,
    "one dot": lambda case: case["cursor"].count(".") == 1,
    "spelling of the payload": lambda case: canonical(cursor_parts(case)[0]),
    "spelling of the MAC": lambda case: canonical(cursor_parts(case)[1]),
    "MAC": lambda case: mac(CURSOR_SECRET, lenient(cursor_parts(case)[0]))[:16] == lenient(cursor_parts(case)[1]),
    "resource": lambda case: cursor_fields(case)[0] == case["resource"],
    "sort": lambda case: cursor_fields(case)[1] == case["sort"],
    "filters": lambda case: cursor_fields(case)[2] == filter_hash(case),
}


def is_recent(case: Case) -> bool:
    try:
        return bool(abs(case["now"] - int(case["timestamp"])) <= 300)
    except (TypeError, ValueError):
        return False


def is_signed(case: Case) -> bool:
    key = binascii.a2b_base64(case["secret"].removeprefix("whsec_"))
    signed = f"{case['id']}.{case['timestamp']}.".encode() + binascii.a2b_base64(case["body_base64"])
    expected = binascii.b2a_base64(mac(key, signed), newline=False).decode()
    return f"v1,{expected}" in (case["signature"] or "").split(" ")


WEBHOOK_CHECKS: dict[str, Callable[[Case], bool]] = {
    "id is there": lambda case: bool(case["id"]),
    "id is not too long": lambda case: len(case["id"] or "") <= 200,
    "id's alphabet": lambda case: set(case["id"] or "") <= set(string.ascii_letters + string.digits + "_-"),
    "timestamp's alphabet": lambda case: set(case["timestamp"] or "x") <= set(string.digits),
    "timestamp has no leading zero": lambda case: not str(case["timestamp"]).startswith("0"),
    "timestamp is not too long": lambda case: len(case["timestamp"] or "") <= 12,
    "window": is_recent,
    "signature": is_signed,
}


def part(case: Case, index: int) -> str:
    return str(case["token"] + "..").split(".")[index]


def members(case: Case, index: int) -> Case:
    """Returns the JSON object in a part of the token; empty if it holds none."""
    try:
        value = json.loads(lenient(part(case, index)))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def is_uuid(value: object) -> bool:
    try:
        return str(uuid.UUID(str(value))) == value
    except ValueError:
        return False


def is_ahead(case: Case) -> bool:
    try:
        return bool(float(members(case, 1)["exp"]) > case["now"])
    except (KeyError, TypeError, ValueError):
        return False


JWT_SECRET = FILES["tokens"]["secret"].encode()
TOKEN_CHECKS: dict[str, Callable[[Case], bool]] = {
    "two dots": lambda case: case["token"].count(".") == 2,
    "spelling of the header": lambda case: canonical(part(case, 0)),
    "spelling of the claims": lambda case: canonical(part(case, 1)),
    "spelling of the signature": lambda case: canonical(part(case, 2)),
    "alg": lambda case: members(case, 0).get("alg") == "HS256",
    "signature": lambda case: mac(JWT_SECRET, f"{part(case, 0)}.{part(case, 1)}".encode()) == lenient(part(case, 2)),
    "iss": lambda case: members(case, 1).get("iss") == "shop",
    "sub": lambda case: is_uuid(members(case, 1).get("sub")),
    "role": lambda case: members(case, 1).get("role") in ("customer", "admin"),
    "exp is a number": lambda case: type(members(case, 1).get("exp")) in (int, float),
    "exp is ahead": is_ahead,
}


def sides(case: Case) -> list[str]:
    """Returns what stands in front of the @, between it and the last dot, and behind that dot."""
    local, _, domain = case["email"].partition("@")
    rest, _, top = domain.rpartition(".")
    return [local, rest, top]


DOMAIN = set(string.ascii_letters + string.digits + ".-")
EMAIL_CHECKS: dict[str, Callable[[Case], bool]] = {
    "not too long": lambda case: len(case["email"]) <= 254,
    "something in front of the @": lambda case: len(sides(case)[0]) >= 1,
    "no more than 64 in front of the @": lambda case: len(sides(case)[0]) <= 64,
    "printable ASCII in front of the @": lambda case: all("!" <= letter <= "~" for letter in sides(case)[0]),
    "something in front of the last dot": lambda case: len(sides(case)[1]) >= 1,
    "no more than 189 in front of the last dot": lambda case: len(sides(case)[1]) <= 189,
    "letters, digits, dots and hyphens": lambda case: set(sides(case)[1]) <= DOMAIN,
    "two letters behind the last dot": lambda case: len(sides(case)[2]) >= 2,
    "no more than 24 letters behind it": lambda case: len(sides(case)[2]) <= 24,
    "letters behind the last dot": lambda case: set(sides(case)[2]) <= set(string.ascii_letters),
}
CHECKS = {
    "cursors": CURSOR_CHECKS,
    "webhook_signatures": WEBHOOK_CHECKS,
    "tokens": TOKEN_CHECKS,
    "emails": EMAIL_CHECKS,
}


def passes(name: str, case: Case, without: str | None = None) -> bool:
    """Tells whether `case` of file `name` passes all checks, or all but one."""
    return all(check(case) for label, check in CHECKS[name].items() if label != without)


@pytest.mark.parametrize(("name", "check"), [(name, check) for name, checks in CHECKS.items() for check in checks])
def test_every_check_has_a_vector_that_needs_it(name: str, check: str) -> None:
    assert any(passes(name, case, without=check) != case["valid"] for case in FILES[name]["cases"])


@each_case("cursors")
def test_cursor(case: Case) -> None:
    assert passes("cursors", case) == case["valid"]
    fields = dict(zip(("filter_hash", "key", "id"), cursor_fields(case)[2:], strict=True))
    assert case["decoded"] == (fields if case["valid"] else None)


@each_case("webhook_signatures")
def test_webhook_signature(case: Case) -> None:
    assert passes("webhook_signatures", case) == case["valid"]


@each_case("tokens")
def test_token(case: Case) -> None:
    assert passes("tokens", case) == case["valid"]
    claims = members(case, 1) if case["valid"] else {}
    assert [case["sub"], case["role"]] == [claims.get("sub"), claims.get("role")]


@each_case("emails")
def test_email(case: Case) -> None:
    assert passes("emails", case) == case["valid"]
    assert case["stored"] == (case["email"].encode("ascii").lower().decode() if case["valid"] else None)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [("cursors", 28, 56), ("webhook_signatures", 28, 58), ("tokens", 15, 86), ("emails", 18, 42)],
)
def test_counts(name: str, good: int, bad: int) -> None:
    verdicts = [case["valid"] for case in FILES[name]["cases"]]
    assert (verdicts.count(True), verdicts.count(False)) == (good, bad)


# Passwords


@each_case("password_hashes")
def test_password_hash(case: Case) -> None:
    refused = nullcontext() if case["matches"] else pytest.raises(argon2.exceptions.VerifyMismatchError)
    with refused:
        argon2.PasswordHasher().verify(case["hash"], case["password"])


def test_password_parameters() -> None:
    cases = FILES["password_hashes"]["cases"]
    parameters = [argon2.extract_parameters(case["hash"]) for case in cases]
    assert {(used.memory_cost, used.time_cost) for used in parameters} == {(32768, 2), (8192, 3), (19456, 2)}
    assert {(used.type, used.version, used.parallelism) for used in parameters} == {(argon2.Type.ID, 19, 1)}
    assert {(used.salt_len, used.hash_len) for used in parameters} == {(16, 32)}
    assert [case["matches"] for case in cases].count(True) == 7
    assert [case["matches"] for case in cases].count(False) == 9


# JSON bodies

DECIDED = {  # by the number in front of a case's name; all others up to 48 are 400
    (200,): "42",
    (200, 422): "01 03",
    (422,): "02 04 04b 05 06 07 14 30 31 32 33 34g 46 48",
    (400, 422): "08 09 09b 10 21 21b 22 25 26 26b 27 34 34b 34c 34e 34f 40 43",
    (400, 413): "34d",
}
MOST_BYTES, DEEPEST, LARGEST = 65536, 32, Decimal(2**31 - 1)


def body_of(case: Case) -> bytes:
    if case["recipe"] is None:
        return base64.b64decode(case["body_base64"], validate=True)
    return "".join(piece["text"] * piece["count"] for piece in case["recipe"]).encode("ascii")


def depth_of(text: str) -> int:
    """Returns how deep arrays and objects are nested; brackets in strings do not count."""
    depth = deepest = 0
    in_string = escaped = False
    for letter in text:
        if in_string:
            in_string, escaped = escaped or letter != '"', not escaped and letter == "\\"
        elif letter == '"':
            in_string = True
        else:
            depth += (letter in "[{") - (letter in "]}")
            deepest = max(deepest, depth)
    return deepest


def unique_members(pairs: list[tuple[str, Any]]) -> Case:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("two members of one name")
    return dict(pairs)


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def is_hard(value: Any) -> bool:
    """Tells whether a parser may refuse `value`: NUL, lone surrogates, and numbers beyond 32 bits."""
    if isinstance(value, dict):
        return any(map(is_hard, [*value, *value.values()]))
    if isinstance(value, list):
        return any(map(is_hard, value))
    if isinstance(value, str):
        return any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, Decimal) and not -LARGEST - 1 <= value <= LARGEST


class Spelt(Decimal):
    """A number that is written with a fraction or an exponent."""


def parsed(text: str) -> Any:
    """Returns the JSON in `text`, its numbers as Decimal; raises ValueError where the answer is 400."""
    return json.loads(
        text, object_pairs_hook=unique_members, parse_constant=no_constant, parse_int=Decimal, parse_float=Spelt
    )


def judged(body: bytes) -> tuple[list[int], int | None]:
    """Returns the statuses that a strict reader of {quantity} accepts for `body`, and the quantity if it is good."""
    if len(body) > MOST_BYTES:
        return [400, 413] if body.count(b"[") > DEEPEST else [413], None
    try:
        text = body.decode("utf-8")
        value = {} if depth_of(text) > DEEPEST else parsed(text)
    except ValueError:
        return [400], None
    if depth_of(text) > DEEPEST or not isinstance(value, dict) or is_hard(value):
        return [400, 422], None
    quantity = value.get("quantity")
    if set(value) != {"quantity"} or not isinstance(quantity, Decimal) or quantity % 1 or not 1 <= quantity <= 99:
        return [422], None
    return [200, 422] if isinstance(quantity, Spelt) else [200], int(quantity)


@each_case("json_bodies")
def test_json_body(case: Case) -> None:
    assert (case["body_base64"] is None) != (case["recipe"] is None)
    assert case["why"].endswith(".")
    assert judged(body_of(case)) == (case["statuses"], case["quantity"])


def test_json_verdicts_are_the_decided_ones() -> None:
    decided = {number: list(statuses) for statuses, numbers in DECIDED.items() for number in numbers.split()}
    verdicts = {case["name"].split("_")[0]: case["statuses"] for case in FILES["json_bodies"]["cases"]}
    assert len(verdicts) == len(FILES["json_bodies"]["cases"]) == 69
    corpus = [number for number in verdicts if number[:2] <= "48"]
    assert len(corpus) == 62
    assert {number: verdicts[number] for number in corpus} == {number: decided.get(number, [400]) for number in corpus}


# Links


@each_case("page_links")
def test_page_link(case: Case) -> None:
    path, _, query = case["target"].partition("?")
    asked = [pair for pair in parse_qsl(query, keep_blank_values=True, errors="strict") if pair[0] != "cursor"]
    assert case["path"] == urlsplit(case["target"]).path == path
    assert case["pairs"] == [list(pair) for pair in [*asked, ("cursor", case["next_cursor"])]]
    assert len({name for name, _ in case["pairs"]}) == len(case["pairs"])


def test_page_link_count() -> None:
    assert len(FILES["page_links"]["cases"]) == 38
