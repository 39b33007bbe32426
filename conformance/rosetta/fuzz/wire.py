"""Requests and answers of schemathesis as those of the suite."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import httpx
import requests
from schemathesis import Response
from schemathesis.engine.recorder import Interaction

from rosetta.kit.client import Exchange

OWN_HEADER = "X-Schemathesis-TestCaseId"


def content_of(request: requests.PreparedRequest) -> bytes:
    """The bytes of a body."""
    body = request.body or b""
    assert isinstance(body, str | bytes)  # nothing is streamed
    return body.encode() if isinstance(body, str) else body


def request_of(response: Response) -> httpx.Request:
    """The request that `response` answers."""
    sent = response.request
    return httpx.Request(
        str(sent.method), str(sent.url), headers=_encoded(sent.headers.items()), content=content_of(sent)
    )


def answer_of(response: Response, request: httpx.Request) -> httpx.Response:
    """`response` as the answer to `request`."""
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    answer = httpx.Response(response.status_code, headers=_encoded(headers), content=response.content, request=request)
    answer.elapsed = timedelta(seconds=response.elapsed)
    return answer


def exchange_of(interaction: Interaction, url: str) -> Exchange:
    """What was said to the service at `url`."""
    sent = interaction.request
    headers = [(name, value) for name, values in sent.headers.items() if name != OWN_HEADER for value in values]
    request = httpx.Request(sent.method, sent.uri, headers=_encoded(headers), content=sent.body or b"")
    answer = answer_of(interaction.response, request) if interaction.response else None
    return Exchange(request, sent.uri.removeprefix(url), url, answer)


def _encoded(headers: Iterable[tuple[str, str | bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers as they go over the wire, where a value is not always ASCII."""
    return [(name.encode(), value if isinstance(value, bytes) else value.encode("latin-1")) for name, value in headers]
