"""The charts of a measurement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from load.charts import Chart, Mark, Panel, Row, Scale, decades, linear, ratios
from load.report import Comparison, Figure, Loaded, LoadReport
from load.words import interval, number, typical

SHAPES = {"p50": "circle", "p95": "diamond", "p99": "triangle", "p99.9": "square"}
MIB = 2**20


def ordered(report: LoadReport) -> list[Loaded]:
    """The services, the cheapest first, so that each chart has them in the same order."""
    return sorted(report.services, key=lambda each: typical(report, each.service))


def _point(figure: Figure, kind: str) -> Mark:
    return Mark(figure.value, kind, figure.low, figure.high)


def _notes(*notes: str) -> str:
    return "; ".join(each for each in notes if each)


def _disturbed(disturbed: bool) -> str:
    return "disturbed" if disturbed else ""


def comparison(report: LoadReport) -> Chart:
    """Every ratio, with a line at 1."""
    operations = list(dict.fromkeys((each.measure, each.name) for each in report.comparisons))
    edges = {"cpu": ("← less CPU", "more CPU →"), "rate": ("← fewer", "more →")}
    titles = {"cpu": "CPU a request", "rate": "most requests a second"}
    order = {each.service: at for at, each in enumerate(ordered(report))}
    panels = []
    for measure, name in operations:
        found = [each for each in report.comparisons if (each.measure, each.name) == (measure, name)]
        rows = [_ratio(each) for each in sorted(found, key=lambda each: order[each.service])]
        panels.append(Panel(f"{name}: {titles[measure]}", rows, edges[measure]))
    seen = [value for each in report.comparisons for value in (each.ratio.value, each.ratio.low, each.ratio.high)]
    scale = ratios([value for value in seen if value is not None])
    legend = (("circle", "differs"), ("ring", "tie"), ("cross", "too few windows to tell"))
    return Chart(
        panels, scale, f"ratio to {report.services[0].service}", ("service", "ratio", "verdict"), legend, line=1.0
    )


def _ratio(found: Comparison) -> Row:
    kind = {"tie": "ring", "unknown": "cross"}.get(found.verdict, "circle")
    told = number(found.ratio.value)
    cells = (interval(found.ratio), found.verdict)
    return Row(found.service, [_point(found.ratio, kind)], told, cells, _disturbed(found.disturbed))


def cost(report: LoadReport) -> Chart:
    """CPU a request, of the service and of PostgreSQL; a panel for each service."""
    panels = []
    for service in ordered(report):
        rows = []
        for each in service.operations:
            marks = [_point(each.cpu_ms, "circle")] if each.cpu_ms else []
            marks += [_point(each.database_ms, "diamond")] if each.database_ms else []
            told = number(each.cpu_ms.value) if each.cpu_ms else "–"
            bad = errors(each.errors)
            cells = (interval(each.cpu_ms), interval(each.database_ms))
            rows.append(Row(each.name, marks, told, cells, _disturbed(each.disturbed), bad))
        panels.append(Panel(service.service, rows))
    head = ("operation", "service", "PostgreSQL")
    legend = (("circle", "the service"), ("diamond", "PostgreSQL for it"))
    return _chart(panels, "ms CPU", head, legend)


def latency(report: LoadReport) -> Chart:
    """Percentiles of each operation at its rate."""
    panels = []
    for at, operation in enumerate(report.services[0].operations):
        rows = []
        for service in ordered(report):
            each = service.operations[at]
            limit = f"at its limit: {each.busy * 100:.0f} % of its cores" if each.busy > 0.85 else ""
            note = each.void or _notes(limit, _disturbed(each.disturbed))
            rows.append(_waits(service.service, each.percentiles, each.requests, note))
        panels.append(Panel(f"{operation.name} at {operation.rate:g} a second", rows))
    return _waiting(panels, report.floor.get("p50"))


def journeys(report: LoadReport) -> Chart:
    """Percentiles of the requests and journeys that came all at once."""
    names = list(dict.fromkeys(each.name for service in report.services for each in service.journeys))
    panels = []
    for name in names:
        rows = []
        for service in ordered(report):
            found = next((each for each in service.journeys if each.name == name), None)
            rows.append(_waits(service.service, found.percentiles if found else {}, found.count if found else 0))
        panels.append(Panel(name, rows))
    return _waiting(panels)


def _waits(name: str, percentiles: Mapping[str, float], count: int, note: str = "") -> Row:
    marks = [Mark(percentiles[each], shape) for each, shape in SHAPES.items() if percentiles.get(each, 0) > 0]
    cells = [number(percentiles[each]) if each in percentiles else "–" for each in SHAPES]
    told = number(percentiles["p50"]) if "p50" in percentiles else "–"
    return Row(name, marks, told, (*cells, f"{count:,}"), note)


def _waiting(panels: Sequence[Panel], line: float | None = None) -> Chart:
    found = {mark.kind for panel in panels for row in panel.rows for mark in row.marks}
    legend = [(shape, f"{name}, the figure beside it" if name == "p50" else name) for name, shape in SHAPES.items()]
    head = ("service", *SHAPES, "count")
    return _chart(panels, "ms", head, [each for each in legend if each[0] in found], line)


def most(report: LoadReport) -> Chart:
    """Requests a second of a pressed service, as bars."""
    panels = []
    for at, ceiling in enumerate(report.services[0].ceilings):
        rows = []
        for service in ordered(report):
            each = service.ceilings[at]
            share = f", {each.share.value * 100:.1f} % of pgbench" if each.share else ""
            busy = f"{each.busy:.2f} + {each.rest_busy:.2f}"
            cells = (interval(each.rate) + share, interval(each.cpu_ms), f"{each.connections}", busy)
            bad = f"{each.errors:,} errors" if each.errors else ""
            rows.append(_bar(service.service, each.rate, cells, _disturbed(each.disturbed), bad))
        if at == 0 and report.pgbench is not None:
            rows.append(_bar("pgbench", report.pgbench, (interval(report.pgbench), *3 * "–")))
        panels.append(Panel(ceiling.name, rows))
    head = ("service", "a second", "CPU ms", "at once", "busy cores: its + others")
    return _chart(panels, "requests a second", head)


def memory(report: LoadReport) -> Chart:
    """MiB when idle, under load, and at the most."""
    rows = []
    for each in ordered(report):
        sizes = {"circle": each.memory_idle, "diamond": each.memory_loaded, "triangle": each.memory_peak}
        marks = [Mark(size / MIB, kind) for kind, size in sizes.items() if size]
        cells = ["–" if size is None else f"{size // MIB:,}" for size in sizes.values()]
        rows.append(Row(each.service, marks, cells[1], cells))
    scale = linear([mark.value for row in rows for mark in row.marks])
    legend = (("circle", "idle"), ("diamond", "loaded, the figure beside it"), ("triangle", "at the peak"))
    return Chart([Panel("Memory", rows)], scale, "MiB", ("service", "idle", "loaded", "peak"), legend)


def start(report: LoadReport) -> Chart:
    """Seconds to the first right answer, and to a settled cost."""
    rows = []
    for each in ordered(report):
        marks = [Mark(each.ready_seconds), Mark(each.warm_seconds, "diamond")]
        cells = (number(each.ready_seconds), number(each.warm_seconds))
        rows.append(Row(each.service, marks, cells[0], cells, "" if each.warmed else "not settled"))
    legend = (("circle", "first right answer, the figure beside it"), ("diamond", "warm-up"))
    return _chart([Panel("Start", rows)], "seconds", ("service", "first answer", "warm-up"), legend)


def statements(report: LoadReport) -> Chart:
    """Statements a request, as bars."""
    panels = []
    for name in report.services[0].statements:
        rows = []
        for service in ordered(report):
            asked = service.statements[name].per_request
            rows.append(_bar(service.service, Figure(value=asked, low=None, high=None, windows=1), (number(asked),)))
        panels.append(Panel(name, rows))
    return _chart(panels, "statements", ("service", "statements a request"))


def _bar(name: str, figure: Figure | None, cells: Sequence[str], note: str = "", bad: str = "") -> Row:
    marks = [_point(figure, "bar")] if figure else []
    return Row(name, marks, number(figure.value) if figure else "–", cells, note, bad)


def _chart(
    panels: Sequence[Panel],
    unit: str,
    head: Sequence[str],
    legend: Sequence[tuple[str, str]] = (),
    line: float | None = None,
) -> Chart:
    marks = [mark for panel in panels for row in panel.rows for mark in row.marks]
    seen = [value for mark in marks for value in (mark.value, mark.low, mark.high) if value is not None]
    bars = any(mark.kind == "bar" for mark in marks)
    scale = linear(seen) if bars else decades([*seen, *([line] if line else [])])
    return Chart(panels, scale, unit, head, legend, line)


def errors(errors: Mapping[str, int]) -> str:
    """Errors and how often they came."""
    return "; ".join(f"{count:,} × {error}" for error, count in errors.items())


@dataclass(frozen=True)
class Curve:
    """One service's latency over percentile, as the path of a drawing that is 100 by 100."""

    name: str
    path: str


def curves(report: LoadReport) -> tuple[list[Curve], Scale, Scale]:
    """getProduct's whole distributions: to the right ever rarer, each step ten times; upwards ever longer."""
    lines = {each.service: each.operations[0].curve for each in ordered(report)}
    points = [point for line in lines.values() for point in line if point[1] > 0]
    deepest = max((percentile for percentile, _ in points), default=90.0)
    marks = [each for each in (50.0, 90.0, 99.0, 99.9, 99.99) if each <= deepest]
    across = Scale(0.0, _rarity(deepest) or 1.0, [(_rarity(each), f"{each:g} %") for each in marks], False)
    up = decades([ms for _, ms in points])
    drawn = []
    for name, line in lines.items():
        places = [f"{across.at(_rarity(percentile)):g} {100 - up.at(ms):g}" for percentile, ms in line if ms > 0]
        if places:
            drawn.append(Curve(name, f"M{'L'.join(places)}"))
    return drawn, across, up


def _rarity(percentile: float) -> float:
    return -math.log10(1 - percentile / 100)
