"""What goes between the process that controls a run and those that run its cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from rosetta.harness.report import CaseResult, Outcome

Given = dict[str, Any]
GIVEN = pytest.StashKey[Given]()


@dataclass(frozen=True)
class Selection:
    """Which cases: those up to a level, or only some by id."""

    level: int
    only: list[str]


@dataclass(frozen=True)
class Failure:
    """All that a person is told of a case that failed."""

    id: str
    title: str
    text: str
    outcome: Outcome
    message: str
    rule: str
    hint: str
    requests: list[str] = field(default_factory=list)  # as curl, oldest first
    script: str = ""  # the file that holds them
    answer: str = ""
    log: str = ""
    traceback: str = ""
    asked: list[str] = field(default_factory=list)  # the lines of the case that failed
    cause: str = ""  # failures of one cause are told once


@dataclass
class Controller:
    """The pytest plugin of the controlling process: hands out the subject, takes in the results."""

    subject: dict[str, Any]
    selection: Selection
    told: Callable[[CaseResult, Failure | None], None]
    results: list[CaseResult] = field(default_factory=list)
    broken: str = ""

    @property
    def given(self) -> Given:
        """What a worker needs, as JSON."""
        return {"subject": self.subject, "selection": asdict(self.selection)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Leave what is needed where the plugin of this process looks for it."""
        config.stash[GIVEN] = self.given

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send a worker what it needs."""
        node.workerinput["rosetta"] = self.given

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in a result, which comes with the report of the last phase."""
        sent = getattr(report, "rosetta", None)
        if sent is not None:
            result = CaseResult.model_validate(sent["result"])
            self.results.append(result)
            self.told(result, Failure(**sent["failure"]) if sent["failure"] else None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, error: object) -> None:
        """A worker that dies is a fault of the suite."""
        if error:
            self.broken += f"a worker ended: {error}\n"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """So is a module of cases that does not import."""
        if report.failed:
            self.broken += f"{report.nodeid}: {report.longreprtext}\n"

    def pytest_internalerror(self, excrepr: object) -> None:
        """And a fault inside pytest."""
        self.broken += f"{excrepr}\n"
