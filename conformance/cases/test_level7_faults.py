"""Level 7: a database that is slow, locked, silent or gone, a process that must go, and two thousand requests."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import psutil

from rosetta.harness import contract
from rosetta.harness.database import connect, scalar
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import checkout, fill, order, put
from rosetta.kit.people import People
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.kit.race import together
from rosetta.kit.streams import listen
from rosetta.kit.writes import writes

LEVEL = 7
PATIENCE = 30
SETTLE_SECONDS = 5
SLACK = 12  # of a pool of ten, and of what the last requests still hold


@contextlib.contextmanager
def locked(url: str, id: str) -> Iterator[None]:
    """Hold the row of an order."""
    with connect(url) as connection, connection.transaction():
        connection.execute("SELECT FROM orders WHERE id = %s FOR UPDATE", (id,))
        yield


def waiting(url: str, count: int, seconds: float = 5) -> None:
    """Return once `count` statements in the database wait for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + seconds
    while int(str(scalar(url, query))) < count:
        assert time.monotonic() < deadline, f"{count} requests never came to wait for the lock"
        time.sleep(0.02)


@case(
    "FAULT-001",
    rule="OPS-5",
    hint="End the streams, stop accepting, wait for what runs, close the pool: in this order.",
)
def test_sigterm_in_the_middle(private: Callable[..., Private]) -> None:
    """SIGTERM with a slow request and open streams

    Cancels an order whose row is locked, with three streams open, and sends SIGTERM. The streams end at once. When the
    lock goes, three seconds later, the cancellation is answered with 200 and is in the database; the process ends
    with status 0 within 10 seconds of the signal.
    """
    shop = private()
    instance = shop.start()
    instance.await_ready()
    with connect(shop.database_url) as database, contextlib.ExitStack() as stack:
        people = People(shop.shop, database)
        customer = people.customer()
        made = order(customer, Products(people, database))
        streams = [stack.enter_context(listen(shop.shop, "topic=stock")) for _ in range(2)]
        streams.append(stack.enter_context(listen(shop.shop, "topic=orders", customer.token)))
        answers: list[Answer] = []
        with locked(shop.database_url, made["id"]):
            cancel = partial(customer.apart().post, f"/orders/{made['id']}/cancel")
            asking = threading.Thread(target=lambda: answers.append(cancel()))
            asking.start()
            waiting(shop.database_url, 1)
            told = time.monotonic()
            instance.process.terminate()
            for stream in streams:
                stream.until(lambda each: each.ended, 2)
            time.sleep(max(0.0, 3 - (time.monotonic() - told)))
        asking.join()
        assert [answer.status for answer in answers] == [200], "the request that ran when SIGTERM came was not answered"
        assert instance.ended(10 - (time.monotonic() - told)) == 0, (
            "it did not end with status 0 within 10 s of SIGTERM"
        )
        assert scalar(shop.database_url, "SELECT status FROM orders WHERE id = %s", made["id"]) == "cancelled"


@case("FAULT-002", rule="DB-6", hint="Bound the time that a request waits for a connection, and map its end to 503.")
def test_an_exhausted_pool(private: Callable[..., Private]) -> None:
    """A pool without a free connection

    Sets DB_POOL_SIZE=2, and lets eight cancellations wait for one locked row. Reads are answered within twelve seconds,
    with 200, or 503 and Retry-After: 1, /healthz at once. When the lock goes, everything works again, and the order is
    cancelled once.
    """
    shop = private()
    shop.start(DB_POOL_SIZE="2").await_ready()
    client = shop.shop
    client.timeout = PATIENCE
    with connect(shop.database_url) as database:
        people = People(client, database)
        customer = people.customer()
        products = Products(people, database)
        sku = products.add(stock=9)
        fill(customer, (sku, 4))
        made = checkout(customer).expect(201).json
        answers: list[Answer] = []
        with locked(shop.database_url, made["id"]):
            cancel = f"/orders/{made['id']}/cancel"
            askers = [customer.apart() for _ in range(8)]
            threads = [
                threading.Thread(target=lambda asker=asker: answers.append(asker.post(cancel))) for asker in askers
            ]
            for thread in threads:
                thread.start()
            waiting(shop.database_url, 1)
            readers = [client.apart() for _ in range(4)]
            began = time.monotonic()
            client.get("/healthz").expect(200)
            assert time.monotonic() - began < 1, "/healthz waits for the database"
            for answer in together([partial(reader.get, f"/products/{sku}") for reader in readers]):
                assert answer.status in (200, 503), f"a read is answered with {answer.status}"
                assert answer.status == 200 or answer.headers["retry-after"] == "1"
            assert time.monotonic() - began < 12, "reads wait for a connection without an end"
        for thread in threads:
            thread.join()
        assert {answer.status for answer in answers} <= {200, 503}
        client.get("/readyz").expect(200)
        customer.post(cancel).expect(200)
        assert products.stock(sku) == 9, "the stock came back more or less than once"


