"""How django-ninja reads and writes JSON."""

from collections.abc import Container
from typing import Any

import jiter
import orjson
from django.http import HttpRequest
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.types import DictStrAny

from shop.http.problems import MalformedJson, UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


def read_json(data: bytes, ignored: Container[str] = ()) -> Any:
    """Read JSON strictly (JSON-1 to JSON-6): the standard library's reader would take the last of two equal names.

    PostgreSQL cannot store U+0000, so it stands nowhere but in members that are `ignored`.
    """
    try:
        document = jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        raise MalformedJson from None
    if b"\\u0000" in data and isinstance(document, dict):
        kept = {name: value for name, value in document.items() if name not in ignored}
        if holds_nul(kept):
            raise MalformedJson
    return document


def holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(holds_nul(name) or holds_nul(member) for name, member in value.items())
        case list():
            return any(map(holds_nul, value))
        case _:
            return False


def check_media_type(request: HttpRequest, expected: str) -> None:
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if request.content_type != expected or coding != "identity":
        headers = {"Accept-Patch": MERGE_PATCH} if expected == MERGE_PATCH else {}
        raise UnsupportedMediaType(headers=headers)


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> DictStrAny:
        check_media_type(request, MERGE_PATCH if request.method == "PATCH" else JSON)
        document: DictStrAny = read_json(request.body)
        return document


class Renderer(BaseRenderer):
    media_type = JSON

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)
