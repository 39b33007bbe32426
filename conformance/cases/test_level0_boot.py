"""Level 0: a service that builds, migrates, starts, answers, and stops when it is told."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from prometheus_client.parser import text_string_to_metric_families

from rosetta.harness import database, lifecycle
from rosetta.harness.contract import TYPE
from rosetta.harness.environment import secrets
from rosetta.harness.errors import StepFailed
from rosetta.harness.paths import CONTRACT
from rosetta.harness.subject import Subject
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.private import Private

LEVEL = 0


def reached(subject: Subject, step: str) -> None:
    """Fail with the step's own report, or say why it was not tried."""
    reason = subject.require(step)
    if reason:
        pytest.skip(reason)


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether `condition` becomes true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@case("BOOT-001", rule="OPS-2", hint="Copy the form from services/gin/service.toml.")
def test_is_described(subject: Subject) -> None:
    """The service is described

    services/<name>/service.toml names the toolchain and the commands build, migrate and serve, so that everybody, and
    this suite, can start the service without knowing its framework.
    """
    reached(subject, "describe")


@case("BOOT-002", rule="OPS-2", hint="Run the command of [commands] build in the service's folder.")
def test_builds(subject: Subject) -> None:
    """The service builds

    Runs each command of `build`. All must end with status 0.
    """
    reached(subject, "build")


@case("BOOT-003", rule="OPS-2", hint="Begin with migrations that execute contract/schema.sql, then functions.sql.")
def test_migrates(subject: Subject) -> None:
    """The service migrates an empty database

    Runs `migrate` with DATABASE_URL, ADMIN_EMAIL and ADMIN_PASSWORD. It must end by itself with status 0.
    """
    reached(subject, "migrate")


@case("BOOT-004", rule="OPS-3", hint="Listen on HOST and PORT; answer GET /readyz with 200 after SELECT 1.")
def test_starts(subject: Subject) -> None:
    """The service starts and becomes ready

    Runs `serve` and asks /readyz until it answers 200, for a minute at most.
    """
    reached(subject, "serve")


@case("BOOT-005", rule="OPS-3", hint='Answer {"status": "ok"} without asking the database.')
def test_is_alive(shop: Client) -> None:
    """Liveness

    GET /healthz is 200 with status ok: an orchestrator restarts what does not answer.
    """
    assert shop.get("/healthz").expect(200).json == {"status": "ok"}


@case("BOOT-006", rule="OPS-3", hint='Answer {"status": "ready"} after SELECT 1 on a connection of the pool.')
def test_is_ready(shop: Client) -> None:
    """Readiness

    GET /readyz is 200 with status ready while the database answers.
    """
    assert shop.get("/readyz").expect(200).json == {"status": "ready"}


UNKNOWN = [
    "/",
    "/nope",
    "/nope/deeper",
    "/HEALTHZ",
    "/Healthz",
    "/healthz/",
    "//healthz",
    "/healthz//",
    "/healthz/x",
    "/products/",
    "//products",
    "/Products",
    "/products/A/B",
    "/.",
    "/index.html",
    "/favicon.ico",
]


@case(
    "BOOT-007",
    rule="HTTP-2",
    hint="A handler for unknown routes; no redirects, and no merging of slashes: judge the path as it came.",
)
def test_unknown_paths(shop: Client) -> None:
    """Unknown paths are 404 problems

    Sends GET to paths that differ from known ones by a slash, by case, or wholly. Each is a 404 problem: frameworks
    answer with pages of their own, redirect, or serve the neighbour.
    """
    for path in UNKNOWN:
        shop.get(path).problem(404, "not_found")


@case("BOOT-008", rule="HTTP-2", hint="The handler for unknown routes must take every method.")
def test_unknown_paths_with_other_methods(shop: Client) -> None:
    """Unknown paths are 404 for every method

    Sends POST, PUT, PATCH and DELETE to an unknown path. The route is judged before the method and before any body.
    """
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        shop.request(method, "/nope", content=b"{", headers={"content-type": "text/plain"}).problem(404, "not_found")


