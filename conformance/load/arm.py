"""A service under load: its database, its processes on their cores, and what was done to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from load import crowd
from load.ledger import Ledger
from load.machine import Meter, Places, on
from load.profiles import Profile
from load.window import Measured, Spec
from rosetta.harness import database, lifecycle, service
from rosetta.harness.database import Databases
from rosetta.harness.environment import secrets
from rosetta.harness.errors import StepFailed
from rosetta.harness.lifecycle import Instance
from rosetta.harness.service import Service

# Reachable from other machines only if some of them send the load.
ANYWHERE = "0.0.0.0"
QUIET = 0.01


@dataclass
class Arm:
    """One of the services that are compared; `ready_seconds` is from its start to its first right answer."""

    key: str
    service: Service
    toolchain: str
    database_url: str
    instance: Instance
    admin: str
    products: int
    ready_seconds: float
    memory_idle: int
    ledger: Ledger = field(default_factory=Ledger)
    customers: int = 0
    warm_seconds: float = 0.0
    warmed: bool = False
    restless: bool = False

    def spec(self, rates: dict[str, float], seconds: float, seed: str, **options: float) -> Spec:
        """A window of load on this service."""
        given = {"settle": 0.3, "watchers": 0, **options}
        return Spec(
            host=self.instance.url,
            rates=rates,
            seconds=seconds,
            settle=given["settle"],
            seed=seed,
            products=self.products,
            admin=self.admin,
            first=self.customers,
            watchers=int(given["watchers"]),
            even=bool(given.get("even", False)),
        )

    def book(self, measured: Measured) -> None:
        """Enter into the ledger what a window did."""
        self.customers += measured.customers
        self.ledger.add(measured)

    def judge_rest(self, seconds: float = 1.0) -> None:
        """See whether it works although nobody asks it; then it has to be stopped while others are measured."""
        meter = Meter({"service": [self.instance.process.pid]})
        time.sleep(seconds)
        self.restless = meter.read().share("service") >= QUIET

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Stopped, if it is restless."""
        if self.restless:
            os.killpg(self.instance.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if self.restless:
                os.killpg(self.instance.process.pid, signal.SIGCONT)


@contextlib.contextmanager
def arm(
    key: str, subject: Service, databases: Databases, profile: Profile, places: Places, logs: Path, remote: bool
) -> Iterator[Arm]:
    """Make the database of a built service, fill it, and serve. Raises StepFailed."""
    url = databases.create(key)
    lifecycle.migrate(subject, url, logs / "migrate.log")
    crowd.settle(url, profile.products, profile.customers())
    admin = database.scalar(url, "SELECT id::text FROM users WHERE email = %s", secrets()["ADMIN_EMAIL"])
    # What a reader would set up by hand: everything else has the contract's default.
    changes = {"SSE_PING_SECONDS": None, "HOST": ANYWHERE if remote else "127.0.0.1"}
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        with on(places.service):
            instance = stack.enter_context(lifecycle.running(subject, url, logs / "serve.log", **changes))
        ready = _first_answer(instance, began)
        yield Arm(
            key,
            subject,
            service.toolchain_version(subject),
            url,
            instance,
            str(admin),
            profile.products,
            ready,
            instance.memory(),
        )


def _first_answer(instance: Instance, began: float) -> float:
    """Seconds until a product is answered rightly."""
    sku, place = crowd.sku(0), urlsplit(instance.url)
    while time.monotonic() - began < lifecycle.READY_SECONDS:
        if instance.process.poll() is not None:
            break
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection.request("GET", f"/products/{sku}")
            response = connection.getresponse()
            if response.status == 200 and json.loads(response.read())["sku"] == sku:
                return time.monotonic() - began
        connection.close()
        time.sleep(0.002)
    raise StepFailed(
        "serve: no right answer to GET /products/{sku}",
        "Run `make test` first: load is measured of services that work.",
        lifecycle.excerpt(instance.log),
    )
