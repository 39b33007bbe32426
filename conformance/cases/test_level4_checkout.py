"""Level 4: from a cart to an order, once."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import psycopg
from test_level3_cart import EMPTY, attach, reason

from rosetta.harness.database import connect, scalar
from rosetta.harness.subject import Subject
from rosetta.kit.bodies import missing, wrong, wrong_query
from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.orders import BURST, checkout, fill, new_key, order, put
from rosetta.kit.people import PASSWORD, People, User, new_email
from rosetta.kit.private import Private
from rosetta.kit.products import Products, moment
from rosetta.kit.race import together
from rosetta.kit.tokens import mint

LEVEL = 4
Connection = psycopg.Connection[tuple[Any, ...]]


def with_coupon(user: User, code: str) -> dict[str, Any]:
    """Attach a coupon and return the cart."""
    cart: dict[str, Any] = user.put("/cart/coupon", body={"code": code}).expect(200).json
    return cart


def statuses(answers: list[Answer]) -> list[int]:
    """The statuses, sorted."""
    return sorted(answer.status for answer in answers)


def orders_of(user: User) -> list[dict[str, Any]]:
    """The orders of the user, newest first."""
    items: list[dict[str, Any]] = user.get("/orders?limit=100").expect(200).json["items"]
    return items


@case("CHK-001", rule="CHECKOUT-6", hint="One transaction: stock, order, lines, coupon, cart, key.")
def test_checkout(people: People, products: Products) -> None:
    """A checkout

    Checks out two lines with a coupon: 201 with the order as the cart showed it, Location and ETag "1". The stock is
    less, the cart is empty, and the order can be read.
    """
    user = people.customer()
    one = products.add(name="Mug", price=999, tax_rate_bp=2000, stock=7)
    two = products.add(name="Spoon", price=50, tax_rate_bp=500, stock=1)
    fill(user, (one, 3), two)
    code = products.coupon(percent_bp=1250)
    cart = with_coupon(user, code)
    answer = checkout(user, cart["total"]).expect(201)
    made = answer.json
    assert answer.headers["location"] == f"/orders/{made['id']}"
    assert answer.headers["etag"] == '"1"'
    assert "idempotent-replayed" not in answer.headers
    assert (made["user_id"], made["status"], made["payment_status"]) == (user.id, "pending", "none")
    assert (made["refund_due"], made["coupon_code"], made["version"]) == (False, code, 1)
    for name in ("currency", "subtotal", "discount", "tax", "shipping", "total"):
        assert made[name] == cart[name], f"{name} of the order is not the cart's"
    snapshot = [{name: line[name] for name in line if name not in ("available", "in_stock")} for line in cart["lines"]]
    assert made["lines"] == snapshot
    assert (products.stock(one), products.stock(two)) == (4, 0)
    assert user.get("/cart").expect(200).json["lines"] == []
    assert user.get(answer.headers["location"]).expect(200).json == made


@case("CHK-002", rule="CHECKOUT-6", hint="Copy sku, name, price and rate into the order's lines.")
def test_an_order_is_a_snapshot(people: People, products: Products) -> None:
    """An order does not change with its products

    Orders a product, then changes its name and price and archives it. The order is as it was.
    """
    user = people.customer()
    sku = products.add(price=1000, name="Before")
    cart = fill(user, sku)
    made = checkout(user, cart["total"]).expect(201).json
    products.change(sku, price=2000, name="After")
    products.archive(sku)
    assert user.get(f"/orders/{made['id']}").expect(200).json == made


# Idempotency


@case("CHK-003", rule="CHECKOUT-1", hint="Absent is missing; everything else that fails is invalid.")
def test_idempotency_keys(people: People, products: Products) -> None:
    """The Idempotency-Key

    Checks out an empty cart without the header, and with keys that are empty, too long, have spaces, quotes, non-ASCII,
    or come in two lines: 400 each. 255 characters and quotes around are fine; equal lines may be one.
    """
    user = people.customer()
    body = {"expected_total": 0}
    user.post("/checkout", body=body).problem(400, "idempotency_key_missing")
    for key in ("", '""', '"', "a" * 256, "a b", 'a"b', "a\\b", '"a', 'a"', "é", "a\tb"):
        headers = [("idempotency-key", key)]
        user.post("/checkout", body=body, headers=headers).problem(400, "idempotency_key_invalid")
    for other in ("b", "a"):
        twice = [("idempotency-key", "a"), ("idempotency-key", other)]
        answer = user.post("/checkout", body=body, headers=twice)
        if other == "b" or answer.status == 400:
            answer.problem(400, "idempotency_key_invalid")
        else:
            answer.problem(409, "cart_empty")
    for key in ("a" * 255, "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", '"quoted"', "0"):
        user.post("/checkout", body=body, headers={"idempotency-key": key}).problem(409, "cart_empty")


@case("CHK-004", rule="CHECKOUT-2", hint="Store the bytes that you send, as text, and send them again.")
def test_replay(people: People, products: Products) -> None:
    """The same request again

    Checks out twice with one key and body, the second time after a change of the order: both 201 with the same bytes,
    Location and ETag "1"; the second has Idempotent-Replayed: true. There is one order.
    """
    user, key = people.customer(), new_key()
    cart = fill(user, products.add())
    first = checkout(user, cart["total"], key).expect(201)
    user.post(f"/orders/{first.json['id']}/cancel").expect(200)
    second = checkout(user, cart["total"], key).expect(201)
    assert second.body == first.body
    assert second.content_type == first.content_type
    for name in ("location", "etag"):
        assert second.headers[name] == first.headers[name], f"{name} differs"
    assert second.headers["idempotent-replayed"] == "true"
    assert len(orders_of(user)) == 1


@case("CHK-005", rule="CHECKOUT-1", hint="Strip one pair of quotes before you use the key.")
def test_quoted_keys(people: People, products: Products) -> None:
    """A key in quotes is the same key

    Checks out with a key, then with the same in double quotes: a replay.
    """
    user, key = people.customer(), new_key()
    cart = fill(user, products.add())
    first = checkout(user, cart["total"], key).expect(201)
    assert checkout(user, cart["total"], f'"{key}"').expect(201).body == first.body


@case("CHK-006", rule="CHECKOUT-2", hint="Keep the SHA-256 of method, path and body bytes with the key.")
def test_reused_keys(people: People, products: Products) -> None:
    """The same key for something else

    Uses a key again with another total, and with the same JSON written differently: 422 idempotency_key_reused. The
    fingerprint is of bytes.
    """
    user, key = people.customer(), new_key()
    total = fill(user, products.add())["total"]
    headers = {"idempotency-key": key, "content-type": "application/json"}
    user.post("/checkout", content=b'{"expected_total": %d}' % total, headers=headers).expect(201)
    for body in (
        b'{"expected_total": %d}' % (total + 1),
        b'{"expected_total":%d}' % total,
        b'{"expected_total" : %d}' % total,
    ):
        user.post("/checkout", content=body, headers=headers).problem(422, "idempotency_key_reused")
    user.post("/checkout", content=b'{"expected_total": %d}' % total, headers=headers).expect(201)


@case("CHK-007", rule="CHECKOUT-2", hint="Syntax and members first, then the limit, then the key.")
def test_invalid_body_with_a_used_key(people: People, products: Products) -> None:
    """An invalid body with a used key

    Uses a key again with a body that is no JSON, and with one that is invalid: 400 malformed_json and 422
    validation_failed, not idempotency_key_reused.
    """
    user, key = people.customer(), new_key()
    checkout(user, fill(user, products.add())["total"], key).expect(201)
    headers = {"idempotency-key": key, "content-type": "application/json"}
    user.post("/checkout", content=b"{", headers=headers).problem(400, "malformed_json")
    user.post("/checkout", content=b"{}", headers=headers).problem(422, "validation_failed")


@case("CHK-008", rule="CHECKOUT-1", hint="The key's scope is the user: unique (user_id, idem_key).")
def test_keys_of_others(people: People, products: Products) -> None:
    """A key belongs to its user

    Two customers use one key: each gets an order of one's own, and nobody sees the other's.
    """
    one, other, key = people.customer(), people.customer(), new_key()
    first = checkout(one, fill(one, products.add())["total"], key).expect(201)
    second = checkout(other, fill(other, products.add())["total"], key).expect(201)
    assert first.json["id"] != second.json["id"]
    assert second.json["user_id"] == other.id
    assert "idempotent-replayed" not in second.headers


@case("CHK-009", rule="CHECKOUT-3", hint="Insert the key in the order's transaction: a refusal leaves none.")
def test_failures_are_not_stored(people: People, products: Products) -> None:
    """A failure may be tried again with its key

    Checks out with one key and body: an empty cart, short stock, another price, then rightly. Each refusal leaves the
    key free.
    """
    user, key = people.customer(), new_key()
    checkout(user, 1499 + 200, key).problem(409, "cart_empty")
    sku = products.add(price=1000, tax_rate_bp=2000, stock=0)
    put(user, sku).expect(200)
    checkout(user, 1499 + 200, key).problem(409, "insufficient_stock")
    products.change(sku, stock=1, price=1100)
    checkout(user, 1499 + 200, key).problem(409, "total_changed")
    products.change(sku, price=1000)
    checkout(user, 1499 + 200, key).expect(201)


@case("CHK-010", rule="CHECKOUT-3", hint="Key and order are committed together.")
def test_key_and_order_agree(people: People, products: Products, database: Connection) -> None:
    """A key is stored if and only if its order exists

    Checks out rightly and wrongly and looks into the database: one key with status 201, the fingerprint of the
    contract and the bytes that were sent.
    """
    user, key = people.customer(), new_key()
    checkout(user, 1, new_key()).problem(409, "cart_empty")
    cart = fill(user, products.add())
    sent = checkout(user, cart["total"], key).expect(201)
    query = """SELECT idem_key, response_status, response_location, response_body,
               fingerprint = encode(sha256(convert_to(E'POST\\n/checkout\\n' || %s, 'UTF8')), 'hex')
               FROM idempotency_keys WHERE user_id = %s"""
    rows = database.execute(query, (json.dumps({"expected_total": cart["total"]}), user.id)).fetchall()
    assert rows == [(key, 201, f"/orders/{sent.json['id']}", sent.body.decode(), True)]


@case("CHK-011", rule="CHECKOUT-4", hint="pg_try_advisory_xact_lock; false is 409 at once.")
def test_one_key_at_once(people: People, products: Products) -> None:
    """One key, many times at once

    Sends one request over fifteen connections at the same moment: each answer is 201 with the same bytes, or 409
    idempotency_in_progress with Retry-After: 1. There is one order, and the stock is one less. Then eight customers
    send one over three connections, each again and again until it is 201: what follows the order at once is a replay.
    """
    user, sku = people.customer(), products.add(stock=9)
    only_one_order(user, sku, connections=15, tries=1)
    assert products.stock(sku) == 8
    for _ in range(8):
        only_one_order(people.customer(), products.add(), connections=3, tries=6)


def only_one_order(user: User, sku: str, connections: int, tries: int) -> None:
    """Check a product out with one key over several connections at once, each until it is 201 or was tried enough."""
    key, total = new_key(), fill(user, sku)["total"]

    def insist(sender: User) -> list[Answer]:
        answers: list[Answer] = []
        while len(answers) < tries and not (answers and answers[-1].status == 201):
            answers.append(checkout(sender, total, key))
        return answers

    told = together([partial(insist, user.apart()) for _ in range(connections)])
    answers = [answer for each in told for answer in each]
    made = {answer.body for answer in answers if answer.status == 201}
    assert len(made) == 1, f"{len(made)} different answers of 201"
    for answer in answers:
        if answer.status != 201:
            answer.problem(409, "idempotency_in_progress")
            assert answer.headers["retry-after"] == "1"
    assert len(orders_of(user)) == 1


@case("CHK-012", rule="CHECKOUT-4", hint="The lock must not wait: a client that retries would pile up connections.")
def test_in_progress_is_told_at_once(
    people: People, products: Products, database: Connection, subject: Subject
) -> None:
    """In progress is told at once

    Locks the customer's cart, checks out, and checks out again with the same key while the first waits: 409
    idempotency_in_progress in less time than the lock is held. Then the first goes through.
    """
    user, key = people.customer(), new_key()
    total = fill(user, products.add())["total"]
    first: list[Answer] = []
    assert subject.database_url is not None
    with connect(subject.database_url) as holder:
        with holder.transaction():
            holder.execute("SELECT FROM carts WHERE user_id = %s FOR UPDATE", (user.id,))
            running = threading.Thread(target=lambda: first.append(checkout(user.apart(), total, key)))
            running.start()
            until_locked(database, user.id, key)
            second = checkout(user, total, key)
        running.join()
    second.problem(409, "idempotency_in_progress")
    retry = second.headers.get("retry-after")
    assert retry == "1", f"Retry-After is {retry}, not 1"
    assert first, "the first checkout has no answer"
    first[0].expect(201)


def until_locked(database: Connection, user: str, key: str) -> None:
    """Return once somebody holds the lock of the key."""
    deadline = time.monotonic() + 5
    query = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database =
               (SELECT oid FROM pg_database WHERE datname = current_database()) AND
               ((classid::bigint << 32) | objid::bigint) = hashtextextended('idem:' || %s || ':' || %s, 0)"""
    while database.execute(query, (user, key)).fetchone() != (1,):
        assert time.monotonic() < deadline, "no checkout holds the lock of rule CHECKOUT-4"
        time.sleep(0.01)


