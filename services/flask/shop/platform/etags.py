"""Entity tags of versioned resources (HTTP-8 to HTTP-10), compared by werkzeug."""

import re

from flask import request

from shop.platform.problems import PreconditionFailed, PreconditionRequired

# werkzeug takes any text for tags. A list of them has this form; elements may be empty.
TAGS = re.compile(r'[\s,]*(?:\*|(?:W/)?"[!#-~\x80-\xff]*"(?:[\s,]*,[\s,]*(?:W/)?"[!#-~\x80-\xff]*")*)[\s,]*')


def etag(version: int) -> str:
    return f'"{version}"'


def is_unchanged(version: int) -> bool:
    """Tell whether If-None-Match names this version, so that 304 is the answer."""
    sent = request.headers.get("If-None-Match", "")
    return bool(TAGS.fullmatch(sent)) and request.if_none_match.contains_weak(str(version))


def check_match(version: int) -> None:
    """Raise precondition_required or precondition_failed unless If-Match names this version."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired
    if not TAGS.fullmatch(sent) or not request.if_match.contains(str(version)):
        raise PreconditionFailed
