"""One run of the suite against one service or URL."""

from __future__ import annotations

import contextlib
import difflib
import functools
import os
import platform
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

import rosetta
from rosetta.harness import contract, database, fleet, service
from rosetta.harness.database import Databases, Server
from rosetta.harness.errors import HarnessError, ending
from rosetta.harness.lifecycle import Instance
from rosetta.harness.paths import CASES, REPORTS
from rosetta.harness.report import BAD, CaseResult, Figures, Report, Versions, this_machine
from rosetta.harness.service import Memory
from rosetta.harness.subject import Subject, own_logs, prepared
from rosetta.kit import case
from rosetta.kit.client import Client
from rosetta.kit.people import People
from rosetta.kit.products import Products
from rosetta.runner.console import Screen, again
from rosetta.runner.outcome import Controller, Failure, Selection

# All printing is the screen's. Plugins of packages are not needed, and rewriting their assertions costs seconds, as
# does collecting garbage five times at the end, to warn of what nobody shows.
QUIET = (
    "--disable-plugin-autoload",
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "-o",
    "addopts=",
    "-o",
    "filterwarnings=ignore",
)
PARALLEL = ("-p", "xdist.plugin", "-p", "rosetta.runner.plugin", "--dist=worksteal")
# Cases wait for the service more than they work, so one worker more than there are cores keeps all busy.
WORKERS = (os.cpu_count() or 1) + 1
FEW = 120
ALONE = 7  # the highest level of one service; those above need a fleet


