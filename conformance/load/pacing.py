"""When requests are due: an open model, in which visitors come whether or not earlier ones have been served."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import fmean, pvariance

SLOT_SECONDS = 0.01


def arrivals(rate: float, seconds: float, seed: str, *, even: bool = False) -> Iterator[float]:
    """Moments from 0 to `seconds`, at `rate` a second: as chance has it (Poisson), or `even`ly spaced.

    Equal seeds give equal moments, so that two services meet the same crowd.
    """
    chance = random.Random(seed)
    # An even series begins anywhere within its first gap, so that several of them do not all fall together.
    at = chance.random() / rate if even else chance.expovariate(rate)
    while at < seconds:
        yield at
        at += 1 / rate if even else chance.expovariate(rate)


def schedule(rates: dict[str, float], seconds: float, seed: str, *, even: bool = False) -> Iterator[tuple[float, str]]:
    """The arrivals of several journeys, in order of time; `rates` holds how often a second each begins."""
    each = [
        zip(arrivals(rate, seconds, f"{seed} {name}", even=even), _always(name), strict=False)
        for name, rate in sorted(rates.items())
    ]
    return heapq.merge(*each)


def _always(name: str) -> Iterator[str]:
    while True:
        yield name


def dispersion(moments: Iterable[float], seconds: float) -> float:
    """Variance over mean of the arrivals in slots of 10 ms: 0 is even, 1 is Poisson, more comes in bursts."""
    counted = Counter(int(moment / SLOT_SECONDS) for moment in moments)
    slots = [counted[slot] for slot in range(int(seconds / SLOT_SECONDS))]
    return pvariance(slots) / fmean(slots) if sum(slots) else 0.0
