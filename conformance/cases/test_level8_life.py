"""Level 8: several services are one shop. Streams, migrations, and members that die."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from test_level7_storms import busy, followers, sold

from rosetta.harness import fleet as fleets
from rosetta.harness import lifecycle
from rosetta.harness.database import DURABLE, Databases, Server, cluster, connect
from rosetta.harness.service import Service
from rosetta.harness.subject import Subject
from rosetta.kit import payments
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.fleet import Members
from rosetta.kit.orders import BURST, checkout, fill, order
from rosetta.kit.people import People
from rosetta.kit.products import Products
from rosetta.kit.storm import Storm
from rosetta.kit.streams import Stream, listen

LEVEL = 8
NDJSON = {"content-type": "application/x-ndjson"}
SEED = 20261127


def told(stream: Stream, count: int) -> list[tuple[int, str, str]]:
    """The first events of a stream, once `count` have come."""
    stream.until(lambda each: len(each.events()) >= count, 10)
    return stream.events()


def versions(events: list[tuple[int, str, str]], id: str) -> list[int]:
    """The versions of an order that events tell."""
    return [data["version"] for data in (json.loads(text) for _, _, text in events) if data["order_id"] == id]


# Streams


@case("FLEET-050", rule="EVENT-3", hint="LISTEN, and read the table again on each hint: others write into it as well.")
def test_all_hear_all(fleet: Members, people: People, products: Products) -> None:
    """A stream on each member hears what all members do

    Opens a customer's stream on every member; then orders on each one, pays on the next and cancels another order on
    the one after, as long as a customer may order. Every stream tells the same events, with the same ids and bytes, in
    order, each once.
    """
    user = people.customer()
    spare = BURST - len(fleet.all)
    with contextlib.ExitStack() as stack:
        streams = {name: stack.enter_context(listen(shop, "topic=orders", user.token)) for name, shop in fleet.named()}
        ring, made = fleet.all * 3, []
        for at in range(len(fleet.all)):
            here, paying, cancelling = ring[at : at + 3]
            made.append(order(user.at(here), products)["id"])
            bought = user.get(f"/orders/{made[-1]}").json
            payments.deliver(paying, payments.event("payment.succeeded", bought)).expect(200)
            if at < spare:
                made.append(order(user.at(here), products)["id"])
                user.at(cancelling).post(f"/orders/{made[-1]}/cancel").expect(200)
        heard = {name: told(stream, 2 * len(made)) for name, stream in streams.items()}
    first = next(iter(heard.values()))
    ids = [id for id, _, _ in first]
    assert ids == sorted(set(ids)), "events come out of order, or twice"
    for name, events in heard.items():
        assert events == first, f"{name} tells other events"
    for id in made:
        assert versions(first, id) == [1, 2]


@case("FLEET-051", rule="EVENT-3", hint="Last-Event-ID is the row's id, whoever told it: read what is after it.")
def test_resumed_on_another(fleet: Members, people: People, products: Products) -> None:
    """A stream that breaks off on one member goes on at another

    For each member and each other one: hears an order on the first and leaves, an order is made meanwhile, and the
    second is asked with the last id: it tells what came after that, and nothing before.
    """
    for named, here, there in fleet.pairs():
        user = people.customer()
        with listen(here, "topic=orders", user.token) as stream:
            order(user, products)
            last = told(stream, 1)[-1][0]
        missed = order(user, products)["id"]
        with listen(there, "topic=orders", user.token, last) as stream:
            later = order(user, products)["id"]
            events = told(stream, 2)
        found = [json.loads(text)["order_id"] for _, _, text in events]
        assert found == [missed, later], f"{named}: something is told twice, or not at all"


@case("FLEET-052", rule="EVENT-2", hint="Send the row's text as it is.")
def test_stock_told_by_all(fleet: Members, people: People, products: Products) -> None:
    """A sale on one member moves the stock that each other one tells

    Opens the public stream on every member, and sells a product on each one in turn. All streams tell the same stocks,
    from the first to the last piece.
    """
    sku = products.add(stock=len(fleet.all))
    left = list(range(len(fleet.all)))[::-1]

    def stocks(stream: Stream) -> list[int]:
        rows = [json.loads(text) for _, _, text in stream.events()]
        return [row["stock"] for row in rows if row["sku"] == sku]

    with contextlib.ExitStack() as stack:
        streams = {name: stack.enter_context(listen(shop, "topic=stock")) for name, shop in fleet.named()}
        for shop in fleet.all:
            user = people.customer().at(shop)
            checkout(user, fill(user, sku)["total"]).expect(201)
        for name, stream in streams.items():
            stream.until(lambda each: len(stocks(each)) >= len(left), 10)
            assert stocks(stream) == left, f"{name} tells other stocks"


# Fleets of a case's own


@pytest.fixture
def migrate(subject: Subject) -> Callable[[Service], str]:
    """Makes a database that this service has migrated, and gives its URL."""

    def make(by: Service) -> str:
        assert subject.databases is not None
        url = subject.databases.create(f"by-{by.key}")
        lifecycle.migrate(by, url, subject.logs / f"by-{by.key}.migrate.log")
        return url

    return make


def buy(shop: Client, url: str) -> None:
    """Everything that writes a row: a product, a customer, a cart, an order, a payment."""
    with connect(url) as database:
        people = People(shop, database)
        products = Products(people, database)
        admin, user = people.admin, people.customer()
        sku = products.sku()
        row = {"sku": sku, "name": "Thing", "category": "things", "price": 100, "tax_rate_bp": 0, "stock": 1}
        admin.post("/admin/products", body=row).expect(201)
        user.put("/cart/coupon", body={"code": products.coupon(1000)}).expect(200)
        bought = checkout(user, fill(user, sku)["total"]).expect(201).json
        payments.deliver(shop, payments.event("payment.succeeded", bought)).expect(200)
        assert user.get(f"/orders/{bought['id']}").expect(200).json["status"] == "paid"
        assert shop.get("/products?sort=name").expect(200).json["items"]


@case("FLEET-060", rule="DB-1", hint="Make exactly what schema.sql makes, and read no table of the migration tool.")
def test_migrated_by_another(
    services: list[Service], subject: Subject, migrate: Callable[[Service], str], shop: Client
) -> None:
    """A database that one service has migrated is served by the next

    For each service: migrates an empty database, and the next service serves it alone. A product is made, sold, paid.
    """
    for by, serving in zip(services, services[1:] + services[:1], strict=True):
        url = migrate(by)
        log = subject.logs / f"{serving.key}.on-{by.key}.log"
        with lifecycle.running(serving, url, log) as instance:
            instance.await_ready()
            buy(shop.apart(instance.url), url)


@case("FLEET-061", rule="DB-1", hint="Name the columns that you read and write; no SELECT *, no RETURNING *.")
def test_a_newer_schema(
    services: list[Service], subject: Subject, migrate: Callable[[Service], str], shop: Client
) -> None:
    """The members go on while a newer release migrates the database

    Serves a fleet and buys on each member several times, so that statements are prepared. Then every table gets another
    column, as the first step of a newer release would do it, and all members go on selling.
    """
    url = migrate(services[0])
    with fleets.serving(services, url, subject.logs / "newer") as own:
        for member in own.members.values():
            for _ in range(6):
                buy(shop.apart(member.url), url)
        with connect(url) as database:
            tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                database.execute(f'ALTER TABLE "{table}" ADD COLUMN newer text')
        for member in own.members.values():
            for _ in range(2):
                buy(shop.apart(member.url), url)


@case("FLEET-062", rule="OPS-3", hint="Answer /readyz as the rule says, so that a balancer knows whom to ask.")
@pytest.mark.usefixtures("alone")
def test_a_member_dies(
    services: list[Service], subject: Subject, migrate: Callable[[Service], str], shop: Client
) -> None:
    """A member dies, and nobody notices

    Serves a fleet and asks through the balancer: all members answer in turn. One is ended, with status 0; a second
    later every request is answered, and by the others alone.
    """
    url = migrate(services[0])
    with fleets.serving(services, url, subject.logs / "dies") as own:
        client = shop.apart(own.url)
        assert set(_askers(client, 4 * len(services))) == set(own.members), "some members are never asked"
        name, victim = next(iter(own.members.items()))
        assert victim.stop() == 0, f"{name} does not end in order"
        time.sleep(1)
        left = set(own.members) - {name}
        assert set(_askers(client, 4 * len(services))) == left, f"{name} is gone and still asked"


def _askers(client: Client, count: int) -> Iterator[str]:
    for _ in range(count):
        yield client.get("/readyz").expect(200).headers["x-served-by"]


@case(
    "FLEET-064",
    rule="HTTP-6",
    hint="Take in for a while what still comes after an early answer, then end the connection.",
)
def test_refused_through_the_balancer(services: list[Service], people: People) -> None:
    """A refusal is not lost in the balancer

    Imports one byte more than 10,485,760 through the balancer, twenty-four times and twice for each member: all are
    told 413; and as often that number without a token: 401. A balancer is still sending when a member refuses early,
    and takes an end of the connection at that moment for a failure of the member.
    """
    body = b" " * 10_485_761
    for client, content, status in ((people.admin, body, 413), (people.shop, body[1:], 401)):
        for _ in range(max(2 * len(services), 24)):
            client.post("/admin/products/import", content=content, headers=NDJSON).expect(status)


@case("FLEET-063", rule="CHECKOUT-6", hint="Store the order and the answer of its key in one transaction.")
@pytest.mark.usefixtures("alone")
def test_a_storm_over_the_fleet(services: list[Service], subject: Subject, shop: Client) -> None:
    """A thousand check-outs over the whole fleet, while members and the database are killed

    Fifty buyers send a thousand check-outs through the balancer to all members, on a PostgreSQL of the case's own.
    Meanwhile two members are killed with SIGKILL and served again, and the database is killed and started again.
    Nothing is lost, doubled or oversold, and clients of /events that resume have missed nothing.
    """
    with cluster(settings=DURABLE) as server, Databases(Server(server.url, "embedded")) as databases:
        url = databases.create("storm")
        lifecycle.migrate(services[0], url, subject.logs / "storm.migrate.log")
        with contextlib.ExitStack() as stack, fleets.serving(services, url, subject.logs / "storm") as own:
            storm = Storm(lambda: [shop.apart(own.url)], url, buyers=50, seed=SEED, checkouts=20, breaks=True)

            def accidents() -> None:
                victims = list(zip(services, own.members.values(), strict=True))[:2]
                for share, (service, victim) in zip((0.1, 0.3), victims, strict=True):
                    sold(storm, share)
                    victim.process.kill_all()
                    stack.enter_context(revived(service, victim, url))
                sold(storm, 0.5)
                server.kill()
                server.start()

            with followers(storm):
                storm.run(accidents)
            busy(storm, 0.3)


@contextlib.contextmanager
def revived(service: Service, gone: lifecycle.Instance, url: str) -> Iterator[None]:
    """The service again, where the one that is gone has listened."""
    port = httpx.URL(gone.url).port
    log = gone.log.with_name(f"again-{gone.log.name}")
    with lifecycle.running(service, url, log, PORT=str(port), DB_POOL_SIZE=fleets.POOL) as instance:
        dataclasses.replace(instance, url=gone.url).await_ready()
        yield
