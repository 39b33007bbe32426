"""What a service asks its database for one request, from PostgreSQL's own log: an N+1 shows at once.

The log needs no extension, which the PostgreSQL of the Python wheel does not have, and holds the statements themselves.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rosetta.harness.database import connect

RELOAD_SECONDS = 0.3
LONGEST = 400
# As DURABLE's log_line_prefix begins each line; a statement of several lines goes on after a tab.
ENTRY = re.compile(r"^\S+ \S+ \S+ \[\d+\] (\S*) LOG:  (?:statement|execute [^:]*): ((?:.*)(?:\n\t.*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """The statements of one request: how many, and which how often."""

    per_request: float
    texts: dict[str, float]


def entries(log: str, database: str) -> Counter[str]:
    """The statements that sessions of `database` have sent, with their white space collapsed."""
    found = Counter[str]()
    for name, text in ENTRY.findall(log):
        if name == database:
            found[" ".join(text.split())[:LONGEST]] += 1
    return found


@contextlib.contextmanager
def logged(administrator: str) -> Iterator[None]:
    """PostgreSQL logs every statement meanwhile."""
    _log(administrator, "all")
    try:
        yield
    finally:
        _log(administrator, "none")


def asked(log: Path, database_url: str, send: Callable[[], int]) -> Asked:
    """Count what the sessions of a database send while `send` runs, which returns how many requests it made."""
    start = log.stat().st_size
    count = send()
    with log.open("rb") as file:
        file.seek(start)
        found = entries(file.read().decode(errors="replace"), urlsplit(database_url).path[1:])
    each = {text: round(times / count, 2) for text, times in found.most_common()}
    return Asked(round(sum(found.values()) / count, 2), each)


def _log(administrator: str, what: str) -> None:
    with connect(administrator) as database:
        database.execute(f"ALTER SYSTEM SET log_statement = '{what}'".encode())
        database.execute("SELECT pg_reload_conf()")
    time.sleep(RELOAD_SECONDS)
