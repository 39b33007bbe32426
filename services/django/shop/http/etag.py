"""Entity tags of versioned resources, and the two conditional headers (HTTP-8 to HTTP-10).

Django's own conditional_page would judge If-Match and dates on reads too, and finds tags in texts that are no list.
"""

import re

from django.http import HttpRequest

from shop.http.problems import PreconditionFailed, PreconditionRequired

TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
TAGS = re.compile(rf"[\s,]*{TAG}(?:\s*,[\s,]*{TAG})*[\s,]*")


def etag(version: int) -> str:
    return f'"{version}"'


def is_unchanged(request: HttpRequest, version: int) -> bool:
    """Tell whether If-None-Match names this version, so that 304 is the answer; the comparison is weak."""
    tags = _tags(request.headers.get("If-None-Match", ""))
    return "*" in tags or etag(version) in (tag.removeprefix("W/") for tag in tags)


def check_match(request: HttpRequest, version: int) -> None:
    """Raise unless If-Match names this version, by strong comparison."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired
    tags = _tags(sent)
    if "*" not in tags and etag(version) not in tags:
        raise PreconditionFailed


def _tags(text: str) -> list[str]:
    """Return the tags of a header, `*` alone if it is that, and none if it cannot be parsed."""
    if text.strip() == "*":
        return ["*"]
    return re.findall(TAG, text) if TAGS.fullmatch(text) else []
