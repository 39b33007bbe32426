"""Bodies and queries, read strictly: syntax first, then every member, and all faults at once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote_to_bytes

from proof.bugs import bug
from proof.liberties import free

Fault = tuple[str, str]
Faults = list[Fault]
Check = Callable[[Any], Faults]
Body = dict[str, Any]

DEEPEST = 32
SAFE = 9007199254740991
MOST_CHARACTERS = 20_000
BOM = b"\xef\xbb\xbf"
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
TIMESTAMP = re.compile(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
DIGITS = re.compile(r"0|[1-9][0-9]{0,9}")


SHAPES = ("required", "unknown", "read_only", "null_not_allowed", "type")


class MalformedError(Exception):
    """What was sent is not one strict JSON object."""


class NoObjectError(MalformedError):
    """It is JSON, but not an object."""


class DepthError(MalformedError):
    """It is nested too deeply."""


# Syntax


def read_object(data: bytes) -> Body:
    """The JSON object that `data` holds; whole numbers are integers however they are spelt, others Decimals.

    Raises MalformedError.
    """
    if bug("empty_body_is_an_object") and not data.strip():
        return {}
    if bug("bom_accepted"):
        data = data.removeprefix(BOM)
    errors = "replace" if bug("bad_utf_8_replaced") else "strict"
    try:
        if bug("utf_16_accepted"):
            data = data.decode(json.detect_encoding(data), "surrogatepass").encode("utf-8", "surrogatepass")
        text = data.decode("utf-8", errors)
        _limit_depth(text)
        value = _parse(text)
    except (ValueError, ArithmeticError) as error:
        if isinstance(error, InvalidOperation) and bug("huge_exponents_are_500"):
            raise RuntimeError("an exponent that no decimal holds") from error
        raise MalformedError from error
    if not isinstance(value, dict):
        raise NoObjectError
    if free("unstorable_text_malformed") and _unstorable(value):
        raise MalformedError
    return value


def _unstorable(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_unstorable(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(map(_unstorable, value))
    return isinstance(value, str) and UNSTORABLE.search(value) is not None


def _limit_depth(text: str) -> None:
    """Judged before parsing, because the parser recurses."""
    if bug("depth_unlimited"):
        return
    depth = 0
    for match in BRACKETS.finditer(text):
        depth += (match[1] is not None) - (match[2] is not None)
        if depth > (900 if free("depth_1000") else DEEPEST):
            raise DepthError


def _parse(text: str) -> Any:
    repeated: list[bool] = []

    def members(pairs: list[tuple[str, Any]]) -> Body:
        repeated.append(len({name for name, _ in pairs}) < len(pairs))
        return dict(pairs)

    decoder = json.JSONDecoder(
        object_pairs_hook=members,
        parse_int=_integer,
        parse_float=_number,
        parse_constant=(lambda _: 0) if bug("nan_accepted") else _refuse,
    )
    if bug("trailing_data_ignored"):
        return decoder.raw_decode(text.lstrip())[0]
    value = decoder.decode(text)
    # The hook is called for inner objects first: the last one is the top.
    if any(repeated) and not bug("last_duplicate_wins"):
        raise MalformedError
    return value


def _number(literal: str) -> Any:
    number = Decimal(literal)
    if bug("numbers_by_parse_int"):
        return int(re.split("[.eE]", literal)[0])
    if bug("fraction_truncated"):
        return int(number)
    if free("integers_only_as_digits") or number != number.to_integral_value():
        return number
    # 1e999999999 is an integer that nobody should write out.
    if number.adjusted() > 100_000 and bug("huge_exponents_written_out"):
        raise MemoryError
    return _fitting(int(number) if number.adjusted() < 20 or not number else 10**20)


def _integer(literal: str) -> Any:
    return _fitting(int(literal) if len(literal) < 25 else 10**20)


def _fitting(number: int) -> Any:
    if -(2**63) <= number < 2**63:
        return number
    if free("huge_numbers_malformed"):
        raise MalformedError
    return Decimal(number) if free("huge_numbers_are_types") else number


def _refuse(literal: str) -> int:
    raise MalformedError(literal)


# Values


def text(least: int, most: int) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any) -> Faults:
        if not isinstance(value, str):
            return [("", "type")]
        if UNSTORABLE.search(value):
            if bug("nul_reaches_the_database"):
                raise RuntimeError("invalid byte sequence for encoding UTF8: 0x00")
            return [("", "format")]
        length = len(value)
        if bug("lengths_in_bytes"):
            length = len(value.encode())
        if bug("lengths_in_utf_16"):
            length = len(value.encode("utf-16-le")) // 2
        if length < least:
            return [("", "too_short")]
        return [("", "too_long")] if length > most else []

    return check


def pattern(expression: str, most: int | None = None) -> Check:
    """A string that matches `expression` from end to end and has `most` characters at most."""
    compiled = re.compile(expression, re.ASCII)
    # `$` also matches before a line feed that ends the string.
    dollar = re.compile(rf"^(?:{expression})$", re.ASCII)

    def check(value: Any) -> Faults:
        if not isinstance(value, str):
            return [("", "type")]
        if free("patterns_tell_lengths") and most and len(value) > most:
            return [("", "too_long")]
        matches = dollar.match if bug("dollar_ends_patterns") else compiled.fullmatch
        if bug("emails_by_nested_repetition") and "@" in expression:
            re.fullmatch("(?:[a!.@]+)+", value[:26] + "\n")
        return [] if matches(value) and len(value) <= (most or len(value)) else [("", "format")]

    return check


def integer(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""

    def check(value: Any) -> Faults:
        if isinstance(value, bool) or not isinstance(value, int):
            return [("", "type")]
        if bug("integers_wrap"):
            value = (value + 2**31) % 2**32 - 2**31
        if bug("numbers_of_32_bits") and abs(value) >= 2**31:
            return [("", "out_of_range")]
        return [] if least <= value <= most else [("", "out_of_range")]

    return check


def boolean(value: Any) -> Faults:
    """true or false."""
    return [] if isinstance(value, bool) else [("", "type")]


def timestamp(value: Any) -> Faults:
    """A moment in the one form of rule JSON-8."""
    if not isinstance(value, str):
        return [("", "type")]
    try:
        if bug("any_iso_8601"):
            datetime.fromisoformat(value)
            return []
        if TIMESTAMP.fullmatch(value):
            milliseconds(value)
            return []
    except ValueError:
        pass
    return [("", "format")]


def milliseconds(value: str) -> int:
    """A timestamp as milliseconds since 1970; raises ValueError if there is no such day or time."""
    if bug("midnight_is_24") and "T24:00:00.000" in value:
        return milliseconds(value.replace("T24", "T00")) + 86_400_000
    if bug("leap_seconds_taken"):
        value = value.replace("59:60.000", "59:59.999")
    moment = datetime.fromisoformat(value).astimezone(UTC)
    return int(moment.replace(microsecond=0).timestamp()) * 1000 + moment.microsecond // 1000


def attributes(value: Any) -> Faults:
    """The attributes of a product, as rule PRODUCT-2 allows them."""
    found = list(_attributes(value, "", 1, merging=False))
    if not found and _characters(value) > MOST_CHARACTERS and not bug("attributes_of_any_length"):
        found.append(("", "too_long"))
    return found


def _characters(value: Any) -> int:
    """How many characters the keys and strings of attributes have together."""
    if isinstance(value, dict):
        return sum(len(key) + _characters(inner) for key, inner in value.items())
    return len(value) if isinstance(value, str) else 0


def attributes_patch(value: Any) -> Faults:
    """What of a merge patch of attributes can be judged without the product."""
    return list(_attributes(value, "", 1, merging=True))


def _attributes(value: Any, pointer: str, level: int, *, merging: bool) -> Iterable[Fault]:
    if not isinstance(value, dict):
        yield pointer, "type"
        return
    if level > 3 and (not merging or free("patch_depth_first")) and not bug("attributes_of_any_depth"):
        yield pointer, "format"
        return
    if not merging and len(value) > 20:
        yield pointer, "too_long"
    for key, inner in value.items():
        here = f"{pointer}/{escaped(key)}"
        if not KEY.fullmatch(key):
            yield here, "format"
            if free("bad_branches_judged") and isinstance(inner, dict):
                yield from _attributes(inner, here, level + 1, merging=merging)
        elif inner is None:
            if not merging:
                yield here, "null_not_allowed"
        elif isinstance(inner, dict):
            if merging and bug("nested_patches_unjudged"):
                continue
            yield from _attributes(inner, here, level + 1, merging=merging)
        elif not isinstance(inner, bool):
            judge = text(0, 1000) if isinstance(inner, str) else integer(-SAFE, SAFE)
            yield from ((here, code) for _, code in judge(inner))


# Objects


@dataclass(frozen=True)
class Member:
    """What a member may be."""

    check: Check
    required: bool = True
    nullable: bool = False


def escaped(name: str) -> str:
    """A member's name in a JSON pointer."""
    return name if bug("pointers_not_escaped") else name.replace("~", "~0").replace("/", "~1")


