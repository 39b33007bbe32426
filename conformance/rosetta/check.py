"""Checks of the project: each service's own, its regions, and what the cases reach."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

from rosetta import contract, service
from rosetta.console import Screen
from rosetta.errors import HarnessError, StepFailed, ToolchainMissing
from rosetta.paths import REPORTS
from rosetta.report import Report

# What no case of the levels so far can reach, and why. The statuses of a lost database are the subject of level 7.
UNREACHED = {
    "503": "needs a database that is lost in the middle of this operation; the cases of the catalog stand for all",
}


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
    missing = sorted(contract.documented() - reached)
    return [f"{each} is reached by no case" for each in missing if each.partition(" ")[2] not in UNREACHED]


REGION = re.compile(r"^\s*(?://|#|--)\s*#?region (\w+)\s*$", re.MULTILINE)


def regions(folder: Path) -> list[str]:
    """Each operation of the contract whose handler is not marked by exactly one editor region in `folder`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    files = [folder / name for name in listed.stdout.decode().split("\0") if name]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()]
    marked = Counter(name for text in texts for name in REGION.findall(text))
    operations = {each.partition(" ")[0] for each in contract.documented()}
    told = [f"{name} has {marked[name]} regions, not one" for name in sorted(operations) if marked[name] != 1]
    return told + [f"the region {name} is no operation" for name in sorted(marked.keys() - operations)]


def check_service(key: str, screen: Screen) -> None:
    """Run the checks of the service `key`; raises HarnessError for the first that fails."""
    log = REPORTS / key / "check.log"
    log.unlink(missing_ok=True)
    try:
        subject = service.load(service.find(key))
        service.toolchain_version(subject)
        wrong = regions(subject.folder)
        if wrong:
            raise StepFailed(
                "; ".join(wrong), "Mark the handler of each operation: // region listProducts … // endregion"
            )
        for command in subject.description.commands.check:
            with screen.step(f"{key}: {' '.join(command)}") as progress:
                service.run_logged(command, subject.folder, log, progress, "check")
    except ToolchainMissing as missing:
        screen.say(f"{key}: NOT RUN: {missing}\n{missing.hint}")
    except StepFailed as failure:
        raise HarnessError(f"{key}: {failure}", f"{failure.log}\n{failure.hint}") from failure
    else:
        screen.say(f"{key}: checks passed")
