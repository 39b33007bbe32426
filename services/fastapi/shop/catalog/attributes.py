"""The free part of a product (PRODUCT-2)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails

from shop.platform.schemas import fault

MAX_KEYS = 20  # in each object
MAX_LEVEL = 3
MAX_TEXT = 1000
MAX_ALL_TEXT = 20_000  # names and strings of all levels, so that an export's line has an end
MAX_INTEGER = 2**53 - 1

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


def check_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes, or raise a ValidationError with everything that is wrong with them."""
    faults = dict(_faults(attributes, patch=False))
    if _text_length(attributes) > MAX_ALL_TEXT:
        faults[()] = "too_long"
    return _checked(attributes, faults)


def check_patch(attributes: dict[str, Any]) -> dict[str, Any]:
    """Check attributes that are to be merged: null is allowed, keys and levels count after the merge only."""
    return _checked(attributes, dict(_faults(attributes, patch=True)))


def _checked(attributes: dict[str, Any], faults: dict[tuple[str, ...], str]) -> dict[str, Any]:
    errors = [InitErrorDetails(type=fault(code), loc=names, input=attributes) for names, code in faults.items()]
    if errors:
        raise ValidationError.from_exception_data("attributes", errors)
    return attributes


def _faults(value: dict[str, Any], *, patch: bool, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if not patch and len(value) > MAX_KEYS:
        yield at, "too_long"
    for key, member in value.items():
        here = (*at, key)
        code = _code(member, level=len(at) + 1, patch=patch)
        if code is None and not KEY.fullmatch(key):
            code = "format"
        if code:
            yield here, code
        if isinstance(member, dict) and code is None:
            yield from _faults(member, patch=patch, at=here)


def _text_length(value: object) -> int:
    match value:
        case str():
            return len(value)
        case dict():
            return sum(len(name) + _text_length(member) for name, member in value.items())
        case _:
            return 0


def _code(value: object, *, level: int, patch: bool) -> str | None:
    match value:
        case None:
            return None if patch else "null_not_allowed"
        case bool():
            return None
        case str():
            return "too_long" if len(value) > MAX_TEXT else None
        case int():
            return "out_of_range" if abs(value) > MAX_INTEGER else None
        case dict():
            return "format" if level == MAX_LEVEL and not patch else None
        case _:  # a list, or a number with a fraction
            return "type"


Attributes = Annotated[dict[str, Any], AfterValidator(check_attributes)]
AttributesPatch = Annotated[dict[str, Any], AfterValidator(check_patch)]