@case("CHK-013", rule="CHECKOUT-7", hint="Lock the open cart FOR UPDATE; whoever comes second finds none.")
def test_one_cart_many_keys(people: People, products: Products) -> None:
    """One cart, fifteen keys at once

    Checks one cart out over fifteen connections with different keys at the same moment: one 201, fourteen 409
    cart_empty, one order.
    """
    user = people.customer()
    total = fill(user, products.add(stock=50))["total"]
    answers = together([partial(checkout, user.apart(), total) for _ in range(15)])
    assert statuses(answers) == [201] + [409] * 14
    for answer in answers:
        if answer.status == 409:
            answer.problem(409, "cart_empty")
    assert len(orders_of(user)) == 1


# Refusals


@case("CHK-014", rule="CHECKOUT-5", hint="expected_total is an integer from 0 to 99999999999.")
def test_bodies(people: People) -> None:
    """The body of a checkout

    Checks out with expected_total missing, null, text, fractions, out of range, and with unknown members: 422 each.
    """
    user = people.customer()
    for body, error in (
        ({}, ("/expected_total", "required")),
        ({"expected_total": None}, ("/expected_total", "null_not_allowed")),
        ({"expected_total": "1"}, ("/expected_total", "type")),
        ({"expected_total": 1.5}, ("/expected_total", "type")),
        ({"expected_total": -1}, ("/expected_total", "out_of_range")),
        ({"expected_total": 100_000_000_000}, ("/expected_total", "out_of_range")),
        ({"expected_total": 1, "user_id": user.id}, ("/user_id", "unknown")),
    ):
        answer = user.post("/checkout", body=body, headers={"idempotency-key": new_key()})
        wrong(answer, error)


