"""The services' own checks: formatter, linter, unit tests, as each service.toml lists them."""

from __future__ import annotations

from rosetta import service
from rosetta.console import Screen
from rosetta.errors import HarnessError, StepFailed, ToolchainMissing
from rosetta.paths import REPORTS


def check_service(key: str, screen: Screen) -> None:
    """Run the checks of the service `key`; raises HarnessError for the first that fails."""
    log = REPORTS / key / "check.log"
    log.unlink(missing_ok=True)
    try:
        subject = service.load(service.find(key))
        service.toolchain_version(subject)
        for command in subject.description.commands.check:
            with screen.step(f"{key}: {' '.join(command)}") as progress:
                service.run_logged(command, subject.folder, log, progress, "check")
    except ToolchainMissing as missing:
        screen.say(f"{key}: NOT RUN: {missing}\n{missing.hint}")
    except StepFailed as failure:
        raise HarnessError(f"{key}: {failure}", f"{failure.log}\n{failure.hint}") from failure
    else:
        screen.say(f"{key}: checks passed")
