"""`make run` and `make fleet`: the shop on localhost with seeded data, for looking around."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import tempfile
from pathlib import Path

from rich.table import Table

from rosetta.harness import database, fleet, lifecycle, service
from rosetta.harness.database import Databases
from rosetta.harness.environment import secrets
from rosetta.harness.errors import HarnessError, ending
from rosetta.harness.paths import CONTRACT
from rosetta.harness.service import Service
from rosetta.runner.console import Screen


def serve(key: str, port: int, choice: str, screen: Screen) -> None:
    """Build, migrate, seed and serve the service `key` on `port` until it ends or Ctrl-C.

    Raises HarnessError: the port is taken, or a step of the service fails.
    """
    folder = service.find(key)
    _require_free(port)
    logs = Path(tempfile.mkdtemp(prefix="rosetta-run-"))
    try:
        with ending(), contextlib.ExitStack() as stack:
            subject = service.load(folder)
            service.toolchain_version(subject)
            with screen.step("build") as progress:
                lifecycle.build(subject, logs / "build.log", progress)
            with screen.step("database"):
                server = stack.enter_context(database.server(choice))
                url = stack.enter_context(Databases(server)).create(key)
                lifecycle.migrate(subject, url, logs / "migrate.log")
                database.run_script(url, CONTRACT / "seed.sql")
            with screen.step("serve"):
                changes = {"PORT": str(port), "SSE_PING_SECONDS": None}
                instance = stack.enter_context(lifecycle.running(subject, url, logs / "serve.log", **changes))
                instance.url = f"http://127.0.0.1:{port}"
                instance.await_ready()
            screen.say(_welcome(instance.url, url, [subject]))
            instance.process.wait()
            raise HarnessError(
                f"{key} ended with status {instance.process.returncode}",
                lifecycle.excerpt(instance.log),
            )
    finally:
        shutil.rmtree(logs, ignore_errors=True)


def serve_fleet(keys: list[str], port: int, choice: str, screen: Screen) -> None:
    """Build the services `keys`, and serve one shop by all of them on `port` until Ctrl-C.

    Raises HarnessError: the port is taken, there is no balancer, or a step of a service fails.
    """
    _require_free(port)
    here, absent = fleet.present(keys)
    for reason in absent:
        screen.say(f"NOT RUN: {reason}\n{reason.hint}")
    fleet.require(here)
    logs = Path(tempfile.mkdtemp(prefix="rosetta-run-"))
    try:
        with ending(), contextlib.ExitStack() as stack:
            services = fleet.built(here, logs, screen.step)
            with screen.step("database"):
                server = stack.enter_context(database.server(choice))
                url = fleet.migrated(services, stack.enter_context(Databases(server)), logs)
            with screen.step(f"serve {', '.join(here)}"):
                made = stack.enter_context(fleet.serving(services, url, logs, port))
            table = Table("member", "at", "MiB", box=None)
            for name, instance in made.members.items():
                table.add_row(name, instance.url, str(instance.memory() >> 20))
            screen.console.print(table)
            told = _welcome(made.url, url, services)
            screen.say(f"Each answer says in X-Served-By who gave it. Logs: {logs}\n{told}")
            while True:
                signal.pause()
    finally:
        shutil.rmtree(logs, ignore_errors=True)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise HarnessError(
                f"port {port} is not for everybody: {error.strerror}", "Choose one from 1024 on: PORT=8080."
            ) from error
        except OSError as error:
            raise HarnessError(
                f"port {port} is taken", f"Choose another: make run SERVICE=… PORT={port + 1}"
            ) from error


def _welcome(url: str, database_url: str, services: list[Service]) -> str:
    known = secrets()
    login = f'{{"email": "{known["ADMIN_EMAIL"]}", "password": "{known["ADMIN_PASSWORD"]}"}}'
    pages = "".join(f"Pages of {each.key}: {url}{path}\n" for each in services for path in each.description.pages)
    return f"""
The shop is at {url} (Ctrl-C ends it and removes its database)
{pages}\
Administrator: {known["ADMIN_EMAIL"]} / {known["ADMIN_PASSWORD"]}
Database: {database_url}

  curl -i '{url}/products?sort=price&limit=3'
  curl -i {url}/readyz
  curl -i {url}/auth/login -H 'Content-Type: application/json' -d '{login}'
  make test URL={url} DATABASE={database_url}
"""