@case(
    "CHK-034",
    rule="HTTP-1",
    hint="Type, size, key, syntax and members are checks of their own; the cart comes after them.",
)
def test_order_of_checks(people: People) -> None:
    """Type, size, key, syntax, members, cart

    Checks out an empty cart with one thing wrong: 415, 413, 400 for the key, 400 for the JSON, 422, 409; and with
    everything wrong: one of these, but 409.
    """
    user = people.customer()
    good, json_type = b'{"expected_total":0}', {"content-type": "application/json"}
    key = {"idempotency-key": new_key()}
    plain = {"content-type": "text/plain"}
    user.post("/checkout", content=good, headers=plain | key).problem(415, "unsupported_media_type")
    user.post("/checkout", content=good.ljust(70_000), headers=json_type | key).problem(413, "body_too_large")
    user.post("/checkout", content=good, headers=json_type).problem(400, "idempotency_key_missing")
    user.post("/checkout", content=b"{", headers=json_type | key).problem(400, "malformed_json")
    user.post("/checkout", content=b"{}", headers=json_type | key).problem(422, "validation_failed")
    user.post("/checkout", content=b"{" * 70_000, headers=plain).expect(415, 413, 400)
    user.post("/checkout", content=good, headers=json_type | key).problem(409, "cart_empty")


@case("CHK-016", rule="CHECKOUT-5", hint="An open cart without lines is empty too.")
def test_empty_carts(people: People, products: Products) -> None:
    """Empty carts

    Checks out without a cart, and with one whose line was removed: 409 cart_empty, whatever total is expected.
    """
    user = people.customer()
    checkout(user, 0).problem(409, "cart_empty")
    sku = products.add()
    fill(user, sku)
    user.delete(f"/cart/items/{sku}").expect(200)
    checkout(user, 0).problem(409, "cart_empty")


