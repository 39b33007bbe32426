"""Level 6: the streams of what happens to stock and orders."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psycopg
import pytest

from rosetta.harness.database import connect
from rosetta.harness.subject import Subject
from rosetta.kit import tokens
from rosetta.kit.bodies import wrong_query
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.orders import checkout, fill, order
from rosetta.kit.payments import deliver, event
from rosetta.kit.people import People, User
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.kit.race import together
from rosetta.kit.streams import Headers, Stream, listen, refused

LEVEL = 6
Connection = psycopg.Connection[tuple[Any, ...]]
STOCK, ORDERS = "topic=stock", "topic=orders"
CROWD = 60
ANY = {"if-match": "*"}


def restock(user: User, sku: str, delta: int = 1) -> None:
    """Adjust the stock, which sends an event."""
    user.post(f"/admin/products/{sku}/stock", body={"delta": delta}).expect(200)


def of(stream: Stream, *names: str) -> list[tuple[int, dict[str, Any]]]:
    """The events of these skus or order ids: id and data. Other cases run beside this one, on the same topics."""
    parsed = [(id, json.loads(data)) for id, _, data in stream.events()]
    return [(id, data) for id, data in parsed if data.get("sku", data.get("order_id")) in names]


def has(count: int, *names: str) -> Callable[[Stream], bool]:
    """Whether a stream has `count` events of these skus or order ids."""
    return lambda stream: len(of(stream, *names)) >= count


def stocks(stream: Stream, sku: str) -> list[int]:
    """The stocks of `sku` that the stream told."""
    return [data["stock"] for _, data in of(stream, sku)]


# The stream


@case(
    "EVT-001",
    rule="EVENT-1",
    hint="Send the headers and the retry line at once, and flush; buffer and compress nothing.",
)
def test_a_stream(shop: Client) -> None:
    """How a stream begins

    Opens topic=stock with Accept-Encoding. Within a second come 200 text/event-stream, no-store, X-Accel-Buffering:
    no, neither Content-Length nor Content-Encoding, and a first line that tells no event: a comment, or retry.
    """
    with listen(shop, STOCK) as stream:
        headers = stream.response.headers
        assert headers["content-type"].partition(";")[0] == "text/event-stream"
        assert headers.get("cache-control") == "no-store"
        assert headers.get("x-accel-buffering") == "no"
        assert "content-length" not in headers
        assert "content-encoding" not in headers
        assert stream.begins_quietly(), f"the stream begins with {stream.first!r}"
        waited = stream.first_byte - stream.asked
        assert waited < 1, f"the first byte came after {waited:.1f} s"


@case("EVT-002", rule="EVENT-1", hint="Write a comment every SSE_PING_SECONDS, whatever else is sent.")
def test_pings(shop: Client, people: People, subject: Subject) -> None:
    """Pings

    Opens topic=orders as a new customer, so that nothing happens, with SSE_PING_SECONDS=1. Within four seconds
    come two comments beside the first line, and no event.
    """
    if subject.require_quietly("serve"):
        pytest.skip("SSE_PING_SECONDS of a URL is not known")
    with listen(shop, ORDERS, people.customer().token) as stream:
        stream.until(lambda each: len(each.quiet) > 2, 4)
        assert stream.events() == []


@case("EVT-003", rule="EVENT-2", hint="Write the row's text as it is; do not parse and print it.")
def test_a_stock_event(people: People, products: Products) -> None:
    """stock.changed

    Adjusts a stock twice while a stream is open. Two events come with ascending ids, the type stock.changed, and the
    text that the database made, down to its spaces.
    """
    sku = products.add(stock=5)
    identity = people.shop.get(f"/products/{sku}").expect(200).json["id"]
    with listen(people.shop, STOCK) as stream:
        restock(people.admin, sku, 2)
        restock(people.admin, sku, -7)
        stream.until(has(2, sku))
        told = [each for each in stream.events() if sku in each[2]]
    assert [type for _, type, _ in told] == ["stock.changed"] * 2
    assert told[0][0] < told[1][0]
    for (_, _, data), (stock, version) in zip(told, [(7, 2), (0, 3)], strict=True):
        text = f'{{"product_id" : "{identity}", "sku" : "{sku}", "stock" : {stock}, "version" : {version}}}'
        assert data == text, f"the data is {data}"


@case("EVT-004", rule="EVENT-2", hint="The triggers decide what is an event; write none yourself.")
def test_what_is_no_event(people: People, products: Products) -> None:
    """What sends nothing

    Creates, reprices, archives and imports products, and fails to take more stock than there is; then adjusts a
    stock. The last is the only event of all these products.
    """
    admin = people.admin
    made, kept, gone = products.sku(), products.add(), products.add()
    with listen(people.shop, STOCK) as stream:
        base = {"name": "Thing", "category": products.category, "price": 5, "tax_rate_bp": 0}
        admin.post("/admin/products", body={"sku": made, **base, "stock": 3}).expect(201)
        admin.patch(f"/admin/products/{kept}", body={"price": 7}, headers=ANY).expect(200)
        admin.delete(f"/admin/products/{gone}", headers=ANY).expect(204)
        fresh = products.sku()
        lines = [{"sku": sku, **base, "stock": 77} for sku in (kept, fresh)]
        content = "\n".join(json.dumps(each) for each in lines).encode()
        admin.post("/admin/products/import", content=content, headers={"content-type": "application/x-ndjson"}).expect(
            200
        )
        admin.post(f"/admin/products/{kept}/stock", body={"delta": -6}).problem(409, "insufficient_stock")
        restock(admin, made)
        stream.until(has(1, made))
        assert [data["sku"] for _, data in of(stream, made, kept, gone, fresh)] == [made]


@case("EVT-005", rule="EVENT-2", hint="Selling and giving back change the stock as adjusting does.")
def test_selling(people: People, products: Products) -> None:
    """Selling is told

    Checks out a cart of three products and cancels the order. Each product has two events, the stock after the sale
    and the stock after cancelling.
    """
    skus, customer = [products.add(stock=9) for _ in range(3)], people.customer()
    with listen(people.shop, STOCK) as stream:
        made = checkout(customer, fill(customer, *((sku, 2) for sku in skus))["total"]).expect(201).json
        customer.post(f"/orders/{made['id']}/cancel").expect(200)
        stream.until(has(6, *skus))
        assert [stocks(stream, sku) for sku in skus] == [[7, 9]] * 3


@case("EVT-006", rule="EVENT-2", hint="An order's first event has version 1: nothing updates what was just made.")
def test_order_events(people: People, products: Products) -> None:
    """order.changed

    Orders, pays and ships while the customer listens. Three events tell the id, status, payment_status and version, 1
    to 3, in this order and in the database's own text.
    """
    customer = people.customer()
    with listen(people.shop, ORDERS, customer.token) as stream:
        made = order(customer, products)
        deliver(people.shop, event("payment.succeeded", made)).expect(200)
        path = f"/admin/orders/{made['id']}/transition"
        people.admin.post(path, body={"to": "shipped"}, headers={"if-match": '"2"'}).expect(200)
        stream.until(has(3, made["id"]))
        told = stream.events()
    states = [("pending", "none"), ("paid", "succeeded"), ("shipped", "succeeded")]
    for (_, type, data), (version, (status, payment)) in zip(told, enumerate(states, 1), strict=True):
        assert type == "order.changed"
        assert data == (
            f'{{"order_id" : "{made["id"]}", "status" : "{status}", "payment_status" : "{payment}",'
            f' "version" : {version}}}'
        )


@case("EVT-007", rule="EVENT-1", hint="Filter by the owner in the query, not after it; an administrator has no filter.")
def test_own_orders_only(people: People, products: Products) -> None:
    """Own orders only

    Two customers order while both and the administrator listen. Each customer is told of the own order alone, live
    and on resuming from 0; the administrator of both.
    """
    one, two = people.customer(), people.customer()
    with (
        listen(people.shop, ORDERS, one.token) as first,
        listen(people.shop, ORDERS, two.token) as second,
        listen(people.shop, ORDERS, people.admin.token) as all_orders,
    ):
        others, own = order(two, products), order(one, products)
        for stream, made in ((first, own), (second, others)):
            stream.until(has(1, made["id"]))
            assert [json.loads(data)["order_id"] for _, _, data in stream.events()] == [made["id"]]
        all_orders.until(has(2, own["id"], others["id"]))
    with listen(people.shop, ORDERS, one.token, last=0) as stream:
        stream.until(has(1, own["id"]))
        assert [json.loads(data)["order_id"] for _, _, data in stream.events()] == [own["id"]]


# What is refused


@case("EVT-008", rule="EVENT-1", hint="topic=orders asks for the token before it judges the rest of the query.")
def test_authorization(shop: Client) -> None:
    """topic=orders needs a token, topic=stock none

    Opens topic=orders, also percent-encoded, without a token and with bad ones, and with a wrong parameter or
    Last-Event-ID beside: 401 with WWW-Authenticate. topic=stock is a stream for everybody, a bad token too; other
    topics are 400 for all.
    """
    for query in (ORDERS, f"{ORDERS}&x=1", "x=1&topic=orders", "topic=%6Frders"):
        for token in (None, "nonsense", tokens.sign(tokens.claims("x", "customer"))):
            answer = refused(shop, query, token, [("last-event-id", "x")])
            answer.problem(401, "unauthenticated")
            assert answer.headers.get("www-authenticate", "").startswith("Bearer")
    with listen(shop, STOCK, "nonsense") as stream:
        assert stream.begins_quietly()
    refused(shop, "topic=other").problem(400, "invalid_query")


BAD_QUERIES: list[tuple[str, set[tuple[str, str]]]] = [
    ("", {("topic", "required")}),
    ("topic=", {("topic", "too_short")}),
    ("topic", {("topic", "too_short")}),
    ("topic=other", {("topic", "format")}),
    ("topic=Stock", {("topic", "format")}),
    ("topic=stock%00", {("topic", "format")}),
    ("topic=stock,orders", {("topic", "format")}),
    ("Topic=stock", {("topic", "required"), ("Topic", "unknown")}),
    ("topic=stock&topic=stock", {("topic", "duplicate")}),
    ("topic=stock&since=1", {("since", "unknown")}),
    ("topic=stock&limit=1&x", {("limit", "unknown"), ("x", "unknown")}),
    ("topic[]=stock", {("topic", "required"), ("topic[]", "unknown")}),
]


@case("EVT-009", rule="QUERY-1", hint="What reads the lists' queries serves here too.")
def test_bad_queries(shop: Client) -> None:
    """The query is strict

    Opens streams without a topic, with an unknown, empty or repeated one, and with other parameters. Each is 400
    invalid_query with its errors. Empty pairs and %73tock are good.
    """
    for query, expected in BAD_QUERIES:
        wrong_query(refused(shop, query), *expected)
    with listen(shop, "&&topic=%73tock&"):
        pass


@case("EVT-010", rule="EVENT-3", hint="1 to 18 digits, one header line.")
def test_bad_ids(shop: Client, people: People) -> None:
    """Last-Event-ID is a number

    Opens streams with ids that are signed, fractions, hexadecimal, of 19 digits or repeated: 400
    invalid_header. Leading zeros and 18 digits are good.
    """
    for value in ("-1", "+1", "1.0", "1e3", "0x1", "x", "1 2", "1,2", "null", "9" * 19):
        refused(shop, STOCK, headers=[("last-event-id", value)]).problem(400, "invalid_header")
    repeated: Headers = [("last-event-id", "1"), ("Last-Event-ID", "1")]
    refused(shop, STOCK, headers=repeated).problem(400, "invalid_header")
    for last in ("9" * 18, "0" * 18):
        with listen(shop, ORDERS, people.customer().token, last=last) as stream:
            assert stream.begins_quietly()


@case("EVT-011", rule="HTTP-3", hint="The path has GET alone.")
def test_methods(shop: Client) -> None:
    """Other methods are 405

    Sends POST and DELETE to /events. Each is 405 with Allow.
    """
    for method in ("POST", "DELETE"):
        answer = shop.request(method, "/events?topic=stock")
        answer.problem(405, "method_not_allowed")
        assert "GET" in answer.headers.get("allow", "")


# Nothing lost, nothing twice


@case("EVT-012", rule="EVENT-3", hint="LISTEN, then read the position, then send the first byte.")
def test_from_now_on(people: People, products: Products) -> None:
    """From the first byte on

    Adjusts a stock, opens a stream, and adjusts it again as soon as the first byte is there; ten times. Each stream
    tells the second change and not the first.
    """
    sku = products.add(stock=100)
    for number in range(10):
        restock(people.admin, sku)
        with listen(people.shop, STOCK) as stream:
            restock(people.admin, sku)
            stream.until(has(1, sku))
            assert stocks(stream, sku) == [102 + 2 * number]


@case("EVT-013", rule="EVENT-3", hint="Read the table from Last-Event-ID on before you wait for a notification.")
def test_resuming(people: People, products: Products) -> None:
    """Resuming

    Hears of one change, closes the stream, misses three, and resumes with the id of the one. The three come in order,
    then a fourth as it happens, each once.
    """
    sku = products.add(stock=0)
    with listen(people.shop, STOCK) as stream:
        restock(people.admin, sku)
        stream.until(has(1, sku))
        last = of(stream, sku)[0][0]
    for _ in range(3):
        restock(people.admin, sku)
    with listen(people.shop, STOCK, last=last) as stream:
        stream.until(has(3, sku))
        restock(people.admin, sku)
        stream.until(has(4, sku))
        assert stocks(stream, sku) == [2, 3, 4, 5]
        ids = [id for id, _, _ in stream.events()]
        assert ids == sorted(set(ids)), "ids are not ascending"
        assert ids[0] > last


@case("EVT-014", rule="EVENT-3", hint="Read 500 at a time until there are no more, then wait.")
def test_a_long_backlog(people: People, products: Products, database: Connection) -> None:
    """A backlog of 1,100 events

    Puts 1,100 events into the table in a transaction, which notifies nobody, and resumes from before them. All come,
    each once, in order, though nothing happens that would wake the stream.
    """
    sku = products.add(stock=0)
    with listen(people.shop, STOCK) as stream:
        restock(people.admin, sku)
        stream.until(has(1, sku))
        last = of(stream, sku)[0][0]
    with database.transaction():
        database.execute("SELECT pg_advisory_xact_lock(727274)")  # as the trigger does: ids in the order of commits
        database.execute(
            """INSERT INTO events (id, topic, type, data)
               SELECT nextval('events_id_seq'), 'stock', 'stock.changed', json_build_object(
                   'product_id', id, 'sku', sku, 'stock', number, 'version', version + number)::text
               FROM products, generate_series(2, 1101) AS number WHERE sku = %s""",
            (sku,),
        )
    with listen(people.shop, STOCK, last=last) as stream:
        newest = f'"sku" : "{sku}", "stock" : 1101,'
        less_than_the_poll = 4  # of rule EVENT-3
        stream.until(lambda each: any(newest in block for block in each.blocks), less_than_the_poll)
        assert stocks(stream, sku) == list(range(2, 1102))


@case("EVT-015", rule="EVENT-3", hint="Send what is greater than Last-Event-ID, and nothing below.")
def test_an_id_of_the_future(people: People, products: Products) -> None:
    """An id beyond the newest

    Opens a stream with an id five beyond the newest, and another without. Stock is changed until the other has passed
    that id: the first tells exactly what the other tells above it.
    """
    sku = products.add(stock=0)
    with listen(people.shop, STOCK) as other:
        restock(people.admin, sku)
        other.until(has(1, sku))
        future = max(id for id, _, _ in other.events()) + 5
        with listen(people.shop, STOCK, last=future) as stream:
            count = 1
            while of(other, sku)[-1][0] <= future + 1:
                restock(people.admin, sku)
                count += 1
                other.until(has(count, sku))
            above = [each for each in of(other, sku) if each[0] > future]
            stream.until(has(len(above), sku))
            assert of(stream, sku) == above
            assert min(id for id, _, _ in stream.events()) > future


@case("EVT-016", rule="EVENT-3", hint="Follow the ids of the table, which are given out in the order of commits.")
def test_sixteen_writers(people: People, products: Products) -> None:
    """Sixteen writers and a client that drops

    Sixteen administrators change sixteen products ten times each, while a client hangs up every few events and
    resumes by Last-Event-ID. In the end it has every change of each product once, and all ids ascending.
    """
    skus = [products.add(stock=0) for _ in range(16)]
    heard: list[tuple[int, dict[str, Any]]] = []
    ids: list[int] = []

    def write(admin: User, sku: str) -> None:
        for _ in range(10):
            restock(admin, sku)

    with listen(people.shop, STOCK) as stream:
        restock(people.admin, skus[0])
        stream.until(has(1, skus[0]))
        heard += of(stream, *skus)
    last = heard[0][0]
    actions = [partial(write, people.admin.apart(), sku) for sku in skus]
    writing = threading.Thread(target=together, args=(actions,))
    writing.start()
    deadline = time.monotonic() + 10
    while len(heard) < 161:
        assert time.monotonic() < deadline, f"only {len(heard)} of 161 changes were told"
        wanted = min(13, 161 - len(heard))
        with listen(people.shop, STOCK, last=last) as stream:
            stream.until(has(wanted, *skus), 10)
            got = stream.events()
            heard += [each for each in of(stream, *skus) if each[0] <= got[-1][0]]
            ids += [id for id, _, _ in got]
            last = got[-1][0]
    writing.join()
    assert ids == sorted(set(ids)), "an id came twice or out of order"
    for sku in skus:
        told = [data["stock"] for _, data in heard if data["sku"] == sku]
        assert told == list(range(1, 12 if sku == skus[0] else 11)), f"the stocks told of {sku} are {told}"


# Cheap streams, and how they end


@contextlib.contextmanager
def crowd(shop: Client) -> Iterator[list[Stream]]:
    """Sixty open streams."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(listen(shop, STOCK)) for _ in range(CROWD)]