@dataclass(frozen=True)
class Clock:
    """When a run began, for people and for measuring."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """The seconds since then."""
        return round(time.monotonic() - self.began, 3)


@functools.cache
def case_files() -> dict[str, Path]:
    """The file of each case by its id, read from the sources."""
    found: dict[str, Path] = {}
    for path in sorted(CASES.glob("test_level*.py")):
        ids = re.findall(r'@case\(\s*"([A-Z]+-\d+)"', path.read_text(encoding="utf-8"))
        found |= dict.fromkeys(ids, path)
    return found


def case_levels() -> dict[str, int]:
    """The level of each case by its id."""
    return {id: int(path.name.removeprefix("test_level")[0]) for id, path in case_files().items()}


def levels(selection: Selection) -> Counter[int]:
    """How many cases of each level a selection has."""
    every = case_levels()
    chosen = selection.only or [id for id, level in every.items() if level <= selection.level]
    return Counter(every[id] for id in chosen)


def checked_ids(only: list[str]) -> list[str]:
    """`only` in upper case; raises HarnessError with the nearest ids if one does not exist."""
    known = case_levels()
    wanted = ",".join(only).upper().replace(",", " ").split()
    for each in wanted:
        if each not in known:
            near = difflib.get_close_matches(each, known, n=3, cutoff=0.75)
            meant = f"Did you mean {' or '.join(near)}? " if near else ""
            raise HarnessError(f"there is no case {each}", f"{meant}`make cases` lists all {len(known)}.")
    return wanted


def against_service(key: str, selection: Selection, server: Server, screen: Screen, runtime: str) -> Report:
    """Make the service `key` ready on `server` and run the selected cases against it. Raises HarnessError."""
    folder = service.find(key)
    clock = Clock()
    with Databases(server) as databases:
        subject = Subject(key, runtime, databases=databases)
        postgresql = server.version()
        with prepared(subject, folder, screen.step):
            screen.say(f"{_named(subject)} on PostgreSQL {postgresql} ({server.kind})")
            return _run(subject, selection, screen, clock, postgresql)


def against_fleet(keys: list[str], selection: Selection, server: Server, screen: Screen) -> Report:
    """Serve `keys` on one database and run the selected cases, each request through the balancer.

    Raises HarnessError.
    """
    clock = Clock()
    fleet.require(keys)
    logs = REPORTS / "fleet"
    with ending(), Databases(server) as databases, own_logs(logs):
        postgresql = server.version()
        services = fleet.built(keys, logs, screen.step)
        with contextlib.ExitStack() as stack:
            with screen.step(f"serve {', '.join(keys)}"):
                url = fleet.migrated(services, databases, logs)
                made = stack.enter_context(fleet.serving(services, url, logs))
            subject = made.subject(databases, url)
            screen.say(f"{', '.join(keys)} behind one balancer, on PostgreSQL {postgresql} ({server.kind})")
            return _run(subject, selection, screen, clock, postgresql, made.members)


def described_cases() -> list[case.Case]:
    """Every case, lower levels first."""
    found: list[pytest.Item] = []

    class Collector:
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            found.extend(items)

    pytest.main([*QUIET, "--collect-only", f"--rootdir={CASES}", str(CASES)], plugins=[Collector()])
    return sorted(map(case.of, found), key=lambda one: (one.level, one.id))


def list_cases(screen: Screen) -> None:
    """Print every case: id, level, rule, title."""
    for each in described_cases():
        screen.say(f"{each.id:10} {each.level} {case.LEVELS[each.level]:20} {each.rule:12} {each.title}")


def against_url(url: str, database_url: str | None, selection: Selection, screen: Screen) -> Report:
    """Run the selected cases that need only a URL, or that and its database.

    Raises HarnessError: nobody answers there, or the database is not the one behind it.
    """
    clock = Clock()
    url = url.rstrip("/")
    if urlsplit(url).path:
        raise HarnessError(f"{url} has a path", "The contract's paths begin at the root: URL=http://host:port.")
    require_answer(url)
    if database_url:
        _require_behind(url, database_url)
    postgresql = Server(database_url, "given").version() if database_url else None
    screen.say(f"{url}, whatever it is" + (f", on PostgreSQL {postgresql}" if postgresql else ""))
    return _run(Subject("url", url=url, database_url=database_url), selection, screen, clock, postgresql)


def _require_behind(url: str, database_url: str) -> None:
    """Raise HarnessError unless a product that is written into `database_url` appears at `url`.

    Every shop has the products of the seed, so finding what is there already would say nothing.
    """
    try:
        with database.connect(database_url) as connection:
            sku = Products(People(Client(url), connection), connection).add()
    except psycopg.Error as error:
        raise HarnessError(
            f"DATABASE cannot be used: {str(error).strip()}",
            "With a URL, DATABASE is the DATABASE_URL of the service that runs there; leave it out to do without.",
        ) from error
    status = httpx.get(f"{url}/products/{sku}", timeout=5).status_code
    if status != httpx.codes.OK:
        raise HarnessError(
            f"a product that was written into DATABASE is answered with {status} at {url}/products/{sku}",
            "DATABASE is the DATABASE_URL of the service that runs there; leave it out until getProduct works.",
        )


def require_answer(url: str) -> None:
    """Raise HarnessError if nobody answers at `url`."""
    try:
        httpx.get(f"{url}/healthz", timeout=5)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HarnessError(
            f"nothing answers at {url}: {error}", "Start the service first, and give its whole URL: http://host:port."
        ) from error


def _require_real(subject: Subject) -> None:
    """Refuse a service.toml that excuses the service from a case that does not exist."""
    listed = subject.service.description.conformance.not_passing if subject.service else []
    unknown = sorted(set(listed) - set(case_levels()))
    if unknown:
        raise HarnessError(
            f"services/{subject.key}/service.toml lists {', '.join(unknown)}, which is no case",
            "Take it from [conformance] not_passing; `make cases` lists all.",
        )


def _named(subject: Subject) -> str:
    if subject.service is None:
        return subject.key
    described = subject.service.description
    return f"{described.name} ({described.framework}, {subject.toolchain})"


def _trouble(subject: Subject, limits: Memory | None, figures: Figures) -> list[str]:
    """What is wrong with the process as a whole: its end, or more memory than service.toml allows."""
    if subject.instance and (ended := _ended({"the service": subject.instance})):
        return ended
    if limits is None:
        return []
    taken = (("idle", figures.memory_idle, limits.idle), ("at its peak", figures.memory_peak, limits.peak))
    return [
        f"the service has {found >> 20} MiB {when}; service.toml allows {allowed}"
        for when, found, allowed in taken
        if found is not None and found > allowed << 20
    ]


def _ended(instances: Mapping[str, Instance]) -> list[str]:
    """Which processes have ended, who should not have."""
    statuses = {name: (each.process.poll(), each.log) for name, each in instances.items()}
    return [
        f"{name} ended with status {status} during the run; its log is {log}"
        for name, (status, log) in statuses.items()
        if status is not None
    ]


def execute(controller: Controller, workers: int, *options: str) -> None:
    """Run cases with pytest, in `workers` processes or, if that is 0, in this one; `options` are pytest's.

    Raises HarnessError if the suite itself is broken, KeyboardInterrupt if the run was interrupted.
    """
    given = [*QUIET, *PARALLEL, f"--numprocesses={workers}", f"--rootdir={CASES}", *options]
    files = sorted({str(case_files()[id]) for id in controller.selection.only}) or [str(CASES)]
    status = pytest.main([*given, *files], plugins=[controller])
    if status == pytest.ExitCode.INTERRUPTED and not controller.broken:
        raise KeyboardInterrupt
    if controller.broken or status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise HarnessError(f"the suite itself is broken: {status!r}\n{controller.broken}", "Run `make check`.")


def _script(subject: Subject, failure: Failure) -> Path:
    """A file with all requests of a case that failed, to be sent again."""
    script = subject.logs / f"{failure.id}.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "#!/usr/bin/env bash",
        f"# {failure.id} {failure.title}: {failure.message.partition(chr(10))[0]}",
        *failure.requests,
    ]
    if subject.url and (subject.service or subject.members):
        served = f"{again(subject.chosen)} PORT={urlsplit(subject.url).port}"
        lines.insert(2, f"# It serves again, on the seed, without what the case put into the database: {served}")
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script.chmod(0o755)
    return script


def _run(
    subject: Subject,
    selection: Selection,
    screen: Screen,
    clock: Clock,
    postgresql: str | None,
    instances: Mapping[str, Instance] | None = None,
) -> Report:
    _require_real(subject)
    expected = levels(selection)
    for script in subject.logs.glob("*.sh"):
        script.unlink()

    def told(result: CaseResult, failure: Failure | None) -> None:
        if failure and len(failure.requests) > 1:
            failure = replace(failure, script=str(_script(subject, failure)))
        screen.case(result, failure)

    controller = Controller(subject.dump(), selection, told)
    idle = subject.instance.memory() if subject.instance else None
    workers = WORKERS if sum(expected.values()) > FEW else 0
    with screen.cases(expected):
        execute(controller, workers, f"--junitxml={REPORTS / f'{subject.key}.junit.xml'}")
    if not any(result.outcome in BAD for result in controller.results):
        for failure in subject.failures.values():  # the case that tells it was not asked for
            screen.trouble(failure)
    described = subject.service.description if subject.service else None
    figures = Figures(
        start=subject.start_seconds,
        memory_idle=idle,
        memory_after=subject.instance.memory() if subject.instance else None,
        memory_peak=subject.instance.peak_memory() if subject.instance else None,
    )
    report = Report(
        service=subject.key,
        framework=described.framework if described else None,
        language=described.language if described else None,
        url=None if subject.service or subject.members else subject.url,
        level=selection.level,
        started=clock.started,
        duration=clock.seconds(),
        versions=Versions(
            suite=rosetta.__version__,
            contract=contract.digest(),
            python=platform.python_version(),
            postgresql=postgresql,
            toolchain=subject.toolchain,
        ),
        machine=this_machine(),
        figures=figures,
        trouble=_trouble(subject, described.memory if described else None, figures) + _ended(instances or {}),
        cases=sorted(controller.results, key=lambda case: (case.level, case.id)),
    )
    report.write(REPORTS / f"{subject.key}.json")
    screen.end(report, subject.chosen, ALONE)
    return report
