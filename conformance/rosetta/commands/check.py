"""Checks of the project: each service's own, its handlers, and what the cases reach."""

from __future__ import annotations

from pathlib import Path

from rosetta.harness import contract, handlers, lifecycle, service
from rosetta.harness.database import Databases, Server
from rosetta.harness.environment import for_builds
from rosetta.harness.errors import HarnessError, StepFailed
from rosetta.harness.paths import REPORTS
from rosetta.harness.report import Report
from rosetta.runner.console import Screen


def read(files: list[Path]) -> list[Report]:
    """The reports in `files`."""
    return [Report.model_validate_json(file.read_text(encoding="utf-8")) for file in files]


def too_early(reports: list[Report]) -> list[str]:
    """Each case that reached an operation of a level above its own: levels are there to be finished in order.

    Without a database the fixtures make what a case needs with operations of any level, so such a run tells nothing.
    """
    levels = contract.levels()
    early = {
        (case.id, case.level, name)
        for report in reports
        for case in (report.cases if report.versions.postgresql else [])
        for name in (each.rpartition(" ")[0] for each in case.reached)
        if levels[name] > case.level
    }
    return [
        f"{id} is a case of level {level}, but reached {name}, which exists from level {levels[name]} on: "
        "move the case there, or split it"
        for id, level, name in sorted(early)
    ]


def coverage(reports: list[Report]) -> list[str]:
    """Each documented status of an operation that no case in `reports` has reached."""
    reached = {each for report in reports for case in report.cases for each in case.reached}
    return [f"{each} is reached by no case" for each in sorted(contract.documented() - reached)]


def check_service(key: str, server: Server, screen: Screen) -> None:
    """Run the checks of the service `key`, each with an empty database.

    Raises HarnessError at the first failure, ToolchainMissing if they cannot run here.
    """
    log = REPORTS / key / "check.log"
    log.unlink(missing_ok=True)
    try:
        subject = service.load(service.find(key))
        service.toolchain_version(subject)
        if wrong := handlers.wrong(subject):
            raise StepFailed(
                "; ".join(wrong),
                "Give each operation one function of its name, in a file that `handlers` in service.toml names.",
            )
        for command in subject.description.commands.check:
            with Databases(server) as databases, screen.step(f"{key}: {' '.join(command)}") as progress:
                environment = {**for_builds(), "DATABASE_URL": databases.create("check")}
                lifecycle.run_logged(command, subject.folder, log, progress, "check", environment)
    except StepFailed as failure:
        raise HarnessError(f"{key}: {failure}", f"{failure.log}\n{failure.hint}") from failure
    screen.say(f"{key}: checks passed")