@case("EVT-017", rule="EVENT-4", hint="A waiting stream may hold neither a worker nor a connection of the pool.")
def test_sixty_streams(people: People, products: Products) -> None:
    """Sixty idle streams

    Opens sixty streams, then reads, edits and stocks a product, ten times each. All are answered, as a rule within
    half a second for the three together, and all sixty hear of the last change.
    """
    sku = products.add(stock=0)
    with crowd(people.shop) as streams:
        slow = 0
        for number in range(10):
            began = time.monotonic()
            people.shop.get(f"/products/{sku}").expect(200)
            people.admin.patch(f"/admin/products/{sku}", body={"price": 1 + number}, headers=ANY).expect(200)
            restock(people.admin, sku)
            seconds = time.monotonic() - began
            slow += seconds > 0.5
            assert slow < 5, f"three requests take {seconds:.1f} s beside sixty streams"
        for stream in streams:
            stream.until(lambda each: 10 in stocks(each, sku))


@case("EVT-018", rule="EVENT-4", hint="One LISTEN for the process, shared by its streams.")
def test_few_connections(people: People, products: Products, database: Connection) -> None:
    """Sixty streams share a connection

    Counts the connections to the database before and while sixty streams are open and have told an event. They are
    less than thirty more: some for the pool, which others use too, and not one a stream.
    """
    sku = products.add()

    def connections() -> int:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        row = database.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    before = connections()
    with crowd(people.shop) as streams:
        restock(people.admin, sku)
        for stream in streams:
            stream.until(has(1, sku))
        more = connections() - before
    assert more < 30, f"sixty streams take {more} connections more"


