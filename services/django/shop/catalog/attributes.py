"""The free part of a product (PRODUCT-2), and RFC 7396, by which it is edited."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails

from shop.http.schemas import fault

MAX_KEYS = 20  # in each object
MAX_LEVEL = 3
MAX_TEXT = 1000
MAX_ALL_TEXT = 20_000  # names and strings of all levels, so that an export's line has an end
MAX_INTEGER = 2**53 - 1

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")

Names = tuple[str, ...]


def check_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes, or raise a ValidationError with everything that is wrong with them."""
    faults = dict(_faults(attributes, (), merging=False))
    if _text_length(attributes) > MAX_ALL_TEXT:
        faults[()] = "too_long"
    return _or_raise(attributes, faults)


def check_patch(attributes: dict[str, Any]) -> dict[str, Any]:
    """Check attributes that are to be merged: null is allowed, keys and levels count after the merge only."""
    return _or_raise(attributes, dict(_faults(attributes, (), merging=True)))


def merge(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Return the target with the patch applied: null removes, objects merge, everything else replaces."""
    merged = {name: value for name, value in target.items() if patch.get(name, ...) is not None}
    for name, value in patch.items():
        if isinstance(value, dict):
            inner = merged.get(name)
            merged[name] = merge(inner if isinstance(inner, dict) else {}, value)
        elif value is not None:
            merged[name] = value
    return merged


def _or_raise(attributes: dict[str, Any], faults: dict[Names, str]) -> dict[str, Any]:
    errors = [InitErrorDetails(type=fault(code), loc=names, input=attributes) for names, code in faults.items()]
    if errors:
        raise ValidationError.from_exception_data("attributes", errors)
    return attributes


def _faults(members: dict[str, Any], at: Names, *, merging: bool) -> Iterator[tuple[Names, str]]:
    if len(members) > MAX_KEYS and not merging:
        yield at, "too_long"
    for name, value in members.items():
        here = (*at, name)
        if code := _code(value, len(here), merging=merging) or ("" if KEY.fullmatch(name) else "format"):
            yield here, code
        elif isinstance(value, dict):
            yield from _faults(value, here, merging=merging)


def _code(value: object, level: int, *, merging: bool) -> str | None:
    match value:
        case None if not merging:
            return "null_not_allowed"
        case str() if len(value) > MAX_TEXT:
            return "too_long"
        case int() if abs(value) > MAX_INTEGER:
            return "out_of_range"
        case dict() if level == MAX_LEVEL and not merging:
            return "format"
        case list() | float():
            return "type"
        case _:
            return None


def _text_length(value: object) -> int:
    match value:
        case str():
            return len(value)
        case dict():
            return sum(len(name) + _text_length(member) for name, member in value.items())
        case _:
            return 0


Attributes = Annotated[dict[str, Any], AfterValidator(check_attributes)]
AttributesPatch = Annotated[dict[str, Any], AfterValidator(check_patch)]
