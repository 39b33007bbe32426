"""A measurement for people: a table in the terminal, and one self-contained page with plots."""

from __future__ import annotations

import shlex
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from load import plots
from load.report import Figure, LoadReport, Operation
from load.words import headline, interval, number
from rosetta.runner.console import Screen

WIDTH = 110  # of the tables, where the output is no terminal


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


def _short(figure: Figure | None) -> str:
    return number(figure.value) if figure else "–"


def _percentile(operation: Operation, name: str) -> str:
    return number(operation.percentiles[name]) if name in operation.percentiles else "void" if operation.void else "–"


def show(report: LoadReport, screen: Screen, page: Path) -> None:
    """Print the result in short."""
    first = report.services[0]
    costs = Table("CPU ms", *(each.name for each in first.operations), box=None)
    percentiles = [name for name in ("p50", "p99", "p99.9") if name in first.operations[0].percentiles]
    speeds = Table(
        "",
        *(f"{each.name}/s" for each in first.ceilings),
        *(f"{name} ms" for name in percentiles),
        "MiB idle, loaded",
        "first answer s",
        box=None,
    )
    for each in report.services:
        costs.add_row(each.service, *(_short(one.cpu_ms) for one in each.operations))
        speeds.add_row(
            each.service,
            *(_short(one.rate) for one in each.ceilings),
            *(_percentile(each.operations[0], name) for name in percentiles),
            f"{each.memory_idle >> 20}, {each.memory_loaded >> 20}",
            number(each.ready_seconds),
        )
    if not screen.console.is_terminal:
        screen.console.width = WIDTH
    screen.console.print(costs)
    screen.console.print(speeds)
    screen.say("Intervals, ratios and what was disturbed are on the page.")
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