OPERATIONAL = ["/healthz", "/readyz", "/metrics", "/openapi.yaml"]


@case("BOOT-009", rule="HTTP-3", hint="Many routers know 404 only: switch method handling on, and set Allow.")
def test_unknown_methods(shop: Client) -> None:
    """Other methods are 405 with Allow

    Sends POST, PUT, PATCH and DELETE to known paths. Each is a 405 problem, and Allow names GET and HEAD.
    """
    for path in OPERATIONAL:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = shop.request(method, path)
            answer.problem(405, "method_not_allowed")
            allowed = {name.strip() for name in answer.headers.get("allow", "").split(",")}
            assert {"GET", "HEAD"} <= allowed, f"Allow is {answer.headers.get('allow')!r}"
            assert method not in allowed, f"Allow names {method}, which was refused"


@case("BOOT-010", rule="HTTP-3", hint="Leave OPTIONS to the router, or refuse it like any other method.")
def test_options(shop: Client) -> None:
    """OPTIONS tells the methods

    Sends OPTIONS to known paths. The answer is 405, or the framework's own 200 or 204; all have Allow.
    """
    for path in OPERATIONAL:
        answer = shop.request("OPTIONS", path, checked=False)
        assert answer.status in (200, 204, 405), f"OPTIONS {path} is {answer.status}"
        assert "GET" in answer.headers.get("allow", ""), f"Allow is {answer.headers.get('allow')!r}"


@case("BOOT-011", rule="HTTP-4", hint="Register HEAD for every GET, or answer it with GET's handler without the body.")
def test_head(shop: Client) -> None:
    """HEAD works wherever GET does

    Sends GET and HEAD to known paths. Status and Content-Type are equal, and HEAD has no body.
    """
    for path in OPERATIONAL:
        got, head = shop.get(path), shop.head(path)
        assert (head.status, head.content_type) == (got.status, got.content_type)
        assert head.body == b"", f"HEAD {path} has a body"


@case("BOOT-012", rule="HTTP-4", hint="The handler for unknown routes must answer HEAD without a body.")
def test_head_of_unknown_paths(shop: Client) -> None:
    """HEAD of an unknown path

    Sends HEAD to an unknown path: 404 with the type of a problem and no body.
    """
    answer = shop.head("/nope").expect(404)
    assert answer.body == b""


@case("BOOT-013", rule="OPS-6", hint="Embed or read contract/openapi.yaml; do not generate your own.")
def test_serves_the_contract(shop: Client) -> None:
    """The contract itself

    GET /openapi.yaml gives the bytes of contract/openapi.yaml as application/yaml.
    """
    answer = shop.get("/openapi.yaml").expect(200)
    assert answer.headers["content-type"].partition(";")[0] == "application/yaml"
    assert answer.body == (CONTRACT / "openapi.yaml").read_bytes(), "the bytes differ from contract/openapi.yaml"


def series(shop: Client, family: str) -> list[tuple[str, dict[str, str], float]]:
    """The samples of a metric family: name, labels, value."""
    text = shop.get("/metrics").expect(200).body.decode()
    families = {found.name: found for found in text_string_to_metric_families(text)}
    assert family in families, f"there is no metric {family}"
    return [(sample.name, sample.labels, sample.value) for sample in families[family].samples]


def counted_by_one(shop: Client) -> None:
    """Skip the case where a balancer spreads what is counted."""
    if shop.varied:
        pytest.skip("needs one service: a balancer spreads the requests that are counted")


@case("BOOT-014", rule="OPS-4", hint="Use your framework's Prometheus middleware, with these names and labels.")
def test_counts_requests(shop: Client) -> None:
    """Requests are counted

    Asks /healthz, then /metrics: http_requests_total has a series with its method, route and status.
    """
    counted_by_one(shop)
    shop.get("/healthz").expect(200)
    wanted = {"method": "GET", "route": "/healthz", "status": "200"}
    counted = [value for _, labels, value in series(shop, "http_requests") if wanted.items() <= labels.items()]
    assert counted, f"no series of http_requests_total has the labels {wanted}"
    assert counted[0] >= 1


