"""The books: what the generator was told, against what the tables hold when the load is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import psycopg

from load.crowd import STOCK
from load.window import Measured
from rosetta.harness import contract
from rosetta.kit.books import NEVER

# The queries of NEVER look at each product; here all but a thousand of them have no event, which each would be looked
# for among all events. A temporary view stands in front of the table of the same name.
TOUCHED = """
    CREATE TEMPORARY VIEW products AS SELECT p.* FROM public.products p
    WHERE p.sku IN (SELECT e.data::json ->> 'sku' FROM events e WHERE e.topic = 'stock')"""
SOLD = "SELECT sku, sum(quantity) FROM order_items GROUP BY sku"
STOCKS = "SELECT sku, stock FROM public.products WHERE stock <> %s"
STORED = "SELECT idem_key, response_body::json ->> 'id' FROM idempotency_keys"
SHOWN = 5


@dataclass
class Ledger:
    """What was done to one service, and what was wrong with the answers that were `checked` against the contract."""

    bought: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    added: dict[str, int] = field(default_factory=dict)
    unsure: dict[str, list[int]] = field(default_factory=dict)
    watched: list[list[int]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    checked: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, measured: Measured) -> None:
        """Enter a window, and check its sample of answers."""
        self.bought |= measured.bought
        self.unknown |= set(measured.unknown)
        for counts, more in ((self.added, measured.added), (self.errors, measured.errors)):
            for name, count in more.items():
                counts[name] = counts.get(name, 0) + count
        for sku, deltas in measured.unsure.items():
            self.unsure.setdefault(sku, []).extend(deltas)
        self.watched += measured.watched
        self.requests += sum(measured.sent.values())
        for method, target, status, headers, body in measured.samples:
            self._check(method, target, status, headers, body.encode("latin-1"))

    def _check(self, method: str, target: str, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.checked += 1
        request = httpx.Request(method, f"http://shop.example{target}")
        response = httpx.Response(status, headers=headers, content=body, request=request)
        response.elapsed = timedelta()  # the contract says nothing of it
        try:
            contract.check(response, target)
        except contract.ContractViolation as violation:
            self.violations.append(f"{method} {target}: {violation} (rule {violation.rule})")

    def faults(self, url: str) -> list[str]:
        """What does not balance between this ledger and the database at `url`."""
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("SET statement_timeout = 0")
            database.execute(TOUCHED)
            found = []
            for what, query in NEVER.items():
                rows = database.execute(query.encode()).fetchall()
                if rows:
                    found.append(f"{what}: {len(rows)} of them, such as {rows[0][0]}")
            found += self._orders(dict(database.execute(STORED).fetchall()))
            sold = {sku: int(count) for sku, count in database.execute(SOLD)}
            found += self._stocks(sold, dict(database.execute(STOCKS, (STOCK,)).fetchall()))
            events = [row[0] for row in database.execute("SELECT id FROM events WHERE topic = 'stock' ORDER BY id")]
            return found + self._streams(events)

    def _orders(self, stored: dict[str, str]) -> list[str]:
        lost = [key for key, order in self.bought.items() if stored.get(key) != order]
        strangers = stored.keys() - self.bought.keys() - self.unknown
        told = [f"{len(lost)} check-outs were answered with 201 and are not stored so: {lost[:SHOWN]}"] if lost else []
        if strangers:
            told.append(f"{len(strangers)} orders come from requests that were refused: {sorted(strangers)[:SHOWN]}")
        return told

    def _stocks(self, sold: dict[str, int], stocks: dict[str, int]) -> list[str]:
        wrong = []
        for sku in {*sold, *stocks, *self.added}:
            possible = {STOCK + self.added.get(sku, 0) - sold.get(sku, 0)}
            for delta in self.unsure.get(sku, []):
                possible |= {each + delta for each in possible}
            if stocks.get(sku, STOCK) not in possible:
                wrong.append(f"{sku} has {stocks.get(sku, STOCK)}, not {sorted(possible)[0]}")
        return [f"{len(wrong)} stocks are not what was added less what was sold: {wrong[:SHOWN]}"] if wrong else []

    def _streams(self, events: list[int]) -> list[str]:
        wrong = 0
        for ids in self.watched:
            # A stream begins and ends in the middle of what happens; between its first and last event none is missing.
            wrong += bool(ids) and ids != [each for each in events if ids[0] <= each <= ids[-1]]
        return [f"{wrong} of {len(self.watched)} event streams missed events, or told them twice"] if wrong else []
