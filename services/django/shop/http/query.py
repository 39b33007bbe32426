"""Strict queries (QUERY-1 to QUERY-3), as a kind of parameter beside django-ninja's own.

Of two equal names its Query takes the last, an unknown one it leaves out, and bytes that are no UTF-8 become U+FFFD.
"""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Param, QueryModel
from ninja.types import DictStrAny

from shop.http.problems import InvalidQuery

BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class StrictQueryModel(QueryModel):
    @classmethod
    def get_request_data(cls, request: HttpRequest, api: NinjaAPI, path_params: DictStrAny) -> DictStrAny:
        known: dict[str, Any] = cls.__ninja_flatten_map__  # type: ignore[attr-defined]
        return read_query(request, set(known))


class StrictQuery(Param):  # type: ignore[misc] # ninja hides its base from the type checker
    _model = StrictQueryModel

    @classmethod
    def _param_source(cls) -> str:
        return "query"


def read_query(request: HttpRequest, known: set[str]) -> dict[str, str]:
    """Return the parameters as they were received, or raise invalid_query with what is wrong with their names."""
    received: dict[str, str] = {}
    faults: dict[str, str] = {}
    # WSGI has bytes in texts of Latin-1.
    for pair in request.META["QUERY_STRING"].encode("latin-1").split(b"&"):
        if not pair:
            continue
        raw_name, equals, raw_value = pair.partition(b"=")
        name = unquote_to_bytes(raw_name.replace(b"+", b" ")).decode(errors="replace")
        if name not in known:
            faults[name] = "unknown"
        elif name in received:
            faults[name] = "duplicate"
        else:
            try:
                received[name] = unquote_to_bytes(raw_value.replace(b"+", b" ")).decode()
            except UnicodeDecodeError:
                received[name] = ""
                faults[name] = "format"
            if BAD_ESCAPE.search(raw_value):
                faults[name] = "format"
            elif not equals:
                faults[name] = "too_short"
    if faults:
        raise InvalidQuery({"errors": [{"parameter": name, "code": code} for name, code in faults.items()]})
    return received
