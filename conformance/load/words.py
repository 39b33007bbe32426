"""Figures as text, and the headline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from load.report import Comparison, Figure, LoadReport

FEW = 3  # so many services are told apart by name; of more, the headline counts


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if value == 0:
        return "0"
    digits = max(2 - math.floor(math.log10(abs(value))), 0)
    return f"{value:,.{digits}f}"


def rough(value: float) -> str:
    """Two significant digits, as a headline has them."""
    value = float(f"{value:.1e}")
    return f"{value:,.{max(1 - math.floor(math.log10(value)), 0)}f}"


def interval(figure: Figure | None) -> str:
    """A figure with its interval."""
    if figure is None:
        return "–"
    if figure.low is None or figure.high is None:
        return number(figure.value)
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def typical(report: LoadReport, service: str) -> float:
    """How many times the first service's CPU it takes: the median over the operations."""
    ratios = [each.ratio.value for each in report.comparisons if (each.service, each.measure) == (service, "cpu")]
    return median(ratios) if ratios else 1.0


def headline(report: LoadReport) -> list[str]:
    """The main result, a sentence each; the first stands for all."""
    if not report.ok():
        return ["This measurement has failed, whatever its speed."]
    told = [*_cost(report), *_most(report)]
    if report.disturbed():
        told.append("Others used the machine meanwhile: figures marked “disturbed” are hints, not results.")
    return told


def _cost(report: LoadReport) -> list[str]:
    first = report.services[0]
    if len(report.services) == 1:
        main = first.operations[0]
        spent = "an unknown time" if main.cpu_ms is None else f"{rough(main.cpu_ms.value)} ms"
        return [f"{first.service} spends {spent} of CPU on {main.name} at {main.rate:g} a second."]
    found: dict[str, list[Comparison]] = {}
    for each in report.comparisons:
        if each.measure == "cpu" and each.verdict != "unknown":
            found.setdefault(each.service, []).append(each)
    if not found:
        return ["Too few windows to compare the services."]
    names = sorted(found, key=lambda service: typical(report, service))
    if len(names) <= FEW:
        parts = [_named(typical(report, name), found[name], name == names[0]) for name in names]
        return [f"A typical request costs {listed(parts)}."]
    verdicts = [{each.verdict for each in one} for one in found.values()]
    counts = (
        (verdicts.count({"more"}), "takes", "take", f"more CPU than {first.service} in every operation"),
        (verdicts.count({"less"}), "takes", "take", f"less than {first.service} in every operation"),
        (verdicts.count({"tie"}), "ties", "tie", "in every operation"),
        (sum(len(each) > 1 for each in verdicts), "depends", "depend", "on the operation"),
    )
    parts = [f"{count} {one if count == 1 else many} {what}" for count, one, many, what in counts if count]
    low, high = (f"{rough(typical(report, name))} times ({name})" for name in (names[0], names[-1]))
    return [
        f"Of {len(names)} services {listed(parts)}.",
        f"A typical request costs them from {low} to {high} the CPU of {first.service}.",
    ]


def _named(times: float, found: Sequence[Comparison], first: bool) -> str:
    """What it costs one service; only the first of a sentence says what is compared with what."""
    service, against = found[0].service, found[0].against
    ties = sum(each.verdict == "tie" for each in found)
    if ties == len(found):
        return f"{service} as much{' CPU' if first else ''} as {against}, as far as can be told"
    values = [each.ratio.value for each in found]
    spread = f"{rough(min(values))} to {rough(max(values))}{' by operation' if first else ''}"
    tied = f", a tie in {ties} of {len(found)}" if ties else ""
    return f"{service} {rough(times)} times{f' the CPU of {against}' if first else ''} ({spread}{tied})"


def _most(report: LoadReport) -> list[str]:
    rates = {each.service: each.ceilings[0].rate for each in report.services if each.ceilings}
    known = sorted((rate.value, service, rate) for service, rate in rates.items() if rate is not None)
    if not known:
        return []
    cores = len(report.places["service"])
    place = "one core" if cores == 1 else f"{cores} cores"
    name = report.services[0].ceilings[0].name
    (least, slow, below), (most, fast, above) = known[0], known[-1]
    if len(known) == 1:
        return [f"At full load it answers {rough(most)} {name} a second from {place}."]
    if (below.high or least) >= (above.low or most):
        return [f"At full load each answers about {rough(most)} {name} a second from {place}."]
    return [
        f"At full load they answer from {rough(least)} ({slow}) to {rough(most)} ({fast}) {name} a second from {place}."
    ]
