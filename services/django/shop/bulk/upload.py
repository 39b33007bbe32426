"""The lines of an import: checked, and kept as short texts until all have come (BULK-1 to BULK-3)."""

import re
from collections.abc import Iterable
from typing import TypedDict

from pydantic import ValidationError

from shop.catalog.schemas import ImportLine
from shop.http.parser import read_json
from shop.http.problems import BodyTooLarge, MalformedJson
from shop.http.schemas import code_of, pointer

MAX_LINES = 50_000
MAX_LINE_BYTES = 1_048_576
TOLD_ERRORS = 100

IGNORED = {name for name, field in ImportLine.model_fields.items() if field.exclude}
SKU = re.compile("[A-Z0-9][A-Z0-9-]{0,31}")


class LineError(TypedDict):
    line: int
    pointer: str
    code: str


class Upload:
    """All lines of an import.

    Attributes:
        rows: the JSON of each good line, by sku.
        errors: the first errors, in order of line, then pointer.
        error_count: how many there are in all.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Read and check a whole body, or raise body_too_large if it has too many lines."""
        self.rows: dict[str, str] = {}
        self.errors: list[LineError] = []
        self.error_count = 0
        for number, whole in enumerate(lines, 1):
            if number > MAX_LINES:
                raise BodyTooLarge
            line = whole.removesuffix(b"\n").removesuffix(b"\r")
            if line and (faults := self._add(line)):
                self.error_count += len(faults)
                told = sorted(faults)[: TOLD_ERRORS - len(self.errors)]
                self.errors += [{"line": number, "pointer": at, "code": code} for at, code in told]

    def _add(self, line: bytes) -> list[tuple[str, str]]:
        """Keep a line, or return what is wrong with it: pointers and codes."""
        try:
            members = read_json(line, IGNORED) if len(line) <= MAX_LINE_BYTES else None
        except MalformedJson:
            members = None
        if not isinstance(members, dict):
            return [("", "malformed")]
        faults, row = [], ""
        try:
            row = ImportLine.model_validate(members).model_dump_json()
        except ValidationError as error:
            told = error.errors(include_url=False, include_context=False)
            faults = [(pointer(each["loc"]), code_of(each)) for each in told]
        sku = members.get("sku")
        if isinstance(sku, str) and SKU.fullmatch(sku):
            if sku in self.rows:
                faults.append(("/sku", "duplicate"))
            # Once there is an error nothing is applied, but duplicates are still to be found.
            self.rows[sku] = "" if self.error_count else row
        return faults
