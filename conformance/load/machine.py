"""The cores that each part runs on, and what each of them costs: Linux's own clocks, read before and after a window."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from rosetta.harness.errors import HarnessError

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Places:
    """The cores of each part. Where there are two, PostgreSQL and the generator share the second."""

    service: tuple[int, ...]
    database: tuple[int, ...]
    generator: tuple[int, ...]

    def described(self) -> dict[str, list[int]]:
        """The cores by part, for a report."""
        return {name: list(cores) for name, cores in vars(self).items()}


def places(cores: Sequence[int] | None = None) -> Places:
    """Share out the cores that this process may use; raises HarnessError if it cannot choose."""
    if cores is None:
        if not hasattr(os, "sched_getaffinity"):
            raise HarnessError("load is measured on Linux only", "Use a Linux machine, a virtual one or WSL 2.")
        cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise HarnessError("load needs two cores: one for the service, one for the rest", "Use a larger machine.")
    if len(cores) < 4:
        return Places((cores[0],), tuple(cores[1:]), tuple(cores[1:]))
    half, quarter = len(cores) // 2, len(cores) // 4
    return Places(tuple(cores[:half]), tuple(cores[half : half + quarter]), tuple(cores[half + quarter :]))


@contextlib.contextmanager
def on(cores: Sequence[int]) -> Iterator[None]:
    """What is started inside runs on these cores from the first on: runtimes count them when they start."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(pid: int) -> list[int]:
    """The process and its descendants; empty when it has ended."""
    try:
        root = psutil.Process(pid)
        return [pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process with all its threads, to the nanosecond; 0 when it has ended."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # how Linux numbers the CPU clock of another process
    except OSError:
        return 0.0


def reaped_seconds(pid: int) -> float:
    """The CPU time of the children of a process that have ended, as sessions of PostgreSQL do; in steps of 10 ms."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / TICK


def queue_seconds(pid: int) -> float:
    """How long the threads of a process have waited for a core."""
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):
            total += int(task.read_text().split()[1])
    return total / 1e9


def _sums(roots: Sequence[int]) -> tuple[float, float]:
    """CPU and waiting of the processes that descend from `roots`, those that have ended too."""
    cpu = queue = 0.0
    for root in roots:
        # All that is measured descends from this process, so it counts only for itself.
        for pid in [root] if root == os.getpid() else tree(root):
            cpu += cpu_seconds(pid) + (reaped_seconds(pid) if pid != os.getpid() else 0.0)
            queue += queue_seconds(pid)
    return cpu, queue


def _busy_seconds(cores: int) -> float:
    """The time that the cores were not idle. Idle time is exact, while busy time is sampled."""
    columns = Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]
    idle, iowait, irq, softirq, steal = (int(columns[at]) / TICK for at in (3, 4, 5, 6, 7))
    return time.monotonic() * cores - idle - iowait - irq - softirq - steal


@dataclass(frozen=True)
class Usage:
    """What a window cost: CPU seconds of each part, its wait for a core, and the CPU seconds of all others."""

    seconds: float
    cpu: Mapping[str, float]
    queue: Mapping[str, float]
    others: float

    def share(self, part: str) -> float:
        """The cores that a part kept busy, on average."""
        return self.cpu.get(part, 0.0) / self.seconds


class Meter:
    """Measures from its making to `read`. `parts` names the root processes of each part."""

    def __init__(self, parts: Mapping[str, Sequence[int]]) -> None:
        self._parts = parts
        self._cores = os.cpu_count() or 1
        self._before = self._now()
        self._began = time.monotonic()
        self._busy = _busy_seconds(self._cores)

    def _now(self) -> dict[str, tuple[float, float]]:
        return {part: _sums(roots) for part, roots in self._parts.items()}

    def read(self, extra: Mapping[str, float] | None = None) -> Usage:
        """The costs so far. `extra` is the CPU of processes that have ended, as wait4 told it."""
        busy = _busy_seconds(self._cores) - self._busy
        seconds = time.monotonic() - self._began
        now = self._now()
        cpu, queue = dict(extra or {}), {}
        for part, (spent, waited) in now.items():
            before = self._before[part]
            cpu[part] = cpu.get(part, 0.0) + max(spent - before[0], 0.0)
            queue[part] = max(waited - before[1], 0.0)
        return Usage(seconds, cpu, queue, max(busy - sum(cpu.values()), 0.0))


def processor() -> str:
    """The processor's name."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