@case("CHK-017", rule="PROBLEM-4", hint="Tell every line at fault, with what was asked and what is there.")
def test_insufficient_stock(people: People, products: Products) -> None:
    """Short stock

    Checks out three lines of which two are short: 409 with both, what was asked for and what is there. Nothing is
    taken.
    """
    user = people.customer()
    short, none, enough = products.add(stock=2), products.add(stock=0), products.add(stock=5)
    cart = fill(user, (short, 3), none, (enough, 5))
    problem = checkout(user, cart["total"]).problem(409, "insufficient_stock")
    assert sorted(problem["lines"], key=lambda line: line["sku"]) == [
        {"sku": short, "requested": 3, "available": 2},
        {"sku": none, "requested": 1, "available": 0},
    ]
    assert [products.stock(sku) for sku in (short, none, enough)] == [2, 0, 5]
    assert len(user.get("/cart").json["lines"]) == 3


@case("CHK-018", rule="CHECKOUT-5", hint="Archived products are judged before stock, and told with available 0.")
def test_product_unavailable(people: People, products: Products) -> None:
    """Archived products

    Checks out an archived product beside a short one: 409 product_unavailable with the archived one alone.
    """
    user = people.customer()
    archived, short = products.add(stock=9), products.add(stock=0)
    fill(user, (archived, 2), short)
    products.archive(archived)
    problem = checkout(user).problem(409, "product_unavailable")
    assert problem["lines"] == [{"sku": archived, "requested": 2, "available": 0}]


@case("CHK-019", rule="CHECKOUT-5", hint="Compare expected_total last, and tell the new total.")
def test_total_changed(people: People, products: Products) -> None:
    """The total has changed

    Reads the cart, lets the price rise, checks out with the old total: 409 total_changed with the new one, with which
    it goes through. One cent off is off.
    """
    user = people.customer()
    sku = products.add(price=1000, tax_rate_bp=0)
    old = fill(user, sku)["total"]
    products.change(sku, price=1100)
    assert checkout(user, old).problem(409, "total_changed")["total"] == 1599
    for total in (1598, 1600, 0):
        checkout(user, total).problem(409, "total_changed")
    checkout(user, 1599).expect(201)


@case(
    "CHK-020", rule="CHECKOUT-5", hint="A coupon that does not apply refuses the checkout; it is not dropped silently."
)
def test_coupon_not_applicable(people: People, products: Products) -> None:
    """Coupons that do not apply

    Checks out with coupons that have not begun, that ask for more, and that are exhausted: 409 coupon_not_applicable,
    after stock and before the total. Without the coupon it goes through.
    """
    user = people.customer()
    sku = products.add(price=1000, tax_rate_bp=0, stock=1)
    fill(user, (sku, 1))
    coupons: list[dict[str, Any]] = [
        {"starts_at": moment(hours=1)},
        {"starts_at": moment(hours=-2), "ends_at": moment(hours=-1)},
        {"min_subtotal": 1001},
    ]
    for members in coupons:
        with_coupon(user, products.coupon(**members))
        checkout(user, 0).problem(409, "coupon_not_applicable")
    put(user, sku, 2).expect(200)
    checkout(user, 0).problem(409, "insufficient_stock")
    put(user, sku, 1).expect(200)
    user.delete("/cart/coupon").expect(200)
    checkout(user, 1499).expect(201)


@case("CHK-021", rule="PRICE-3", hint="unique (coupon_id, user_id) on the redemptions.")
def test_a_coupon_once_a_user(people: People, products: Products) -> None:
    """A coupon once a user

    Orders twice with one coupon: the second is 409 coupon_not_applicable, also after the first order was cancelled.
    """
    user, code = people.customer(), products.coupon()
    with_coupon(user, code)
    made = order(user, products)
    user.post(f"/orders/{made['id']}/cancel").expect(200)
    fill(user, products.add())
    with_coupon(user, code)
    checkout(user).problem(409, "coupon_not_applicable")


@case("CHK-022", rule="PRICE-3", hint="UPDATE coupons SET redeemed = redeemed + 1 under the coupon's row lock.")
def test_the_last_coupons(people: People, products: Products) -> None:
    """Three coupons, twelve buyers

    Twelve customers check out with a coupon of three redemptions at the same moment: three 201, nine 409
    coupon_not_applicable, and the stock is three less.
    """
    sku, code = products.add(price=1000, tax_rate_bp=0, stock=50), products.coupon(percent_bp=1000, max_redemptions=3)
    buyers = [people.customer() for _ in range(12)]
    for buyer in buyers:
        fill(buyer, sku)
        assert with_coupon(buyer, code)["total"] == 1399
    answers = together([partial(checkout, buyer.apart(), 1399) for buyer in buyers])
    assert statuses(answers) == [201] * 3 + [409] * 9
    for answer in answers:
        if answer.status == 409:
            answer.problem(409, "coupon_not_applicable")
    assert products.stock(sku) == 47


@case("CHK-023", rule="CHECKOUT-6", hint="Lock the products, then look at the stock.")
def test_the_last_unit(people: People, products: Products) -> None:
    """The last unit, twenty buyers

    Twenty customers check out the last unit at the same moment: one 201, nineteen 409 insufficient_stock, stock 0. Four
    times. Services that read and then write sell it several times.
    """
    for _ in range(4):
        sku = products.add(stock=1)
        buyers = [people.customer() for _ in range(20)]
        totals = [fill(buyer, sku)["total"] for buyer in buyers]
        pairs = zip(buyers, totals, strict=True)
        answers = together([partial(checkout, buyer.apart(), total) for buyer, total in pairs])
        assert statuses(answers) == [201] + [409] * 19
        assert products.stock(sku) == 0


