"""What the latest runs and measurements say: the matrix of cases and services, and the figures of load."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from load.report import LoadReport
from rosetta.harness import contract
from rosetta.harness.errors import HarnessError
from rosetta.harness.report import CaseResult, Outcome, Report

TOLD = {
    Outcome.passed: "passed",
    Outcome.failed: "failed",
    Outcome.known: "not passing yet",
    Outcome.stale: "passes, though service.toml lists it as not passing",
    Outcome.not_run: "NOT RUN",
    Outcome.error: "error of the suite",
}
MARKS = {
    Outcome.passed: "✓",
    Outcome.failed: "✗",
    Outcome.known: "k",
    Outcome.stale: "S",
    Outcome.not_run: "–",
    Outcome.error: "E",
}


@dataclass(frozen=True)
class Run:
    """The latest run of a service, and its cases by their ids."""

    report: Report
    cases: dict[str, CaseResult]

    @property
    def is_current(self) -> bool:
        """Whether the contract is still what it was then."""
        return self.report.versions.contract == contract.digest()


def runs(reports: Path, services: list[str]) -> dict[str, Run]:
    """The run of each service that has one; raises HarnessError for a report that cannot be read."""
    found = {}
    for key in services:
        file = reports / f"{key}.json"
        if file.exists():
            try:
                report = Report.model_validate_json(file.read_text(encoding="utf-8"))
            except ValidationError as error:
                raise HarnessError(
                    f"{file.name} is no report of this suite: {error.error_count()} faults",
                    f"Write it anew: make test SERVICE={key}",
                ) from error
            found[key] = Run(report, {case.id: case for case in report.cases})
    return found


def measurement(folders: list[Path], services: list[str]) -> LoadReport | None:
    """The measurement that holds most of the services beside each other; of several the newest. None if there is none.

    Figures of different measurements are never put in one chart: what else the machine did then was not the same.
    """
    found = []
    for file in (file for folder in folders for file in sorted(folder.glob("*.json"))):
        try:
            report = LoadReport.model_validate_json(file.read_text(encoding="utf-8"))
        except ValidationError as error:
            raise HarnessError(
                f"{file.name} is no measurement of this suite: {error.error_count()} faults",
                "Remove it, or measure again: make load SERVICE=… AGAINST=…",
            ) from error
        if report.ok():
            found.append(report)
    return max(found, key=lambda each: (_held(each, services), each.started), default=None)


def _held(report: LoadReport, services: list[str]) -> int:
    return len({each.service for each in report.services} & set(services))
