"""A fleet: several services on one database, behind one balancer."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from rosetta.harness import database, lifecycle, service
from rosetta.harness.database import Databases
from rosetta.harness.errors import HarnessError, StepFailed, ToolchainMissing
from rosetta.harness.lifecycle import Instance
from rosetta.harness.paths import ROOT
from rosetta.harness.processes import Local, killed_at_end
from rosetta.harness.service import Service
from rosetta.harness.subject import Member, Step, Subject, seed

BALANCER = ROOT / "deploy" / "haproxy.cfg"
POOL = "4"  # connections of one process of a member: all of them share what the server has
LEAST = 2


@dataclass(frozen=True)
class Fleet:
    """What runs: the balancer's URL, and each member by its name."""

    url: str
    services: Sequence[Service]
    members: Mapping[str, Instance]

    def subject(self, databases: Databases, database_url: str) -> Subject:
        """The fleet as what a run tests."""
        members = {each.key: Member(self.members[each.key].url, str(each.folder)) for each in self.services}
        return Subject("fleet", url=self.url, databases=databases, database_url=database_url, members=members)


def require(keys: list[str]) -> None:
    """Raise HarnessError if these services are too few for a fleet, or if there is no balancer."""
    if len(keys) < LEAST:
        known = " ".join(service.names())
        raise HarnessError("a fleet has two members or more", f'SERVICES="…" names some of: {known}')
    if shutil.which("haproxy") is None:
        raise HarnessError("a fleet needs HAProxy, and there is none here", "Install your system's package `haproxy`.")


def present(keys: list[str]) -> tuple[list[str], list[ToolchainMissing]]:
    """Those of the services that can run here, and why the others cannot."""
    found, absent = [], []
    for key in keys:
        try:
            service.toolchain_version(service.load(service.find(key)))
        except ToolchainMissing as missing:
            absent.append(missing)
        else:
            found.append(key)
    return found, absent


def built(keys: list[str], logs: Path, step: Step) -> list[Service]:
    """Build the services. Raises StepFailed for the first that cannot be built."""
    found = []
    for key in keys:
        made = service.load(service.find(key))
        with step(f"build {key}") as progress:
            lifecycle.build(made, logs / f"{key}.build.log", progress)
        found.append(made)
    return found


def migrated(services: list[Service], databases: Databases, logs: Path) -> str:
    """The URL of a new database, which the first of the services has migrated, with contract/seed.sql in it."""
    url = databases.create("fleet")
    lifecycle.migrate(services[0], url, logs / "migrate.log")
    seed(url)
    return url


@contextlib.contextmanager
def serving(services: list[Service], url: str, logs: Path, port: int | None = None) -> Iterator[Fleet]:
    """Serve all of `services` on the database at `url`, behind a balancer on `port`. Raises StepFailed."""
    logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        members = {
            each.key: stack.enter_context(
                lifecycle.running(each, url, logs / f"{each.key}.serve.log", DB_POOL_SIZE=POOL)
            )
            for each in services
        }
        for instance in members.values():
            instance.await_ready()
        fleet = Fleet(f"http://127.0.0.1:{port or database.free_port()}", services, members)
        stack.enter_context(_balanced(fleet, logs))
        yield fleet


@contextlib.contextmanager
def _balanced(fleet: Fleet, logs: Path) -> Iterator[None]:
    """Run the balancer before the members, until the end. Raises StepFailed if it does not answer."""
    parts = urlsplit(fleet.url)
    config, log = logs / "haproxy.cfg", logs / "haproxy.log"
    lines = [f"  server {name} {urlsplit(instance.url).netloc}" for name, instance in fleet.members.items()]
    lines += [pages_of(each) for each in fleet.services if each.description.pages]
    text = BALANCER.read_text(encoding="utf-8").replace("bind :8080", f"bind {parts.netloc}")
    config.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    with log.open("wb") as output:
        command = ["haproxy", "-db", "-f", str(config)]
        process = Local(
            command,
            cwd=BALANCER.parent,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    with killed_at_end(process):
        _await(process, fleet.url, config, log)
        yield


def pages_of(member: Service) -> str:
    """The balancer's line for the pages of a member."""
    return f"  use-server {member.key} if {{ path_beg {' '.join(member.description.pages)} }}"


def _await(process: Local, url: str, config: Path, log: Path) -> None:
    deadline = time.monotonic() + lifecycle.STOP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.05)
    raise StepFailed("the balancer does not answer", f"haproxy -c -f {config}", lifecycle.excerpt(log))
