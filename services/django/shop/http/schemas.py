"""What the schemas of all features share, and the contract's codes for pydantic's errors (PROBLEM-2, PROBLEM-3)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError


class Document(BaseModel):
    """A request's body: strict, and closed to members that it does not name."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Resource(BaseModel):
    """What is answered, made of a model's attributes.

    Not ninja's Schema, which reads each attribute through Python: pydantic's own reader takes a tenth of the time.
    """

    model_config = ConfigDict(from_attributes=True)


CODES = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_pattern_mismatch": "format",
    "literal_error": "format",
    "enum": "format",
    "datetime_parsing": "format",
    "datetime_from_date_parsing": "format",
}
OWN_CODES = {"type", "null_not_allowed", "too_long", "out_of_range", "format"}


def fault(code: str) -> PydanticCustomError:
    """Return the error that a validator raises; its type is the contract's code."""
    return PydanticCustomError(code, "does not have its form")


def code_of(error: Mapping[str, Any], other: str = "type") -> str:
    """Return the contract's code of one of pydantic's errors; `other` is that of all for which there is none."""
    kind: str = error["type"]
    return kind if kind in OWN_CODES else CODES.get(kind, other)


def pointer(names: Iterable[object]) -> str:
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


# pydantic's expressions are Rust's: `$` is the end of the text and never before a line feed, and none is slow.
UuidText = Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")]

TIMESTAMP = re.compile(r"2\d{3}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:[0-5]\d\.\d{3}Z", re.ASCII)


def _in_full(value: object) -> object:
    # pydantic would take other forms of ISO 8601, and numbers.
    if not isinstance(value, str) or not TIMESTAMP.fullmatch(value):
        raise fault("format" if isinstance(value, str) else "type")
    return value


Timestamp = Annotated[datetime, Field(strict=False), BeforeValidator(_in_full)]
Moment = Annotated[
    datetime, PlainSerializer(lambda value: f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z")
]
"""A time in an answer, with exactly three digits of a second."""
