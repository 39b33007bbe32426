"""The lines of an import, checked one after the other while they come (BULK-1 to BULK-3)."""

from collections.abc import Iterable
from typing import Any

from flask import json
from marshmallow import ValidationError

from shop.bulk.schemas import ImportLineSchema
from shop.platform.problems import BodyTooLarge, ImportFailed
from shop.platform.schemas import field_errors

MAX_LINES = 50_000
MAX_LINE_BYTES = 1_048_576
TOLD_ERRORS = 100

MALFORMED = [{"pointer": "", "code": "malformed"}]
COLUMNS = ("sku", "name", "description", "category", "price", "tax_rate_bp", "attributes", "active", "stock")

line_schema = ImportLineSchema()


class Upload:
    def __init__(self) -> None:
        self.size = 0
        self._rows: dict[str, dict[str, Any] | None] = {}
        self._errors: list[dict[str, Any]] = []
        self._error_count = 0

    def read(self, lines: Iterable[bytes]) -> list[dict[str, Any]]:
        """Return the rows of all lines in order of sku, or raise body_too_large or import_failed."""
        for number, line in enumerate(lines, 1):
            if number > MAX_LINES:
                raise BodyTooLarge
            self.size += len(line)
            text = line.removesuffix(b"\n").removesuffix(b"\r")
            if text:
                self._note(number, self._add(text))
        if self._error_count:
            raise ImportFailed(errors=self._errors, error_count=self._error_count)
        return [row for _, row in sorted(self._rows.items()) if row]

    def _add(self, text: bytes) -> list[dict[str, Any]]:
        """Keep a line, or return what is wrong with it."""
        try:
            members = json.loads(text) if len(text) <= MAX_LINE_BYTES else None
        except ValueError:
            return MALFORMED
        if not isinstance(members, dict):
            return MALFORMED
        errors: list[dict[str, Any]] = []
        row = None
        try:
            loaded = line_schema.load(members)
            row = {name: loaded[name] for name in COLUMNS}
        except ValidationError as error:
            errors = field_errors(error.messages)
        sku = members.get("sku")
        if isinstance(sku, str) and not any(error["pointer"] == "/sku" for error in errors):
            if sku in self._rows:
                errors.append({"pointer": "/sku", "code": "duplicate"})
            # Once there is an error nothing is applied, but duplicates are still to be found.
            self._rows[sku] = None if self._error_count else row
        return errors

    def _note(self, number: int, errors: list[dict[str, Any]]) -> None:
        self._error_count += len(errors)
        room = TOLD_ERRORS - len(self._errors)
        self._errors += [
            {"line": number, **error} for error in sorted(errors, key=lambda error: error["pointer"])[:room]
        ]
