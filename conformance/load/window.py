"""What the generator is asked to do, and what it tells afterwards. No part of Locust is needed to read this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from load import histogram


@dataclass(frozen=True)
class Spec:
    """One window of load.

    Args:
        host: the base URL.
        rates: how often a second each journey begins.
        seconds: how long journeys begin, after `settle` seconds whose answers are checked but not timed.
        seed: equal seeds send equal requests at equal moments.
        products: how many there are; their skus are numbers from 100001 on.
        admin: the administrator's user id.
        first: the number of the first customer; each journey of a customer takes the next one.
        watchers: event streams that are open meanwhile.
        even: evenly spaced arrivals instead of Poisson's.
        workers: among how many generators the load is shared out.
    """

    host: str
    rates: dict[str, float]
    seconds: float
    settle: float
    seed: str
    products: int
    admin: str = ""
    first: int = 0
    watchers: int = 0
    even: bool = False
    workers: int = 1

    def dump(self) -> dict[str, Any]:
        """The window as JSON."""
        return asdict(self)


@dataclass
class Measured:
    """What one window has shown. `times` holds histograms, dumped; they and `sent` go by operation.

    Args:
        sent: requests that were answered, those of the settling time too: what CPU time is divided by.
        customers: how far the numbers of the customers go that were used up.
        errors: operation and what was wrong, such as `checkout 503`, and how often.
        lateness: how much later than intended the journeys began: the generator's own fault.
        samples: a few answers, as method, target, status, headers and body in Latin-1.
        bought: the order of each Idempotency-Key that was answered with 201.
        unknown: keys of check-outs without an answer.
        added: what was added to the stock of each sku.
        unsure: changes of stock without an answer.
        watched: for each stream the events that came, as first id, last id, how many, and whether in order.
    """

    times: dict[str, str] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    lateness: str = ""
    customers: int = 0
    samples: list[list[Any]] = field(default_factory=list)
    bought: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    unsure: dict[str, list[int]] = field(default_factory=dict)
    watched: list[list[int]] = field(default_factory=list)

    def dump(self) -> dict[str, Any]:
        """The result as JSON."""
        return asdict(self)


def add(results: Iterable[Measured]) -> Measured:
    """The results of several windows or workers as one."""
    each = list(results)
    total = Measured()
    texts: dict[str, list[str]] = {}
    for one in each:
        for name, text in one.times.items():
            texts.setdefault(name, []).append(text)
        for counts, more in ((total.sent, one.sent), (total.errors, one.errors), (total.added, one.added)):
            for name, count in more.items():
                counts[name] = counts.get(name, 0) + count
        total.customers = max(total.customers, one.customers)
        total.samples += one.samples
        total.bought |= one.bought
        total.unknown += one.unknown
        for sku, deltas in one.unsure.items():
            total.unsure.setdefault(sku, []).extend(deltas)
        total.watched += one.watched
    total.times = {name: histogram.dump(histogram.merged(those)) for name, those in texts.items()}
    total.lateness = histogram.dump(histogram.merged(one.lateness for one in each if one.lateness))
    return total
