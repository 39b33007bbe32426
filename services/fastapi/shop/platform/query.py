"""Query strings, read strictly (QUERY-1 to QUERY-3): every parameter is known, stands once, and has its form."""

import re
from typing import Annotated, Any, Self
from urllib.parse import unquote_to_bytes, urlencode

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr, ValidationError

from shop.platform.problem import Problem
from shop.platform.validation import code_of, fault

INTEGER = re.compile(r"0|[1-9][0-9]{0,9}")
NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise fault("format")
    return int(text)


QueryInteger = Annotated[int, BeforeValidator(_integer)]


class Query(BaseModel):
    """The parameters of an operation; values are texts after percent-decoding."""

    model_config = ConfigDict(frozen=True)

    _received: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def parse(cls, query_string: bytes) -> Self:
        """Read a raw query string, or raise invalid_query with every wrong parameter."""
        errors: dict[str, str] = {}
        received: dict[str, str] = {}
        seen = set()
        for pair in filter(None, query_string.split(b"&")):
            raw_name, equals, raw_value = pair.partition(b"=")
            name = _decode(raw_name, "replace")
            if name not in cls.model_fields:
                errors[name] = "unknown"
            elif name in seen:
                errors[name] = "duplicate"
            elif raw_value:
                try:
                    received[name] = _decode_strictly(raw_value)
                except ValueError:
                    errors[name] = "format"
            elif name != "q" or not equals:  # an empty search is none
                errors[name] = "too_short"
            seen.add(name)
        try:
            query = cls.model_validate(received)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                errors.setdefault(str(each["loc"][0]), code_of(each))
        if errors:
            told = [{"parameter": name, "code": code} for name, code in errors.items()]
            raise Problem("invalid_query", {"errors": told})
        query._received = received
        return query

    def received(self, *names: str) -> list[str]:
        """Return values as they were received, empty where absent."""
        return [self._received.get(name, "") for name in names]

    def link(self, path: str, cursor: str) -> str:
        """Return the Link header of a page: the same query with the next cursor (QUERY-8)."""
        return f'<{path}?{urlencode({**self._received, "cursor": cursor})}>; rel="next"'


def _decode(raw: bytes, errors: str) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode(errors=errors)


def _decode_strictly(raw: bytes) -> str:
    text = _decode(raw, "strict")
    if "\0" in text or NO_ESCAPE.search(raw):
        raise ValueError("U+0000, or a percent sign that escapes nothing")
    return text


def parameters(model: type[Query]) -> Any:
    """Return the dependency that reads the query as `model`."""

    async def read(request: Request) -> Query:
        return model.parse(request.scope["query_string"])

    return Depends(read)
