"""HTTP without a framework: the routes, the order of checks (rule HTTP-1), problems, tags and metrics."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

import yaml
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest

from proof import reader
from proof.bugs import SECOND, bug, one_has
from proof.liberties import free
from proof.reader import Body, Check, Faults, Member
from rosetta.harness.paths import CONTRACT

Message = MutableMapping[str, Any]
Handler = Callable[["Request"], Awaitable["Answer"]]
LIMIT = 65_536
MOST_HEAD = 32_768
TYPE = "https://shop.example/problems/"
PROBLEMS = yaml.safe_load((CONTRACT / "problems.yaml").read_text(encoding="utf-8"))
SKU = re.compile("[A-Z0-9][A-Z0-9-]{0,31}")
UUID = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
TAGS = re.compile(rf"[ \t,]*{TAG}(?:[ \t]*,[ \t]*(?:{TAG})?)*[ \t]*")


class Problem(Exception):
    """A refusal: a code of problems.yaml, headers, and the members that the code adds."""

    def __init__(self, code: str, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(code)
        self.code, self.headers, self.members = code, headers or {}, members

    def answer(self) -> Answer:
        """The problem as it is sent."""
        known = PROBLEMS[self.code]
        body = {"type": TYPE + self.code, "title": known["title"], "status": known["status"]}
        body |= {"detail": known["meaning"], **self.members}
        if free("problem_members_sorted"):
            body = dict(sorted(body.items()))
        media_type = "application/problem+json"
        headers = {"content-type": media_type, **self.headers}
        if known["status"] == 401 and "www-authenticate" not in headers and not bug("no_www_authenticate"):
            headers["www-authenticate"] = "Bearer"
        return Answer(known["status"], headers, json.dumps(body).encode())


# Headers of which equal lines may count as one (rule HTTP-15).
ONE_OR_MORE = {
    "content-type",
    "content-encoding",
    "idempotency-key",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
}


@dataclass
class Answer:
    """A response; the body is bytes, or a stream of them."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterator[bytes] = b""

    @classmethod
    def json(cls, value: Any, status: int = 200, **headers: str) -> Answer:
        """A JSON document; a header's underscores stand for hyphens."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, {"content-type": "application/json", **named}, json.dumps(value).encode())


@dataclass(frozen=True)
class Operation:
    """An operation of the contract. `role` is who may call it, `media` the type of its body, if it takes one."""

    method: str
    template: str
    handler: Handler
    role: str = ""
    media: str = ""
    limit: int = LIMIT


@dataclass(frozen=True)
class Caller:
    """Whose token it is."""

    id: str
    role: str


@dataclass
class Request:
    """What came, as far as it has been read."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[str, str]]
    receive: Callable[[], Awaitable[Message]]
    params: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    route: str = "unmatched"
    _caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks; only where the operation has a role."""
        assert self._caller is not None
        return self._caller

    def header(self, name: str) -> list[str]:
        """The values of a header, one for each line."""
        values = [value for each, value in self.headers if each == name]
        if name in ONE_OR_MORE and free("equal_lines_are_one"):
            values = list(dict.fromkeys(values))
        if name == "webhook-signature" and values and free("signature_lines_are_a_list"):
            values = [" ".join(values)]
        return values[:1] if bug("first_of_repeated_headers_counts") else values

    def object(self) -> Body:
        """The body as a JSON object; raises Problem."""
        try:
            return reader.read_object(self.body)
        except reader.MalformedError:
            raise Problem("malformed_json") from None

    def fields(self, members: dict[str, Member], read_only: Iterable[str] = ()) -> Body:
        """The body with its members judged; raises Problem."""
        try:
            body = reader.read_object(self.body)
        except reader.NoObjectError:
            raise invalid([("", "type")]) if free("other_documents_are_422") else Problem("malformed_json") from None
        except reader.DepthError:
            raise invalid([("", "format")]) if free("depth_is_422") else Problem("malformed_json") from None
        except reader.MalformedError:
            raise Problem("malformed_json") from None
        found = reader.faults(body, members, read_only)
        if found:
            raise invalid(found)
        return body

    def parameters(self, known: dict[str, Check], required: str = "") -> dict[str, str]:
        """The query with its parameters judged; raises Problem."""
        values, found = reader.read_query(self.query, known, required)
        if found:
            where = "pointer" if bug("parameters_have_pointers") else "parameter"
            errors = [{where: name, "code": code} for name, code in found]
            raise Problem("invalid_query", errors=errors)
        return values


def invalid(found: Faults) -> Problem:
    """The problem that tells faults of a body."""
    return Problem("validation_failed", errors=[{"pointer": pointer, "code": code} for pointer, code in found])


# Conditional requests


def _tags(values: list[str]) -> list[str] | None:
    """The entity tags of a header, or None if it cannot be parsed."""
    text = ", ".join(values)
    if text.strip() == "*":
        return ["*"]
    return re.findall(TAG, text) if TAGS.fullmatch(text) else None


def not_modified(request: Request, version: int) -> bool:
    """Whether If-None-Match names this version; tags are compared weakly."""
    values, current = request.header("if-none-match"), f'"{version}"'
    if bug("any_tag_matches") and values:
        return True
    if bug("unparsable_tags_are_400") and values and _tags(values) is None:
        raise Problem("invalid_header")
    if bug("other_conditions_evaluated") and (request.header("if-match") or request.header("if-modified-since")):
        raise Problem("precondition_failed")
    if bug("if_none_match_is_one_tag"):
        return values == [current]
    if request.method == "HEAD" and bug("no_304_for_head"):
        return False
    tags = _tags(values) or []
    if bug("if_none_match_compared_strongly"):
        return current in tags
    return "*" in tags or current in [tag.removeprefix("W/") for tag in tags]


def require_match(request: Request, version: int) -> None:
    """Raise the problem of rule HTTP-10 unless If-Match names this version; tags are compared strongly."""
    if one_has("member_ignores_if_match") and request.header("if-match"):
        return
    values, current = request.header("if-match"), f'"{version}"'
    if not values:
        if bug("if_match_optional"):
            return
        raise Problem("precondition_required")
    if bug("if_match_is_one_tag"):
        tags: list[str] | None = values
    else:
        tags = _tags(values)
    if bug("if_match_compared_weakly"):
        tags = [tag.removeprefix("W/") for tag in tags or []]
    if tags is None or not {"*", current} & set(tags):
        raise Problem("precondition_failed")


# Routes


class _Site:
    routes: dict[str, dict[str, Operation]]
    authenticate: Callable[[Request], Caller]
    counted: Counter
    timed: Histogram
    running = 0
    second: int | None = None


def serve(operations: list[Operation], authenticate: Callable[[Request], Caller], second: int | None) -> None:
    """Make the routes; `authenticate` gives the caller of a request or raises Problem, `second` is another port."""
    _Site.second = second
    templates = sorted({each.template for each in operations}, key=lambda template: "{" in template)
    _Site.routes = {each: {one.method: one for one in operations if one.template == each} for each in templates}
    _Site.authenticate = staticmethod(authenticate)
    buckets = (0.1, 0.3, 1.2, 5) if free("buckets_of_the_library") else BUCKETS
    labels = [*LABELS, *(["service"] if free("more_labels") else [])]
    _Site.counted = Counter("http_requests", "Requests by method, route and status.", labels, registry=REGISTRY)
    told = "Seconds until the answer is ready."
    labels = [each for each in labels if each != "status"]
    _Site.timed = Histogram("http_request_duration_seconds", told, labels, buckets=buckets, registry=REGISTRY)


def _find(request: Request) -> dict[str, Operation] | None:
    """The operations of a path by method. The path is compared as it came, segment by segment."""
    path = request.path
    if bug("slashes_merged"):
        path = re.sub(b"/+", b"/", path)
    if bug("path_decoded_before_routing"):
        path = unquote_to_bytes(path)
    errors = "strict" if bug("odd_paths_are_500") else "replace"
    segments = [unquote_to_bytes(segment).decode(errors=errors) for segment in path.split(b"/")]
    if bug("paths_not_decoded"):
        segments = path.decode("latin-1").split("/")
    if bug("malformed_escapes_are_500") and re.search(rb"%(?![0-9A-Fa-f]{2})", path):
        raise ValueError("URI malformed")
    for template, operations in _Site.routes.items():
        names = template.split("/")
        if len(names) == len(segments):
            if free("fixed_paths_undecoded"):
                came = path.decode("latin-1").split("/")
                if any(name[:1] != "{" and name != each for name, each in zip(names, came, strict=True)):
                    continue
            pairs = list(zip(names, segments, strict=True))
            if all(name == segment or (name[:1] == "{" and segment) for name, segment in pairs):
                request.route = template
                request.params = {name[1:-1]: segment for name, segment in pairs if name[:1] == "{"}
                return operations
    return None


def _unrouted(request: Request) -> Answer:
    if bug("html_404"):
        return Answer(404, {"content-type": "text/html"}, b"<h1>Not Found</h1>")
    if bug("trailing_slash_redirected") and request.path.endswith(b"/") and len(request.path) > 1:
        return Answer(307, {"location": request.path.rstrip(b"/").decode("latin-1")})
    if free("token_before_route") and re.match(rb"/(admin|cart|orders|me)/", request.path):
        _Site.authenticate(request)
    raise Problem("not_found")


async def _refuse_method(request: Request, operations: dict[str, Operation]) -> Answer:
    if bug("method_404"):
        raise Problem("not_found")
    if free("token_before_method") or free("token_before_route"):
        await _judge_caller(request, next(iter(operations.values())))
    allowed = ", ".join(sorted({*operations, *(["HEAD"] if "GET" in operations else [])}))
    headers = {} if bug("no_allow") else {"allow": allowed}
    if request.method == "OPTIONS" and free("options_answered"):
        return Answer(204, headers)
    raise Problem("method_not_allowed", headers)


LISTS = ("/products", "/orders", "/events")  # what looks at a query


async def _answer(request: Request) -> Answer:
    """Judge the request in the one order, and have it handled."""
    operations = _find(request)
    if bug("method_overridden") and request.header("x-http-method-override"):
        request.method = request.header("x-http-method-override")[0]
    if bug("method_told_by_a_form") and request.header("content-type") == ["application/x-www-form-urlencoded"]:
        first = await request.receive()
        request.receive = _replayed(first, request.receive)
        if told := re.match(rb"_method=([A-Z]+)", first["body"]):
            request.method = told[1].decode()
    if operations is None:
        return _unrouted(request)
    head_is_get = request.method == "HEAD" and not bug("head_is_405")
    operation = operations.get("GET" if head_is_get else request.method)
    if operation is None:
        return await _refuse_method(request, operations)
    _judge_too_much(request, operation)
    checks = [_judge_caller, _judge_media, _read_body]
    if free("syntax_before_type"):
        checks = [_judge_caller, _read_body, _judge_json, _judge_media]
    if free("type_before_token"):
        checks = [_judge_media, _judge_caller, _read_body]
    if bug("body_before_token"):
        checks = [_judge_media, _read_body, _judge_json, _judge_caller]
    for check in checks:
        await check(request, operation)
    return await operation.handler(request)


def _judge_too_much(request: Request, operation: Operation) -> None:
    """What frameworks judge although nobody asked for it: nothing, unless a bug is on."""
    if bug("queries_judged_everywhere") and request.query and operation.template not in LISTS:
        raise Problem("invalid_query", errors=[{"parameter": "", "code": "unknown"}])
    if bug("headers_decoded_as_utf_8"):
        for _, value in request.headers:
            value.encode("latin-1").decode("ascii")


async def _judge_caller(request: Request, operation: Operation) -> None:
    if not operation.role:
        if bug("public_operations_judge_tokens") and request.header("authorization"):
            _Site.authenticate(request)
        return
    request._caller = _Site.authenticate(request)
    if operation.role == "admin" and request.caller.role != "admin" and not bug("role_forgotten"):
        raise Problem("forbidden")


async def _judge_media(request: Request, operation: Operation) -> None:
    if bug("accept_is_judged") and request.header("accept") not in ([], ["*/*"], ["application/json"]):
        raise Problem("unsupported_media_type")
    if not operation.media or operation.media == "any":
        other = request.header("content-type") not in ([], ["application/json"])
        if other and not operation.media and bug("types_judged_without_a_body"):
            raise Problem("unsupported_media_type")
        return
    given = request.header("content-type")
    media_type = ",".join(given).partition(";")[0].strip().lower()
    if bug("media_type_compared_as_text"):
        media_type = ",".join(given)
    encodings = [] if bug("content_encoding_ignored") else request.header("content-encoding")
    good = media_type == operation.media or (not given and bug("missing_media_type_taken"))
    good = good or bug("any_media_type_taken")
    if free("empty_coding_is_none"):
        encodings = [each for each in encodings if each]
    if not good or any(each.strip().lower() != "identity" for each in encodings) or len(encodings) > 1:
        patch = operation.media == "application/merge-patch+json"
        raise Problem("unsupported_media_type", {"accept-patch": operation.media} if patch else {})


READING = asyncio.Semaphore(8)  # as many as a pool has threads
IMPORTING = asyncio.Semaphore(2)


async def _read_body(request: Request, operation: Operation) -> None:
    if not operation.media:
        return
    limit = LIMIT if bug("one_limit_for_all_bodies") else operation.limit
    length = request.header("content-length")
    if bug("expect_not_answered") and request.header("expect"):
        await asyncio.sleep(3)
    if length and int(length[0]) > limit and not (bug("size_judged_after_reading") or bug("size_by_content_length")):
        raise Problem("body_too_large")
    if bug("size_by_content_length"):
        limit = 10**9 if not length or int(length[0]) <= limit else limit
    slots = IMPORTING if bug("import_slots_before_bodies") and operation.limit > LIMIT else contextlib.nullcontext()
    async with slots:
        request.body = await _whole(request, limit, length)


async def _whole(request: Request, limit: int, length: list[str]) -> bytes:
    size, more = 0, True
    chunks = []
    if bug("slow_bodies_hold_up_others"):
        await READING.acquire()
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect" and not bug("broken_off_bodies_taken"):
            raise Problem("malformed_json")
        more = message.get("more_body", False)
        size += len(message.get("body", b""))
        if size <= limit:
            chunks.append(message.get("body", b""))
    if bug("slow_bodies_hold_up_others"):
        READING.release()
    if bug("chunked_bodies_empty") and not length:
        chunks = []
    if size > limit:
        raise Problem("body_too_large")
    return b"".join(chunks)


async def _judge_json(request: Request, operation: Operation) -> None:
    if operation.media.endswith(("/json", "+json")):
        request.object()


CACHING = [
    (re.compile(r"/products(/.*)?"), "no-cache"),
    (re.compile(r"/orders(/.*)?|/admin/orders/.*"), "private, no-cache"),
    (re.compile(r"/openapi\.yaml|/webhooks/.*|unmatched"), ""),
    (re.compile(r".*", re.DOTALL), "no-store"),
]


def _cache(request: Request, answer: Answer) -> None:
    """Set Cache-Control by route."""
    route = request.path.decode("latin-1") if bug("cached_by_the_text_of_the_path") else request.route
    value = next(value for pattern, value in CACHING if pattern.fullmatch(route))
    if bug("orders_cached_like_products") and value == "private, no-cache":
        value = "no-cache"
    if bug("no_store_forgotten") and value == "no-store":
        value = ""
    if answer.status >= 400 and free("errors_without_cache_control"):
        value = ""
    if answer.status >= 400 and free("errors_not_stored"):
        value = "no-cache, no-store, private"
    if value:
        answer.headers["cache-control"] = value


# Metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
LABELS = ["method", "route", "status"]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def _count(request: Request, status: int, seconds: float) -> None:
    route = request.route
    if bug("metrics_by_raw_path"):
        route = request.path.decode("latin-1")
    more = ("proof",) if free("more_labels") else ()
    if not (bug("probes_not_counted") and route in ("/healthz", "/readyz")):
        _Site.counted.labels(request.method, route, str(status), *more).inc()
    if not bug("durations_not_measured"):
        _Site.timed.labels(request.method, route, *more).observe(seconds)


def metrics() -> bytes:
    """The metrics in Prometheus' text format 0.0.4."""
    return generate_latest(REGISTRY)


