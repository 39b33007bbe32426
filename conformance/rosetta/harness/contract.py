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
    """An answer breaks the contract; `rule` is the rule's id, `hint` says what to look at.

    `status` is the answer's, if it was at hand; `missing` is whether the operation is not there at all.
    """

    status = 0

    def __init__(self, message: str, rule: str, hint: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.rule, self.hint, self.missing = rule, hint, missing


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
    try:
        _check(response, target)
    except ContractViolation as violation:
        violation.status = response.status_code
        raise


def _check(response: httpx.Response, target: str) -> None:
    path = target.partition("?")[0]
    _never_a_server_error(response, path)
    if response.status_code == 400 and (has_nul(response) or _has_raw_bytes(response)):
        return  # a server may refuse it before the service sees it (rule PROBLEM-1)
    operation = _operation(response.request.method, path)
    if operation is not None:
        _is_there(operation, response)
    if response.status_code >= 400:
        _is_a_problem(response)
    else:
        _has_whole_numbers(response)
    _caches_as_its_path(response, path)
    if operation is not None:
        _conforms(operation, response)


def has_nul(response: httpx.Response) -> bool:
    """Whether the path of the request has U+0000 in it."""
    target: bytes = response.request.extensions.get("target", b"")
    return b"%00" in target.partition(b"?")[0]


def _has_raw_bytes(response: httpx.Response) -> bool:
    """Whether the target of the request has bytes that RFC 3986 wants percent-encoded: its line is malformed."""
    target: bytes = response.request.extensions.get("target", b"")
    return re.search(rb'[^!-~]|["<>\\^`{|}]', target) is not None


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


def _is_there(operation: Operation, response: httpx.Response) -> None:
    """Told first: whatever else is wrong with the answer of a router that knows no such route does not matter yet."""
    raw, status = operation.definition.raw, response.status_code
    is_problem = _media_type(response) == PROBLEM
    missing = status == 404 and ("404" not in raw["responses"] or not is_problem)
    if missing or status == 501 or (status == 405 and response.request.method != "HEAD"):
        raise ContractViolation(
            f"{raw['operationId']} ({operation.label}) is not there: it is answered with {status}",
            raw["x-rules"][0],
            f"Route {operation.label}: it has no 404 of its own."
            if is_problem
            else f"Route {operation.label}. Where the route exists, a 404 of its own is {PROBLEM}.",
            missing=True,
        )


def not_found(response: httpx.Response, wanted: str) -> ContractViolation | None:
    """The failure of an operation that finds nothing where the case expects something.

    It is the same for all cases of the operation, since most often the cause is: it is not there yet.
    """
    operation = _operation(response.request.method, response.request.url.path)
    if operation is None:
        return None
    raw = operation.definition.raw
    told = f"{raw['operationId']} ({operation.label}) is answered with 404, where the case expects {wanted}"
    hint = f"Is {operation.label} routed? Then it does not find what is in the database."
    return ContractViolation(told, raw["x-rules"][0], hint, missing=True)


# The rules behind what openapi.yaml says of headers; all of its bodies are rule JSON-9.
_OF_HEADERS = {
    "allow": "HTTP-3",
    "cache-control": "HTTP-7",
    "etag": "HTTP-8",
    "link": "QUERY-8",
    "location": "HTTP-11",
    "content-location": "HTTP-11",
    "ratelimit": "RATE-3",
    "ratelimit-policy": "RATE-3",
    "retry-after": "DB-6",
    "www-authenticate": "AUTH-8",
    "x-accel-buffering": "EVENT-1",
}


def _rule(operation: Operation, failure: BaseException) -> str:
    """The rule that a failed check of schemathesis is about."""
    from schemathesis.openapi import checks  # noqa: PLC0415 - see schema

    match failure:
        case checks.MissingHeaders():
            known = (_OF_HEADERS.get(name.lower()) for name in failure.missing_headers)
            return next(filter(None, known), "JSON-9")
        case checks.MissingContentType() | checks.UndefinedContentType() | checks.MalformedMediaType():
            return "HTTP-5"
        case checks.UndefinedStatusCode():
            return str(operation.definition.raw["x-rules"][0])
        case checks.JsonSchemaError() if failure.instance_path[:1] == ["errors"]:
            return "PROBLEM-2"
    return "JSON-9"


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
        name = operation.definition.raw["operationId"]
        raise ContractViolation(
            f"{name} ({operation.label}), status {response.status_code}: {told}",
            _rule(operation, inner[0]),
            f"Compare the answer with what contract/openapi.yaml says of {name}.",
        ) from None


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
    from schemathesis.openapi.checks import JsonSchemaError  # noqa: PLC0415 - see schema

    title = getattr(failure, "title", type(failure).__name__)
    message = getattr(failure, "message", str(failure))
    if isinstance(failure, JsonSchemaError):  # its message has the whole schema instead of the place
        message = f"{''.join(f'/{each}' for each in failure.instance_path)} {failure.validation_message}"
    return f"{title}: {message.strip()}"


def _never_a_server_error(response: httpx.Response, path: str) -> None:
    if response.status_code >= 500 and response.status_code != 503:
        operation = _operation(response.request.method, path)
        name = f"{operation.definition.raw['operationId']} ({operation.label})" if operation is not None else path
        raise ContractViolation(
            f"the service answered {response.status_code} to {name}",
            "HTTP-12",
            "The service's log says what went wrong; whatever a client sends is answered with a 4xx at most.",
        )


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _is_a_problem(response: httpx.Response) -> None:
    def require(true: bool, told: str) -> None:
        if not true:
            raise ContractViolation(
                f"the answer of status {response.status_code} is no problem of contract/problems.yaml: {told}",
                "PROBLEM-1",
                "Answer every error, the framework's own too, in one place, with type, title, status and detail.",
            )

    media_type = _media_type(response)
    require(media_type == PROBLEM, f"Content-Type is {media_type or 'missing'}, not {PROBLEM}")
    if response.request.method == "HEAD":
        return
    body = _json(response)
    require(isinstance(body, dict), "it is not a JSON object")
    code = str(body.get("type", "")).removeprefix(TYPE)
    known = problems().get(code, {})
    require(bool(known), f"type {body.get('type')!r} is not in it")
    for member, value in {"status": response.status_code, "title": known["title"]}.items():
        require(body.get(member) == value, f"{member} of {code} is {body.get(member)!r}, not {value!r}")
    require(known["status"] == response.status_code, f"{code} has the status {known['status']}")
    detail = body.get("detail")
    require(isinstance(detail, str) and bool(detail.strip()), f"detail of {code} is {detail!r}, not a sentence")
    allowed = {"type", "title", "status", "detail", *known.get("members", [])}
    found = set(body) - {"instance"}
    require(found == allowed, f"{code} has the members {', '.join(sorted(found))}, not {', '.join(sorted(allowed))}")


def _has_whole_numbers(response: httpx.Response) -> None:
    """JSON Schema takes 1.0 for an integer; the contract's answers do not."""
    if response.headers.get("content-type", "").startswith("application/json") and response.content:
        _json(response)


def _json(response: httpx.Response) -> Any:
    def wrong(told: str) -> ContractViolation:
        return ContractViolation(told, "JSON-9", "Write answers with the framework's own serializer, from integers.")

    def refuse(literal: str) -> None:
        raise wrong(f"the answer has the number {literal}; numbers are whole")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise wrong("the answer names a member twice")
        return dict(pairs)

    try:
        return json.loads(response.content, parse_float=refuse, parse_constant=refuse, object_pairs_hook=once)
    except ValueError as error:
        raise wrong(f"the answer is not JSON: {error}") from None


_CACHING = [
    (re.compile(r"/products(/[^/]+)?"), "no-cache"),
    (re.compile(r"/orders(/[^/]+(/cancel)?)?|/admin/orders/[^/]+/transition"), "private, no-cache"),
    (re.compile(r"/(auth|cart|admin)(/.*)?|/(me|checkout|healthz|readyz|metrics|events)"), "no-store"),
]


def _caches_as_its_path(response: httpx.Response, path: str) -> None:
    told = response.headers.get("cache-control")
    directives = {part.strip().lower() for part in (told or "").split(",") if part.strip()}
    found = f"Cache-Control of {path} is {repr(told) if told else 'missing'}"
    if response.status_code >= 400:
        kept = [each for each in directives if each == "public" or re.fullmatch(r"(s-maxage|max-age)=0*[1-9].*", each)]
        if kept or "expires" in response.headers:
            raise ContractViolation(
                f"status {response.status_code} may be kept: {found}",
                "HTTP-7",
                "Errors are for the one who asked, now.",
            )
        return
    expected = next((value for pattern, value in _CACHING if pattern.fullmatch(path)), None)
    # Routers differ in which odd spellings they take for a known path.
    if expected is not None and "%" not in path and directives != set(expected.split(", ")) and _operation_of(path):
        hint = "Set it in one place, by the route; the rule lists all paths."
        raise ContractViolation(f"{found}, not {expected!r}", "HTTP-7", hint)


def _operation_of(path: str) -> Operation | None:
    """Some operation that has this path."""
    found = (_operation(method, path) for method in ("GET", "POST", "PUT", "PATCH", "DELETE"))
    return next((operation for operation in found if operation is not None), None)
