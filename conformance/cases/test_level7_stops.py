"""Level 7: SIGTERM beside clients that do not go, and an environment that is full of other people's settings."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from rosetta.harness.database import connect
from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.orders import checkout, fill
from rosetta.kit.people import PASSWORD, People, new_email
from rosetta.kit.private import Private
from rosetta.kit.products import Products, heavy_products
from rosetta.kit.race import together
from rosetta.kit.wire import Line, head

LEVEL = 7
STOP_SECONDS = 10
JSON = "Content-Type: application/json"
EXPECT = "Expect: 100-continue"


class Crowd:
    """Clients of one process that do not go by themselves."""

    def __init__(self, shop: Private, stack: contextlib.ExitStack) -> None:
        self._shop, self._stack = shop, stack
        self._bodies: list[Line] = []
        self._token = people(shop, stack).admin.token

    def opened(self, sent: bytes) -> Line:
        """A connection on which this was sent."""
        line = self._stack.enter_context(Line(self._shop.shop.base_url, window=32_768))
        return line.send(sent)

    def endless_bodies(self) -> None:
        """Heads and bodies, with a length and in chunks, that never end: one half goes on, the other is silent."""
        bearer = f"Authorization: Bearer {self._token}"
        rows = ["Content-Type: application/x-ndjson", bearer]
        starts = [
            (head("POST", "/auth/logout", JSON, "Content-Length: 60000", EXPECT), b"{"),
            (head("POST", "/admin/products/import", *rows, "Content-Length: 9000000", EXPECT), b"{"),
            (head("POST", "/auth/register", JSON, "Transfer-Encoding: chunked", EXPECT), b"ffff\r\n{"),
            (head("POST", "/admin/products/import", *rows, "Transfer-Encoding: chunked", EXPECT), b"fffff\r\n{"),
        ]
        for start, body in starts:
            line = self.opened(start)
            assert line.reply_begins() == 100, "the service does not ask for a body"  # now the request runs
            self._bodies.append(line.send(body))
        self._bodies.append(self.opened(head("GET", "/healthz")[:-2] + b"X: "))

    def unread_answers(self) -> None:
        """Answers larger than what the network keeps, which nobody reads."""
        heavy_products(self._shop, 3000)
        export = head("GET", "/admin/products/export", f"Authorization: Bearer {self._token}")
        for sent in (export, head("GET", "/openapi.yaml") * 300, head("GET", "/products?limit=100") * 300):
            self.opened(sent).reply_begins()

    def idle_ones(self) -> None:
        """Connections on which nothing was said yet, or nothing more after an answer, and open streams."""
        for _ in range(5):
            self.opened(b"")
            self.opened(head("GET", "/healthz")).reply("a read")
        for query in ("topic=stock", "topic=orders"):
            bearer = f"Authorization: Bearer {self._token}"
            self.opened(head("GET", f"/events?{query}", bearer)).reply_begins()

    def sees_the_end(self) -> None:
        """Send SIGTERM; the process ends with status 0 in time, whatever the crowd does."""
        instance = self._shop.instance
        assert instance is not None
        told = time.monotonic()
        instance.process.terminate()
        while instance.process.poll() is None:
            assert time.monotonic() - told < STOP_SECONDS, f"the process runs {STOP_SECONDS} s after SIGTERM"
            for line in self._bodies[::2]:
                line.send(b" ")
            time.sleep(0.05)
        seconds = time.monotonic() - told
        assert instance.process.returncode == 0, f"status {instance.process.returncode}, {seconds:.1f} s after SIGTERM"


def people(shop: Private, stack: contextlib.ExitStack) -> People:
    """The people of a private process."""
    return People(shop.shop, stack.enter_context(connect(shop.database_url)))


@contextlib.contextmanager
def crowd(shop: Private, **changes: str | None) -> Iterator[Crowd]:
    """Start the process; gives its clients, who go at the end."""
    shop.start(**changes).await_ready()
    with contextlib.ExitStack() as stack:
        yield Crowd(shop, stack)


@case("FAULT-004", rule="OPS-5", hint="After SIGTERM give a body that is still coming a few seconds, and no more.")
def test_sigterm_beside_endless_bodies(private: Callable[..., Private]) -> None:
    """SIGTERM beside clients that never end their body

    Begins heads, documents and imports, with a length and in chunks, of which one half goes on byte by byte and the
    other says nothing more, and sends SIGTERM: the process ends with status 0 within 10 seconds.
    """
    with crowd(private()) as clients:
        clients.endless_bodies()
        clients.sees_the_end()


@case("FAULT-005", rule="OPS-5", hint="Bound the time that a write of an answer may take once the end has come.")
def test_sigterm_beside_unread_answers(private: Callable[..., Private]) -> None:
    """SIGTERM beside clients that do not read

    Asks for an export of 12 MB and for many large answers, reads nothing, and sends SIGTERM: the process ends with
    status 0 within 10 seconds.
    """
    with crowd(private()) as clients:
        clients.unread_answers()
        clients.sees_the_end()


@case("FAULT-006", rule="OPS-5", hint="Close idle connections and end streams; neither is a request that runs.")
def test_sigterm_beside_idle_connections(private: Callable[..., Private]) -> None:
    """SIGTERM beside idle connections and streams

    Opens connections that have said nothing, or nothing more, and streams that nobody reads, and sends SIGTERM: the
    process ends with status 0 within 10 seconds.
    """
    with crowd(private()) as clients:
        clients.idle_ones()
        clients.sees_the_end()


@case("FAULT-007", rule="OPS-5", hint="One deadline for the whole shutdown, whatever is open, and status 0 at its end.")
def test_sigterm_beside_all_of_them(private: Callable[..., Private]) -> None:
    """SIGTERM beside all of them

    Lets endless bodies, unread answers, idle connections and streams meet SIGTERM together, in a process that
    WEB_CONCURRENCY=1 asks to be one, and in one that it asks to be two: status 0 within 10 seconds, each.
    """
    with crowd(private(), WEB_CONCURRENCY="1") as one, crowd(private(), WEB_CONCURRENCY="2") as two:
        for clients in (one, two):
            clients.endless_bodies()
            clients.unread_answers()
            clients.idle_ones()
        together([one.sees_the_end, two.sees_the_end])


# What frameworks, runtimes and drivers read by themselves, with values that somebody's shell may have.
FOREIGN = {
    "DEBUG": "true", "ENV": "production", "ENVIRONMENT": "development", "APP_ENV": "local", "APP_DEBUG": "true",
    "GIN_MODE": "debug", "SERVER_PORT": "1", "SERVER_ADDRESS": "203.0.113.1", "SERVER_SERVLET_CONTEXT_PATH": "/other",
    "SPRING_PROFILES_ACTIVE": "prod", "SPRING_DATASOURCE_URL": "jdbc:postgresql://127.0.0.1:1/nowhere",
    "SPRING_MVC_SERVLET_PATH": "/other", "SPRING_WEB_RESOURCES_ADD_MAPPINGS": "true", "SPRING_MAIN_BANNER_MODE": "log",
    "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE": "*", "MANAGEMENT_SERVER_PORT": "1", "LOGGING_LEVEL_ROOT": "TRACE",
    "FLASK_DEBUG": "1", "FLASK_APP": "nowhere", "DJANGO_SETTINGS_MODULE": "nowhere.settings", "DJANGO_DEBUG": "true",
    "UVICORN_PORT": "1", "UVICORN_HOST": "203.0.113.1", "UVICORN_ROOT_PATH": "/other", "UVICORN_LOG_LEVEL": "trace",
    "WEB_CONCURRENCY": "1", "PYTHONOPTIMIZE": "2", "NODE_ENV": "development", "RAILS_ENV": "test", "RACK_ENV": "test",
    "PGHOST": "203.0.113.1", "XPGPORT": "1", "PGUSER": "nobody", "PGPASSWORD": "wrong", "PGDATABASE": "nowhere",
    "PGOPTIONS": "-c search_path=nowhere -c statement_timeout=1", "XPGSSLMODE": "require", "TZ": "Asia/Kolkata",
    "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "http_proxy": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1",
}  # fmt: skip
TARGETS = [
    "/healthz", "/healthz?=", "/readyz", "/openapi.yaml", "/nope", "/docs", "/openapi.json", "/actuator",
    "/actuator/env", "/debug/pprof/", "/swagger-ui/index.html", "/admin/", "/error", "/static/", "/other/healthz",
    "/products?limit=3&sort=price", "/products?q=TITLE", "/products?q=title", "/products?limit=x", "/products?limit=0",
    "/products/NO-SUCH", "/products/%00", "/me", "/admin/products/export", "/events", "/products/",
]  # fmt: skip


@case("FAULT-008", rule="OPS-1", hint="Start the framework with a clean list of what it reads, or tell it all of that.")
def test_foreign_settings(private: Callable[..., Private]) -> None:
    """Settings that the contract does not name

    Starts a process with variables that frameworks, runtimes and drivers read by themselves: debug modes, other ports
    and paths, PGHOST and PGOPTIONS, a time zone, a Turkish locale, a proxy. It gets ready, and answers like one beside
    it that has none of them: a shell's settings change no behaviour.
    """
    usual = private()
    other = private(beside=usual)
    usual.start().await_ready()
    other.start(**FOREIGN).await_ready(20)
    with contextlib.ExitStack() as stack:
        known = people(usual, stack)
        products = Products(known, known.database)
        for name in ("TITLE", "title", "T\u0130TLE", "t\u0131tle"):
            products.add(name=name)

        def same(method: str, target: str, **options: Any) -> None:
            one, two = usual.shop.request(method, target, **options), other.shop.request(method, target, **options)
            assert shown(one) == shown(two), f"{method} {target} is answered differently with foreign settings"

        for target in TARGETS:
            same("GET", target)
        for content in (b"{", b"{}", b'{"refresh_token": "x"}', b'{"a": 1, "a": 1}', b" " * 70_000):
            same("POST", "/auth/refresh", content=content, headers={"content-type": "application/json"})
        same("DELETE", "/products")
        same("GET", "/admin/products/export", token=known.admin.token)
        shop = other.shop
        email = new_email().replace("case", "TITLI")
        account = {"email": email, "password": PASSWORD, "name": "Ada"}
        assert shop.post("/auth/register", body=account).expect(201).json["email"] == email.lower()
        shop.post("/auth/login", body={"email": email.lower(), "password": PASSWORD}).expect(200)
        customer = People(shop, known.database).customer()
        cart = fill(customer, products.add())
        made = checkout(customer, cart["total"]).expect(201).json
        distance = datetime.now(UTC) - datetime.fromisoformat(made["created_at"])
        assert abs(distance) < timedelta(minutes=1), f"an order of now has the time {made['created_at']}"


def shown(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """What two processes must answer alike."""
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in ("date", "connection")]
    return answer.status, sorted(headers), answer.body
