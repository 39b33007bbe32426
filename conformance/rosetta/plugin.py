"""The pytest plugin of a run: which cases, what they are given, and what became of each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest

from rosetta import service
from rosetta.case import Case, of
from rosetta.client import Client, Exchange
from rosetta.contract import ContractViolation
from rosetta.database import connect
from rosetta.errors import HarnessError, StepFailed
from rosetta.instance import Private
from rosetta.products import Products
from rosetta.report import CaseResult, Outcome
from rosetta.subject import Subject

LOG_LINES = 20


@dataclass(frozen=True)
class Failure:
    """All that a person is told of a case that failed."""

    case: Case
    outcome: Outcome
    message: str
    rule: str
    hint: str
    request: str = ""
    earlier: int = 0
    answer: str = ""
    log: str = ""
    traceback: str = ""


Connection = psycopg.Connection[tuple[object, ...]]
Verdict = tuple[Outcome, str, Failure | None]


@dataclass(frozen=True)
class Selection:
    """Which cases: those up to a level, or only some by id."""

    level: int
    only: list[str]


@dataclass
class Running:
    """The case that runs: its clients, and where its part of the service's logs begins."""

    client: Client | None = None
    privates: list[Private] = field(default_factory=list)
    log_start: int = 0


@dataclass
class CasePlugin:
    """Collects, gives fixtures, and turns pytest's reports into case results."""

    subject: Subject
    selection: Selection
    told: Callable[[CaseResult, Failure | None], None]
    results: list[CaseResult] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)
    running: Running = field(default_factory=Running)
    broken: str = ""
    _verdict: Verdict | None = None

    # Fixtures

    @pytest.fixture
    def shop(self, subject: Subject) -> Iterator[Client]:
        """A client of the service under test."""
        if subject.url is None:
            pytest.skip(subject.require_quietly("serve"))
        self.running.client = Client(subject.url)
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
    def database(self, subject: Subject) -> Iterator[Connection]:
        """An autocommit connection to the database that is being served."""
        if subject.database_url is None:
            pytest.skip(subject.require_quietly("serve"))
        with connect(subject.database_url) as connection:
            yield connection

    @pytest.fixture
    def products(self, database: Connection) -> Products:
        """Makes products of this case's own, straight in the database."""
        return Products(database)

    @pytest.fixture
    def private(self, subject: Subject) -> Iterator[Callable[..., Private]]:
        """Makes processes of the service of this case's own, each on a copy of the migrated database."""
        if "migrate" not in subject.done:
            pytest.skip(subject.require_quietly("migrate"))
        with contextlib.ExitStack() as stack:

            def make() -> Private:
                made = Private(subject, f"private-{len(self.results)}-{len(self.running.privates)}")
                stack.callback(made.close)
                self.running.privates.append(made)
                return made

            yield make

    # Collection

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the cases that were asked for, lower levels first."""
        found = {item: of(item) for item in items}
        self.cases = {case.id: case for case in found.values()}
        level, only = self.selection.level, self.selection.only
        kept = [item for item, case in found.items() if (case.id in only if only else case.level <= level)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = sorted(kept, key=lambda item: found[item].level)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module of cases that does not import is a fault of the suite."""
        if report.failed:
            self.broken += f"{report.nodeid}: {report.longreprtext}\n"

    def pytest_internalerror(self, excrepr: object) -> None:
        """So is a fault inside pytest."""
        self.broken += f"{excrepr}\n"

    # Running

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Remember where the service's log stands, run the case, and record it."""
        log = self.subject.logs / "serve.log"
        self.running = Running(log_start=log.stat().st_size if log.exists() else 0)
        began = time.monotonic()
        self._verdict = None
        result = yield
        case = of(item)
        outcome, message, failure = self._judged(case, self._verdict or (Outcome.error, "the case did not end", None))
        told = CaseResult(
            id=case.id,
            level=case.level,
            title=case.title,
            rule=case.rule,
            outcome=outcome,
            duration=round(time.monotonic() - began, 4),
            requests=self._requests(),
            message=message,
        )
        self.results.append(told)
        self.told(told, failure)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Read the outcome of a phase while the exception is at hand; the first phase that is not good decides."""
        report: pytest.TestReport = yield  # type: ignore[assignment]
        settled = self._verdict is not None and self._verdict[0] is not Outcome.passed
        if not settled and (call.excinfo is not None or call.when == "call"):
            self._verdict = self._read(of(item), call, report)
        return report  # type: ignore[return-value]

    def _read(self, case: Case, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
        if call.excinfo is None:
            return Outcome.passed, "", None
        error = call.excinfo.value
        if isinstance(error, pytest.skip.Exception):
            return Outcome.not_run, str(error.msg), None
        outcome = Outcome.failed
        rule, hint, log = case.rule, case.hint, self._log()
        match error:
            case ContractViolation():
                rule = error.rule
                message = str(error)
            case StepFailed():
                message, hint, log = str(error), error.hint, error.log
            case AssertionError():
                message = str(error) or "an assertion failed"
            case httpx.TimeoutException():
                message = "the service did not answer in time"
            case httpx.TransportError():
                message = f"the service broke the connection: {error}"
            case HarnessError():
                outcome, message, hint = Outcome.error, str(error), error.hint
            case _:
                outcome, message = Outcome.error, f"{type(error).__name__}: {error}"
        exchanges = self._exchanges()
        last = exchanges[-1] if exchanges else None
        failure = Failure(
            case,
            outcome,
            message,
            rule,
            hint,
            request=last.command() if last else "",
            earlier=max(0, len(exchanges) - 1),
            answer=last.answer() if last else "",
            log=log,
            traceback=report.longreprtext,
        )
        return outcome, message, failure

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
            stale = Failure(case, Outcome.stale, message, case.rule, "Take it from [conformance] not_passing.")
            return Outcome.stale, message, stale
        return verdict

    def _exchanges(self) -> list[Exchange]:
        clients = [self.running.client, *(private.client for private in self.running.privates)]
        return [exchange for client in clients if client is not None for exchange in client.exchanges]

    def _requests(self) -> int:
        return len(self._exchanges())

    def _log(self) -> str:
        """The part of the service's logs that was written while this case ran."""
        parts = [(self.subject.logs / "serve.log", self.running.log_start)]
        parts = [(private.log, 0) for private in self.running.privates] or parts
        return "\n".join(service.last_lines(log, start, LOG_LINES) for log, start in parts if log.exists())
