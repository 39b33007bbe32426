"""Windows of load and what they cost: taken in turn, and repeated if the machine did much else meanwhile."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from load import ceiling, histogram
from load.arm import Arm
from load.ceiling import Through
from load.drive import Generator
from load.estimates import FEWEST
from load.machine import Meter, Places, Usage
from load.profiles import OVERHEAD_SECONDS, SETTLE_SECONDS, Profile
from load.window import Measured, Spec
from rosetta.harness.database import Cluster

OTHERS = 0.08  # of a core: more, and somebody else's work is in the figures
QUEUE = 0.05  # of the window: more, and the generator was kept from sending
LATE_MS = 2.0  # at p99
BUSY = 0.70  # of its cores: more, and the generator's own queue is in the latencies

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Taken:
    """A window: what it cost, what it showed, and what was wrong with it if anything was."""

    usage: Usage
    requests: int
    measured: Measured | None = None
    through: Through | None = None
    dirty: str = ""

    @property
    def cpu_ms(self) -> float:
        """The service's CPU milliseconds for each request."""
        return self.usage.cpu.get("service", 0.0) * 1000 / max(self.requests, 1)


def dirt(usage: Usage, queued: bool) -> str:
    """What makes a window unfit, or nothing. `queued` is whether the generator must not have waited for its core.

    Where wrk presses as hard as it can, it and PostgreSQL wait for each other, and so do a service's own processes.
    """
    if usage.others >= OTHERS * usage.seconds:
        return "others used the machine"
    waited = queued and usage.queue.get("generator", 0.0) > QUEUE * usage.seconds
    return "the generator waited for its core" if waited else ""


@dataclass
class Budget:
    """Time: what the plan still takes without repeats, and until when all must be over."""

    planned: float
    limit: float
    began: float = field(default_factory=time.monotonic)

    def spend(self, seconds: float) -> None:
        """A window of the plan is done."""
        self.planned = max(self.planned - seconds, 0)

    def spare(self, seconds: float) -> bool:
        """Whether a repeat of so many seconds still fits."""
        return time.monotonic() - self.began + self.planned + seconds < self.limit

    def left(self) -> str:
        """The time that the plan still takes, for people."""
        minutes, seconds = divmod(round(self.planned), 60)
        return f"{minutes} min {seconds:02} s left" if minutes else f"{seconds} s left"


@dataclass
class Bench:
    """Everything that takes part in a measurement, running."""

    places: Places
    cluster: Cluster
    generator: Generator
    arms: Sequence[Arm]
    profile: Profile
    budget: Budget
    seed: int
    clean: int = 0
    dirty: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def _meter(self, service: int | None) -> Meter:
        parts = {"database": [self.cluster.pid], "generator": self.generator.pids, "harness": [os.getpid()]}
        return Meter(parts | ({"service": [service]} if service is not None else {}))

    def window(self, spec: Spec, service: int, arm: Arm | None = None) -> Taken:
        """A window of open load on the service with this process id; `arm` is it, unless it is the null server."""
        meter = self._meter(service)
        measured = self.generator.window(spec)
        usage = meter.read()
        if arm is not None:
            arm.book(measured)
        late = histogram.milliseconds(histogram.merged([measured.lateness]), 99)
        dirty = dirt(usage, queued=True) or ("the generator was late" if late > LATE_MS else "")
        return Taken(usage, sum(measured.sent.values()), measured, dirty=dirty)

    def load(self, arm: Arm, rates: Mapping[str, float], seconds: float, seed: object, **options: float) -> Taken:
        """A window of open load on an arm."""
        return self.window(arm.spec(dict(rates), seconds, str(seed), **options), arm.instance.process.pid, arm)

    def press(self, arm: Arm, operation: str, connections: int, seconds: int, seed: int) -> Taken:
        """A window in which wrk sends all that goes through."""
        meter = self._meter(arm.instance.process.pid)
        told = ceiling.requests(arm.instance.url, operation, connections, seconds, arm.products, seed)
        usage = meter.read({"wrk": told.cpu})
        arm.ledger.requests += told.requests
        return Taken(usage, told.requests, through=told, dirty=dirt(usage, queued=False))

    def limit(self, arm: Arm, seconds: int) -> Taken:
        """A window of pgbench in the service's place, on the database of an arm."""
        meter = self._meter(None)
        told = ceiling.statements(self.cluster.binaries, arm.database_url, seconds, arm.products, self.places.service)
        usage = meter.read({"service": told.cpu})
        return Taken(usage, told.requests, through=told, dirty=dirt(usage, queued=False))

    def rounds(
        self, name: str, count: int, seconds: float, acts: Mapping[str, Callable[[int], Taken]], progress: Progress
    ) -> dict[str, list[Taken]]:
        """Take `count` windows of each act, one round after the other, in a new random order each round.

        So whatever changes with time changes for all. A dirty window is repeated while there is time.
        """
        taken: dict[str, list[Taken]] = {key: [] for key in acts}
        for number in range(count):
            for key in self.chance.sample(list(acts), len(acts)):
                progress(f"{name}, {key}: window {number + 1} of {count}; {self.budget.left()}")
                taken[key].append(self._take(acts[key], number, seconds))
                self.budget.spend(seconds)
        return taken

    def _take(self, act: Callable[[int], Taken], number: int, seconds: float) -> Taken:
        for _ in range(self.profile.repeats + 1):
            window = act(number)  # a repeat sends the same requests again
            self.dirty.update([window.dirty] if window.dirty else [])
            if not window.dirty:
                self.clean += 1
                return window
            if not self.budget.spare(seconds):
                return window
        return window

    def held(self, arm: Arm, act: Callable[[], Taken]) -> Taken:
        """Take a window of an arm while the others that are restless stand still."""
        with contextlib.ExitStack() as stack:
            for other in self.arms:
                if other is not arm:
                    stack.enter_context(other.held())
            return act()


def window_seconds(seconds: float) -> float:
    """What an open window takes in all."""
    return seconds + SETTLE_SECONDS + OVERHEAD_SECONDS


def kept(taken: Mapping[str, Sequence[Taken]]) -> tuple[list[int], bool]:
    """The rounds that count, and whether they are disturbed.

    Those whose windows are all clean, if they are enough for an interval or all there are; else all, told as disturbed.
    """
    count = min(len(windows) for windows in taken.values())
    clean = [at for at in range(count) if not any(windows[at].dirty for windows in taken.values())]
    return (clean, False) if clean and len(clean) >= min(FEWEST, count) else (list(range(count)), True)