@case("CHK-024", rule="DB-3", hint="Lock all products in one statement, ORDER BY sku; never line after line.")
def test_crossing_orders(people: People, products: Products) -> None:
    """Forty buyers, four of eight products each

    Forty customers check out random four of eight products, put in random order, at the same moment; three times. Every
    answer is 201 or 409 insufficient_stock, never 5xx from a deadlock; what is sold and what is left add up for each
    product.
    """
    generator = random.Random(2026)
    for _ in range(3):
        skus = [products.add(stock=12, price=100) for _ in range(8)]
        buyers = [people.customer() for _ in range(40)]
        totals = [fill(buyer, *generator.sample(skus, 4))["total"] for buyer in buyers]
        pairs = zip(buyers, totals, strict=True)
        answers = together([partial(checkout, buyer.apart(), total) for buyer, total in pairs])
        sold = dict.fromkeys(skus, 0)
        for answer in answers:
            assert answer.status in (201, 409), f"a checkout is {answer.status}"
            for line in answer.json["lines"] if answer.status == 201 else []:
                sold[line["sku"]] += line["quantity"]
        assert {sku: 12 - products.stock(sku) for sku in skus} == sold
        assert sum(sold.values()) >= 4 * 12


@case("CHK-025", rule="CART-8", hint="A cart write locks the open cart before it writes a line.")
def test_a_line_put_during_a_checkout(people: People, products: Products) -> None:
    """A line put during a checkout is not lost

    Checks a cart out and puts three other products at the same moment, fifteen times. Each is either in the order or in
    the new cart, or the checkout said that the total has changed.
    """
    extras = [products.add(price=77, stock=50) for _ in range(3)]
    bought = products.add(stock=50)
    for _ in range(15):
        user = people.customer()
        total = fill(user, bought)["total"]

        def puts(sender: User) -> Answer:
            return [put(sender, extra).expect(200) for extra in extras][-1]

        answer, _ = together([partial(checkout, user.apart(), total), partial(puts, user.apart())])
        in_cart = {each["sku"] for each in user.get("/cart").expect(200).json["lines"]} - {bought}
        if answer.status == 409:
            answer.problem(409, "total_changed")
            assert in_cart == set(extras)
        else:
            in_order = {each["sku"] for each in answer.expect(201).json["lines"]} - {bought}
            assert not in_cart & in_order, "a line is in both"
            assert in_cart | in_order == set(extras), "a line is in neither"


@case("CHK-026", rule="RATE-1", hint="Twenty check-outs, then one every three seconds, for each user.")
def test_checkout_limit(people: People) -> None:
    """The limit of check-outs

    Checks out twenty-one times: the last is 429 with the rate limit's headers. Replays and refusals count, bad bodies
    do not; another customer is free.
    """
    user = people.customer()
    for _ in range(5):
        user.post("/checkout", body={}, headers={"idempotency-key": new_key()}).expect(422)
    began = time.monotonic()
    answers = together([partial(checkout, user.apart(), 0) for _ in range(24)])
    judged = [answer for answer in answers if answer.status == 409]
    assert BURST <= len(judged) <= BURST + (time.monotonic() - began) // 3
    limited = next(answer for answer in answers if answer.status == 429)
    limited.problem(429, "rate_limited")
    retry = int(limited.headers["retry-after"])
    assert 1 <= retry <= 3
    assert limited.headers["ratelimit-policy"] == '"checkout";q=20;w=60'
    assert limited.headers["ratelimit"] == f'"checkout";r=0;t={retry}'
    checkout(people.customer(), 0).problem(409, "cart_empty")


@case("CHK-027", rule="HTTP-11", hint="Write the path by itself: no scheme, no host.")
def test_locations(people: People, products: Products) -> None:
    """Location leads to what was made

    Registers, and checks out: Location is /me and /orders/{id}, without a host, and a GET there gives what the answer
    held.
    """
    body = {"email": new_email(), "password": PASSWORD, "name": "Ada"}
    made = people.shop.post("/auth/register", body=body).expect(201)
    assert made.headers["location"] == "/me"
    assert people.shop.get("/me", token=mint(made.json["id"])).expect(200).json == made.json
    user = people.customer()
    answer = checkout(user, fill(user, products.add())["total"]).expect(201)
    assert answer.headers["location"] == f"/orders/{answer.json['id']}"
    assert user.get(answer.headers["location"]).expect(200).json == answer.json


@case("CHK-028", rule="HTTP-7", hint="Set Cache-Control by path.")
def test_caching(people: People, products: Products) -> None:
    """Cache-Control

    Asks for products, an order, the cart and oneself: products may be kept but not used unasked, orders only by their
    owner's client, the rest not at all.
    """
    user = people.customer()
    made = order(user, products)
    for path, expected in (
        ("/products?limit=1", "no-cache"),
        (f"/orders/{made['id']}", "private, no-cache"),
        ("/orders", "private, no-cache"),
        ("/me", "no-store"),
        ("/cart", "no-store"),
    ):
        told = user.get(path).headers["cache-control"]
        assert ", ".join(sorted(told.split(", "))) == ", ".join(sorted(expected.split(", "))), f"{path} has {told}"


