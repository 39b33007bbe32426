"""The machine-readable report of one run against one service, `reports/<service>.json`.

`python -m rosetta report-schema` writes its JSON Schema.
"""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field

SCHEMA = Path(__file__).with_name("report.schema.json")


class Outcome(StrEnum):
    """How a case ended."""

    passed = "passed"
    failed = "failed"
    known = "known"  # fails, and service.toml says so
    stale = "stale"  # passes, though service.toml says that it does not
    not_run = "not_run"  # something that it needs is not there; `message` says what
    error = "error"  # the suite's own fault


BAD = (Outcome.failed, Outcome.stale, Outcome.error)


class Record(BaseModel):
    """A part of a report: closed."""

    model_config = ConfigDict(extra="forbid")


class CaseResult(Record):
    """One case of a run."""

    id: str
    level: int = Field(ge=0, le=8)
    title: str
    rule: str
    outcome: Outcome
    duration: float = Field(ge=0, description="seconds")
    requests: int = Field(ge=0, description="HTTP requests that the case sent")
    reached: list[str] = Field(
        description="operation and status of each answer: `getProduct 304`; `/cart 405` if none has that method"
    )
    message: str = Field(description="empty for a case that passed")


class Machine(Record):
    """Where the run was."""

    system: str
    processor: str
    cores: int
    memory: int = Field(description="bytes")


class Versions(Record):
    """What took part in the run."""

    suite: str
    contract: str = Field(description="SHA-256 over the files of contract/")
    python: str
    postgresql: str | None
    toolchain: str | None


class Figures(Record):
    """What the run measured of the service's processes."""

    start: float | None = Field(description="seconds from the start of `serve` to the first 200 of /readyz")
    memory_idle: int | None = Field(description="bytes when ready; what processes share counts once")
    memory_after: int | None = Field(description="bytes after the last case")
    memory_peak: int | None = Field(description="the most bytes at any time; null where it is not told")


class Report(Record):
    """The whole run; the file is written at its end only, so a report is never partial."""

    format: Literal[1] = 1
    service: str
    framework: str | None
    language: str | None
    url: str | None
    level: int = Field(description="the highest level that was asked for")
    started: datetime
    duration: float = Field(ge=0, description="seconds, preparation included")
    versions: Versions
    machine: Machine
    figures: Figures
    trouble: list[str] = Field(description="what is wrong with the process: its end, or too much memory")
    cases: list[CaseResult]

    def counts(self) -> Counter[Outcome]:
        """How many cases ended how."""
        return Counter(case.outcome for case in self.cases)

    def ok(self) -> bool:
        """Whether something ran and nothing is bad."""
        counts = self.counts()
        return counts[Outcome.passed] > 0 and not self.trouble and not any(counts[outcome] for outcome in BAD)

    def line(self) -> str:
        """The run in one line."""
        counts = self.counts()
        bad = sum(counts[outcome] for outcome in BAD)
        skipped = counts[Outcome.known] + counts[Outcome.not_run]
        return f"{self.service}: {counts[Outcome.passed]} passed, {bad} failed, {skipped} skipped"

    def write(self, file: Path) -> None:
        """Write the report to `file`."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def this_machine() -> Machine:
    """The machine that this runs on."""
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=platform.machine(),
        cores=os.cpu_count() or 1,
        memory=psutil.virtual_memory().total,
    )


def json_schema() -> str:
    """The JSON Schema of a report."""
    return json.dumps(Report.model_json_schema(), indent=1) + "\n"