@case("FAULT-003", rule="OPS-3", hint="Give every wait for the database an end, also one in which nothing breaks.")
def test_a_silent_database(private: Callable[..., Private]) -> None:
    """A database that says nothing

    Swallows everything between service and database for six seconds, without breaking a connection. /healthz is 200 at
    once, /readyz is 503 within three seconds, each time. When bytes flow again everything works, without a restart.
    """
    shop = private(linked=True)
    instance = shop.start()
    instance.await_ready()
    client = shop.shop
    together([partial(client.apart().get, "/products?limit=1") for _ in range(20)])  # opens the pool's connections
    reader = Client(instance.url, timeout=PATIENCE)
    statuses: list[int] = []
    shop.link.stall()
    try:
        read = threading.Thread(target=lambda: statuses.append(reader.get("/products?limit=1").status))
        read.start()
        began = time.monotonic()
        while time.monotonic() - began < 6:
            asked = time.monotonic()
            client.get("/healthz").expect(200)
            assert time.monotonic() - asked < 1, "/healthz waits for the database"
            client.get("/readyz").problem(503, "service_unavailable")
            assert time.monotonic() - asked < 4, "/readyz took longer than 3 s"
    finally:
        shop.link.flow()
    read.join()
    reader.close()
    assert statuses in ([200], [503]), f"the read that was under way is answered with {statuses}"
    instance.await_ready(10)
    client.get("/products?limit=1").expect(200)


# Nothing piles up


def mixed(people: People, products: Products, count: int, seed: int) -> None:
    """Send `count` requests of all kinds, good and bad ones, over several connections."""
    chance = random.Random(seed)
    shop, admin = people.shop, people.admin
    ndjson = {"content-type": "application/x-ndjson"}
    merge = {"if-match": "*"}
    skus = [products.add(stock=500) for _ in range(5)]
    customers = [people.customer() for _ in range(10)]
    sent = 0
    while sent < count:
        before = len(shop.exchanges)
        customer, sku = chance.choice(customers), chance.choice(skus)
        match chance.randrange(11):
            case 0:
                shop.get("/products?limit=50").expect(200)
                shop.get("/products?limit=0&sort=x").expect(400)
            case 1:
                shop.get(f"/products/{sku}", headers={"if-none-match": '"1"'})
                shop.get("/products/NO-SUCH").expect(404)
            case 2:
                put(customer, sku, chance.randint(1, 3))
                customer.get("/cart").expect(200)
            case 3:
                put(customer, sku)
                checkout(customer)
            case 4:
                customer.get("/orders?limit=5").expect(200)
            case 5:
                admin.post(f"/admin/products/{sku}/stock", body={"delta": 1}).expect(200)
                admin.patch(f"/admin/products/{sku}", body={"price": chance.randint(1, 99)}, headers=merge).expect(200)
            case 6:
                shop.post("/auth/refresh", body={"refresh_token": "x" * 500}).expect(401)
                shop.post("/auth/register", body={"email": "x", "name": "y" * 20_000}).expect(422)
            case 7:
                shop.post("/auth/register", content=b"{" * 60_000, headers={"content-type": "application/json"})
                shop.get(f"/{chance.random()}").expect(404)
            case 8:
                admin.post("/admin/products/import", content=b"x" * 60_000 + b"\n", headers=ndjson).expect(422)
            case 9:
                with listen(shop, "topic=stock"):
                    admin.post(f"/admin/products/{sku}/stock", body={"delta": 1}).expect(200)
            case _:
                shop.post("/webhooks/payments", content=b"y" * 30_000).expect(401)
                shop.get("/me", token="z" * 3000).expect(401)
                shop.get("/metrics").expect(200)
                shop.head("/products?limit=5").expect(200)
        sent += len(shop.exchanges) - before
        shop.exchanges.clear()


