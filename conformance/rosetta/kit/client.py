"""The HTTP client of the cases: sends exactly what it is told, checks every answer, and remembers both."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import shlex
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from rosetta.harness import contract
from rosetta.harness.deadline import Deadline, transport

TIMEOUT_SECONDS = 10.0
LONGEST_BODY = 4000


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Reading the certificates takes 20 ms, and each case has a client of its own."""
    return ssl.create_default_context()


def curl(request: httpx.Request, target: str, base_url: str) -> str:
    """The request as a curl command that can be pasted into a shell."""
    parts = ["curl", "-sS", "-i", "-g", "--path-as-is"]
    body = request.read()
    if request.method == "HEAD":
        parts.append("-I")
    elif request.method != "GET" or body:  # with a body curl would send POST
        parts += ["-X", request.method]
    parts.append(shlex.quote(base_url + target))
    own = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
    for name, value in request.headers.multi_items():
        if name not in own and (name, value) != ("transfer-encoding", "chunked"):
            parts += ["-H", shlex.quote(f"{name}: {value}" if value else f"{name};")]
    if body and "content-type" not in request.headers:
        parts += ["-H", "Content-Type:"]  # curl would tell one
    if len(body) > LONGEST_BODY:
        packed = base64.b64encode(gzip.compress(body, mtime=0)).decode()
        source = f"<(base64 -d <<<{packed} | gunzip)" if len(packed) <= LONGEST_BODY else "body"
        parts.append(f"--data-binary @{source}  # {len(body):,} bytes, which begin {_quoted(body[:40])}")
    elif body:
        parts += ["--data-binary", _quoted(body)]
    return " ".join(parts)


def _quoted(body: bytes) -> str:
    if all(32 <= byte < 127 for byte in body):
        return shlex.quote(body.decode())
    # $'…' is the form in which a shell passes any byte but NUL.
    kept = "".join(chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}" for byte in body)
    return f"$'{kept}'"


@dataclass
class Exchange:
    """One request and, if it came, its answer."""

    request: httpx.Request
    target: str
    base_url: str
    response: httpx.Response | None = None
    seconds: float = TIMEOUT_SECONDS  # that are waited for the answer

    @property
    def reached(self) -> str:
        """What the contract calls the place, and the answer's status; empty without an answer, or elsewhere."""
        name = contract.place(self.request.method, self.target) if self.response is not None else None
        return f"{name} {self.response.status_code}" if name and self.response is not None else ""

    def command(self) -> str:
        """The request as curl."""
        return curl(self.request, self.target, self.base_url)

    def answer(self, most: int = 2000) -> str:
        """The answer as text: status line, headers, and up to `most` characters of the body."""
        if self.response is None:
            return "no answer"
        version = self.response.http_version
        head = [f"{version} {self.response.status_code} {self.response.reason_phrase}"]
        head += [f"{name}: {value}" for name, value in self.response.headers.multi_items()]
        body = self.response.content.decode(errors="backslashreplace")
        cut = f"… ({len(body):,} characters)" if len(body) > most else ""
        return "\n".join(head) + ("\n\n" + body[:most] + cut if body else "")


