"""From windows to figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from load import histogram
from load.bench import BUSY, LATE_MS, Taken, kept
from load.estimates import estimate, ratio
from load.machine import Places
from load.report import Ceiling, Comparison, Figure, Operation, Step
from load.window import Measured, add

LATE_SHARE = 0.1  # of the reported p99

Windows = Mapping[str, Sequence[Taken]]


def cpu(window: Taken) -> float:
    """CPU milliseconds of the service for each request."""
    return window.cpu_ms


def rate(window: Taken) -> float:
    """Requests a second of a pressed service."""
    return window.through.rate if window.through else 0.0


def _figure(windows: Sequence[Taken], of: Callable[[Taken], float]) -> Figure | None:
    return Figure.of(estimate([of(window) for window in windows if window.requests]))


def _measured(windows: Sequence[Taken]) -> Measured:
    return add(window.measured for window in windows if window.measured is not None)


def late_ms(windows: Sequence[Taken]) -> float:
    """How late the generator was, at p99."""
    return histogram.milliseconds(histogram.merged([_measured(windows).lateness]), 99)


def operation(name: str, per_second: float, windows: Windows, key: str, places: Places, floor: float) -> Operation:
    """One operation of the service `key`; `floor` is how late the generator was with a null server."""
    at, disturbed = kept(windows)
    chosen = [windows[key][each] for each in at]
    measured = _measured(chosen)
    times = histogram.merged([measured.times[name]] if name in measured.times else [])
    told = histogram.percentiles(times)
    late = late_ms(chosen)
    void = _void(late, floor, _busy(chosen, "generator", places.generator), told.get("p99"))
    return Operation(
        name=name,
        rate=per_second,
        cpu_ms=_figure(chosen, cpu),
        database_ms=_figure(chosen, lambda window: window.usage.cpu["database"] * 1000 / window.requests),
        busy=_busy(chosen, "service", places.service),
        requests=sum(each.requests for each in windows[key]),
        errors=_measured(windows[key]).errors,
        percentiles={} if void else told,
        curve=[] if void else histogram.curve(times),
        late_ms=late,
        void=void,
        disturbed=disturbed,
    )


def _busy(windows: Sequence[Taken], part: str, cores: Sequence[int]) -> float:
    return fmean(each.usage.share(part) for each in windows) / len(cores)


def _void(late: float, floor: float, busy: float, p99: float | None) -> str:
    """Why the latencies are the generator's and not the service's, if they are."""
    if busy > BUSY:
        return f"the generator used {busy:.0%} of its cores: generator limit on this machine, use workers"
    if late > LATE_MS:
        return f"the generator was {late:.1f} ms late at p99"
    # Waking up takes it up to a millisecond even when nothing else runs; that is the floor's, and is told beside it.
    if p99 is not None and late - floor > LATE_SHARE * p99:
        return f"the generator was {late:.1f} ms late at p99, which is over a tenth of {p99:.1f} ms"
    return ""


def ceiling(name: str, connections: int, windows: Windows, key: str, limit: str | None) -> Ceiling:
    """The ceiling of the service `key`; `limit` is the key of pgbench's windows, if they are the same statement's."""
    at, disturbed = kept(windows)
    chosen = [windows[key][each] for each in at]
    against = ratio([(rate(windows[limit][each]), rate(windows[key][each])) for each in at]) if limit else None
    rest = ("database", "generator", "harness", "wrk")
    return Ceiling(
        name=name,
        rate=_figure(chosen, rate),
        cpu_ms=_figure(chosen, cpu),
        connections=connections,
        busy=fmean(each.usage.share("service") for each in chosen),
        rest_busy=fmean(sum(each.usage.share(part) for part in rest) for each in chosen),
        share=Figure.of(against.estimate) if against else None,
        errors=sum(each.through.errors for each in windows[key] if each.through),
        disturbed=disturbed,
    )


def compare(name: str, measure: str, windows: Windows, keys: Sequence[str]) -> list[Comparison]:
    """Each service over the first of `keys`, window by window of the same round."""
    at, disturbed = kept({key: windows[key] for key in keys})
    of = cpu if measure == "cpu" else rate
    found = []
    for key in keys[1:]:
        pairs = [(windows[keys[0]][each], windows[key][each]) for each in at]
        told = ratio([(of(first), of(other)) for first, other in pairs if first.requests and other.requests])
        if told is not None:
            figure = Figure.of(told.estimate)
            assert figure is not None
            found.append(
                Comparison(
                    service=key,
                    against=keys[0],
                    name=name,
                    measure="cpu" if measure == "cpu" else "rate",
                    ratio=figure,
                    verdict=told.verdict,
                    disturbed=disturbed,
                )
            )
    return found


def steps(windows: Sequence[Taken]) -> list[Step]:
    """Every request and journey of the windows of all journeys at once."""
    times = _measured(windows).times
    found = []
    for name, text in sorted(times.items()):
        each = histogram.merged([text])
        found.append(Step(name=name, count=histogram.count(each), percentiles=histogram.percentiles(each)))
    return found