@case(
    "SOAK-001",
    rule="OPS-8",
    hint="Close what you open: bodies, rows, streams, timers, and whatever a request registers.",
)
def test_nothing_piles_up(private: Callable[..., Private]) -> None:
    """Two thousand requests leave nothing behind

    Sends two thousand requests of all kinds to a process that has had a thousand, streams that are left and bodies that
    are refused among them. Its file descriptors and database connections are what they were, and its memory has not
    grown by more than a tenth and 16 MiB.
    """
    shop = private()
    instance = shop.start()
    instance.await_ready()

    def held() -> tuple[int, int]:
        root = psutil.Process(instance.process.pid)
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'suite'"
        )
        with connect(shop.database_url) as observer:
            observer.execute("SET application_name = 'suite'")
            row = observer.execute(query).fetchone()
        assert row is not None
        return sum(each.num_fds() for each in [root, *root.children(recursive=True)]), int(str(row[0]))

    with connect(shop.database_url) as database:
        database.execute("SET application_name = 'suite'")
        people = People(shop.shop, database)
        products = Products(people, database)
        mixed(people, products, 1000, 1)
        time.sleep(1)
        start = held()
        memory = instance.memory()
        mixed(people, products, 2000, 2)
        deadline = time.monotonic() + SETTLE_SECONDS
        while any(now > before + SLACK for now, before in zip(held(), start, strict=True)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        files, connections = held()
    assert files <= start[0] + SLACK, f"{files} file descriptors are open, {start[0]} were before"
    assert connections <= start[1] + SLACK, f"{connections} connections to the database, {start[1]} before"
    grown = instance.memory() - memory
    assert grown < memory // 10 + (16 << 20), f"the memory grew by {grown >> 20} MiB from {memory >> 20} MiB"


@case("FAULT-009", rule="DB-6", hint="Map the driver's errors to 503 in one place, which all operations share.")
def test_each_operation_without_its_database(private: Callable[..., Private]) -> None:
    """Every operation without its database

    Cuts the database from a ready service and asks all operations that need it at once, rightly, as somebody who may.
    Each answer is a 503 problem with Retry-After: 1. When the database is back, the service is ready again.
    """
    shop = private(linked=True)
    instance = shop.start()
    instance.await_ready()
    with connect(shop.database_url) as database:
        people = People(shop.shop, database)
        products = Products(people, database)
        customer, admin = people.customer(), people.admin
        made, sku = order(customer, products), products.add()
        line = b'{"sku": "%s", "name": "Thing", "category": "c", "price": 1, "tax_rate_bp": 0}' % sku.encode()
        asked: dict[str, Callable[[], Answer]] = {
            each.operation: partial(replace(each, shop=shop.shop.apart()).send, each.text)
            for each in writes(people, products)
        }
    asked |= {
        "listProducts": partial(shop.shop.apart().get, "/products"),
        "getProduct": partial(shop.shop.apart().get, f"/products/{sku}"),
        "getMe": partial(customer.apart().get, "/me"),
        "getCart": partial(customer.apart().get, "/cart"),
        "deleteCartItem": partial(customer.apart().delete, f"/cart/items/{sku}"),
        "deleteCartCoupon": partial(customer.apart().delete, "/cart/coupon"),
        "listOrders": partial(customer.apart().get, "/orders"),
        "getOrder": partial(customer.apart().get, f"/orders/{made['id']}"),
        "cancelOrder": partial(customer.apart().post, f"/orders/{made['id']}/cancel"),
        "archiveProduct": partial(admin.apart().delete, f"/admin/products/{sku}", headers={"if-match": "*"}),
        "importProducts": partial(
            admin.apart().post, "/admin/products/import", content=line, headers={"content-type": "application/x-ndjson"}
        ),
        "exportProducts": partial(admin.apart().get, "/admin/products/export"),
        "streamEvents": partial(shop.shop.apart().get, "/events?topic=stock"),
        "readiness": partial(shop.shop.apart().get, "/readyz"),
    }
    documented = {each.removesuffix(" 503") for each in contract.documented() if each.endswith(" 503")}
    assert asked.keys() == documented
    shop.link.cut()
    for operation, answer in zip(asked, together(list(asked.values())), strict=True):
        assert answer.status == 503, f"{operation} is answered with {answer.status}"
        answer.problem(503, "service_unavailable")
        assert answer.headers.get("retry-after") == "1", (
            f"{operation}: Retry-After is {answer.headers.get('retry-after')}"
        )
    shop.link.restore()
    instance.await_ready(10)
