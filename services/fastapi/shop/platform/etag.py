"""Entity tags of versioned resources, and the two conditional headers (HTTP-8 to HTTP-10)."""

import re
from collections.abc import Iterable

from fastapi import Request

from shop.platform.problem import Code, Problem

# A list of tags. A tag may hold commas, so splitting at them is not enough.
TAG = re.compile(r'[ \t,]*((?:W/)?"[!#-~\x80-\xff]*")[ \t]*(?=,|\Z)')


def etag(version: int) -> str:
    return f'"{version}"'


def is_unchanged(request: Request, version: int) -> bool:
    """Tell whether If-None-Match names this version, so that 304 is the answer; the comparison is weak."""
    tags = _tags(request.headers.getlist("if-none-match"))
    return "*" in tags or etag(version) in (tag.removeprefix("W/") for tag in tags)


def check_match(request: Request, version: int) -> None:
    """Raise precondition_required or precondition_failed unless If-Match names this version, by strong comparison."""
    sent = request.headers.getlist("if-match")
    if not sent:
        raise Problem(Code.PRECONDITION_REQUIRED)
    tags = _tags(sent)
    if "*" not in tags and etag(version) not in tags:
        raise Problem(Code.PRECONDITION_FAILED)


def _tags(values: Iterable[str]) -> list[str]:
    """Return the tags of a header, `*` alone if it is that, and none if it cannot be parsed."""
    text = ",".join(values).strip(" \t")
    if text == "*":
        return ["*"]
    tags, position = [], 0
    while match := TAG.match(text, position):
        tags.append(match[1])
        position = match.end()
    return tags if not text[position:].strip(" \t,") else []