@case("BOOT-029", rule="OPS-4", hint="The buckets that your library has are good enough.")
def test_measures_durations(shop: Client) -> None:
    """Durations are measured, in whatever buckets

    Asks /healthz, then /metrics: http_request_duration_seconds has buckets, they rise, and the last is without an end.
    """
    counted_by_one(shop)
    shop.get("/healthz").expect(200)
    samples = series(shop, "http_request_duration_seconds")
    buckets = {
        float(labels["le"]): value
        for name, labels, value in samples
        if name.endswith("_bucket") and labels.get("route") == "/healthz" and labels.get("method") == "GET"
    }
    assert len(buckets) > 1, f"the buckets are {sorted(buckets)}"
    assert [buckets[edge] for edge in sorted(buckets)] == sorted(buckets.values())
    assert buckets[float("inf")] >= 1


@case("BOOT-016", rule="OPS-4", hint="Label with the matched route's template, and one constant where none matched.")
def test_labels_are_templates(shop: Client) -> None:
    """Labels do not grow with what people type

    Asks 30 unknown paths, then /metrics. Their route is `unmatched`: a label for each path would fill the memory of
    whoever scrapes it.
    """
    for number in range(30):
        shop.get(f"/nope-{number}").expect(404)
    routes = {labels["route"] for _, labels, _ in series(shop, "http_requests") if "route" in labels}
    assert "unmatched" in routes
    assert not [route for route in routes if "nope" in route.lower()]


@case("BOOT-017", rule="OPS-4", hint="The router knows the path of a 405: label with its template.")
def test_labels_of_refused_methods(shop: Client) -> None:
    """A 405 is counted under its route

    Sends DELETE to /healthz, then asks /metrics: the series has the route /healthz and status 405.
    """
    counted_by_one(shop)
    shop.request("DELETE", "/healthz").expect(405)
    wanted = {"method": "DELETE", "route": "/healthz", "status": "405"}
    assert [labels for _, labels, _ in series(shop, "http_requests") if wanted.items() <= labels.items()]


@case("BOOT-018", rule="PROBLEM-5", hint="Switch the debug mode of your framework off in `serve`.")
def test_errors_do_not_talk(shop: Client) -> None:
    """Errors leak nothing

    Provokes 404 and 405 with odd input. No body and no header shows a stack trace, a file of the service, or the
    input back.
    """
    for answer in (shop.get("/nope?<script>=1"), shop.get("/nope%00"), shop.request("PATCH", "/healthz")):
        text = answer.body.decode() + str(answer.headers.multi_items())
        for leak in ("Traceback", "Exception", " at /", ".py", ".go:", ".java", ".php", "<script>", "SELECT "):
            assert leak not in text, f"the answer holds {leak!r}"


BAD_ENVIRONMENTS: list[tuple[str, str | None]] = [
    ("DATABASE_URL", None),
    ("JWT_SECRET", None),
    ("CURSOR_SECRET", None),
    ("WEBHOOK_SECRET", None),
    ("JWT_SECRET", ""),
    ("JWT_SECRET", "x" * 31),
    ("CURSOR_SECRET", "x" * 31),
    ("WEBHOOK_SECRET", "ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE="),
    ("WEBHOOK_SECRET", "whsec_not base64"),
    ("PORT", "http"),
    ("DB_POOL_SIZE", "0"),
    ("SSE_PING_SECONDS", "-1"),
    ("LOG_LEVEL", "loud"),
]