def faults(
    body: Body, members: dict[str, Member], read_only: Iterable[str] = (), ignored: Iterable[str] = ()
) -> Faults:
    """Every fault of `body`, as (pointer, code)."""
    found: Faults = []
    if bug("null_is_absent"):
        for name in [name for name, value in body.items() if value is None]:
            del body[name]
    for name, member in members.items():
        if name not in body:
            absent = "null_not_allowed" if bug("absent_is_null") else "required"
            found += [(f"/{name}", absent)] if member.required else []
        elif body[name] is None:
            found += [] if member.nullable else [(f"/{name}", "null_not_allowed")]
        else:
            body[name] = coerced(body[name], member)
            found += [(f"/{name}{rest}", code) for rest, code in member.check(body[name])]
    for name in body.keys() - members.keys() - set(ignored):
        if name in read_only:
            found.append((f"/{escaped(name)}", "read_only"))
        elif not bug("unknown_members_ignored"):
            found.append((f"/{escaped(name)}", "unknown"))
    return found[:1] if bug("first_fault_only") else _told(found)


WORDS = ("/to", "/starts_at", "/ends_at")


def _told(found: Faults) -> Faults:
    """The faults with the codes and in the completeness that a liberty allows."""
    others: dict[str, str] = {}
    if free("nulls_are_required"):
        others["null_not_allowed"] = "required"
    if free("nulls_are_types"):
        others["null_not_allowed"] = "type"
    if free("read_only_is_unknown"):
        others["read_only"] = "unknown"
    if free("lengths_are_formats"):
        others |= {"too_short": "format", "too_long": "format"}
    shape = [fault for fault in found if fault[1] in SHAPES]
    if shape and free("first_shape_fault_alone"):
        found = shape[:1]
    if shape and free("shape_faults_alone"):
        found = shape
    found = [(pointer, others.get(code, code)) for pointer, code in found]
    words = WORDS if free("words_are_types") else ()
    return [(pointer, "type" if pointer in words and code == "format" else code) for pointer, code in found]


