"""What a file defines: its functions, types and values, found by a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ast_grep_py import SgNode, SgRoot

from study.code import Source
from study.languages import LANGUAGES, Language

Kind = Literal["function", "type", "value"]

# What stands right above a definition and belongs to it: comments, attributes, decorators.
_ABOVE = re.compile(r"\s*(//|/?\*|#|@)")
_ELIXIR = re.compile(r"(defmodule|defp?|defmacrop?|alias|import|require|use)\b")
_WORD = re.compile(r"[^\W\d]\w*[?!]?")


@dataclass(frozen=True)
class Definition:
    """A name and the lines that define it, counted from 1.

    `first` is that of its comment, `at` that of the definition itself. `owner` is the type or module that it is in.
    """

    source: Source
    name: str
    kind: Kind
    owner: str
    first: int
    at: int
    last: int

    @property
    def title(self) -> str:
        """Its name, with its owner's."""
        return f"{self.owner}.{self.name}" if self.owner else self.name

    @property
    def bare(self) -> str:
        """Its lines without comments and strings."""
        return "\n".join(self.source.bare_lines[self.at - 1 : self.last])

    @property
    def length(self) -> int:
        """How many lines it takes."""
        return self.last - self.first + 1

    @property
    def size(self) -> int:
        """How many of its lines hold code."""
        return self.source.size(self.first, self.last)

    def covers(self, other: Definition) -> bool:
        """Whether the other's lines are among its own."""
        return self.source is other.source and self.first <= other.at and other.last <= self.last


@dataclass(frozen=True)
class Module:
    """A file with what it defines, and the texts of its imports."""

    source: Source
    definitions: tuple[Definition, ...]
    imports: tuple[str, ...]


def module(source: Source) -> Module | None:
    """What `source` defines; None if no grammar reads it."""
    language = LANGUAGES.get(source.suffix)
    if language is None:
        return None
    root = SgRoot(source.text, language.grammar).root()
    found = sorted(_definitions(root, source, language), key=lambda each: (each.at, -each.last))
    return Module(source, tuple(_merged(found)), tuple(_imports(root, language)))


def _merged(found: list[Definition]) -> list[Definition]:
    """Neighbours of one name, such as overloads and the clauses of an Elixir function, as one definition."""
    merged: list[Definition] = []
    for each in found:
        last = merged[-1] if merged else None
        if last and (last.name, last.owner, last.kind) == (each.name, each.owner, each.kind) and last.last < each.at:
            merged[-1] = replace(last, last=each.last)
        else:
            merged.append(each)
    return merged


def _definitions(root: SgNode, source: Source, language: Language) -> Iterator[Definition]:
    lines = source.text.split("\n")
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("function", language.functions),
        ("type", language.types),
        ("value", language.values),
    )
    for kind, node in ((kind, node) for kind, names in kinds for name in names for node in root.find_all(kind=name)):
        name = _elixir_name(node, kind) if language.grammar == "elixir" else _name(node)
        if not name or (kind == "value" and not _is_constant(node, language)):
            continue
        whole = _whole(node)
        first = whole.range().start.line + 1
        while first > 1 and _ABOVE.match(lines[first - 2]):
            first -= 1
        owner, last = _owner(node, language), whole.range().end.line + 1
        told: Kind = "function" if _is_arrow(node) else kind
        yield Definition(source, name, told, owner, first, node.range().start.line + 1, last)


def _whole(node: SgNode) -> SgNode:
    """The node with what only wraps it: decorators, `export`, `const`."""
    parent = node.parent()
    wrappers = (
        "decorated_definition",
        "export_statement",
        "lexical_declaration",
        "type_declaration",
        "const_declaration",
        "var_declaration",
        "expression_statement",
    )
    if parent is None or parent.kind() not in wrappers:
        return node
    # A group, as `const ( … )` in Go, is no wrapper of one definition.
    if sum(child.kind() == node.kind() for child in parent.children()) > 1:
        return node
    return _whole(parent)


def _name(node: SgNode) -> str:
    field = node.field("name") or node.field("left") or node.field("declarator")
    if field is None and node.kind() == "const_declaration":
        field = next((child for child in node.children() if child.kind() == "const_element"), None)
    if field is None and node.kind() == "field_declaration":
        field = next(iter(node.find_all(kind="variable_declarator")), None)
    word = _WORD.match(field.text()) if field else None
    return word[0] if word else ""


def _is_constant(node: SgNode, language: Language) -> bool:
    """Whether a value belongs to its file, or is a constant of its class: no local variable, no attribute."""
    if node.kind() == "field_declaration":
        return re.search(r"\b(static|const)\b", node.text()) is not None
    inside = (*language.functions, *language.types, "arrow_function", "function_expression", "func_literal", "lambda")
    return node.kind() == "const_declaration" or not any(parent.kind() in inside for parent in node.ancestors())


def _is_arrow(node: SgNode) -> bool:
    value = node.field("value") if node.kind() == "variable_declarator" else None
    return value is not None and value.kind() in ("arrow_function", "function_expression")


def _owner(node: SgNode, language: Language) -> str:
    if node.kind() == "method_declaration" and language.grammar == "go":
        receiver = node.field("receiver")
        return _last_word(receiver.text()) if receiver else ""
    for parent in node.ancestors():
        if language.grammar == "elixir":
            if name := _elixir_name(parent, "type"):
                return name
        elif parent.kind() == "impl_item":
            kept = parent.field("type")
            return _WORD.findall(kept.text())[0] if kept else ""
        elif parent.kind() in language.types:
            return _name(parent)
    return ""


def _last_word(text: str) -> str:
    words = _WORD.findall(text.partition("[")[0])
    return words[-1] if words else ""


def _elixir_name(node: SgNode, kind: Kind) -> str:
    if node.kind() != "call":
        return ""
    word = _ELIXIR.match(node.text())
    wanted = ("defmodule",) if kind == "type" else ("def", "defp", "defmacro", "defmacrop")
    if word is None or word[0] not in wanted:
        return ""
    rest = node.text()[word.end() :].strip()
    found = re.match(r"[\w.]+[?!]?", rest)
    return found[0].rpartition(".")[2] if found else ""


def _imports(root: SgNode, language: Language) -> Iterator[str]:
    for kind in language.imports:
        for node in root.find_all(kind=kind):
            if kind != "call" or re.match(r"(alias|import|require|use)\b", node.text()):
                yield node.text()
