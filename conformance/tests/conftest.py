"""Fixtures of the harness's own tests: one embedded PostgreSQL, and services made on the spot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rosetta.commands import cli
from rosetta.harness import database
from rosetta.harness.database import Databases, Server
from rosetta.harness.paths import ROOT

STUB = Path(__file__).with_name("stub.py")
Rosetta = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session", autouse=True)
def no_options() -> Iterator[None]:
    """Takes the options of `make check SERVICE=gin` away: they are not meant for the commands that tests run."""
    with pytest.MonkeyPatch.context() as patch:
        for option in (option for command in cli.commands.commands.values() for option in command.params):
            if isinstance(option.envvar, str):
                patch.delenv(option.envvar, raising=False)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for all tests of a session."""
    with database.embedded() as running:
        yield running


@pytest.fixture
def databases(server: Server) -> Iterator[Databases]:
    """Databases that are gone after the test."""
    with Databases(server) as made:
        yield made


def describe(services: Path, key: str = "stub", **changes: str) -> Path:
    """Write a service.toml that serves stub.py; `changes` replaces whole lines of it by their key."""
    lines = {
        "name": '"Stub"',
        "language": '"Python"',
        "framework": '"none"',
        "data": '"none"',
        "version": f'["{sys.executable}", "--version"]',
        "minimum": '"3.11"',
        "install": '"get Python from your system"',
        "build": "[]",
        "migrate": f'["{sys.executable}", "{STUB}", "migrate"]',
        "serve": f'["{sys.executable}", "{STUB}", "serve"]',
        "not_passing": "[]",
    } | changes
    tables = {"version": "[toolchain]", "build": "[commands]", "not_passing": "[conformance]"}
    folder = services / key
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{tables.get(name, '')}\n{name} = {value}\n" for name, value in lines.items())
    (folder / "service.toml").write_text(text, encoding="utf-8")
    return folder


def environment(home: Path, server: Server, **changes: str) -> dict[str, str]:
    """The environment of a command whose services and reports lie under `home`."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "conformance"),
        "ROSETTA_SERVICES": str(home / "services"),
        "ROSETTA_REPORTS": str(home / "reports"),
        "DATABASE": server.url,
        **changes,
    }


@pytest.fixture
def rosetta(tmp_path: Path, server: Server) -> Rosetta:
    """Runs a command of the harness as the Makefile does."""
    (tmp_path / "services").mkdir()

    def call(command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rosetta", command],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(tmp_path, server, **changes),
        )

    return call
