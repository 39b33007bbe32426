"""What every answer of every case must keep, whatever the case itself asks."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import yaml

from rosetta.harness.paths import CONTRACT

if TYPE_CHECKING:
    import requests
    import schemathesis
    from schemathesis.schemas import APIOperation

    Operation = APIOperation[Any, Any, Any, Any]

PROBLEM = "application/problem+json"
TYPE = "https://shop.example/problems/"


class ContractViolation(AssertionError):
    """An answer breaks the contract; `rule` is the rule's id."""

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


@functools.cache
def schema() -> schemathesis.schemas.BaseSchema:
    """contract/openapi.yaml as schemathesis reads it.

    Importing schemathesis takes a second, which the process that only controls a run need not spend.
    """
    import schemathesis  # noqa: PLC0415

    return schemathesis.openapi.from_path(CONTRACT / "openapi.yaml")


@functools.cache
def problems() -> dict[str, dict[str, Any]]:
    """contract/problems.yaml."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load((CONTRACT / "problems.yaml").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def digest() -> str:
    """The SHA-256 of the contract's files, which a report names so that old ones can be told."""
    total = hashlib.sha256()
    for path in sorted(CONTRACT.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(CONTRACT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def rules() -> set[str]:
    """The ids of all rules of contract/README.md."""
    text = (CONTRACT / "README.md").read_text(encoding="utf-8")
    return {anchor.upper() for anchor in re.findall(r'<a id="([a-z]+-\d+)"></a>', text)}


def check(response: httpx.Response, target: str) -> None:
    """Raise ContractViolation for the first thing in `response` to a request for `target` that no answer may do."""
    _never_a_server_error(response)
    if response.status_code == 400 and has_nul(response):
        return  # a server may refuse it before the service sees it (rule PROBLEM-1)
    if response.status_code >= 400:
        _is_a_problem(response)
    else:
        _has_whole_numbers(response)
    path = target.partition("?")[0]
    _caches_as_its_path(response, path)
    operation = _operation(response.request.method, path)
    if operation is not None:
        _conforms(operation, response)


def has_nul(response: httpx.Response) -> bool:
    """Whether the path of the request has U+0000 in it."""
    target: bytes = response.request.extensions.get("target", b"")
    return b"%00" in target.partition(b"?")[0]


def place(method: str, target: str) -> str | None:
    """The operationId that a request belongs to, or the template of its path if that has no such method."""
    path = target.partition("?")[0]
    operation = _operation(method, path)
    if operation is not None:
        return str(operation.definition.raw["operationId"])
    known = _operation_of(path)
    return None if known is None else known.path


@functools.cache
def levels() -> dict[str, int]:
    """The level from which on each operationId, and each path, exists: that of the operation's tag."""
    of_tag = {tag["name"]: tag["x-level"] for tag in document()["tags"]}
    found: dict[str, int] = {}
    for path, item in document()["paths"].items():
        of_operation = {operation["operationId"]: of_tag[operation["tags"][0]] for operation in item.values()}
        found |= of_operation | {path: min(of_operation.values())}
    return found


def operations() -> set[str]:
    """Every operationId."""
    return {operation["operationId"] for path in document()["paths"].values() for operation in path.values()}


def documented() -> set[str]:
    """Every operation with each of its documented statuses, such as `getProduct 304`."""
    return {
        f"{operation['operationId']} {status}"
        for path in document()["paths"].values()
        for operation in path.values()
        for status in operation["responses"]
    }


@functools.cache
def document() -> dict[str, Any]:
    """contract/openapi.yaml as it is written."""
    loaded: dict[str, Any] = yaml.safe_load((CONTRACT / "openapi.yaml").read_text(encoding="utf-8"))
    return loaded


@functools.lru_cache(1024)  # each answer is asked for its operation several times
def _operation(method: str, path: str) -> Operation | None:
    # The router behind this merges slashes, which the contract does not.
    if "//" in path or not path.isascii():
        return None
    method = "GET" if method == "HEAD" else method
    return schema().find_operation_by_path(method, path)  # type: ignore[attr-defined,no-any-return]


def _conforms(operation: Operation, response: httpx.Response) -> None:
    if response.status_code == 405:  # belongs to a path, not to an operation
        return
    from schemathesis.core.failures import FailureGroup  # noqa: PLC0415 - see schema
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    wanted = [
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
    ]
    if response.request.method != "HEAD":
        wanted.append(checks.response_schema_conformance)
    # The values do not matter: the case only carries the operation to the checks.
    case = operation.Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "x"))
    try:
        case.validate_response(_answer(response), checks=wanted)
    except (FailureGroup, AssertionError) as failure:
        inner = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
        told = "; ".join(_tell(one) for one in inner)
        raise ContractViolation(f"not as openapi.yaml says for {operation.label}: {told}", "JSON-9") from None


