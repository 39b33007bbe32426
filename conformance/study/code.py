"""A file of a service as people read it: highlighted, with numbered lines, and links in its comments."""

from __future__ import annotations

import functools
import html
import os
import re
from dataclasses import dataclass
from pathlib import Path

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from rosetta.harness import contract
from study.languages import LEXERS

TAB = 4  # columns
RULE = re.compile(r"\b[A-Z]+-\d+\b")
# Folders that commands and package managers make, never written by hand.
MADE = {"bin", "obj", "target", "node_modules", "vendor", "_build", "deps", "build", "dist", "__pycache__"}
GENERATED = re.compile(r"generated.*do not edit", re.IGNORECASE)
TESTS = re.compile(r"(^|/)(tests?|spec)/|_tests?\.|\.(test|spec)\.|(^|/)test_|(^|/)conftest\.|Tests?\.")
MIGRATIONS = re.compile(r"(^|/)migrations?/", re.IGNORECASE)

# One letter for each kind of token keeps the pages small.
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment.Preproc, "k"),
    (Comment, "c"),
    (String.Doc, "c"),
    (String, "s"),
    (Number, "n"),
    (Keyword.Type, "t"),
    (Keyword, "k"),
    (Name.Decorator, "t"),
    (Name.Class, "t"),
    (Name.Function, "f"),
)


@dataclass(frozen=True, eq=False)
class Source:
    """A file: its lines as HTML, which of them hold code, and its text without comments and strings.

    `path` is relative to the folder of the service. `bare` has as many characters and lines as `text`.
    """

    service: str
    path: str
    text: str
    lines: tuple[str, ...]
    counted: tuple[bool, ...]
    comments: tuple[str, ...]
    bare: str

    @functools.cached_property
    def bare_lines(self) -> list[str]:
        """The lines of `bare`."""
        return self.bare.split("\n")

    @property
    def page(self) -> str:
        """Where its page is, seen from the root of the site."""
        return f"files/{self.service}~{self.path.replace('/', '~')}.html"

    @property
    def suffix(self) -> str:
        """The end of its name, with the dot."""
        return Path(self.path).suffix

    @property
    def is_test(self) -> bool:
        """Whether its path says that it holds tests."""
        return TESTS.search(self.path) is not None

    @property
    def is_counted(self) -> bool:
        """Whether it belongs to the size of the service: code, neither tests, migrations nor generated."""
        head = "\n".join(self.text.splitlines()[:5])
        is_code = self.suffix in LEXERS and self.suffix != ".toml"
        return is_code and not (self.is_test or MIGRATIONS.search(self.path) or GENERATED.search(head))

    def size(self, first: int = 1, last: int | None = None) -> int:
        """How many of these lines, counted from 1, hold code: neither blank nor comment alone."""
        return sum(self.counted[first - 1 : last])


def read(folder: Path, service: str) -> list[Source]:
    """All files below `folder` that can be shown, by their path; what commands made there is left out."""
    found = []
    for home, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each not in MADE and not each.startswith(".")]
        found += [path for path in (Path(home, file) for file in files) if path.suffix in LEXERS and path.is_file()]
    return [source(service, file.relative_to(folder).as_posix(), file.read_text("utf-8")) for file in sorted(found)]


def source(service: str, path: str, text: str) -> Source:
    """The file at `path`, highlighted."""
    text = text.expandtabs(TAB)
    lines: list[list[str]] = [[]]
    comments: list[list[str]] = [[]]
    counted = [False]
    bare: list[str] = []
    for kind, value in get_lexer_by_name(
        LEXERS.get(Path(path).suffix, "text"), stripnl=False, ensurenl=False
    ).get_tokens(text):
        style = _style(kind)
        for at, part in enumerate(value.split("\n")):
            if at:
                lines.append([])
                comments.append([])
                counted.append(False)
                bare.append("\n")
            lines[-1].append(_marked(part, style))
            bare.append(" " * len(part) if style in ("c", "s") else part)
            if style == "c":
                comments[-1].append(part)
            elif part.strip():
                counted[-1] = True
    return Source(
        service,
        path,
        text,
        tuple("".join(line) for line in lines),
        tuple(counted),
        tuple("".join(comment) for comment in comments),
        "".join(bare),
    )


@functools.cache
def _style(kind: _TokenType) -> str:
    return next((style for parent, style in _CLASSES if kind in parent), "")


@functools.cache
def _rules() -> frozenset[str]:
    return frozenset(contract.rules())


def _marked(text: str, style: str) -> str:
    escaped = html.escape(text, quote=False)
    if style == "c":
        escaped = RULE.sub(_linked, escaped)
    return f"<i class={style}>{escaped}</i>" if style and text.strip() else escaped


def _linked(found: re.Match[str]) -> str:
    """The number of a rule as a link. All pages with code lie one folder below the root of the site."""
    return f"<a href=../rules/{found[0].lower()}.html>{found[0]}</a>" if found[0] in _rules() else found[0]
