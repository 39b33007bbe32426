"""What a case asked when it failed: its own line, in words that a person can read beside the difference."""

from __future__ import annotations

import ast
import re
import traceback
from dataclasses import dataclass
from pathlib import Path

from rosetta.harness.paths import CASES, ROOT

EXPECTED = re.compile(r"\.(?:expect|problem)\(\s*(\d{3}(?:\s*,\s*\d{3})*)")
LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """A statement of a case, and where it stands."""

    place: str
    text: str

    @property
    def statuses(self) -> list[int]:
        """The statuses that the statement expects, if it names them."""
        found = EXPECTED.findall(self.text)
        return [int(status) for status in found[0].split(",")] if len(found) == 1 else []


def asked(error: BaseException, folder: Path = CASES) -> list[Asked]:
    """The statements that led to `error`: that of the case, and the innermost of the helpers beside it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
    found = [Asked(_place(frame), _statement(Path(frame.filename), frame.lineno or 1)) for frame in frames]
    return list(dict.fromkeys([*found[:1], *found[-1:]]))


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{frame.lineno}"


def _statement(path: Path, line: int) -> str:
    """The whole statement at `line`; of one with a block, such as `for`, the line alone."""
    source = path.read_text(encoding="utf-8")
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    inner = max(around, key=lambda node: node.lineno, default=None)
    if inner is None or hasattr(inner, "body"):
        text = source.splitlines()[line - 1]
    else:
        text = ast.get_source_segment(source, inner) or ""
    text = " ".join(text.split())
    return text[:LONGEST] + "…" * (len(text) > LONGEST)