def _answer(response: httpx.Response) -> schemathesis.Response:
    """`response` for the checks, which do not look at its request: making one of requests' takes half of their time."""
    import schemathesis  # noqa: PLC0415 - see schema

    headers = {name: [value] for name, value in response.headers.items()}
    return schemathesis.Response(response.status_code, headers, response.content, _request(), 0, verify=False)


@functools.cache
def _request() -> requests.PreparedRequest:
    import requests  # noqa: PLC0415 - see schema

    return requests.Request("GET", "http://service").prepare()


def _tell(failure: BaseException) -> str:
    title = getattr(failure, "title", type(failure).__name__)
    message = getattr(failure, "message", str(failure))
    return f"{title}: {message}".strip()


def _never_a_server_error(response: httpx.Response) -> None:
    if response.status_code >= 500 and response.status_code != 503:
        raise ContractViolation(f"the service answered {response.status_code}", "HTTP-12")


def _is_a_problem(response: httpx.Response) -> None:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != PROBLEM:
        raise ContractViolation(
            f"status {response.status_code} has Content-Type {media_type or 'none'}, not {PROBLEM}", "PROBLEM-1"
        )
    if response.request.method == "HEAD":
        return
    body = _json(response)
    if not isinstance(body, dict):
        raise ContractViolation("the problem is not a JSON object", "PROBLEM-1")
    code = str(body.get("type", "")).removeprefix(TYPE)
    known = problems().get(code)
    if known is None:
        raise ContractViolation(f"type {body.get('type')!r} is not one of problems.yaml", "PROBLEM-1")
    expected = {"status": response.status_code, "title": known["title"]}
    for member, value in expected.items():
        if body.get(member) != value:
            raise ContractViolation(f"{member} of {code} is {body.get(member)!r}, not {value!r}", "PROBLEM-1")
    if known["status"] != response.status_code:
        raise ContractViolation(f"{code} came with status {response.status_code}, not {known['status']}", "PROBLEM-1")
    if not isinstance(body.get("detail"), str) or not body["detail"].strip():
        raise ContractViolation("detail is not a sentence", "PROBLEM-1")
    allowed = {"type", "title", "status", "detail", *known.get("members", [])}
    if set(body) - {"instance"} != allowed:
        raise ContractViolation(
            f"members of {code} are {', '.join(sorted(body))}, not {', '.join(sorted(allowed))}", "PROBLEM-1"
        )


def _has_whole_numbers(response: httpx.Response) -> None:
    """JSON Schema takes 1.0 for an integer; the contract's answers do not."""
    if response.headers.get("content-type", "").startswith("application/json") and response.content:
        _json(response)


def _json(response: httpx.Response) -> Any:
    def refuse(literal: str) -> None:
        raise ContractViolation(f"the answer has the number {literal}; numbers are whole", "JSON-9")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ContractViolation("the answer names a member twice", "JSON-9")
        return dict(pairs)

    try:
        return json.loads(response.content, parse_float=refuse, parse_constant=refuse, object_pairs_hook=once)
    except ValueError as error:
        raise ContractViolation(f"the answer is not JSON: {error}", "JSON-9") from None


_CACHING = [
    (re.compile(r"/products(/[^/]+)?"), "no-cache"),
    (re.compile(r"/orders(/[^/]+(/cancel)?)?|/admin/orders/[^/]+/transition"), "private, no-cache"),
    (re.compile(r"/(auth|cart|admin)(/.*)?|/(me|checkout|healthz|readyz|metrics|events)"), "no-store"),
]


def _caches_as_its_path(response: httpx.Response, path: str) -> None:
    told = response.headers.get("cache-control", "none")
    directives = {part.strip().lower() for part in told.split(",")}
    if response.status_code >= 400:
        kept = [each for each in directives if each == "public" or re.fullmatch(r"(s-maxage|max-age)=0*[1-9].*", each)]
        if kept or "expires" in response.headers:
            raise ContractViolation(f"status {response.status_code} may be kept: Cache-Control is {told!r}", "HTTP-7")
        return
    expected = next((value for pattern, value in _CACHING if pattern.fullmatch(path)), None)
    # Routers differ in which odd spellings they take for a known path.
    if expected is not None and "%" not in path and directives != set(expected.split(", ")) and _operation_of(path):
        raise ContractViolation(f"Cache-Control of {path} is {told!r}, not {expected!r}", "HTTP-7")


def _operation_of(path: str) -> Operation | None:
    """Some operation that has this path."""
    found = (_operation(method, path) for method in ("GET", "POST", "PUT", "PATCH", "DELETE"))
    return next((operation for operation in found if operation is not None), None)
