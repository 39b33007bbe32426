"""The lines of an import: split, checked, and kept as short texts until all have come (BULK-1 to BULK-3)."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import ValidationError

from shop.catalog.schemas import SKU, ImportLine
from shop.platform.problem import Code, Problem
from shop.platform.requests import MalformedJsonError, read_json
from shop.platform.schemas import FieldError, field_errors

MAX_LINES = 50_000
MAX_LINE_BYTES = 1_048_576
TOLD_ERRORS = 100
LINES_AT_A_TIME = 50  # a few milliseconds, after which other requests have their turn


async def split_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give the lines of a body without their ends, LF or CR LF; of a line that is too long only the beginning."""
    line = bytearray()
    async for chunk in chunks:
        *ends, beginning = chunk.split(b"\n")
        for end in ends:
            line += end
            yield bytes(line).removesuffix(b"\r")
            line.clear()
        line += beginning
        del line[MAX_LINE_BYTES + 2 :]  # longer than any line even without a CR
    if line:
        yield bytes(line)


class Upload:
    """All lines of an import.

    Attributes:
        rows: the JSON of each good line, by sku.
        errors: the first errors, in order of line, then pointer.
        error_count: how many there are in all.
    """

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.errors: list[FieldError] = []
        self.error_count = 0

    async def read(self, chunks: AsyncIterator[bytes]) -> None:
        """Read and check a whole body, or raise body_too_large if it has too many lines."""
        number = 0
        async for line in split_lines(chunks):
            number += 1
            if number > MAX_LINES:
                raise Problem(Code.BODY_TOO_LARGE)
            if line:
                self._fail(number, self._add(line))
            if number % LINES_AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _add(self, line: bytes) -> list[FieldError]:
        """Keep a line, or return what is wrong with it."""
        if len(line) > MAX_LINE_BYTES:
            return [{"pointer": "", "code": "malformed"}]
        try:
            members = read_json(line)
        except MalformedJsonError:
            return [{"pointer": "", "code": "malformed"}]
        if not isinstance(members, dict):
            return [{"pointer": "", "code": "malformed"}]
        errors: list[FieldError] = []
        row = ""
        try:
            row = ImportLine.model_validate(members).model_dump_json()
        except ValidationError as error:
            errors = field_errors(error.errors(include_url=False, include_context=False))
        sku = members.get("sku")
        if isinstance(sku, str) and SKU.fullmatch(sku):
            if sku in self.rows:
                errors.append({"pointer": "/sku", "code": "duplicate"})
            # Once there is an error nothing is applied, but duplicates are still to be found.
            self.rows[sku] = "" if self.error_count else row
        return errors

    def _fail(self, number: int, errors: list[FieldError]) -> None:
        self.error_count += len(errors)
        for error in sorted(errors, key=lambda error: error["pointer"])[: TOLD_ERRORS - len(self.errors)]:
            self.errors.append({"line": number, **error})
