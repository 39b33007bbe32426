"""A measurement for people: a table in the terminal, and one self-contained page with plots."""

from __future__ import annotations

import shlex
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from load import plots
from load.report import LoadReport
from load.words import headline, interval, number
from rosetta.runner.console import Screen


def command(report: LoadReport) -> str:
    """What measures the same again."""
    first, *others = (each.service for each in report.services)
    options = {"SERVICE": first, "AGAINST": " ".join(others), "PROFILE": report.profile, "SEED": str(report.seed)}
    options["LOCUST_WORKERS"] = " ".join(report.workers)
    return " ".join(["make load", *(f"{name}={shlex.quote(value)}" for name, value in options.items() if value)])


def render(report: LoadReport) -> str:
    """The page as HTML that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "errors": plots.errors}
    page = environment.get_template("page.html.j2")
    return page.render(report=report, plots=plots, told=headline(report), command=command(report))


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
    for sentence in headline(report):
        screen.say(sentence)
    for service in report.services:
        for error, count in service.errors.items():
            screen.say(f"{service.service}: {count} × {error}")
        for wrong in (*service.violations, *service.faults):
            screen.console.print(f"[bold red]{service.service}:[/]", wrong, markup=True)
        if not service.faults:
            screen.say(
                f"{service.service}: {service.requests:,} requests, {service.checked} checked, the books balance"
            )
    screen.say(f"The page: {page}")
