"""How requests are refused, as far as the contract leaves it free: which faults are told, and with which codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rosetta.harness import contract
from rosetta.kit.case import ruled
from rosetta.kit.client import Answer

Fault = tuple[str, str]
SHAPES = {"required", "unknown", "read_only", "null_not_allowed", "type"}
STRINGS = {"too_short", "too_long", "format"}
WORDS = {"/to", "/starts_at", "/ends_at"}  # enumerations and timestamps, which many readers take for types
QUERY = {"required", "unknown", "duplicate", "too_short", "too_long", "format", "out_of_range"}


def same(fault: Fault) -> set[str]:
    """The codes that may stand for the code of a fault (rule PROBLEM-3)."""
    where, code = fault
    if code == "null_not_allowed":
        return {"null_not_allowed", "required", "type"}
    if code in {"unknown", "read_only"}:
        return {"unknown", "read_only"}
    if code in STRINGS:
        return STRINGS | ({"type"} if where in WORDS else set())
    return {"type", "format"} if code == "type" and where in WORDS else {code}


def judge(told: Iterable[Fault], expected: Iterable[Fault]) -> None:
    """Assert that what was told are the faults `expected`: all of them, unless one of shape ended the reading."""
    told, left = list(told), dict(expected)
    for where, code in told:
        assert where in left, f"{code} is told of {where!r}, where nothing is wrong; wrong are {dict(expected)}"
        assert code in same((where, left[where])), f"{code} is told of {where!r}; it is {left[where]}"
        del left[where]
    assert told, f"no fault is told; wrong are {left}"
    assert not left or any(code in SHAPES for _, code in told), f"told are {told}, and not {left}"


def wrong(answer: Answer, *errors: Fault) -> None:
    """Assert that the body was refused for these errors, as pointer and code."""
    answer.problem(422, "validation_failed")
    judge(sorted(answer.errors()), errors)


def wrong_query(answer: Answer, *errors: Fault) -> None:
    """Assert that the query was refused for one or more of these errors, as parameter and code (rule QUERY-1)."""
    answer.problem(400, "invalid_query")
    told = answer.errors()
    assert told, "no fault is told"
    assert {name for name, _ in told} <= {name for name, _ in errors}, f"told are {told}; wrong are {errors}"
    assert {code for _, code in told} <= QUERY, f"told are {told}"


def malformed(answer: Answer, *errors: Fault) -> None:
    """Assert that the document was refused: as malformed, or for a fault that is one of `errors`.

    Without `errors` the fault may be anywhere: it lies in what the reader cannot take.
    """
    if answer.expect(400, 422).status == 400:
        answer.problem(400, "malformed_json")
        return
    code = str(answer.json["type"]).removeprefix(contract.TYPE)
    # The webhook has one refusal for all that it cannot take; contract.check knows which operation may say it.
    assert code in {"validation_failed", "webhook_rejected"}, f"the problem is {code}"
    if errors and code == "validation_failed":
        judge(sorted(answer.errors()), errors)


def no_object(answer: Answer) -> None:
    """Assert that JSON whose top level is no object was refused (rule JSON-1)."""
    malformed(answer, ("", "type"))


def unstorable(answer: Answer, where: str) -> None:
    """Assert that U+0000 or a lone surrogate at `where` was refused (rule JSON-6)."""
    malformed(answer, (where, "format"))


def missing(answer: Answer, alike: object) -> None:
    """Assert that there is no such thing: 404 with the body `alike`; a path with NUL may be the server's 400."""
    if answer.status != 400 or not contract.has_nul(answer.response):
        assert answer.problem(404, "not_found") == alike, f"{answer.response.request.url.path} has another body"


def too_large(answer: Answer, where: str) -> None:
    """Assert that a number at `where`, which fits few types, was refused: not rounded, cut or wrapped (rule JSON-5)."""
    if answer.expect(400, 422).status == 422:
        wrong(answer, (where, "type" if (where, "type") in answer.errors() else "out_of_range"))
    else:
        answer.problem(400, "malformed_json")


def whole_or_type(answer: Answer, where: str, status: int = 200) -> bool:
    """Whether a spelling such as 1.0 was taken for the integer; asserts that it was, or refused by its type."""
    if answer.expect(status, 422).status == 422:
        wrong(answer, (where, "type"))
    return answer.status == status


def refused_bodies(send: Callable[..., Answer], good: bytes, media_type: str = "application/json") -> None:
    """Assert that `send`, which takes content and headers, is answered with 415, 413 and 400 for what is no body.

    `good` is a body that has nothing wrong but the type with which it is sent.
    """
    right = {"content-type": media_type}
    for headers in ({"content-type": "text/plain"}, {**right, "content-encoding": "br"}, {}):
        send(content=good, headers=headers).problem(415, "unsupported_media_type")
    with ruled("HTTP-6"):
        send(content=b" " * 65_537, headers=right).problem(413, "body_too_large")
    with ruled("JSON-3"):
        send(content=b'{"a":1,"a":2}', headers=right).problem(400, "malformed_json")
    with ruled("JSON-1"):
        for content in (b"", b"{", b'{"a":"\xff"}', b"\xef\xbb\xbf{}", b"{} {}"):
            send(content=content, headers=right).problem(400, "malformed_json")
        for content in (b"[]", b"null"):
            no_object(send(content=content, headers=right))