@case("EVT-019", rule="EVENT-5", hint="Judge the token when the stream is opened, and never again.")
def test_a_token_that_expires(people: People, products: Products) -> None:
    """A token that expires does not end the stream

    Listens with a token that has a second to live, waits until GET /me is 401 with it, and orders. The stream tells
    of the order.
    """
    customer = people.customer()
    now = time.time()
    token = tokens.sign(tokens.claims(customer.id, "customer", exp=int(now + 1.5)))
    with listen(people.shop, ORDERS, token) as stream:
        deadline = time.monotonic() + 5
        while people.shop.get("/me", token=token).status == 200:
            assert time.monotonic() < deadline, "the token does not expire"
            time.sleep(0.05)
        made = order(customer, products)
        stream.until(has(1, made["id"]))


@case("EVT-020", rule="EVENT-5", hint="End the streams first, or they keep the process alive.")
def test_sigterm(private: Callable[..., Private]) -> None:
    """SIGTERM ends the streams

    Opens five streams, one of them of orders, and sends SIGTERM. All end, and the process ends with status 0 within
    10 seconds.
    """
    shop = private()
    instance = shop.start()
    instance.await_ready()
    with connect(shop.database_url) as database, contextlib.ExitStack() as stack:
        token = People(shop.shop, database).admin.token
        streams = [stack.enter_context(listen(shop.shop, STOCK)) for _ in range(4)]
        streams.append(stack.enter_context(listen(shop.shop, ORDERS, token)))
        assert instance.stop() == 0, "the service did not end with status 0 in 10 s"
        for stream in streams:
            stream.until(lambda each: each.ended, 1)


