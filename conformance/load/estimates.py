"""Medians, their intervals, and when a difference counts as one."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

RESAMPLES = 2000
SMALLEST = 0.05  # a smaller difference is not claimed, however narrow its interval
FEWEST = 6  # of fewer windows no interval can hold the median in 95 of 100 cases

Verdict = Literal["less", "more", "tie", "unknown"]


@dataclass(frozen=True)
class Estimate:
    """A median and its 95 % bootstrap interval; without an interval if there were too few windows."""

    value: float
    low: float | None
    high: float | None
    windows: int


def estimate(values: Sequence[float], seed: int = 1) -> Estimate | None:
    """The median of `values`; None without any."""
    if not values:
        return None
    if len(values) < FEWEST:
        return Estimate(median(values), None, None, len(values))
    chance = random.Random(seed)
    drawn = sorted(median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Estimate(median(values), drawn[round(RESAMPLES * 0.025)], drawn[round(RESAMPLES * 0.975) - 1], len(values))


@dataclass(frozen=True)
class Ratio:
    """How many times as much as the other: the median over pairs of windows, its interval, and the verdict."""

    estimate: Estimate
    verdict: Verdict


def ratio(pairs: Sequence[tuple[float, float]], seed: int = 1) -> Ratio | None:
    """Compare the second of each pair with the first; both were measured one right after the other.

    A tie is what the interval cannot tell from equal, or a difference below 5 %.
    """
    logs = [math.log(after / before) for before, after in pairs if before > 0 and after > 0]
    found = estimate(logs, seed)
    if found is None:
        return None
    if found.low is None or found.high is None:
        return Ratio(Estimate(math.exp(found.value), None, None, found.windows), "unknown")
    times = Estimate(math.exp(found.value), math.exp(found.low), math.exp(found.high), found.windows)
    small = abs(times.value - 1) < SMALLEST
    verdict: Verdict = "tie" if found.low <= 0 <= found.high or small else "less" if times.value < 1 else "more"
    return Ratio(times, verdict)
