"""From pydantic's errors to the contract's field errors (PROBLEM-2, PROBLEM-3), and types that several features use."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from shop.platform.problem import Problem


class Input(BaseModel):
    """A request's document: strict, and closed to members that it does not name."""

    model_config = ConfigDict(strict=True, extra="forbid")

    read_only: ClassVar[frozenset[str]] = frozenset()
    """Members of the resource that a client may not set."""


class Output(BaseModel):
    """A resource, made of the attributes of rows."""

    model_config = ConfigDict(from_attributes=True)


class FieldError(TypedDict):
    """An element of `errors`; an import adds the line."""

    pointer: str
    code: str
    line: NotRequired[int]


CODES = {
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_pattern_mismatch": "format",
}
OWN_CODES = {"type", "null_not_allowed", "too_long", "out_of_range", "format"}


def fault(code: str) -> PydanticCustomError:
    """Return the error that a validator raises; its type is the contract's code."""
    return PydanticCustomError(code, "does not have its form")


def code_of(error: ErrorDetails, read_only: Iterable[str] = ()) -> str:
    """Return the contract's code of an error of pydantic."""
    kind = error["type"]
    if kind in OWN_CODES:
        return kind
    if kind == "extra_forbidden":
        return "read_only" if str(error["loc"][0]) in read_only else "unknown"
    if kind in CODES:
        return CODES[kind]
    if error["input"] is None:
        return "null_not_allowed"
    # A Literal judges type and value at once; all that is left are wrong types.
    return "format" if kind == "literal_error" and isinstance(error["input"], str) else "type"


def pointer_to(names: Iterable[object]) -> str:
    """Return the RFC 6901 pointer of nested names."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def field_errors(error: ValidationError, model: type[Input]) -> list[FieldError]:
    """Return all that is wrong with a document."""
    return [
        {"pointer": pointer_to(each["loc"]), "code": code_of(each, model.read_only)}
        for each in error.errors(include_url=False, include_context=False)
    ]


Model = TypeVar("Model", bound=Input)


def validate(model: type[Model], members: dict[str, Any]) -> Model:
    """Return the document, or raise validation_failed with every wrong member."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        raise Problem("validation_failed", {"errors": field_errors(error, model)}) from error


def _without_nul(value: object) -> object:
    if isinstance(value, str) and "\0" in value:  # PostgreSQL cannot store it
        raise fault("format")
    return value


TIMESTAMP = re.compile(r"(2\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z", re.ASCII)


def _timestamp(value: object) -> datetime:
    if not isinstance(value, str):
        raise fault("null_not_allowed" if value is None else "type")
    try:
        if fields := TIMESTAMP.fullmatch(value):
            year, month, day, hour, minute, second, millisecond = map(int, fields.groups())
            # Not fromisoformat, for which 24:00 is the next day from Python 3.14 on.
            return datetime(year, month, day, hour, minute, second, millisecond * 1000, UTC)
    except ValueError:  # 31 February
        pass
    raise fault("format")


def format_timestamp(value: datetime) -> str:
    """Return the contract's form of a time in UTC, with exactly three digits of a second."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"


# Types of members. pydantic's expressions are Rust's: `$` is the end of the text and never before a line feed, and none
# is slow. A pattern bounds the length itself; any other text is looked through for U+0000 before its length.
NO_NUL = BeforeValidator(_without_nul)
Timestamp = Annotated[datetime, BeforeValidator(_timestamp)]

UtcTime = Annotated[datetime, PlainSerializer(format_timestamp)]
"""A time in a response."""
