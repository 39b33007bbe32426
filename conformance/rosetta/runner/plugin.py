"""The pytest plugin that runs cases: which of them, what they are given, and what became of each.

A run has several workers, each a process of its own. They get the subject and the selection as JSON, and give each
result to the controller with the report of the case's last phase.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from rosetta.harness import contract, lifecycle, service
from rosetta.harness.contract import ContractViolation
from rosetta.harness.database import connect
from rosetta.harness.errors import HarnessError, StepFailed
from rosetta.harness.processes import end_quickly
from rosetta.harness.report import CaseResult, Outcome
from rosetta.harness.service import Service
from rosetta.harness.subject import Subject
from rosetta.kit.case import Case, of
from rosetta.kit.client import Client, Exchange
from rosetta.kit.fleet import Members
from rosetta.kit.people import People
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.runner.asked import Asked, asked
from rosetta.runner.outcome import GIVEN, Failure, Selection

LOG_LINES = 20
# pytest's words for the suite's own people, and what only says that something told does not hold
INSIDES = re.compile(
    r"\n *(\+ +(where|and) .*|Use -v to get more diff|Omitting .*|[.]{3}Full output truncated .*"
    r"|assert (not \[.*|None|False|\[\]|\{\})(?=\n|$))"
)
MOST_REQUESTS = 200  # that are told: a storm sends thousands


Connection = psycopg.Connection[tuple[object, ...]]
Verdict = tuple[Outcome, str, Failure | None]


@dataclass
class Running:
    """The case that runs: its clients, and where its part of each log of the services begins."""

    client: Client | None = None
    privates: list[Private] = field(default_factory=list)
    log_starts: dict[Path, int] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)


def listens(url: str) -> bool:
    """Whether anybody takes connections at `url`."""
    try:
        httpx.get(f"{url}/healthz", timeout=5)
    except httpx.ConnectError:
        return False
    except httpx.HTTPError:
        return True
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin where cases run: in the workers, or here if there are none."""
    worker = getattr(config, "workerinput", None)
    if worker is None and config.getoption("dist") != "no":
        return
    if worker is not None:
        end_quickly()
    contract.schema()  # here, or each thread of a race would read it
    config.option.tbstyle = "native"  # pytest's own would parse the whole file at each failure
    given = worker["rosetta"] if worker else config.stash[GIVEN]
    config.pluginmanager.register(CasePlugin(Subject.restore(given["subject"]), Selection(**given["selection"])))