@case("EVT-021", rule="EVENT-5", hint="Listen again when the connection is lost, and read the table before you wait.")
def test_without_the_database(private: Callable[..., Private]) -> None:
    """A database that goes and comes back

    Cuts the database from a service with an open stream: a new stream is 503. Changes a stock meanwhile, and restores
    the database. The client, resuming whenever its stream ends, hears of that change and of a later one, each once.
    """
    shop = private(linked=True)
    instance = shop.start()
    instance.await_ready()
    with connect(shop.database_url) as database, contextlib.ExitStack() as stack:
        products = Products(People(shop.shop, database), database)
        sku = products.add(stock=1)
        stream = stack.enter_context(listen(shop.shop, STOCK))
        products.change(sku, stock=2)
        stream.until(has(1, sku))
        shop.link.cut()
        refused(shop.shop, STOCK).problem(503, "service_unavailable")
        products.change(sku, stock=3)
        shop.link.restore()
        instance.await_ready(10)
        products.change(sku, stock=4)
        earlier: list[tuple[int, dict[str, Any]]] = []
        deadline = time.monotonic() + 10
        while (told := earlier + of(stream, sku))[-1][1]["stock"] != 4:
            assert time.monotonic() < deadline, f"the client heard of {told}"
            if stream.ended:
                with contextlib.suppress(AssertionError):
                    stream = stack.enter_context(listen(shop.shop, STOCK, last=told[-1][0]))
                    earlier = told
            time.sleep(0.02)
        assert [data["stock"] for _, data in told] == [2, 3, 4]


