"""Markdown of the contract and of the services as HTML, whose links lead to pages of the site."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rosetta.harness import contract
from rosetta.harness.paths import CONTRACT
from study.code import Source

_RULE = re.compile(r'<a id="([a-z]+-\d+)"></a>\*\*([A-Z]+-\d+)\s+(.*?)\*\*(.*)', re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Rule:
    """A rule of contract/README.md: its id, its title, the heading that it stands under, its text as Markdown."""

    id: str
    title: str
    section: str
    text: str

    @property
    def page(self) -> str:
        """Where its page is, seen from the root of the site."""
        return f"rules/{self.id.lower()}.html"


def rules() -> list[Rule]:
    """All rules, in the order of the contract."""
    found = []
    text = (CONTRACT / "README.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        for part in re.split(r'(?=<a id="[a-z]+-\d+"></a>)', body)[1:]:
            if rule := _RULE.match(part):
                _, number, title, rest = rule.groups()
                found.append(Rule(number, title.rstrip("."), heading, f"**{title}**{rest}".strip()))
    return found


def markdown(text: str) -> str:
    """`text` as HTML for a page one folder below the root of the site."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        _link(token.children or [])
    rendered: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    # A region that can be scrolled must be reached by keyboard.
    return rendered.replace("<pre>", '<pre tabindex="0">')


def with_files(rendered: str, sources: Iterable[Source]) -> str:
    """HTML in which the paths of files that have a page are links, for a page one folder below the root of the site."""
    pages = {html.escape(each.path): each.page for each in sources}
    return re.sub(
        r"<code>([^<]+)</code>",
        lambda found: f'<a href="../{pages[found[1]]}">{found[0]}</a>' if found[1] in pages else found[0],
        rendered,
    )


def section(text: str, heading: str) -> str:
    """What stands below the heading `## heading` of a Markdown text, or nothing."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def linked(text: str, root: str) -> str:
    """Plain text as HTML, with the numbers of rules as links; `root` leads to the root of the site."""
    known = contract.rules()
    return re.sub(
        r"\b[A-Z]+-\d+\b",
        lambda found: (
            f'<a href="{root}rules/{found[0].lower()}.html">{found[0]}</a>' if found[0] in known else found[0]
        ),
        html.escape(text),
    )


def _link(tokens: Sequence[Token]) -> None:
    """Let links and the numbers of rules lead to rules; links to files of the repository become text."""
    kept: list[bool] = []  # of each link that is open, whether it stays one
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            rule = re.search(r"#([a-z]+-\d+)$", target)
            kept.append(rule is not None or target.startswith(("http://", "https://")))
            if rule:
                token.attrs["href"] = f"../rules/{rule[1]}.html"
            elif not kept[-1]:
                token.type, token.nesting = "text", 0
        elif token.type == "link_close" and not kept.pop():
            token.type, token.nesting = "text", 0
        elif token.type == "text" and True not in kept:
            token.type, token.content = "html_inline", linked(token.content, "../")
