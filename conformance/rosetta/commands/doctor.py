"""`make doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import platform
import shutil

from rich.markup import escape
from rich.table import Table

from rosetta.commands.pages import BROWSERS
from rosetta.harness import database, service
from rosetta.harness.errors import StepFailed, ToolchainMissing
from rosetta.runner.console import Screen


def examine(screen: Screen) -> None:
    """Print one row for each thing that a run may need."""
    table = Table("for", "here", "how to get it", box=None)
    table.add_row("the suite", f"Python {platform.python_version()}", "")
    docker = database.docker_answers()
    table.add_row(
        "RUNTIME=docker, DATABASE=testcontainers",
        "a Docker engine answers" if docker else "[yellow]no Docker engine answers[/]",
        "" if docker else "install and start Docker; without it local toolchains and the embedded PostgreSQL are used",
    )
    wrk = shutil.which("wrk")
    table.add_row("make load", wrk or "[yellow]no wrk[/]", "" if wrk else "your system's package `wrk`")
    haproxy = shutil.which("haproxy")
    missing = "" if haproxy else "your system's package `haproxy`"
    table.add_row("make fleet", haproxy or "[yellow]no haproxy[/]", missing)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    wanted = {"Node 20.11 or later": shutil.which("npm"), "your system's package `chromium`": browser}
    absent = " and ".join(name for name, found in wanted.items() if not found)
    table.add_row("make study-test, live-test", "[yellow]no browser, or no npm[/]" if absent else str(browser), absent)
    for key in service.names():
        try:
            subject = service.load(service.find(key))
            table.add_row(f"SERVICE={key}", subject.toolchain(), "")
        except ToolchainMissing as missing:
            table.add_row(f"SERVICE={key}", f"[yellow]{escape(str(missing))}[/]", escape(missing.hint))
        except StepFailed as failure:
            table.add_row(f"SERVICE={key}", f"[red]{escape(str(failure))}[/]", "")
    screen.console.print(table)
