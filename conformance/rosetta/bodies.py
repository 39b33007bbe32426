"""Bodies that are refused: those that every operation refuses, and those whose members are wrong."""

from __future__ import annotations

from collections.abc import Callable

from rosetta.client import Answer


def refused_bodies(send: Callable[..., Answer], media_type: str = "application/json") -> None:
    """Assert that `send`, which takes content and headers, is answered with 415, 413 and 400 for what is no body."""
    right = {"content-type": media_type}
    for headers in ({"content-type": "text/plain"}, {**right, "content-encoding": "br"}, {}):
        send(content=b"{}", headers=headers).problem(415, "unsupported_media_type")
    send(content=b" " * 65_537, headers=right).problem(413, "body_too_large")
    for content in (b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'{"a":"\xff"}', b"\xef\xbb\xbf{}", b"{} {}"):
        send(content=content, headers=right).problem(400, "malformed_json")


def wrong(answer: Answer, *errors: tuple[str, str]) -> None:
    """Assert that the body was refused with exactly these errors."""
    answer.problem(422, "validation_failed")
    assert answer.errors() == set(errors)
