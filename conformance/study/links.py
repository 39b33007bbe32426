"""Whether every link of the site leads somewhere, and no page is larger than a reader should have to load."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag

FIRST = 300_000  # bytes that the first page loads, with its style and script
MOST = 1_000_000  # bytes of any page

# Enough for pages whose text is escaped, as that of a template is; html.parser takes five times as long.
_TAG = re.compile(r"<([a-z][a-z0-9]*)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b(id|href|src)=(?:"([^"]*)"|([^\s"]+))')


@dataclass(frozen=True)
class _Page:
    """The ids of a page, the targets of its links, and what a browser loads with it."""

    ids: set[str]
    targets: dict[str, None]
    loaded: list[str]

    @classmethod
    def read(cls, text: str) -> _Page:
        page = cls(set(), {}, [])
        for tag, attributes in _TAG.findall(text):
            for name, quoted, bare in _ATTRIBUTE.findall(attributes):
                value = html.unescape(quoted or bare)
                if name == "id":
                    page.ids.add(value)
                elif name == "src" or tag == "link":
                    page.loaded.append(value)
                else:
                    page.targets[value] = None
        return page


def wrong(site: Path) -> list[str]:
    """Everything that is wrong with the site in the folder `site`, a line each."""
    site = site.resolve()
    pages = {file: _Page.read(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}
    found = [each for file, page in pages.items() for each in _of(site, file, page, pages)]
    first = site / "index.html"
    loaded = sum(file.stat().st_size for file in {first, *(_file(first, each) for each in pages[first].loaded)})
    return found + ([f"index.html loads {loaded:,} bytes, more than {FIRST:,}"] if loaded > FIRST else [])


def _of(site: Path, file: Path, page: _Page, pages: dict[Path, _Page]) -> Iterator[str]:
    name = file.relative_to(site)
    if file.stat().st_size > MOST:
        yield f"{name} has {file.stat().st_size:,} bytes, more than {MOST:,}"
    for target in page.loaded:
        if ":" in target or not _file(file, target).is_file():
            yield f"{name} loads {target}, which is not in the site"
    for target in page.targets:
        if target.startswith(("http://", "https://")):
            continue
        path, anchor = urldefrag(target)
        there = _file(file, path) if path else file
        if there not in pages:
            yield f"{name} links to {target}, which is not in the site"
        elif anchor and unquote(anchor) not in pages[there].ids:
            yield f"{name} links to {target}, where nothing has this id"


def _file(page: Path, target: str) -> Path:
    return Path(os.path.normpath(page.parent / unquote(target.partition("?")[0])))
