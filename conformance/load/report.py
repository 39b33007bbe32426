"""The results of a measurement as a file: every figure with its interval, and where it comes from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from load.estimates import Estimate, Verdict
from rosetta.harness.report import Machine, Record


class Figure(Record):
    """A median over windows and its 95 % bootstrap interval, which fewer than six windows do not give."""

    value: float
    low: float | None
    high: float | None
    windows: int

    @classmethod
    def of(cls, estimate: Estimate | None) -> Figure | None:
        """The estimate as a part of a report."""
        return None if estimate is None else cls(**vars(estimate))


class Operation(Record):
    """One operation of a service at a fixed rate."""

    name: str
    rate: float = Field(description="requests a second")
    cpu_ms: Figure | None = Field(description="CPU milliseconds of the service for each request")
    database_ms: Figure | None = Field(description="CPU milliseconds of PostgreSQL for each request")
    busy: float = Field(description="share of its cores that the service kept busy")
    requests: int
    errors: dict[str, int]
    percentiles: dict[str, float] = Field(description="ms from the intended time; only those with samples enough")
    curve: list[tuple[float, float]] = Field(description="percentile and ms")
    late_ms: float = Field(description="p99 of how late the generator was")
    void: str = Field(description="why there are no percentiles, if the generator was at its limit")
    disturbed: bool = Field(description="whether others used the machine in too many of the windows")


class Ceiling(Record):
    """The most that goes through."""

    name: str
    rate: Figure | None = Field(description="requests a second")
    cpu_ms: Figure | None
    connections: int
    busy: float = Field(description="cores that the service kept busy")
    rest_busy: float = Field(description="cores that PostgreSQL and the generator kept busy")
    share: Figure | None = Field(description="of what pgbench reaches with the same statement")
    errors: int
    disturbed: bool


class Step(Record):
    """A request, or a whole journey, among all journeys at once."""

    name: str
    count: int
    percentiles: dict[str, float]


class Statements(Record):
    """What one request asks of the database."""

    per_request: float
    texts: dict[str, float]


class Loaded(Record):
    """What was measured of one service."""

    service: str
    framework: str
    language: str
    toolchain: str
    ready_seconds: float = Field(description="from the start to the first right answer")
    warm_seconds: float
    warmed: bool = Field(description="whether two rounds in a row agreed within 5 % before the time was over")
    restless: bool = Field(description="whether it was stopped while others were measured")
    memory_idle: int
    memory_loaded: int
    memory_peak: int | None
    operations: list[Operation]
    ceilings: list[Ceiling]
    journeys: list[Step]
    statements: dict[str, Statements]
    requests: int
    errors: dict[str, int]
    checked: int = Field(description="answers under load that were held against the contract")
    violations: list[str]
    faults: list[str] = Field(description="what does not balance in the books")


class Comparison(Record):
    """A figure of one service over that of the first."""

    service: str
    against: str
    name: str
    measure: Literal["cpu", "rate"]
    ratio: Figure
    verdict: Verdict
    disturbed: bool


class Versions(Record):
    """What took part."""

    suite: str
    contract: str
    python: str
    locust: str
    wrk: str
    postgresql: str
    settings: dict[str, str] = Field(description="of PostgreSQL, beside its defaults")


class LoadReport(Record):
    """A measurement of one or several services."""

    format: Literal[1] = 1
    profile: str
    seed: int
    started: datetime
    duration: float = Field(description="seconds")
    machine: Machine
    places: dict[str, list[int]]
    workers: list[str]
    versions: Versions
    products: int
    memory: Literal["resident", "proportional"] = Field("resident", description="what counts as a service's memory")
    windows_clean: int
    windows_dirty: dict[str, int] = Field(description="why, and how many")
    floor: dict[str, float] = Field(description="percentiles against a server that does nothing, in ms")
    floor_late_ms: float
    pgbench: Figure | None = Field(description="statements a second")
    pgbench_busy: float
    services: list[Loaded]
    comparisons: list[Comparison]

    def ok(self) -> bool:
        """Whether nothing was lost, doubled or against the contract."""
        return not any(each.violations or each.faults for each in self.services)

    def disturbed(self) -> bool:
        """Whether some figure had to be taken from windows in which others used the machine."""
        services = self.services
        return any(each.disturbed for one in services for each in one.operations) or any(
            each.disturbed for one in services for each in one.ceilings
        )

    def write(self, file: Path) -> None:
        """Write the report."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