@case("CHK-029", rule="DB-5", hint="Keep limits, sessions, locks and keys in the database, never in the process.")
def test_two_processes(private: Callable[..., Private]) -> None:
    """Two processes are one shop

    Starts two processes on one database. Log-ins are limited over both, a cart filled on one is checked out on the
    other, the replay comes from the first byte for byte, and a refresh token is good once on both.
    """
    first = private()
    second = private(beside=first)
    for each in (first, second):
        each.start()
    for each in (first, second):
        assert each.instance is not None
        each.instance.await_ready()
    body = {"email": new_email(), "password": PASSWORD}
    identity = first.shop.post("/auth/register", body={**body, "name": "Ada"}).expect(201).json["id"]
    pair = second.shop.post("/auth/login", body=body).expect(200).json
    for number in range(5):
        shop = (first, second)[number % 2].shop
        expected = 429 if number == 4 else 200
        shop.post("/auth/login", body=body).expect(expected)
    first.shop.post("/auth/refresh", body={"refresh_token": pair["refresh_token"]}).expect(200)
    second.shop.post("/auth/refresh", body={"refresh_token": pair["refresh_token"]}).expect(401)
    here, there = (User(each.shop, identity, body["email"], mint(identity)) for each in (first, second))
    key = new_key()
    total = fill(here, "SEED-LAMP")["total"]
    sold = checkout(there, total, key).expect(201)
    again = checkout(here, total, key).expect(201)
    assert again.body == sold.body
    assert again.headers["idempotent-replayed"] == "true"


@case("CHK-030", rule="RATE-1", hint="Take the limit before you look the key up.")
def test_replays_count(people: People, products: Products) -> None:
    """Replays cost a unit

    Checks out and sends the same again twenty-three times at once: with the first, twenty are judged, the others are
    429. A replay that is free lets anybody ask without end.
    """
    user, key = people.customer(), new_key()
    began = time.monotonic()
    total = fill(user, products.add())["total"]
    checkout(user, total, key).expect(201)
    answers = together([partial(checkout, user.apart(), total, key) for _ in range(23)])
    judged = [answer for answer in answers if answer.status != 429]
    assert {answer.status for answer in judged} <= {201, 409}
    assert 19 <= len(judged) <= 19 + (time.monotonic() - began) // 3


# Orders


@case("ORD-001", rule="ORDER-1", hint="Every query of an order has WHERE user_id = …, unless an administrator asks.")
def test_foreign_orders(people: People, products: Products) -> None:
    """Orders of others are not there

    Reads and cancels somebody else's order, a random id and malformed ids: 404 with one body each. An administrator
    reads it.
    """
    owner, other = people.customer(), people.customer()
    made = order(owner, products)
    unknown = other.get("/orders/00000000-0000-4000-8000-000000000000").problem(404, "not_found")
    identity = made["id"]
    for odd in (
        identity,
        identity.upper(),
        f"{{{identity}}}",
        identity.replace("-", ""),
        "1",
        "x" * 300,
        f"{identity}%00",
        "%20",
    ):
        missing(other.get(f"/orders/{odd}"), unknown)
        missing(other.post(f"/orders/{odd}/cancel"), unknown)
    assert people.admin.get(f"/orders/{identity}").expect(200).json == made
    assert owner.get(f"/orders/{identity}").expect(200).json == made


@case("ORD-002", rule="HTTP-9", hint="getOrder evaluates If-None-Match like getProduct.")
def test_conditional_reads(people: People, products: Products) -> None:
    """An order's ETag

    Reads an order with its tag and others: 304 or 200, with ETag. After a cancel the version is 2.
    """
    user = people.customer()
    made = order(user, products)
    path = f"/orders/{made['id']}"
    assert user.get(path).expect(200).headers["etag"] == '"1"'
    for value in ('"1"', 'W/"1"', "*", '"9", "1"'):
        answer = user.get(path, headers={"if-none-match": value}).expect(304)
        assert answer.headers["etag"] == '"1"'
    user.get(path, headers={"if-none-match": '"2"'}).expect(200)
    user.head(path, headers={"if-none-match": '"1"'}).expect(304)
    answer = user.post(f"{path}/cancel").expect(200)
    assert (answer.headers["etag"], answer.json["version"]) == ('"2"', 2)
    user.get(path, headers={"if-none-match": '"1"'}).expect(200)


@case("ORD-003", rule="ORDER-3", hint="Lock the order, then its products ORDER BY sku, and give the stock back.")
def test_cancel(people: People, products: Products) -> None:
    """Cancelling gives the stock back

    Orders three of a product and cancels: status cancelled, stock as before, no refund due. Cancelling again is 200
    and changes nothing, the version included.
    """
    user = people.customer()
    sku = products.add(stock=5)
    total = fill(user, (sku, 3))["total"]
    made = checkout(user, total).expect(201).json
    assert products.stock(sku) == 2
    cancelled = user.post(f"/orders/{made['id']}/cancel").expect(200).json
    assert (cancelled["status"], cancelled["refund_due"], cancelled["total"]) == ("cancelled", False, made["total"])
    assert products.stock(sku) == 5
    assert user.post(f"/orders/{made['id']}/cancel").expect(200).json == cancelled
    assert products.stock(sku) == 5


@case("ORD-004", rule="ORDER-3", hint="Look at the status after you have locked the row.")
def test_cancel_at_the_same_time(people: People, products: Products) -> None:
    """Ten cancels at once give the stock back once

    Cancels one order over ten connections at the same moment: ten 200, and the stock is as before the order.
    """
    user = people.customer()
    sku = products.add(stock=5)
    made = checkout(user, fill(user, (sku, 3))["total"]).expect(201).json
    answers = together([partial(user.apart().post, f"/orders/{made['id']}/cancel") for _ in range(10)])
    assert statuses(answers) == [200] * 10
    assert products.stock(sku) == 5
    assert {answer.json["version"] for answer in answers} == {2}


