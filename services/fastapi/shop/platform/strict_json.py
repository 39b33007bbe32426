"""The one reader of JSON (JSON-1 to JSON-6): stricter than the standard library's, on top of it."""

import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_DEPTH = 32

# A string counts as one token; an unterminated one runs to the end. Possessive, so that no input makes it slow.
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class MalformedJsonError(ValueError):
    """The bytes are not one strict JSON object."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object; integers such as 1.0 and 1e2 become int, other numbers float.

    Raises:
        MalformedJsonError: if it is anything else, has a name twice in one object, or more than 32 levels.
    """
    try:
        text = data.decode()
        if _is_too_deep(text):
            raise MalformedJsonError("too deep")
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_number,
            parse_constant=_no_constant,
        )
        if "\\u" in text:  # a lone surrogate can only be escaped, and cannot be encoded again
            json.dumps(value, ensure_ascii=False).encode()
    except ValueError as error:  # of the decoder, of the hooks, and of int(), which refuses thousands of digits
        raise MalformedJsonError("not JSON") from error
    if not isinstance(value, dict):
        raise MalformedJsonError("not an object")
    return value


def _is_too_deep(text: str) -> bool:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    depth = 0
    for token in TOKENS.finditer(text):
        match token[0][0]:
            case "{" | "[":
                depth += 1
                if depth > MAX_DEPTH:
                    return True
            case "}" | "]":
                depth -= 1
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise MalformedJsonError("a name stands twice")
    return members


def _number(literal: str) -> int | float:
    approximate = float(literal)
    if not math.isfinite(approximate):
        raise MalformedJsonError("a number beyond a double")
    try:
        exact = Decimal(literal)  # a float would round 9007199254740993.0
    except InvalidOperation as error:  # an exponent beyond any type, though the value may be 0
        raise MalformedJsonError("a number beyond a decimal") from error
    return int(exact) if exact == exact.to_integral_value() else approximate


def _no_constant(name: str) -> None:
    raise MalformedJsonError(f"{name} is not JSON")