# ASGI


def _refuse_early(request: Request) -> None:
    """What some servers refuse before the framework sees it."""
    if free("escapes_refused_by_the_server") and re.search(rb"%(?![0-9A-Fa-f]{2})", request.path + request.query):
        raise EarlyRefusal
    if free("nul_in_paths_refused") and b"%00" in request.path:
        raise EarlyRefusal
    if (
        free("length_beside_chunks_refused")
        and request.header("content-length")
        and request.header("transfer-encoding")
    ):
        raise EarlyRefusal
    single = ("authorization", "content-type", "content-encoding")
    if free("repeated_headers_are_400") and any(len(request.header(name)) > 1 for name in single):
        raise EarlyRefusal
    if free("lines_of_tags_refused") and any(len(request.header(name)) > 1 for name in ("if-match", "if-none-match")):
        raise EarlyRefusal


class EarlyRefusal(Exception):
    """A server's own refusal, in plain text."""

    def answer(self) -> Answer:
        """The refusal as it is sent."""
        return Answer(400, {"content-type": "text/plain", "connection": "close"}, b"Bad Request")


def _name_instance(request: Request, answer: Answer) -> None:
    """Add the path to a problem, as Spring does."""
    if answer.headers.get("content-type") == "application/problem+json" and isinstance(answer.body, bytes):
        problem = {**json.loads(answer.body), "instance": request.path.decode("latin-1")}
        answer.body = json.dumps(problem).encode()