@case("BOOT-019", rule="OPS-1", hint="Read and check the whole environment first; print the variable and exit with 1.")
def test_refuses_a_bad_environment(private: Callable[..., Private]) -> None:
    """A bad environment ends the process

    Starts the service without a required variable, or with a value that cannot be. It ends within 5 seconds with a
    status other than 0 and names the variable: a shop with an empty signing secret must not open.
    """
    shop = private()
    wrong = []
    for name, value in BAD_ENVIRONMENTS:
        instance = shop.start(**{name: value})
        with contextlib.suppress(StepFailed):  # it has ended, or does not serve
            instance.await_ready(5)
        status = instance.ended(0)
        shown = "is missing" if value is None else f"is {value!r}"
        if status is None:
            wrong.append(f"it runs although {name} {shown}")
        elif status == 0:
            wrong.append(f"it ended with status 0 although {name} {shown}")
        elif name not in shop.log.read_text(errors="replace"):
            wrong.append(f"its output does not name {name}, which {shown}")
    assert not wrong, "\n".join(wrong)


@case(
    "BOOT-020", rule="OPS-2", hint="Record what has been applied; insert the administrator with ON CONFLICT DO NOTHING."
)
def test_migrates_again(subject: Subject, private: Callable[..., Private]) -> None:
    """migrate may be run again

    Runs `migrate` a second time, with another ADMIN_PASSWORD. It ends with status 0 and leaves the administrator
    alone.
    """
    shop = private()
    before = administrator(shop.database_url)
    assert subject.service is not None
    lifecycle.migrate(subject.service, shop.database_url, shop.log, ADMIN_PASSWORD="another-password")
    assert administrator(shop.database_url) == before, "the administrator's row has changed"


def administrator(url: str) -> tuple[object, ...]:
    """The row of the administrator of the environment."""
    with database.connect(url) as connection:
        query = "SELECT email, role, password_hash FROM users WHERE email = %s"
        row = connection.execute(query, (secrets()["ADMIN_EMAIL"],)).fetchone()
    assert row is not None, "migrate made no user with ADMIN_EMAIL"
    return row


@case(
    "BOOT-021", rule="AUTH-3", hint="Use your language's Argon2 library with these parameters and store its PHC string."
)
def test_administrator_is_made(private: Callable[..., Private]) -> None:
    """migrate makes the first administrator

    Reads the row from the database: role admin, and a hash of ADMIN_PASSWORD with the contract's parameters, so that
    every service of a fleet can check it.
    """
    _, role, encoded = administrator(private().database_url)
    assert role == "admin"
    parameters = extract_parameters(str(encoded))
    wanted = "$argon2id$v=19$m=32768,t=2,p=1$"
    assert str(encoded).startswith(wanted), f"the stored hash begins {str(encoded)[: len(wanted)]}, not {wanted}"
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert PasswordHasher().verify(str(encoded), secrets()["ADMIN_PASSWORD"])


@case("BOOT-022", rule="OPS-1", hint="migrate checks ADMIN_EMAIL and ADMIN_PASSWORD before it touches the database.")
def test_migrate_needs_an_administrator(subject: Subject, private: Callable[..., Private]) -> None:
    """migrate needs the administrator's log-in

    Runs `migrate` without ADMIN_EMAIL and without ADMIN_PASSWORD. It ends with a status other than 0 and names the
    variable.
    """
    shop = private()
    assert subject.service is not None
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD"):
        log = shop.log.with_name(f"{shop.label}-{name}.log")
        told = ""
        try:
            lifecycle.migrate(subject.service, shop.database_url, log, **{name: None})
        except StepFailed as failure:
            told = str(failure)
        assert "ended with status" in told, f"migrate without {name} {told or 'ends well'}"
        assert name in log.read_text(errors="replace"), f"its output does not name {name}"


@case("BOOT-023", rule="OPS-3", hint="Connect lazily; never let a failed first connection end the process.")
def test_starts_without_its_database(private: Callable[..., Private]) -> None:
    """The service starts without its database

    Starts the service while its database refuses connections. /healthz is 200, /readyz is a 503 problem within 3
    seconds; when the database comes, /readyz becomes 200 without a restart. Machines start in any order.
    """
    shop = private(linked=True)
    shop.link.cut()
    process = shop.start().process
    ended_or_alive = lambda: process.poll() is not None or answers(shop.shop, "/healthz")  # noqa: E731
    assert eventually(ended_or_alive, lifecycle.READY_SECONDS), "/healthz never answered"
    assert process.poll() is None, f"the service ended with status {process.returncode}"
    unready(shop.shop)
    shop.link.restore()
    assert eventually(lambda: answers(shop.shop, "/readyz"), 10), "/readyz did not recover within 10 s"