@dataclass(frozen=True)
class Answer:
    """An answer that has passed the checks which all answers must pass."""

    response: httpx.Response
    varied: bool = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers, by name in any case."""
        return self.response.headers

    @property
    def content_type(self) -> str:
        """Content-Type; before a fleet without parameters, of which each member has its own."""
        told = str(self.headers.get("content-type", ""))
        return told.partition(";")[0] if self.varied else told

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        return self.response.content

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.response.content)

    def expect(self, *statuses: int) -> Answer:
        """Assert that the status is one of these and return this answer."""
        wanted = " or ".join(map(str, statuses))
        unfound = self.status == 404 and 404 not in statuses and min(statuses) < 300
        if unfound and (failure := contract.not_found(self.response, wanted)):
            raise failure
        assert self.status in statuses, f"expected status {wanted}, got {self.status}"
        return self

    def problem(self, status: int, code: str) -> Any:
        """Assert a problem of this status and code; returns its members, without the `instance` that it may have.

        Before a fleet also without `detail`: each member has its own sentences.
        """
        self.expect(status)
        got = str(self.json["type"]).removeprefix(contract.TYPE)
        assert got == code, f"expected the problem {code}, got {got}"
        own = {"instance", "detail"} if self.varied else {"instance"}
        return {name: value for name, value in self.json.items() if name not in own}

    def errors(self) -> set[tuple[str, str]]:
        """The field errors of a problem as (pointer or parameter, code); asserts that none is there twice."""
        listed = [(error.get("pointer", error.get("parameter")), error["code"]) for error in self.json["errors"]]
        assert len(listed) == len(set(listed)), f"an error is listed twice: {listed}"
        return set(listed)


@dataclass
class Client:
    """Sends requests to one service, or to a fleet whose answers are `varied`; keeps what was said in `exchanges`."""

    base_url: str
    exchanges: list[Exchange] = field(default_factory=list)
    timeout: float = TIMEOUT_SECONDS
    varied: bool = False
    _apart: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._deadline = Deadline()
        self._http = httpx.Client(
            base_url=self.base_url,
            timeout=self.timeout,
            headers={"user-agent": "rosetta"},
            transport=transport(self._deadline, _certificates()),
        )

    def close(self) -> None:
        """Close the connections."""
        for each in (self, *self._apart):
            each._http.close()

    def request(
        self,
        method: str,
        target: str,
        *,
        query: dict[str, str | int] | None = None,
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        token: str | None = None,
        body: Any = None,
        content: bytes | Iterable[bytes] | None = None,
        checked: bool = True,
    ) -> Answer:
        """Send one request and check its answer against the contract.

        Args:
            target: path and query exactly as they go over the wire; already percent-encoded.
            query: appended to `target`, encoded.
            headers: sent as they are, repeated ones too.
            token: sent as a bearer token.
            body: sent as JSON, with its Content-Type unless `headers` has one.
            content: sent as it is; in chunks if it is an iterable of bytes.
            checked: False for what is refused before routing, which no rule binds.

        Raises:
            ContractViolation: the answer breaks a rule that holds for all answers.
            httpx.TransportError: there was no answer.
        """
        if query is not None:
            target += "?" + urlencode(query)
        sent = httpx.Headers(headers, encoding="utf-8")
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        chunks = None if content is None or isinstance(content, bytes) else list(content)
        # The `target` extension goes over the wire as it is: a URL would be normalised.
        request = self._http.build_request(
            method,
            "/",
            headers=sent,
            content=content if chunks is None else iter(chunks),
            extensions={"target": target.encode()},
        )
        exchange = Exchange(request, target, self.base_url, seconds=self.timeout)
        self.exchanges.append(exchange)
        self._deadline.begin(self.timeout)
        exchange.response = self._http.send(request)
        if chunks is not None:  # what was streamed is told like any other body
            told = httpx.Request(method, request.url, headers=sent, content=b"".join(chunks))
            exchange.request = exchange.response.request = told
        if checked:
            contract.check(exchange.response, target)
        return Answer(exchange.response, self.varied)

    def get(self, target: str, **options: Any) -> Answer:
        """GET; options as for `request`."""
        return self.request("GET", target, **options)

    def head(self, target: str, **options: Any) -> Answer:
        """HEAD; options as for `request`."""
        return self.request("HEAD", target, **options)

    def post(self, target: str, **options: Any) -> Answer:
        """POST; options as for `request`."""
        return self.request("POST", target, **options)

    def put(self, target: str, **options: Any) -> Answer:
        """PUT; options as for `request`."""
        return self.request("PUT", target, **options)

    def delete(self, target: str, **options: Any) -> Answer:
        """DELETE; options as for `request`."""
        return self.request("DELETE", target, **options)

    def apart(self, base_url: str | None = None) -> Client:
        """A client with a connection of its own, to `base_url` or here.

        Its exchanges are told with this one's, and it is closed with it.
        """
        other = Client(base_url or self.base_url, self.exchanges, self.timeout, self.varied)
        self._apart.append(other)
        return other
