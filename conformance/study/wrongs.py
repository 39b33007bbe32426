"""Right and wrong beside each other: the bugs of the proof's shop, and the guards that are taken out of services."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from proof import mutation
from proof.bugs import BUGS
from rosetta.harness.paths import ROOT
from study.code import TAB, Source, source

SHOP = ROOT / "conformance" / "proof"
CONTEXT = 2  # lines around a difference


@dataclass(frozen=True)
class Side:
    """Lines of code as HTML; those of `marked` differ from the other side's."""

    lines: tuple[str, ...]
    marked: frozenset[int]


@dataclass(frozen=True)
class Wrong:
    """Something that breaks a rule: what went wrong, the cases named for it, and both sides, place by place.

    `service` is the one that the guard was taken out of, or empty for a bug of the shop in memory. `where` is the file
    and its line.
    """

    name: str
    rule: str
    sentence: str
    service: str
    cases: tuple[str, ...]
    places: tuple[tuple[Side, Side], ...]
    where: tuple[Source, int] | None


def bugs() -> list[Wrong]:
    """All bugs of the shop in memory, in the order of their catalogue."""
    files = [source("proof", file.name, file.read_text(encoding="utf-8")) for file in sorted(SHOP.glob("*.py"))]
    places = _places(files)
    found = []
    for bug in BUGS:
        stands = places.get(bug.name, [])
        compared = tuple(pair for _, _, node in stands for pair in _compared(*_both(node, bug.name), "shop.py"))
        where = (stands[0][0], stands[0][1]) if stands else None
        found.append(Wrong(bug.name, bug.rule, bug.sentence, "", bug.cases, compared, where))
    return found


def guards(key: str, sources: Sequence[Source]) -> list[Wrong]:
    """The guards of the service `key`, whose files are `sources`, that `make prove` takes out."""
    if key not in mutation.services():
        return []
    files = {each.path: each for each in sources}
    return [
        Wrong(
            each.name,
            each.rule,
            each.sentence,
            key,
            tuple(each.cases),
            tuple(pair for edit in each.edits for pair in _compared(edit.find, edit.put, edit.file)),
            next((found for edit in each.edits if (found := _found(edit, files))), None),
        )
        for each in mutation.load(key).mutant
    ]


def _found(edit: mutation.Edit, files: Mapping[str, Source]) -> tuple[Source, int] | None:
    source = files.get(edit.file)
    at = source.text.find(edit.find.strip("\n").expandtabs(TAB)) if source else -1
    return (source, source.text.count("\n", 0, at) + 1) if source and at >= 0 else None


def _places(files: Sequence[Source]) -> dict[str, list[tuple[Source, int, ast.stmt]]]:
    """Where each switch, `bug("name")`, stands: the file, the line, and the statement around it, each once."""
    found: dict[str, list[tuple[Source, int, ast.stmt]]] = {}
    for file in files:
        for statement in _outermost(ast.parse(file.text)):
            for node in ast.walk(statement):
                if name := _switch(node):
                    stands = found.setdefault(name, [])
                    if all(other is not statement for _, _, other in stands):
                        stands.append((file, getattr(node, "lineno", 1), statement))
    return found


def _outermost(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements of the file; of classes those inside."""
    for node in tree.body:
        yield from node.body if isinstance(node, ast.ClassDef) else (node,)


def _switch(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("bug", "one_has", "free"):
        argument = node.args[0] if node.args else None
        return str(argument.value) if isinstance(argument, ast.Constant) else ""
    return ""


def _both(statement: ast.stmt, name: str) -> tuple[str, str]:
    """The statement as it is without any bug, and with this one."""
    right, wrong = (ast.unparse(_Decided(on).visit(ast.parse(ast.unparse(statement)))) for on in ("", name))
    return right, wrong


class _Decided(ast.NodeTransformer):
    """Takes switches out of code: this one is on, all others are off, and what can never run goes."""

    def __init__(self, on: str) -> None:
        self._on = on

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if getattr(node, "body", None) == []:
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = _switch(node)
        return ast.Constant(name == self._on) if name else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        decided = _decided(node.operand) if isinstance(node.op, ast.Not) else None
        return node if decided is None else ast.Constant(not decided)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        deciding = isinstance(node.op, ast.Or)  # the value that decides: True for `or`, False for `and`
        if any(_decided(value) is deciding for value in node.values):
            return ast.Constant(deciding)
        node.values = [value for value in node.values if _decided(value) is None]
        if not node.values:
            return ast.Constant(not deciding)
        return node.values[0] if len(node.values) == 1 else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        decided = _decided(node.test)
        return node if decided is None else node.body if decided else node.orelse

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        decided = _decided(node.test)
        return node if decided is None else node.body if decided else node.orelse


def _decided(node: ast.expr) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _compared(right: str, wrong: str, file: str) -> Iterator[tuple[Side, Side]]:
    """Each place where the texts differ, with some lines around it."""
    texts = [text.strip("\n").split("\n") for text in (right, wrong)]
    for group in difflib.SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_grouped_opcodes(CONTEXT):
        changed = [each for each in group if each[0] != "equal"]
        yield (
            _side(texts[0], file, group[0][1], group[-1][2], [each[1:3] for each in changed]),
            _side(texts[1], file, group[0][3], group[-1][4], [each[3:5] for each in changed]),
        )


def _side(text: list[str], file: str, begin: int, end: int, changed: list[tuple[int, int]]) -> Side:
    differing = {line - begin for first, last in changed for line in range(first, last)}
    return Side(source("", file, "\n".join(text[begin:end])).lines, frozenset(differing))
