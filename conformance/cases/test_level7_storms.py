"""Level 7: storms over a shop of its own, calm and while things break; then the books are balanced."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator

import pytest

from rosetta.harness import lifecycle
from rosetta.harness.database import Databases, Server, cluster, connect, scalar
from rosetta.harness.subject import Subject
from rosetta.kit.books import followed, reconcile
from rosetta.kit.case import case
from rosetta.kit.private import Private
from rosetta.kit.storm import Follower, Storm

LEVEL = 7
SEED = 20261125


@contextlib.contextmanager
def followers(storm: Storm) -> Iterator[None]:
    """Two clients that follow the storm's events; afterwards the books are balanced, theirs too."""
    stock = Follower(storm.shops, "topic=stock", None)
    orders = Follower(storm.shops, "topic=orders", storm.admin.token)
    yield
    reconcile(storm)
    followed(storm, stock, "stock")
    followed(storm, orders, "orders")


def busy(storm: Storm, least: float) -> None:
    """Assert that the shop sold something, and did not answer everything with 503."""
    made, wanted = len(storm.seen.bought), storm.buyers * storm.checkouts
    assert made >= least * wanted, f"{made} orders of {wanted} check-outs, with {dict(storm.seen.statuses)}"


@case("STORM-001", rule="CHECKOUT-6", hint="One transaction for each operation, and the order of locks of rule DB-3.")
@pytest.mark.usefixtures("alone")
def test_a_thousand_checkouts(private: Callable[..., Private]) -> None:
    """A thousand check-outs

    Fifty buyers send a thousand check-outs of two or three of eight products in random order to two processes, with
    coupons, and cancel some; meanwhile stock is adjusted, products are edited and imported, orders are paid, refunded
    and moved on. Stock, orders, coupons, keys and events agree exactly, and no answer is a 5xx but a rare 503.
    """
    one = private()
    two = private(beside=one)
    for each in (one, two):
        each.start().await_ready()
    storm = Storm(lambda: [one.shop, two.shop], one.database_url, buyers=50, seed=SEED, checkouts=20, calm=True)
    with followers(storm):
        storm.run()
    busy(storm, 0.3)
    unavailable = sum(count for name, count in storm.seen.statuses.items() if name.endswith("503"))
    assert unavailable <= 0.01 * storm.seen.statuses.total(), f"{unavailable} answers are 503"


@case(
    "STORM-002",
    rule="CHECKOUT-6",
    hint="Store the order and the answer of its key in one transaction; keep nothing in memory.",
)
@pytest.mark.usefixtures("alone")
def test_killed(private: Callable[..., Private]) -> None:
    """Killed in the middle

    Kills one of two processes with SIGKILL in the middle of a storm, starts it again, then kills both. Buyers send
    what had no answer again, with the same key. Each order that was answered is there, each that is there was asked
    for, none is there twice, and clients of /events that resume have missed nothing.
    """
    one = private()
    two = private(beside=one)
    for each in (one, two):
        each.start().await_ready()
    storm = Storm(lambda: [one.shop, two.shop], one.database_url, 20, SEED + 1, checkouts=15, breaks=True)

    def accidents() -> None:
        for share, victims in ((0.1, [one]), (0.35, [one, two])):
            sold(storm, share)
            with committing(one.database_url):
                for victim in victims:
                    victim.kill()
            for victim in victims:
                victim.start().await_ready()

    with followers(storm):
        storm.run(accidents)
    busy(storm, 0.3)
    assert storm.seen.lost, "no request was under way when the processes were killed"


# Check-outs that wait in their COMMIT for the lock of rule DB-3: they have written their key.
COMMITTING = """
    SELECT count(*) FROM pg_locks AS waiting JOIN pg_locks AS written USING (pid)
    WHERE waiting.locktype = 'advisory' AND NOT waiting.granted
      AND written.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND written.relation = 'idempotency_keys'::regclass AND written.mode = 'RowExclusiveLock'
"""


@contextlib.contextmanager
def committing(url: str, tries: int = 20) -> Iterator[None]:
    """Hold the lock that each COMMIT with an event takes, until a check-out waits for it; that goes on afterwards.

    An import may wait first and keep all products from the check-outs: then it is let through, and all begins again.
    """
    for _ in range(tries):
        with connect(url) as holder, holder.transaction():
            holder.execute("SELECT pg_advisory_xact_lock(727274)")
            deadline = time.monotonic() + 0.5
            while time.monotonic() < deadline:
                if int(str(scalar(url, COMMITTING))) > 0:
                    yield
                    return
                time.sleep(0.01)
    raise AssertionError("no check-out was under way any more")


def sold(storm: Storm, share: float, seconds: float = 30) -> None:
    """Wait until a share of the check-outs has become orders; a storm that ends before that will do too."""
    deadline = time.monotonic() + seconds
    while len(storm.seen.bought) < share * storm.buyers * storm.checkouts and time.monotonic() < deadline:
        time.sleep(0.01)


@case("STORM-003", rule="OPS-3", hint="Throw broken connections away, and connect again when somebody asks.")
@pytest.mark.usefixtures("alone")
def test_the_database_restarts(subject: Subject, private: Callable[..., Private]) -> None:
    """The database is stopped and started again

    Stops a PostgreSQL of the case's own in the middle of a storm, for two seconds, and starts it again. Meanwhile
    /healthz is 200, /readyz and reads are 503, no connection of a client is broken, and no answer is another 5xx.
    Afterwards all goes on without a restart of the service, and nothing is lost.
    """
    assert subject.service is not None
    with cluster() as server, Databases(Server(server.url, "embedded")) as databases:
        migrated = databases.create("restarts")
        lifecycle.migrate(subject.service, migrated, subject.logs / "restarts.log")
        own = dataclasses.replace(subject, databases=databases, migrated=migrated)
        shop = private(of=own)
        instance = shop.start()
        instance.await_ready()
        storm = Storm(lambda: [shop.shop], shop.database_url, 20, SEED + 2, checkouts=10)

        def restart() -> None:
            sold(storm, 0.2)
            server.stop()
            began = time.monotonic()
            while time.monotonic() - began < 2:
                assert shop.shop.get("/healthz").expect(200).json == {"status": "ok"}
                shop.shop.get("/readyz").problem(503, "service_unavailable")
                shop.shop.get("/products?limit=1").problem(503, "service_unavailable")
            server.start()
            instance.await_ready(10)

        with followers(storm):
            storm.run(restart)
        busy(storm, 0.3)


@case(
    "STORM-004", rule="DB-6", hint="Map 57P01 and broken connections to 503, also when they come from BEGIN or COMMIT."
)
@pytest.mark.usefixtures("alone")
def test_connections_are_cut(private: Callable[..., Private]) -> None:
    """The server cuts connections

    Terminates all sessions of the service from the database's side, ten times in the middle of a storm. No client's
    connection breaks and no answer is another 5xx than 503; nothing is lost, and streams that end are resumed.
    """
    shop = private()
    shop.start().await_ready()
    storm = Storm(lambda: [shop.shop], shop.database_url, 20, SEED + 3, checkouts=10)

    def cut() -> None:
        with connect(shop.database_url) as knife:
            for number in range(10):
                sold(storm, 0.05 * (number + 1), 2)
                knife.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )

    with followers(storm):
        storm.run(cut)
    busy(storm, 0.3)
