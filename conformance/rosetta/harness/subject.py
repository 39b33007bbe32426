"""What a run tests: a service of the repository, made ready step by step, or a URL."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from rosetta.harness import containers, database, lifecycle, service
from rosetta.harness.containers import Engine
from rosetta.harness.database import Databases, Server
from rosetta.harness.errors import HarnessError, StepFailed, ToolchainMissing
from rosetta.harness.lifecycle import Instance
from rosetta.harness.paths import CONTRACT, REPORTS
from rosetta.harness.processes import alone
from rosetta.harness.service import Service

# Each step and the one that it needs. A service can be served without the seed, so that a learner may begin there.
STEPS = {"describe": None, "build": "describe", "migrate": "build", "seed": "migrate", "serve": "migrate"}
NO_STEP = "a step before it failed"
Progress = Callable[[str], None]
Step = Callable[[str], contextlib.AbstractContextManager[Progress]]


class Member(NamedTuple):
    """A member of a fleet: where it answers, and the folder of its service, if it is one of the repository."""

    url: str
    folder: str = ""


@dataclass
class Subject:
    """The service under test and how far it got.

    `done` holds the steps that succeeded and `failures` those that did not; a URL has neither. `migrated` is the
    database that `migrate` and seed.sql made, from which others are copied; `database_url` is the one being served.
    `members` are the services of a fleet behind the URL, by name.
    `runtime` is `local`, `docker`, or `auto`, which is local where the toolchain is; `toolchain` says what it became.
    """

    key: str
    runtime: str = "auto"
    reports: Path = REPORTS
    url: str | None = None
    service: Service | None = None
    toolchain: str | None = None
    databases: Databases | None = None
    migrated: str | None = None
    database_url: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    instance: Instance | None = None
    start_seconds: float | None = None
    done: list[str] = field(default_factory=list)
    failures: dict[str, StepFailed] = field(default_factory=dict)

    @property
    def chosen(self) -> str:
        """What chooses it on the command line."""
        if self.members:
            return f'FLEET=1 SERVICES="{" ".join(self.members)}"'
        return f"SERVICE={self.key}" if self.databases else f"URL={self.url}"

    @property
    def logs(self) -> Path:
        """The folder of the logs of this run."""
        return self.reports / self.key

    def dump(self) -> dict[str, Any]:
        """What a worker needs of the subject, as JSON; the process and the databases stay with the controller."""
        server = self.databases.server if self.databases else None
        return {
            "key": self.key,
            "reports": str(self.reports),
            "url": self.url,
            "folder": str(self.service.folder) if self.service else None,
            "engine": asdict(self.service.engine) if self.service and self.service.engine else None,
            "server": asdict(server) if server else None,
            "account": [self.databases.role, self.databases.password] if self.databases else None,
            "migrated": self.migrated,
            "database_url": self.database_url,
            "members": {name: [*member] for name, member in self.members.items()},
            "done": self.done,
            "failures": {step: [str(failure), failure.hint, failure.log] for step, failure in self.failures.items()},
        }

    @classmethod
    def restore(cls, dumped: dict[str, Any]) -> Subject:
        """The subject that `dump` wrote down."""
        server, account, engine = dumped["server"], dumped["account"], dumped["engine"]
        made = service.load(Path(dumped["folder"])) if dumped["folder"] else None
        if made and engine:
            made = replace(made, engine=Engine(**engine))
        return cls(
            key=dumped["key"],
            reports=Path(dumped["reports"]),
            url=dumped["url"],
            service=made,
            databases=Databases(Server(**server), *account) if server else None,
            migrated=dumped["migrated"],
            database_url=dumped["database_url"],
            members={name: Member(*each) for name, each in dumped["members"].items()},
            done=dumped["done"],
            failures={step: StepFailed(*texts) for step, texts in dumped["failures"].items()},
        )

    def require(self, step: str) -> str | None:
        """Raise the failure of `step`; returns why it was not reached, or None if it succeeded."""
        if step in self.done:
            return None
        if not self.failures:
            return "needs one service of the repository"
        if step in self.failures:
            raise self.failures[step]
        return f"{NO_STEP}: {', '.join(self.failures)}"

    def require_quietly(self, step: str) -> str:
        """Why a case that needs `step` cannot run; empty if it can."""
        try:
            return self.require(step) or ""
        except StepFailed:
            return f"{NO_STEP}: {step}"


@contextlib.contextmanager
def own_logs(folder: Path) -> Iterator[None]:
    """Write the logs of this run into `folder`, and of no other one. Raises HarnessError."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(folder))
        except BlockingIOError:
            raise HarnessError(
                f"another run of {folder.name} writes into {folder}",
                "Wait for its end, or let this one write elsewhere: ROSETTA_REPORTS=/tmp/reports.",
            ) from None
        for log in folder.glob("*.log"):
            log.unlink()
        yield


