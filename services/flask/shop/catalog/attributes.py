"""The free part of a product (PRODUCT-2), as a field of marshmallow's."""

import re
from typing import Any

from marshmallow import ValidationError, fields

MAX_KEYS = 20  # in each object
MAX_LEVEL = 3
MAX_TEXT = 1000
MAX_ALL_TEXT = 20_000  # names and strings of all levels, so that an export's line has an end
MAX_INTEGER = 2**53 - 1

KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")

Messages = dict[str | None, Any]  # None names the object itself


class Attributes(fields.Field[dict[str, Any]]):
    """An object of strings, integers, booleans and such objects, or a merge patch of one.

    In a patch null is allowed, and keys and characters count after the merge only.
    """

    def __init__(self, *, patch: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.patch = patch

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("type")
        messages = self._judge(value, level=1)
        if not self.patch and _characters(value) > MAX_ALL_TEXT:
            messages[None] = ["too_long"]
        if messages:
            raise ValidationError(messages)
        return value

    def _judge(self, value: dict[str, Any], level: int) -> Messages:
        messages: Messages = {}
        if not self.patch and len(value) > MAX_KEYS:
            messages[None] = ["too_long"]
        for key, member in value.items():
            fault = self._fault(member, level) or (None if KEY.fullmatch(key) else "format")
            if fault:
                messages[key] = [fault]
            elif isinstance(member, dict) and (inner := self._judge(member, level + 1)):
                messages[key] = inner
        return messages

    def _fault(self, value: object, level: int) -> str | None:
        match value:
            case None:
                return None if self.patch else "null_not_allowed"
            case bool():
                return None
            case str():
                return "too_long" if len(value) > MAX_TEXT else "format" if "\0" in value else None
            case int():
                return "out_of_range" if abs(value) > MAX_INTEGER else None
            case dict():
                return "format" if level == MAX_LEVEL else None
            case _:  # a list, or a number with a fraction
                return "type"


def _characters(value: object) -> int:
    match value:
        case str():
            return len(value)
        case dict():
            return sum(len(name) + _characters(member) for name, member in value.items())
        case _:
            return 0