@case("ORD-005", rule="ORDER-3", hint="Restock archived products too.")
def test_cancel_restocks_archived_products(people: People, products: Products, database: Connection) -> None:
    """Cancelling restocks archived products

    Orders a product, archives it, cancels: the row's stock is as before.
    """
    user = people.customer()
    sku = products.add(stock=5)
    made = checkout(user, fill(user, (sku, 2))["total"]).expect(201).json
    products.archive(sku)
    user.post(f"/orders/{made['id']}/cancel").expect(200)
    assert database.execute("SELECT stock FROM products WHERE sku = %s", (sku,)).fetchone() == (5,)


@case("ORD-006", rule="ORDER-3", hint="cancelOrder has no body and no precondition: ignore both.")
def test_cancel_ignores_the_rest(people: People, products: Products) -> None:
    """Cancelling ignores body and If-Match

    Cancels with a body that is no JSON, another type, and an If-Match that does not hold: 200.
    """
    user = people.customer()
    made = order(user, products)
    headers = {"content-type": "text/plain", "if-match": '"99"'}
    user.post(f"/orders/{made['id']}/cancel", content=b"{", headers=headers).expect(200)


@case("ORD-007", rule="DB-3", hint="Cancel locks the order, then the products in order of sku, like everybody.")
def test_cancels_beside_checkouts(people: People, products: Products) -> None:
    """Cancels beside check-outs

    Twelve customers order four of six products each; then they cancel while twelve others check out the same. No 5xx,
    and the stock adds up.
    """
    generator = random.Random(7)
    skus = [products.add(stock=40, price=100) for _ in range(6)]
    first, second = [people.customer() for _ in range(12)], [people.customer() for _ in range(12)]
    made = [checkout(user, fill(user, *generator.sample(skus, 4))["total"]).expect(201).json for user in first]
    totals = [fill(user, *generator.sample(skus, 4))["total"] for user in second]
    cancels = [
        partial(user.apart().post, f"/orders/{each['id']}/cancel") for user, each in zip(first, made, strict=True)
    ]
    buys = [partial(checkout, user.apart(), total) for user, total in zip(second, totals, strict=True)]
    answers = together([*cancels, *buys])
    assert statuses(answers) == [200] * 12 + [201] * 12
    assert sum(products.stock(sku) for sku in skus) == 6 * 40 - 12 * 4


@case("ORD-008", rule="ORDER-1", hint="WHERE user_id = $1 ORDER BY created_at DESC, id DESC")
def test_own_orders(people: People, products: Products) -> None:
    """A list of one's own orders

    Makes three orders for one customer and one for another. The list has the first one's, whole, newest first; a new
    customer's is empty.
    """
    user = people.customer()
    made = [order(user, products) for _ in range(3)]
    order(people.customer(), products)
    page = user.get("/orders").expect(200)
    assert page.json == {"items": made[::-1], "next_cursor": None}
    assert "link" not in page.headers
    assert people.customer().get("/orders").expect(200).json == {"items": [], "next_cursor": None}


@case("ORD-009", rule="ORDER-1", hint="An administrator's list has no condition on the user.")
def test_all_orders(people: People, products: Products) -> None:
    """An administrator's list has everybody's

    Makes orders for two customers and lists as the administrator: both are among the newest.
    """
    made = {order(people.customer(), products)["id"] for _ in range(2)}
    items = people.admin.get("/orders?limit=100").expect(200).json["items"]
    assert made <= {item["id"] for item in items}


@case("ORD-010", rule="QUERY-4", hint="status = $1, one of the six words.")
def test_orders_by_status(people: People, products: Products) -> None:
    """Orders by status

    Makes two orders, cancels one, lists by status. Other words are 400 format; limit, unknown and repeated parameters
    are judged as in products.
    """
    user = people.customer()
    kept, gone = order(user, products), order(user, products)
    user.post(f"/orders/{gone['id']}/cancel").expect(200)
    for status, expected in (("pending", [kept["id"]]), ("cancelled", [gone["id"]]), ("paid", []), ("refunded", [])):
        items = user.get(f"/orders?status={status}").expect(200).json["items"]
        assert [item["id"] for item in items] == expected
    for query, error in (
        ("status=open", ("status", "format")),
        ("status=Pending", ("status", "format")),
        ("status=", ("status", "too_short")),
        ("status=paid&status=paid", ("status", "duplicate")),
        ("limit=0", ("limit", "out_of_range")),
        ("limit=1e1", ("limit", "format")),
        ("q=x", ("q", "unknown")),
        ("sort=newest", ("sort", "unknown")),
        ("user_id=1", ("user_id", "unknown")),
    ):
        answer = user.get(f"/orders?{query}")
        wrong_query(answer, error)


@case("ORD-011", rule="QUERY-6", hint="Pages of orders are pages like those of products.")
def test_pages_of_orders(people: People, products: Products) -> None:
    """Pages of orders

    Makes five orders and follows Link in steps of two, while a new order comes: each once, newest first, and the new
    one does not disturb.
    """
    user = people.customer()
    made = [order(user, products)["id"] for _ in range(5)]
    target: str | None = "/orders?limit=2&status=pending"
    found: list[str] = []
    while target is not None and len(found) < 10:
        page = user.get(target).expect(200)
        found += [item["id"] for item in page.json["items"]]
        link = page.headers.get("link")
        assert (link is None) == (page.json["next_cursor"] is None)
        target = link[1 : link.index(">")] if link else None
        if len(found) == 2:
            order(user, products)
    assert found == made[::-1]