def _add_what_is_free(answer: Answer) -> None:
    """Headers that the contract allows beside its own."""
    kind = answer.headers.get("content-type", "")
    if free("charset_named") and kind.endswith("json"):
        answer.headers["content-type"] = f"{kind}; charset=utf-8"
    if answer.status != 200 or not isinstance(answer.body, bytes) or "etag" in answer.headers:
        return
    if free("etag_of_every_body"):
        answer.headers["etag"] = f'"{hash(answer.body)}"'
    if free("lists_last_modified"):
        answer.headers["last-modified"] = "Wed, 21 Oct 2015 07:28:00 GMT"


async def _received(scope: Message, receive: Callable[[], Awaitable[Message]]) -> Request:
    """The request as the server gives it."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    if free("only_utf_8_in_headers"):
        headers = [(name, value) for name, value in headers if _is_utf_8(value)]
    if free("first_bytes_awaited"):
        receive = _replayed(await receive(), receive)
    return Request(scope["method"], scope["raw_path"], scope["query_string"], headers, receive)


def _is_utf_8(value: str) -> bool:
    try:
        value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True


def _replayed(first: Message, rest: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    """Give what was received once more, and then what follows."""
    waiting = [first]

    async def receive() -> Message:
        return waiting.pop() if waiting else await rest()

    return receive


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """The shop as an ASGI application."""
    began = time.perf_counter()
    SECOND.set(scope["server"][1] == _Site.second)
    request = await _received(scope, receive)
    size = len(request.path) + sum(len(name) + len(value) for name, value in request.headers)
    if size > MOST_HEAD and not bug("heads_unlimited"):
        await send({"type": "http.response.start", "status": 431, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b""})
        return
    _Site.running += 1
    try:
        _refuse_early(request)
        answer = await _answer(request)
    except (Problem, EarlyRefusal) as refusal:
        answer = refusal.answer()
    except Exception:
        logging.getLogger("uvicorn.error").exception("a request failed")
        answer = Problem("internal_error").answer()
    if bug("errors_tell_their_source") and answer.status == 400:
        answer.body = answer.body.replace(b'"detail": "', b'"detail": "reader.py:44: ')  # type: ignore[union-attr]
    if bug("full_pool_fails"):
        await asyncio.sleep(0.2)  # as long as a busy machine needs to send 40 requests
        if _Site.running > 30:
            answer = Problem("service_unavailable", {"retry-after": "1"}).answer()
    if free("problem_names_its_instance"):
        _name_instance(request, answer)
    _Site.running -= 1
    _cache(request, answer)
    _count(request, answer.status, time.perf_counter() - began)
    if isinstance(answer.body, bytes) and answer.status not in (204, 304):
        answer.headers["content-length"] = str(len(answer.body))
    _add_what_is_free(answer)
    chunked = request.header("transfer-encoding") and not bug("chunks_keep_the_connection")
    if chunked or bug("one_request_a_connection"):
        answer.headers["connection"] = "close"
    named = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": named})
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})
        return
    if request.method != "HEAD":
        async for chunk in answer.body:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
