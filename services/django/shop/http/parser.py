"""How django-ninja reads and writes JSON."""

import re
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
NUL = re.compile(rb"\x00|\\u0000")


def read_json(data: bytes) -> Any:
    """Read JSON strictly (JSON-1 to JSON-6): the standard library's reader would take the last of two equal names."""
    try:
        # PostgreSQL cannot store U+0000; two backslashes before the `u` are text.
        if NUL.search(data.replace(rb"\\", b"")):
            raise MalformedJson
        return jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        raise MalformedJson from None


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