@case("BOOT-024", rule="OPS-3", hint="Let the pool throw broken connections away and open new ones.")
def test_survives_its_database(private: Callable[..., Private]) -> None:
    """The service survives a database that goes and comes

    Cuts the database from a ready service, twice. /healthz stays 200, /readyz is 503 while it is away, everything
    works again when it is back, without a restart.
    """
    shop = private(linked=True)
    shop.start().await_ready()
    for _ in range(2):
        shop.link.cut()
        unready(shop.shop)
        assert shop.shop.get("/healthz").expect(200).json == {"status": "ok"}
        shop.link.restore()
        assert eventually(lambda: answers(shop.shop, "/readyz"), 10), "/readyz did not recover within 10 s"


def answers(shop: Client, path: str) -> bool:
    """Whether `path` is answered with 200 now."""
    try:
        return shop.get(path).status == 200
    except httpx.TransportError:
        return False


def unready(shop: Client) -> None:
    """Assert that /readyz is 503 and says so within 3 seconds."""
    began = time.monotonic()
    shop.get("/readyz").problem(503, "service_unavailable")
    assert time.monotonic() - began < 3, "/readyz took longer than 3 s"


@case("BOOT-025", rule="OPS-5", hint="Stop accepting, let requests finish, close the pool, return from main.")
def test_stops_when_told(private: Callable[..., Private]) -> None:
    """SIGTERM ends the service

    Sends SIGTERM to a service that holds an idle keep-alive connection. It exits with status 0 within 10 seconds.
    """
    shop = private()
    instance = shop.start()
    instance.await_ready()
    shop.shop.get("/healthz").expect(200)
    status = instance.stop()
    assert status is not None, "it still runs 10 s after SIGTERM"
    assert status == 0, f"it ended with status {status}"


@case("BOOT-026", rule="PROBLEM-1", hint="Keep code, status and title together; take them from contract/problems.yaml.")
def test_problem_types(shop: Client) -> None:
    """A problem is whole

    Asks an unknown path. The body has type, title, status and detail and nothing else but `instance`; every other case
    checks this too.
    """
    problem = shop.get("/nope").expect(404).json
    assert problem["type"] == f"{TYPE}not_found"
    assert set(problem) - {"instance"} == {"type", "title", "status", "detail"}


@case(
    "BOOT-027", rule="HTTP-2", hint="Decode the path once, match it as bytes, and answer 404 for what matches nothing."
)
def test_odd_paths(shop: Client) -> None:
    """Odd paths are harmless

    Sends paths with NUL, invalid UTF-8, encoded slashes and dots, and 2,000 characters. Each is 404 or 400, and the
    service goes on. Frameworks hand such bytes to handlers and to the database.
    """
    for path in ("/nope%00", "/%FF%FE", "/healthz%2F", "/..%2fhealthz", "/%2e%2e/healthz", "/" + "a" * 2000, "/%C0%AF"):
        assert shop.get(path, checked=False).status in (400, 404), f"{path[:40]} is answered otherwise"
    shop.get("/healthz").expect(200)


@case("BOOT-028", rule="HTTP-12", hint="Let the HTTP server refuse what is not HTTP; do not answer 500.")
def test_malformed_escapes(shop: Client) -> None:
    """Malformed escapes are the client's fault

    Sends percent signs that escape nothing, in path and query. The status is of the class 4xx, or the path is taken
    literally and is unknown.
    """
    for target in ("/%ZZ", "/%", "/%4", "/nope?a=%ZZ", "/nope?%"):
        status = shop.get(target, checked=False).status
        assert 400 <= status < 500, f"{target} is {status}"
