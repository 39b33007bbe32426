"""What the schemas of all features share: the contract's codes (PROBLEM-3), and fields that do not guess."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from marshmallow import ValidationError, fields, validate

CODES = {
    "required": "required",
    "null": "null_not_allowed",
    "invalid": "type",
    "invalid_utf8": "type",
    "too_large": "out_of_range",
    "type": "type",
    "unknown": "unknown",
}

# Forms that paths have, too. `uuid.UUID` takes braces and capitals.
UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
SKU = r"[A-Z0-9][A-Z0-9-]{0,31}"

TIMESTAMP = re.compile(r"2\d{3}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:[0-5]\d\.\d{3}Z", re.ASCII)
INTEGER = re.compile(r"0|[1-9][0-9]{0,9}")


class Schema(ma.Schema):
    """A closed document, whose messages are the contract's codes."""

    error_messages = CODES

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.error_messages.update(CODES)


class String(fields.String):
    """A string as it was sent, but for U+0000, which PostgreSQL cannot store (JSON-6)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if "\0" in value:
            raise ValidationError("format")
        return value


class Integer(fields.Integer):
    """An integer that is one: neither text nor a fraction."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)


class QueryInteger(fields.Integer):
    """An integer in a query, in its one spelling: `int` would take 1_0, and the digits of any script (QUERY-2)."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> int:
        if not INTEGER.fullmatch(value):
            raise ValidationError("format")
        return int(value)


class Boolean(fields.Boolean):
    """A boolean; the field of marshmallow takes 1 and "on", too."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Timestamp(fields.DateTime):
    """A time in UTC with three digits of a second, in both directions (JSON-8, JSON-9)."""

    def _serialize(self, value: datetime | None, *_args: Any, **_kwargs: Any) -> str | None:
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z" if value else None

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            if TIMESTAMP.fullmatch(value):
                return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:  # 30 February
            pass
        raise ValidationError("format")


not_empty = validate.Length(min=1, error="too_short")


def between(least: int, most: int) -> validate.Range:
    return validate.Range(least, most, error="out_of_range")


def length(least: int, most: int) -> validate.And:
    shortest = validate.Length(min=least, error="too_short")
    return validate.And(shortest, validate.Length(max=most, error="too_long"))


def pattern(expression: str) -> validate.Regexp:
    r"""Match the whole string: `\Z`, since `$` lets a line feed at the end pass."""
    return validate.Regexp(rf"(?:{expression})\Z", error="format")


def one_of(*choices: str) -> validate.OneOf:
    return validate.OneOf(choices, error="format")


def field_errors(messages: Any) -> list[dict[str, Any]]:
    """Return the contract's `errors` for the messages of a ValidationError."""
    if messages == {"_schema": ["type"]}:  # no object at all
        return [{"pointer": "", "code": "type"}]
    return [{"pointer": pointer, "code": code} for pointer, code in _flat(messages, "")]


def _flat(messages: Mapping[str | None, Any], at: str) -> Iterator[tuple[str, str]]:
    """Give a code for each field. The name None stands for the object itself."""
    for name, inner in messages.items():
        pointer = at if name is None else f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if isinstance(inner, Mapping):
            yield from _flat(inner, pointer)
        else:
            yield pointer, inner[0]
