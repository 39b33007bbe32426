"""`make prove SERVICE=gin`: a service with one guard taken out at a time; the cases named for it must notice.

This proves what the shop in memory cannot: the cases that need a database or a process, and that no service of the
repository could lose a guard unnoticed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import Field

from rosetta.harness import fleet, lifecycle, service
from rosetta.harness.database import Databases, Server
from rosetta.harness.errors import HarnessError, ending
from rosetta.harness.paths import CONTRACT, ROOT, SERVICES
from rosetta.harness.report import Outcome
from rosetta.harness.service import Closed
from rosetta.harness.subject import Progress, Subject, prepared
from rosetta.kit.case import LEVELS
from rosetta.runner import run
from rosetta.runner.outcome import Controller, Selection

FOLDER = ROOT / "conformance" / "proof" / "mutants"


class Edit(Closed):
    """In `file` of the service, `put` takes the place of `find`."""

    file: str
    find: str
    put: str


class Mutant(Closed):
    """A guard that was taken out: the rule that is broken then, what went wrong, and the cases that must notice.

    `beside` are the other services of a fleet that the cases need.
    """

    name: str
    rule: str
    sentence: str
    cases: list[str] = Field(min_length=1)
    edits: list[Edit] = Field(min_length=1)
    beside: tuple[str, ...] = ()


class Catalogue(Closed):
    """A file of mutants. `shared` are ignored files and folders of the service that its copies link to."""

    mutant: list[Mutant]
    shared: tuple[str, ...] = ()


def services() -> list[str]:
    """The services that have mutants."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(key: str) -> Catalogue:
    """The mutants of a service; raises HarnessError if there are none."""
    file = FOLDER / f"{key}.toml"
    if not file.exists():
        raise HarnessError(f"{key} has no mutants", f"There are mutants of {', '.join(services())}.")
    return Catalogue.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def changed(mutant: Mutant, folder: Path) -> dict[Path, str]:
    """The texts that the mutant's files have; raises HarnessError where the service's code has moved on."""
    texts: dict[Path, str] = {}
    for edit in mutant.edits:
        path = folder / edit.file
        text = texts.get(path) or path.read_text(encoding="utf-8")
        if text.count(edit.find) != 1:
            raise HarnessError(
                f"{mutant.name}: what it replaces stands {text.count(edit.find)} times in {edit.file}",
                f"Bring conformance/proof/mutants/{folder.name}.toml up to date.",
            )
        texts[path] = text.replace(edit.find, edit.put)
    return texts


@contextlib.contextmanager
def copied(mutant: Mutant, catalogue: Catalogue, folder: Path) -> Iterator[Path]:
    """A copy of the service with the mutant's edits, in a place from which the contract is reached as from its own.

    The place is the same for all copies of a process: compilers keep what they have made by its path.
    """
    home = Path(tempfile.gettempdir()) / f"rosetta-mutant-{os.getpid()}"
    try:
        home.mkdir()
        (home / "contract").symlink_to(CONTRACT)
        copy = home / "services" / folder.name
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        for each in filter(None, listed.stdout.decode().split("\0")):
            (copy / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / each, copy / each)
        for path, text in changed(mutant, folder).items():
            (copy / path.relative_to(folder)).write_text(text, encoding="utf-8")
        for each in catalogue.shared:
            (copy / each).parent.mkdir(parents=True, exist_ok=True)
            (copy / each).symlink_to(folder / each)
        yield copy
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _silently(_: str) -> Iterator[Progress]:
    yield lambda _: None


@contextlib.contextmanager
def _ready(key: str, mutant: Mutant, copy: Path, databases: Databases) -> Iterator[Subject]:
    """The mutant in `copy`, served alone or in a fleet."""
    reports = copy.parent / "reports"
    if not mutant.beside:
        with prepared(Subject(key, reports=reports, databases=databases), copy, _silently) as subject:
            yield subject
        return
    reports.mkdir()
    services = [service.load(copy), *(service.load(SERVICES / each) for each in mutant.beside)]
    lifecycle.build(services[0], reports / "build.log", lambda _: None)
    url = fleet.migrated(services, databases, reports)
    with fleet.serving(services, url, reports) as made:
        yield replace(made.subject(databases, url), reports=reports)


def attack(key: str, mutant: Mutant, server: Server) -> tuple[list[str], str]:
    """Make the mutant ready and run its cases against it; gives those that failed, or why none could."""
    try:
        with (
            ending(),
            copied(mutant, load(key), SERVICES / key) as copy,
            Databases(server) as databases,
            _ready(key, mutant, copy, databases) as subject,
        ):
            controller = Controller(subject.dump(), Selection(max(LEVELS), mutant.cases), lambda _, __: None)
            run.execute(controller, 0)
    except HarnessError as error:
        return [], str(error)
    caught = [case.id for case in controller.results if case.outcome is Outcome.failed]
    trouble = [*map(str, subject.failures.values())]
    trouble += [case.message for case in controller.results if case.outcome is Outcome.error]
    return caught, "" if caught else "; ".join(trouble)


def make_ready(key: str, mutants: list[Mutant]) -> None:
    """See to it that what the copies of a service share is there, and the services beside these mutants.

    Raises ToolchainMissing if it cannot be built here.
    """
    made = service.load(SERVICES / key)
    service.toolchain_version(made)
    beside = {each for mutant in mutants for each in mutant.beside}
    if beside:
        fleet.require([key, *beside])
    missing = any(not (made.folder / each).exists() for each in load(key).shared)
    with tempfile.TemporaryDirectory() as logs:
        for each in [*([made] if missing else []), *(service.load(SERVICES / name) for name in beside)]:
            lifecycle.build(each, Path(logs) / "build.log", lambda _: None)
