"""The environment: what of the caller's is kept, and what every service gets, by rule OPS-1."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping

DEVELOPMENT = {
    "JWT_SECRET": "development-jwt-secret-0123456789abcdef",
    "CURSOR_SECRET": "development-cursor-secret-0123456789abcdef",
    "WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=",
    "ADMIN_EMAIL": "admin@shop.example",
    "ADMIN_PASSWORD": "development-admin",
}

CONTRACT_VARIABLES = frozenset(
    {"DATABASE_URL", "HOST", "PORT", "DB_POOL_SIZE", "SSE_PING_SECONDS", "LOG_LEVEL", *DEVELOPMENT}
)


# What people set for other programs, and what would change this one: proxies and certificates, libpq, pytest, Python.
FOREIGN = re.compile(
    r"(?i:(http|https|ftp|all|no)_proxy)|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|PG[A-Z]+|PYTEST_.*|PYTHON(?!PATH$).*"
)
# Commands that fetch packages need these again.
FETCHING = re.compile(r"(?i:.*_proxy)|SSL_CERT_.*|.*_CA_BUNDLE")
KEPT = "ROSETTA_FOR_BUILDS"


def begin_anew() -> None:
    """Start this program again without what is foreign in its environment, if anything is. Text is UTF-8 everywhere."""
    os.umask(0o022)  # what root makes, PostgreSQL's account must read
    clean = _cleaned(os.environ)
    if clean != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], clean)


def _cleaned(given: Mapping[str, str]) -> dict[str, str]:
    foreign = {name: value for name, value in given.items() if FOREIGN.fullmatch(name)}
    clean = {name: value for name, value in given.items() if name not in foreign}
    kept = {name: value for name, value in foreign.items() if FETCHING.fullmatch(name)}
    return {KEPT: json.dumps(kept), **clean, "PYTHONUTF8": "1"}


def for_builds() -> dict[str, str]:
    """The environment of commands that fetch packages: with the caller's proxies and certificates."""
    kept: dict[str, str] = json.loads(os.environ.get(KEPT, "{}"))
    return {**os.environ, **kept}


def secrets() -> dict[str, str]:
    """The secrets and the administrator's log-in: the caller's environment, else the development values."""
    return {name: os.environ.get(name) or value for name, value in DEVELOPMENT.items()}


def service_environment(database_url: str, port: int, **changes: str | None) -> dict[str, str]:
    """The variables of one service process; `changes` replaces some, None takes one away."""
    inherited = {name: value for name, value in os.environ.items() if name not in CONTRACT_VARIABLES}
    given = {"DATABASE_URL": database_url, "HOST": "127.0.0.1", "PORT": str(port), "SSE_PING_SECONDS": "1"}
    merged: dict[str, str | None] = {**inherited, **secrets(), **given, **changes}
    return {name: value for name, value in merged.items() if value is not None}
