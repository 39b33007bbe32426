"""The cases of the suite, read from their files: what each checks, and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from rosetta.harness.paths import CASES
from rosetta.kit.case import Case
from study.code import Source, source


@dataclass(frozen=True)
class Written:
    """A case and the line of its function."""

    case: Case
    source: Source
    line: int

    @property
    def page(self) -> str:
        """Where it is told of, seen from the root of the site."""
        return f"rules/{self.case.rule.lower()}.html#{self.case.id}"


def cases() -> list[Written]:
    """All cases, lower levels first."""
    files = (source("cases", file.name, file.read_text(encoding="utf-8")) for file in sorted(CASES.glob("test_*.py")))
    return sorted((case for file in files for case in _in(file)), key=lambda each: (each.case.level, each.case.id))


def _in(file: Source) -> Iterator[Written]:
    tree = ast.parse(file.text)
    level = next(
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "LEVEL"
        and isinstance(node.value, ast.Constant)
    )
    for node in tree.body:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(node, ast.FunctionDef) and isinstance(mark, ast.Call) and ast.unparse(mark.func) == "case":
                title, _, text = (ast.get_docstring(node) or "").partition("\n")
                words = {each.arg or "": ast.literal_eval(each.value) for each in mark.keywords}
                told = {"title": title.rstrip("."), "text": text.strip()}
                yield Written(
                    Case(id=ast.literal_eval(mark.args[0]), level=int(str(level)), **words, **told), file, node.lineno
                )
