"""What a case asked when it failed: its own line, in words that a person can read beside the difference."""

from __future__ import annotations

import ast
import traceback
from dataclasses import dataclass
from pathlib import Path

from rosetta.harness.paths import CASES, ROOT

LONGEST = 300
EXPECTING = ("expect", "problem")  # the methods of an answer whose first arguments are statuses


@dataclass(frozen=True)
class Asked:
    """A statement of a case, where it stands, and which statuses it expects of the answer that it did not get."""

    place: str
    text: str
    statuses: tuple[int, ...] = ()


def asked(error: BaseException, folder: Path = CASES) -> list[Asked]:
    """The statements that led to `error`: that of the case, and the innermost of the helpers beside it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
    found = [_asked(frame) for frame in frames]
    return list(dict.fromkeys([*found[:1], *found[-1:]]))


def _asked(frame: traceback.FrameSummary) -> Asked:
    path, line = Path(frame.filename), frame.lineno or 1
    source = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    around = [each for each in nodes if isinstance(each, ast.stmt) and each.lineno <= line <= (each.end_lineno or 0)]
    inner = max(around, key=lambda each: each.lineno, default=None)
    if inner is None or hasattr(inner, "body"):  # of a block the line alone
        text = source.splitlines()[line - 1]
    else:
        text = ast.get_source_segment(source, inner) or ""
    text = " ".join(text.split())
    place = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{line}"
    statuses = next((found for node in nodes if (found := _expected(node, frame))), ())
    return Asked(place, text[:LONGEST] + "…" * (len(text) > LONGEST), statuses)


def _expected(node: ast.AST, frame: traceback.FrameSummary) -> tuple[int, ...]:
    """The statuses that `node` expects, if it is what comes next after the call in which the frame is."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() as call, attr=attr), args=args) if attr in EXPECTING:
            here = (frame.lineno, frame.end_lineno, frame.colno, frame.end_colno)
            if here == (call.lineno, call.end_lineno, call.col_offset, call.end_col_offset):
                return tuple(arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, int))
    return ()
