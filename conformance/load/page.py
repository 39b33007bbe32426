"""A measurement for people: a table in the terminal, and one self-contained page with plots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.table import Table

from load.report import Comparison, Figure, LoadReport
from rosetta.runner.console import Screen

COLOURS = 6
WIDTH, ROW, LABEL = 640, 26, 150
CURVE_HEIGHT = 260


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if value == 0:
        return "0"
    digits = max(2 - math.floor(math.log10(abs(value))), 0)
    return f"{value:,.{digits}f}"


def interval(figure: Figure | None) -> str:
    """A figure with its interval."""
    if figure is None:
        return "–"
    if figure.low is None or figure.high is None:
        return number(figure.value)
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def sentence(found: Comparison) -> str:
    """The verdict of a comparison in words."""
    what = "CPU" if found.measure == "cpu" else "requests a second"
    if found.verdict == "unknown":
        return f"{found.name}: too few windows to compare {found.service} with {found.against}"
    if found.verdict == "tie":
        return f"{found.name}: a tie of {found.service} and {found.against} in {what}"
    times, more, less = found.ratio.value, found.service, found.against
    if times < 1:
        times, more, less = 1 / times, less, more
    return f"{found.name}: {more} has {number(times)} times the {what} of {less}"


def bars(rows: Sequence[tuple[str, int, Figure | None]], unit: str) -> Markup:
    """Horizontal bars with their intervals: label, colour and figure of each."""
    known = [figure for _, _, figure in rows if figure is not None]
    most = max((figure.high or figure.value for figure in known), default=1.0) or 1.0
    scale = (WIDTH - LABEL - 90) / most
    parts = []
    for at, (label, colour, figure) in enumerate(rows):
        y = at * ROW
        parts.append(f'<text class="label" x="{LABEL - 8}" y="{y + 16}">{Markup.escape(label)}</text>')
        if figure is None:
            parts.append(f'<text x="{LABEL}" y="{y + 16}">–</text>')
            continue
        end = LABEL + figure.value * scale
        parts.append(f'<rect class="c{colour}" x="{LABEL}" y="{y + 4}" width="{end - LABEL:.1f}" height="16" rx="2"/>')
        if figure.low is not None and figure.high is not None:
            low, high = LABEL + figure.low * scale, LABEL + figure.high * scale
            parts.append(
                f'<path class="whisker" d="M{low:.1f} {y + 12}H{high:.1f}M{low:.1f} {y + 8}v8M{high:.1f} {y + 8}v8"/>'
            )
            end = max(end, high)
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 16}">{number(figure.value)} {Markup.escape(unit)}</text>')
    height = len(rows) * ROW
    return Markup(f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(parts)}</svg>')


def curves(lines: Sequence[tuple[str, int, Sequence[tuple[float, float]]]]) -> Markup:
    """Latency over percentile: to the right ever rarer, each step ten times; upwards ten times as long."""
    points = [ms for _, _, line in lines for _, ms in line if ms > 0]
    if not points:
        return Markup("")
    low, high = math.floor(math.log10(min(points))), math.ceil(math.log10(max(points)))
    high = max(high, low + 1)
    left, right, top, bottom = 60, WIDTH - 20, 10, CURVE_HEIGHT - 30
    deepest = max(_rarity(each) for _, _, line in lines for each, _ in line) or 1.0

    def x(percentile: float) -> float:
        return left + (right - left) * _rarity(percentile) / deepest

    def y(ms: float) -> float:
        return bottom - (bottom - top) * (math.log10(ms) - low) / (high - low)

    parts = []
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path class="grid" d="M{left} {at:.1f}H{right}"/>')
        parts.append(f'<text class="label" x="{left - 6}" y="{at + 4:.1f}">{10.0**power:g} ms</text>')
    for mark in (0.0, 50.0, 90.0, 99.0, 99.9, 99.99):
        if _rarity(mark) <= deepest:
            parts.append(f'<path class="grid" d="M{x(mark):.1f} {top}V{bottom}"/>')
            parts.append(f'<text class="middle" x="{x(mark):.1f}" y="{bottom + 18}">{mark:g} %</text>')
    for _, colour, line in lines:
        path = "L".join(f"{x(percentile):.1f} {y(ms):.1f}" for percentile, ms in line if ms > 0)
        parts.append(f'<path class="line s{colour}" d="M{path}"/>')
    return Markup(f'<svg viewBox="0 0 {WIDTH} {CURVE_HEIGHT}" role="img">{"".join(parts)}</svg>')


def _rarity(percentile: float) -> float:
    return -math.log10(1 - percentile / 100)


def render(report: LoadReport) -> str:
    """The page as HTML that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "interval": interval}
    environment.globals |= {"bars": bars, "curves": curves, "sentence": sentence, "COLOURS": COLOURS}
    return environment.get_template("page.html.j2").render(report=report)


def write(report: LoadReport, file: Path) -> Path:
    """Write the page."""
    file.write_text(render(report), encoding="utf-8")
    return file


def show(report: LoadReport, screen: Screen, page: Path) -> None:
    """Print the result in short."""
    table = Table("", *(each.service for each in report.services), box=None)
    for at, operation in enumerate(report.services[0].operations):
        cells = [interval(each.operations[at].cpu_ms) for each in report.services]
        table.add_row(f"{operation.name} at {operation.rate:g}/s: CPU ms", *cells)
    for at, ceiling in enumerate(report.services[0].ceilings):
        table.add_row(f"{ceiling.name}: requests/s", *(interval(each.ceilings[at].rate) for each in report.services))
    for name in ("p50", "p95", "p99", "p99.9"):
        cells = [number(each.operations[0].percentiles.get(name, 0)) for each in report.services]
        if any(cell != "0" for cell in cells):
            table.add_row(f"getProduct {name} ms", *cells)
    table.add_row("MiB idle / loaded", *(f"{s.memory_idle >> 20} / {s.memory_loaded >> 20}" for s in report.services))
    table.add_row("seconds to first answer", *(number(each.ready_seconds) for each in report.services))
    screen.console.print(table, width=max(screen.console.width, 32 + 28 * len(report.services)))
    if report.pgbench is not None:
        screen.say(f"Floor: {', '.join(f'{name} {number(ms)} ms' for name, ms in report.floor.items())}")
        screen.say(f"pgbench with getProduct's statement: {interval(report.pgbench)} a second")
    for each in report.comparisons:
        if each.verdict != "unknown":
            screen.say(sentence(each))
    for service in report.services:
        for error, count in service.errors.items():
            screen.say(f"{service.service}: {count} × {error}")
        for wrong in (*service.violations, *service.faults):
            screen.console.print(f"[bold red]{service.service}:[/]", wrong, markup=True)
        if not service.faults:
            screen.say(
                f"{service.service}: {service.requests:,} requests, {service.checked} checked, the books balance"
            )
    if report.disturbed():
        screen.say(
            "Others used this machine meanwhile: figures marked so on the page may be theirs. Measure again later."
        )
    screen.say(f"The page: {page}")