@dataclass
class CasePlugin:
    """Collects, gives fixtures, and turns pytest's reports into case results."""

    subject: Subject
    selection: Selection
    known: dict[str, str] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    _verdict: Verdict | None = None
    _unanswered: bool = False  # whether a connection was refused: the service may be gone
    _storage: Connection | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    # Fixtures

    @pytest.fixture
    def shop(self, subject: Subject) -> Iterator[Client]:
        """A client of the service under test."""
        if subject.url is None:
            pytest.skip(subject.require_quietly("serve"))
        if self._unanswered and not listens(subject.url):
            pytest.skip("the service is gone: nothing listens there any more")
        balanced = bool(subject.members) and subject.url not in (member.url for member in subject.members.values())
        self.running.client = Client(subject.url, varied=balanced)
        yield self.running.client
        self.running.client.close()

    @pytest.fixture
    def catalog(self, subject: Subject, shop: Client) -> Client:
        """A client of the service under test, whose database holds contract/seed.sql."""
        reason = subject.require_quietly("seed") if subject.service else ""
        if reason:
            pytest.skip(reason)
        return shop

    @pytest.fixture(name="subject")
    def subject_(self) -> Subject:
        """What is tested, and how far its preparation came."""
        return self.subject

    @pytest.fixture
    def database(self, subject: Subject, storage: Connection | None) -> Connection:
        """An autocommit connection to the database that is being served."""
        if storage is None:
            pytest.skip(subject.require_quietly("serve"))
        return storage

    @pytest.fixture
    def storage(self, subject: Subject) -> Connection | None:
        """An autocommit connection to the database that is being served, or None where there is only a URL.

        One for all cases of a worker: making one costs more than most cases.
        """
        if subject.database_url is not None and (self._storage is None or self._storage.closed):
            self._storage = connect(subject.database_url)
        return self._storage

    @pytest.fixture
    def people(self, shop: Client, storage: Connection | None) -> People:
        """Makes customers of this case's own, and knows the administrator."""
        return People(shop, storage, self.known, self.selection.level)

    @pytest.fixture
    def products(self, people: People, storage: Connection | None) -> Products:
        """Makes products and coupons of this case's own."""
        return Products(people, storage)

    @pytest.fixture
    def private(self, subject: Subject) -> Iterator[Callable[..., Private]]:
        """Makes processes of the service of this case's own, on a copy of the migrated database or `beside` another.

        `of` is the subject on another server; one that is `linked` can be cut from its database.
        """
        if "migrate" not in subject.done:
            pytest.skip(subject.require_quietly("migrate"))
        with contextlib.ExitStack() as stack:

            def make(beside: Private | None = None, of: Subject = subject, *, linked: bool = False) -> Private:
                made = Private(of, f"private-{os.getpid()}-{next(self._numbers)}", beside, linked)
                stack.callback(made.close)
                self.running.privates.append(made)
                return made

            yield make

    @pytest.fixture
    def fleet(self, subject: Subject, shop: Client) -> Members:
        """The members of the fleet under test, each with a client of its own."""
        if not subject.members:
            pytest.skip("needs a fleet: make test FLEET=1")
        return Members({name: shop.apart(member.url) for name, member in subject.members.items()})

    @pytest.fixture
    def services(self, subject: Subject) -> list[Service]:
        """The services of the fleet under test, for processes of a case's own."""
        if subject.databases is None or not subject.members:
            pytest.skip("needs a fleet of services of the repository: make test FLEET=1")
        return [service.load(Path(member.folder)) for member in subject.members.values()]

    @pytest.fixture
    def alone(self, subject: Subject) -> Iterator[None]:
        """Lets one at a time of the cases run that keep the whole machine busy."""
        subject.logs.mkdir(parents=True, exist_ok=True)
        with (subject.logs / "alone.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def pytest_unconfigure(self) -> None:
        """Close what the cases of this worker shared."""
        if self._storage is not None:
            self._storage.close()

    # Collection

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Keep the cases that were asked for, lower levels first; in each first those that wait for one another."""
        found = {item: of(item) for item in items}
        level, only = self.selection.level, self.selection.only
        kept = [item for item, case in found.items() if (case.id in only if only else case.level <= level)]
        items[:] = sorted(kept, key=lambda item: (found[item].level, "alone" not in item.fixturenames))

    # Running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Remember when the case began, and where the service's log stood."""
        self.running = Running()
        self.running.log_starts = {log: log.stat().st_size for log in self._serve_logs()}
        self._verdict = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Read the outcome of a phase while the exception is at hand; the first phase that is not good decides."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        settled = self._verdict is not None and self._verdict[0] is not Outcome.passed
        if not settled and (call.excinfo is not None or call.when == "call"):
            self._verdict = self._read(of(item), call, report)
        if call.when == "teardown":
            case = of(item)
            outcome, message, failure = self._judged(case, self._verdict or (Outcome.error, "it did not end", None))
            result = CaseResult(
                id=case.id,
                level=case.level,
                title=case.title,
                rule=case.rule,
                outcome=outcome,
                duration=round(time.monotonic() - self.running.began, 4),
                requests=len(self._exchanges()),
                reached=sorted({exchange.reached for exchange in self._exchanges() if exchange.reached}),
                message=message,
            )
            told = {**asdict(failure), "outcome": failure.outcome.value} if failure else None
            report.rosetta = {"result": result.model_dump(mode="json"), "failure": told}  # type: ignore[attr-defined]
        return report  # type: ignore[return-value]

    def _read(self, case: Case, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
        if call.excinfo is None:
            return Outcome.passed, "", None
        error = call.excinfo.value
        if isinstance(error, pytest.skip.Exception):
            return Outcome.not_run, str(error.msg), None
        outcome = Outcome.failed
        rule, hint, log, cause = case.rule, case.hint, self._log(), ""
        exchanges = self._exchanges()
        last = exchanges[-1] if exchanges else None
        lines = asked(error)
        match error:
            case ContractViolation():
                message, rule, hint = self._violated(case, error, lines)
            case StepFailed():
                message, hint, log = str(error), error.hint, error.log
            case AssertionError() | pytest.fail.Exception():
                message, rule = INSIDES.sub("", str(error)) or "an assertion failed", getattr(error, "rule", rule)
                if last and message.startswith("assert "):  # the case has no words: equal differences are one cause
                    cause = f"{contract.place(last.request.method, last.target)}: {message}"
            case httpx.TimeoutException():
                message = f"the service did not answer in time{f': {last.seconds:g} s' if last else ''}"
                hint = f"Does the handler wait for a lock, a connection of the pool, or itself? {hint}"
            case httpx.ConnectError():
                self._unanswered = True
                message = f"the service takes no connection: {error}"
            case httpx.TransportError():
                message, rule, hint = self._broken(case, error)
            case (
                psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn() | psycopg.errors.UndefinedFunction()
            ):
                message, rule = f"the database is not as contract/schema.sql: {error}", "DB-1"
                hint = "migrate must make every table, column and function; SCHEMA-001 to SCHEMA-005 compare them."
            case HarnessError():
                outcome, message, hint = Outcome.error, str(error), error.hint
            case _:
                outcome, message = Outcome.error, f"{type(error).__name__}: {error}"
        failure = Failure(
            case.id,
            case.title,
            case.text,
            outcome,
            message,
            rule,
            hint,
            requests=[exchange.command() for exchange in exchanges[-MOST_REQUESTS:]],
            answer=last.answer() if last else "",
            log=log,
            traceback=report.longreprtext,
            asked=[f"{line.text}  # {line.place}" for line in lines],
            cause=cause or f"{rule}: {message}",
        )
        return outcome, message, failure

    def _violated(self, case: Case, error: ContractViolation, lines: list[Asked]) -> tuple[str, str, str]:
        """Message, rule and hint of an answer that no operation may give.

        One whose status is not the one that the case's line expects is the case's fault to tell first: what else is
        wrong with it does not matter yet. A crash stays one, unless the line expects to be told that it is away.
        """
        wanted = next((line.statuses for line in reversed(lines) if line.statuses), ())
        if not wanted or not error.status or error.status in wanted or error.missing:
            return str(error), error.rule, error.hint
        expected = " or ".join(map(str, wanted))
        if error.status >= 500 and 503 not in wanted:
            return f"{error}, where the case expects {expected}", error.rule, error.hint
        return f"expected status {expected}, got {error.status}", case.rule, case.hint

    def _broken(self, case: Case, error: httpx.TransportError) -> tuple[str, str, str]:
        """Message, rule and hint of a connection that the service has broken."""
        sent = self._exchanges()
        if sent and not listens(sent[-1].base_url):
            hint = "No request may end the process. Several may have been under way: run each of these cases alone."
            return "the service has ended while it answered", "HTTP-12", hint
        hint = case.hint
        if len(sent) > 1 and isinstance(error, httpx.RemoteProtocolError):
            hint += (
                f" The connection may have been kept from the request before, {sent[-2].request.method} "
                f"{sent[-2].target[:80]}: who refuses a body reads it to its end, or says Connection: close."
            )
        return f"the service broke the connection: {error}", case.rule, hint

    def _judged(self, case: Case, verdict: Verdict) -> Verdict:
        """Weigh the outcome against the service's own list of cases that it does not pass."""
        outcome, message, _ = verdict
        described = self.subject.service
        if described is None or case.id not in described.description.conformance.not_passing:
            return verdict
        if outcome is Outcome.failed:
            return Outcome.known, message, None
        if outcome is Outcome.passed:
            message = f"it passes, though services/{self.subject.key}/service.toml lists it as not passing"
            hint = "Take it from [conformance] not_passing."
            stale = Failure(case.id, case.title, case.text, Outcome.stale, message, case.rule, hint)
            return Outcome.stale, message, stale
        return verdict

    def _exchanges(self) -> list[Exchange]:
        clients = [self.running.client, *(private.client for private in self.running.privates)]
        return [exchange for client in clients if client is not None for exchange in client.exchanges]

    def _serve_logs(self) -> dict[Path, int]:
        """The logs of what serves, and where this case's part of each begins."""
        return {log: self.running.log_starts.get(log, 0) for log in self.subject.logs.rglob("*serve.log")}

    def _log(self) -> str:
        """The part of the service's logs that was written while this case ran."""
        parts = {private.log: 0 for private in self.running.privates} or self._serve_logs()
        told = {log: lifecycle.excerpt(log, start, LOG_LINES) for log, start in parts.items() if log.exists()}
        if not self.subject.members:
            return "\n".join(told.values())
        named = [f"{log.name.partition('.')[0]}: {line}" for log, text in told.items() for line in text.splitlines()]
        return "\n".join([*(f"{name} is {member.url}" for name, member in self.subject.members.items()), *named])
