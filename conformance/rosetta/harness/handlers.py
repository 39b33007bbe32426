"""Where a service handles each operation: the function of its name, found by a parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from rosetta.harness import contract
from rosetta.harness.errors import StepFailed
from rosetta.harness.service import Service


def _camel(operation: str) -> str:
    return operation


def _either_camel(operation: str) -> str:
    """Go's first letter says who may call the function, not how names are written."""
    return f"[{operation[0]}{operation[0].upper()}]{operation[1:]}"


def _pascal(operation: str) -> str:
    return f"{operation[0].upper()}{operation[1:]}"


def _snake(operation: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation)


# Of each suffix the grammar, what defines a function there, and how its name is written, as a pattern.
GRAMMARS: dict[str, tuple[str, tuple[str, ...], Callable[[str], str]]] = {
    ".cs": ("csharp", ("method_declaration",), _pascal),
    ".ex": ("elixir", ("call",), _snake),
    ".go": ("go", ("function_declaration", "method_declaration"), _either_camel),
    ".java": ("java", ("method_declaration",), _camel),
    ".php": ("php", ("method_declaration",), _camel),
    ".py": ("python", ("function_definition",), _snake),
    ".rs": ("rust", ("function_item",), _snake),
    ".ts": ("typescript", ("function_declaration",), _camel),
}


@dataclass(frozen=True)
class Handler:
    """A function that bears an operation's name, and the lines that it takes, counted from 1."""

    operation: str
    file: Path
    first: int
    last: int


def find(service: Service) -> list[Handler]:
    """All functions in the service's files of handlers that bear an operation's name; raises StepFailed."""
    files = sorted({file for pattern in service.description.handlers for file in service.folder.glob(pattern)})
    return [handler for file in files for handler in _in(file)]


def wrong(service: Service) -> list[str]:
    """Each operation of the contract that has not exactly one handler; raises StepFailed."""
    places: dict[str, list[str]] = {name: [] for name in sorted(contract.operations())}
    for each in find(service):
        places[each.operation].append(f"{each.file.relative_to(service.folder)}:{each.first}")
    return [
        f"{operation} has {len(found)} handlers, not one{': ' if found else ''}{', '.join(found)}"
        for operation, found in places.items()
        if len(found) != 1
    ]


def _in(file: Path) -> Iterator[Handler]:
    if file.suffix not in GRAMMARS:
        raise StepFailed(f"handlers: no grammar reads {file.name}", f"Those known: {', '.join(GRAMMARS)}.")
    language, kinds, written = GRAMMARS[file.suffix]
    names = {name: re.compile(written(name)) for name in contract.operations()}
    root = SgRoot(file.read_text(encoding="utf-8"), language).root()
    for node in (node for kind in kinds for node in root.find_all(kind=kind)):
        identifier = _defined(node) if language == "elixir" else node.field("name")
        for operation, name in names.items():
            if identifier and name.fullmatch(identifier.text()):
                yield Handler(operation, file, node.range().start.line + 1, node.range().end.line + 1)


def _defined(node: SgNode) -> SgNode | None:
    """The name that an Elixir call defines a public function of: there, `def` is a call like any other."""
    target, arguments = node.field("target"), node.child(1)
    if target is None or target.text() != "def" or arguments is None:
        return None
    head = arguments.child(0)
    return head.field("target") if head else None