@case(
    "ORD-012",
    rule="QUERY-7",
    hint="The resource and the filter are part of the signed cursor; the user is part of the query.",
)
def test_cursors_of_orders(people: People, products: Products) -> None:
    """Cursors of orders

    Uses a cursor with another status, a cursor of products, junk: 400 invalid_cursor. A cursor of somebody else shows
    only one's own orders.
    """
    user, other = people.customer(), people.customer()
    own = order(other, products)
    for _ in range(2):
        order(user, products)
    token = user.get("/orders?limit=1").expect(200).json["next_cursor"]
    user.get(f"/orders?cursor={token}&status=paid").problem(400, "invalid_cursor")
    user.get(f"/products?cursor={token}").problem(400, "invalid_cursor")
    user.get("/orders?cursor=junk").problem(400, "invalid_cursor")
    seen = other.get(f"/orders?cursor={token}").expect(200).json["items"]
    assert [item["id"] for item in seen] in ([], [own["id"]])
    products_cursor = user.get("/products?limit=1").expect(200).json["next_cursor"]
    user.get(f"/orders?cursor={products_cursor}").problem(400, "invalid_cursor")


@case("ORD-013", rule="DB-4", hint="Let the database count the version; insert the order and leave it alone.")
def test_versions_of_orders(people: People, products: Products, database: Connection) -> None:
    """One change, one version, one event

    Orders and cancels: versions 1 and 2, and exactly two events of the order in the database.
    """
    user = people.customer()
    made = order(user, products)
    user.post(f"/orders/{made['id']}/cancel").expect(200)
    query = "SELECT data::json ->> 'version', data::json ->> 'status' FROM events WHERE user_id = %s ORDER BY id"
    assert database.execute(query, (user.id,)).fetchall() == [("1", "pending"), ("2", "cancelled")]


# What another connection sees while a checkout is under way


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@contextlib.contextmanager
def under_way(shop: Private, statement: str) -> Iterator[tuple[People, User, Callable[[], Answer]]]:
    """A checkout that waits for what `statement` locks; the function that is given ends the lock and the waiting."""
    with connect(shop.database_url) as database, connect(shop.database_url) as holder:
        people = People(shop.shop, database)
        user = people.customer()
        total = fill(user, Products(people, database).add())["total"]
        with ThreadPoolExecutor(1) as pool:
            holder.autocommit = False
            holder.execute(statement.encode())
            running = pool.submit(checkout, user.apart(), total)

            def ended() -> Answer:
                holder.rollback()
                return running.result()

            try:
                deadline = time.monotonic() + 4
                while int(str(scalar(shop.database_url, WAITING))) == 0:
                    assert time.monotonic() < deadline, "the checkout never came to wait"
                    time.sleep(0.01)
                yield people, user, ended
            finally:
                holder.rollback()


@case("CHK-031", rule="CHECKOUT-6", hint="Store the answer in the transaction that makes the order, before its COMMIT.")
def test_order_and_answer_appear_together(private: Callable[..., Private]) -> None:
    """An order and its answer appear together

    Holds a lock that lets nobody write stored answers, and checks out. While the checkout waits there is no
    order; when the lock goes there are both. A process that dies in between leaves none of them.
    """
    shop = private()
    shop.start().await_ready()
    with under_way(shop, "LOCK TABLE idempotency_keys IN SHARE MODE") as (_, _, ended):
        seen = scalar(shop.database_url, "SELECT count(*) FROM orders")
        answer = ended()
    assert seen == 0, "the order was committed before its answer was stored"
    answer.expect(201)
    pairs = "SELECT count(*) FROM orders o JOIN idempotency_keys k ON k.response_body::json ->> 'id' = o.id::text"
    stored = scalar(shop.database_url, pairs)
    assert stored == 1, f"{stored} stored answers hold the order that was made, not 1"


@case(
    "CHK-032",
    rule="CART-8",
    hint="Lock the open cart before you write a line, and look again when it has been ordered.",
)
def test_a_cart_write_waits_for_a_checkout(private: Callable[..., Private]) -> None:
    """A cart write waits for the checkout of its cart

    Holds the lock that each COMMIT of an order takes, checks out, and puts another product into the cart while the
    checkout waits. The order has what was in the cart; the new product is in the new cart.
    """
    shop = private()
    shop.start().await_ready()
    with under_way(shop, "SELECT pg_advisory_xact_lock(727274)") as (people, user, ended):
        extra = Products(people, people.database).add(price=77)
        with ThreadPoolExecutor(1) as pool:
            putting = pool.submit(put, user.apart(), extra)
            # Without a lock it is answered at once; with one it has to wait, and this is the time it is given.
            wait([putting], timeout=0.5)
            made = ended().expect(201).json
            putting.result().expect(200)
    assert extra not in [line["sku"] for line in made["lines"]]
    assert [line["sku"] for line in user.get("/cart").expect(200).json["lines"]] == [extra], "the line is lost"


# Coupons and carts after an order


@case("COUPON-007", rule="CART-6", hint="already_used is judged before exhausted, and both before min_subtotal.")
def test_used_coupons(people: People, products: Products) -> None:
    """Used and exhausted coupons

    Redeems a coupon of one redemption. For its user it is then already_used, for others exhausted, with a small cart
    too; both are 200, never 409.
    """
    code = products.coupon(max_redemptions=1, min_subtotal=500)
    user, other = people.customer(), people.customer()
    fill(user, products.add(price=500))
    attach(user, code)
    checkout(user).expect(201)
    fill(user, products.add(price=100))
    assert reason(attach(user, code)) == "already_used"
    fill(other, products.add(price=100))
    assert reason(attach(other, code)) == "exhausted"


@case("COUPON-010", rule="PRICE-3", hint="The cart's figures come from the coupon as it is now.")
def test_a_cart_after_an_order(people: People, products: Products) -> None:
    """After an order the cart is new

    Orders with a coupon, then reads the cart: empty, without lines and coupon.
    """
    user = people.customer()
    attach(user, products.coupon())
    order(user, products)
    assert user.get("/cart").expect(200).json == EMPTY