@case("EVT-022", rule="EVENT-4", hint="Release all that a stream holds as soon as its client is gone.")
def test_a_client_that_leaves(people: People, products: Products) -> None:
    """Clients that leave

    Opens and leaves thirty streams, more than the pool holds, while stock changes. Another stream hears of every
    change, and the next requests work.
    """
    sku = products.add(stock=0)
    with listen(people.shop, STOCK) as stream:
        for _ in range(30):
            with listen(people.shop, STOCK):
                restock(people.admin, sku)
        stream.until(has(30, sku))
        assert stocks(stream, sku) == list(range(1, 31))
    people.shop.get(f"/products/{sku}").expect(200)


@case("EVT-023", rule="DB-4", hint="The triggers give the ids out at COMMIT; make none yourself.")
def test_events_follow_commits(people: People, products: Products) -> None:
    """Eight buyers at once

    Eight customers buy one product at the same moment while a stream is open. It tells the stock 7, 6, … 0 with
    ascending ids and versions: the order of the events is the order of the commits.
    """
    sku = products.add(stock=8)
    customers = [people.customer() for _ in range(8)]
    totals = [fill(customer, sku)["total"] for customer in customers]
    with listen(people.shop, STOCK) as stream:
        pairs = zip(customers, totals, strict=True)
        answers = together([partial(checkout, customer.apart(), total) for customer, total in pairs])
        assert [answer.status for answer in answers] == [201] * 8
        stream.until(has(8, sku))
        told = of(stream, sku)
    assert [(data["stock"], data["version"]) for _, data in told] == [(7 - number, 2 + number) for number in range(8)]
    assert [id for id, _ in told] == sorted(id for id, _ in told)