@contextlib.contextmanager
def prepared(subject: Subject, folder: Path, step: Step) -> Iterator[Subject]:
    """Make the service in `folder` ready, as many steps as succeed, and end it afterwards.

    `step` shows a step while it runs; what it gives takes lines of progress. Raises HarnessError if the toolchain is
    missing, which is nobody's failure.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(own_logs(subject.logs))
        for name, needed in STEPS.items():
            if needed is not None and needed not in subject.done:
                continue
            try:
                with step(name) as progress:
                    _ACTIONS[name](subject, folder, progress, stack)
            except StepFailed as failure:
                subject.failures[name] = failure
            else:
                subject.done.append(name)
        yield subject


def _describe(subject: Subject, folder: Path, _: Progress, __: contextlib.ExitStack) -> None:
    assert subject.databases is not None
    subject.service = service.load(folder)
    containable = containers.usable(subject.databases.server)
    if subject.runtime == "docker" and not database.docker_answers():
        raise HarnessError(
            "RUNTIME=docker needs a Docker engine, and none answers",
            "Start Docker (`docker info` must answer), or leave RUNTIME out.",
        )
    if subject.runtime == "docker" and not containable:
        raise HarnessError(
            f"RUNTIME=docker needs a PostgreSQL in a container, and this one is {subject.databases.server.kind}",
            "Leave DATABASE out, or use DATABASE=testcontainers.",
        )
    if subject.runtime != "docker":
        try:
            toolchain = subject.service.toolchain()
        except ToolchainMissing as missing:
            if subject.runtime == "local" or not containable:
                raise
            subject.toolchain = f"in Docker {containers.version()}, because {missing}"
        else:
            subject.runtime, subject.toolchain = "local", toolchain
            return
    subject.runtime = "docker"
    subject.toolchain = subject.toolchain or f"in Docker {containers.version()}"


def _build(subject: Subject, folder: Path, progress: Progress, stack: contextlib.ExitStack) -> None:
    assert subject.service is not None
    assert subject.databases is not None
    log = subject.logs / "build.log"
    if subject.runtime == "docker":
        image = stack.enter_context(containers.built(subject.key, folder, log, progress))
        subject.service = replace(subject.service, engine=containers.engine(image, subject.databases.server))
    else:
        lifecycle.build(subject.service, log, progress)


def _migrate(subject: Subject, _: Path, __: Progress, ___: contextlib.ExitStack) -> None:
    assert subject.service is not None
    assert subject.databases is not None
    url = subject.databases.create(subject.key)
    lifecycle.migrate(subject.service, url, subject.logs / "migrate.log")
    subject.migrated = url


def _seed(subject: Subject, _: Path, __: Progress, ___: contextlib.ExitStack) -> None:
    assert subject.migrated is not None
    seed(subject.migrated)


def seed(url: str) -> None:
    """Load contract/seed.sql into a migrated database. Raises StepFailed."""
    try:
        database.run_script(url, CONTRACT / "seed.sql")
    except psycopg.Error as error:
        raise StepFailed(
            f"contract/seed.sql does not load into the migrated database: {str(error).strip()}",
            "migrate must make the tables of contract/schema.sql and execute contract/functions.sql.",
        ) from error


def _serve(subject: Subject, _: Path, __: Progress, stack: contextlib.ExitStack) -> None:
    assert subject.service is not None
    assert subject.databases is not None
    subject.database_url = subject.databases.create(subject.key, subject.migrated)
    log = subject.logs / "serve.log"
    instance = stack.enter_context(lifecycle.running(subject.service, subject.database_url, log))
    subject.start_seconds = instance.await_ready()
    subject.instance = instance
    subject.url = instance.url


_ACTIONS = {"describe": _describe, "build": _build, "migrate": _migrate, "seed": _seed, "serve": _serve}