def coerced(value: Any, member: Member) -> Any:
    """What frameworks make of a value before anybody judges it: nothing, unless a bug is on."""
    takes_numbers = ("", "type") not in member.check(1)
    if bug("true_is_one") and value is True and takes_numbers:
        return 1
    if bug("text_is_a_number") and isinstance(value, str) and value.isdecimal() and takes_numbers:
        return int(value)
    if isinstance(value, str):
        if bug("strings_trimmed"):
            return value.strip()
        if bug("empty_text_is_null") and value == "" and member.nullable:
            return None
    return value


# Queries


def word(*words: str) -> Check:
    """One of `words`."""
    return lambda value: [] if value in words or bug("any_word") else [("", "format")]


TRUE = ("true", "1", "yes", "on", "t")
FALSE = ("false", "0", "no", "off", "f")


def flag(value: str) -> Faults:
    """true or false, spelt so."""
    known = value.lower() in TRUE + FALSE if free("many_booleans") else value in ("true", "false")
    return [] if known or bug("other_words_are_false") else [("", "format")]


def digits(least: int, most: int) -> Check:
    """A whole number from `least` to `most` in the one spelling of rule QUERY-2."""

    def check(value: str) -> Faults:
        if free("query_integers_by_int"):
            try:
                return integer(least, most)(int(value[:20]))
            except ValueError:
                return [("", "format")]
        if bug("query_numbers_read_in_part"):
            value = (re.match(r"\d*", value) or [""])[0]
        if not DIGITS.fullmatch(value):
            return [("", "format")]
        return [] if least <= int(value) <= most or bug("limit_unbounded") else [("", "out_of_range")]

    return check


def search(value: str) -> Faults:
    """The text of `q`."""
    if UNSTORABLE.search(value):
        return [("", "format")]
    return [("", "too_long")] if len(value) > 64 and not bug("q_unlimited") else []


def read_query(query: bytes, known: dict[str, Check], required: str = "") -> tuple[dict[str, str], Faults]:
    """The parameters of a query after decoding, and every fault as (parameter, code)."""
    pairs = [pair.partition(b"=") for pair in query.split(b"&") if pair]
    names = [(_decoded(name, "replace"), equals, value) for name, equals, value in pairs]
    times = Counter(name for name, _, _ in names)
    values: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, equals, value in names:
        if name not in known:
            if not bug("unknown_parameters_ignored"):
                found[name] = "unknown"
        elif times[name] > 1 and not bug("last_parameter_wins"):
            found[name] = "duplicate"
        elif not value and not (name == "q" and equals):
            if not bug("empty_values_are_absent"):
                found[name] = "too_short"
        elif value:
            try:
                if re.search(rb"%(?![0-9A-Fa-f]{2})", value) and not bug("broken_escapes_kept"):
                    raise ValueError(value)
                values[name] = _decoded(value, "strict")
            except ValueError:
                found[name] = "format"
                continue
            if "\0" in values[name] and bug("nul_in_queries"):
                raise RuntimeError("invalid byte sequence for encoding UTF8: 0x00")
            for _, code in known[name](values[name]):
                found[name] = code
    if required and required not in times:
        found[required] = "required"
    return values, _told_of_query(found, list(times))


def _told_of_query(found: dict[str, str], names: list[str]) -> Faults:
    """The faults of a query with these names as a liberty tells them."""
    if found and bug("right_parameters_told"):
        found = dict.fromkeys(names, "format") | found
    if free("query_faults_are_formats"):
        found = dict.fromkeys(found, "format")
    if free("query_faults_are_unknown"):
        found = dict.fromkeys(found, "unknown")
    return list(found.items())[: 1 if free("first_query_fault_alone") else None]


def _decoded(data: bytes, errors: str) -> str:
    spaced = data if bug("plus_stays_plus") else data.replace(b"+", b" ")
    return unquote_to_bytes(spaced).decode("utf-8", errors)
