"""The environment that every service gets, with the development values of rule OPS-1."""

from __future__ import annotations

import os

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


def secrets() -> dict[str, str]:
    """The secrets and the administrator's log-in: the caller's environment, else the development values."""
    return {name: os.environ.get(name) or value for name, value in DEVELOPMENT.items()}


def service_environment(database_url: str, port: int, **changes: str | None) -> dict[str, str]:
    """The variables of one service process; `changes` replaces some, None takes one away."""
    inherited = {name: value for name, value in os.environ.items() if name not in CONTRACT_VARIABLES}
    given = {"DATABASE_URL": database_url, "HOST": "127.0.0.1", "PORT": str(port), "SSE_PING_SECONDS": "1"}
    merged: dict[str, str | None] = {**inherited, **secrets(), **given, **changes}
    return {name: value for name, value in merged.items() if value is not None}
