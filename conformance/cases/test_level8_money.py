"""Level 8: several services are one shop. Carts, prices, check-outs, orders and payments."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from rosetta.kit import payments
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.fleet import Members
from rosetta.kit.orders import BURST, checkout, fill, new_key, order, put
from rosetta.kit.people import People, User
from rosetta.kit.products import Products, moment
from rosetta.kit.race import together

LEVEL = 8
ROUNDS = 4
ANY = {"if-match": "*"}


def everywhere(fleet: Members, user: User, target: str) -> dict[str, Any]:
    """What every member answers to a request of the user; asserts that it is the same."""
    answers = {name: user.at(shop).get(target).expect(200).json for name, shop in fleet.named()}
    (first, told), *others = answers.items()
    for name, other in others:
        assert other == told, f"{first} and {name} answer {target} differently: {told} and {other}"
    assert isinstance(told, dict)
    return told


def raced(fleet: Members, action: Callable[[Client], Answer], each: int = 1) -> list[Answer]:
    """The answers of all members to one action at the same moment, `each` times on every one."""
    return together([partial(action, shop) for shop in fleet.turns(each * len(fleet.all))])


def statuses(answers: list[Answer]) -> Counter[int]:
    """How many answers have which status."""
    return Counter(answer.status for answer in answers)


# Carts


@case("FLEET-020", rule="CART-5", hint="Read cart, lines and products from the database at each request.")
def test_a_cart_is_the_same_everywhere(fleet: Members, people: People, products: Products) -> None:
    """One cart on all members

    Puts a line on each member in turn, then a coupon, then takes a line away. After each write every member shows the
    same cart.
    """
    user = people.customer()
    skus = [products.add(name=f"Thing {number}", price=900 + number) for number in range(len(fleet.all))]
    for sku, (name, shop) in zip(skus, fleet.named(), strict=True):
        written = put(user.at(shop), sku, 2).expect(200).json
        assert everywhere(fleet, user, "/cart") == written, f"what {name} wrote is not what it told"
    user.at(fleet.all[-1]).put("/cart/coupon", body={"code": products.coupon(1234)}).expect(200)
    assert everywhere(fleet, user, "/cart")["coupon"]["applied"] is True
    user.at(fleet.first).delete(f"/cart/items/{skus[-1]}").expect(200)
    assert len(everywhere(fleet, user, "/cart")["lines"]) == len(skus) - 1


@case("FLEET-021", rule="CART-1", hint="INSERT … ON CONFLICT DO NOTHING for the open cart, then lock it.")
def test_one_cart_for_lines_at_once(fleet: Members, people: People, products: Products) -> None:
    """Lines that are put on all members at the same moment

    A customer without a cart puts another product on every member at once. One cart has all of them.
    """
    for _ in range(ROUNDS):
        user = people.customer()
        skus = [products.add() for _ in fleet.all]
        together([partial(put, user.at(shop), sku) for sku, shop in zip(skus, fleet.turns(len(skus)), strict=True)])
        assert [line["sku"] for line in everywhere(fleet, user, "/cart")["lines"]] == sorted(skus)


@case("FLEET-022", rule="CART-3", hint="Count the lines while the cart is locked.")
def test_twenty_lines_over_all(fleet: Members, people: People, products: Products) -> None:
    """A cart of twenty lines, filled by all members at once

    A cart has 19 lines; every member is asked to add another product at the same moment. One of them does.
    """
    user = people.customer()
    fill(user, *(products.add() for _ in range(19)))
    skus = [products.add() for _ in fleet.all]
    clients = fleet.turns(len(skus))
    answers = together([partial(put, user.at(shop), sku) for sku, shop in zip(skus, clients, strict=True)])
    assert statuses(answers) == {200: 1, 409: len(skus) - 1}
    assert len(everywhere(fleet, user, "/cart")["lines"]) == 20


@case("FLEET-023", rule="PRICE-1", hint="Integers, half-up, lines in byte order of sku, the largest remainders first.")
def test_one_price(fleet: Members, people: People, products: Products) -> None:
    """Every member calculates the same price

    Fills carts with random lines, rates and discounts, some beyond 53 bits on the way. All members show the same
    figures, and check-out on each of them takes the total that another one told.
    """
    chance = random.Random(8)
    for name, shop in fleet.named():
        user = people.customer()
        put(user, products.add(price=1, tax_rate_bp=5000)).expect(200)  # half a cent of tax
        for _ in range(chance.randint(2, 6)):
            price, rate = chance.choice([1, 33, 999, 1_000_000, 4_999_999]), chance.choice([0, 1, 550, 1900, 5000])
            put(user, products.add(price=price, tax_rate_bp=rate, stock=99), chance.randint(1, 99)).expect(200)
        user.put("/cart/coupon", body={"code": products.coupon(chance.choice([1, 333, 1250, 9999]))}).expect(200)
        cart = everywhere(fleet, user, "/cart")
        made = checkout(user.at(shop), cart["total"])
        assert made.status == 201, f"{name} has another total than {cart['total']}: {made.json}"
        for figure in ("subtotal", "discount", "tax", "shipping", "total"):
            assert made.json[figure] == cart[figure], f"{name} orders with another {figure}"


@case("FLEET-024", rule="CART-6", hint="The database's clock, and the first reason that holds.")
def test_one_verdict_on_a_coupon(fleet: Members, people: People, products: Products) -> None:
    """Every member judges a coupon alike

    Attaches coupons that have not begun, are over, exhausted or want more in the cart. Every member gives one reason.
    """
    user = people.customer()
    fill(user, products.add(price=1000))
    exhausted = products.coupon(max_redemptions=1)
    other = people.customer()
    fill(other, products.add(price=1000))
    other.put("/cart/coupon", body={"code": exhausted}).expect(200)
    checkout(other).expect(201)
    coupons = {
        "not_started": products.coupon(starts_at=moment(hours=1)),
        "expired": products.coupon(starts_at=moment(hours=-2), ends_at=moment(hours=-1)),
        "exhausted": exhausted,
        "min_subtotal": products.coupon(min_subtotal=1001),
    }
    for reason, code in coupons.items():
        for name, shop in fleet.named():
            told = user.at(shop).put("/cart/coupon", body={"code": code}).expect(200).json["coupon"]["reason"]
            assert told == reason, f"{name} says {told} of a coupon that is {reason}"
        assert everywhere(fleet, user, "/cart")["coupon"]["reason"] == reason


# Check-out


@case("FLEET-030", rule="CHECKOUT-2", hint="Store the bytes of the answer, and send those; never write it anew.")
def test_replayed_everywhere(fleet: Members, people: People, products: Products) -> None:
    """What one member has ordered, each other one replays byte for byte

    For each member: fills the cart on the one before, checks out on it, and sends the same request to each other one:
    201 with the same bytes, Location, ETag and Idempotent-Replayed. There is one order.
    """
    before = fleet.all[-1]
    for first, shop in fleet.named():
        user = people.customer()
        cart = fill(user.at(before), products.add(name="Ünïcode “ \u2028 name", price=123456), products.add())
        key = new_key()
        made = checkout(user.at(shop), cart["total"], key).expect(201)
        for name, other in fleet.named():
            again = checkout(user.at(other), cart["total"], key)
            assert again.status == 201, f"{name} does not know what {first} has stored: {again.json}"
            assert again.body == made.body, f"{name} replays other bytes than {first} sent"
            assert again.headers.get("idempotent-replayed") == "true", f"{name} does not say that it replays"
            assert (again.headers["location"], again.headers["etag"]) == (made.headers["location"], '"1"')
        assert len(everywhere(fleet, user, "/orders")["items"]) == 1
        before = shop


@case("FLEET-031", rule="CHECKOUT-2", hint="The fingerprint is the hexadecimal SHA-256 of POST LF /checkout LF body.")
def test_a_key_with_another_body(fleet: Members, people: People, products: Products) -> None:
    """A used key with other bytes is refused by every member

    For each member: checks out on it, and sends the key with another total, and with the same one and a space more,
    to each other one: 422 idempotency_key_reused.
    """
    for named, here, there in fleet.pairs():
        user = people.customer()
        cart = fill(user, products.add())
        key, given = new_key(), {"content-type": "application/json"}
        checkout(user.at(here), cart["total"], key).expect(201)
        spaced = json.dumps({"expected_total": cart["total"]}, indent=1).encode()
        for answer in (
            checkout(user.at(there), cart["total"] + 1, key),
            user.at(there).post("/checkout", content=spaced, headers={**given, "idempotency-key": key}),
        ):
            assert answer.status == 422, f"{named}: other bytes are taken for the same"
            answer.problem(422, "idempotency_key_reused")


@case("FLEET-032", rule="CHECKOUT-4", hint="pg_try_advisory_xact_lock with hashtextextended of idem:user:key.")
def test_one_key_on_all_at_once(fleet: Members, people: People, products: Products) -> None:
    """The same check-out on all members at the same moment

    Sends one request with one key to every member at once, twice where a customer may ask so often. Each answers 201
    with the same bytes, or that it is in progress, and there is one order.
    """
    times = 2 if 2 * len(fleet.all) <= BURST else 1
    for _ in range(ROUNDS):
        user = people.customer()
        sku = products.add(stock=9)
        total, key = fill(user, sku)["total"], new_key()
        answers = raced(fleet, lambda shop, u=user, t=total, k=key: checkout(u.at(shop), t, k), times)  # type: ignore[misc]
        made = [answer for answer in answers if answer.status == 201]
        for answer in answers:
            if answer.status != 201:
                answer.problem(409, "idempotency_in_progress")
        assert len({answer.body for answer in made}) == 1, "the members answer one check-out differently"
        assert sum("idempotent-replayed" not in answer.headers for answer in made) == 1, "two members made the order"
        assert len(everywhere(fleet, user, "/orders")["items"]) == 1
        assert products.stock(sku) == 8


@case("FLEET-033", rule="CHECKOUT-7", hint="Lock the open cart; whoever finds none open has nothing to order.")
def test_one_cart_ordered_once(fleet: Members, people: People, products: Products) -> None:
    """One cart, checked out on all members at the same moment

    Every member gets a check-out of the same cart with another key at once: one makes the order, for the others the
    cart is empty.
    """
    for _ in range(ROUNDS):
        user = people.customer()
        total = fill(user, products.add())["total"]
        answers = raced(fleet, lambda shop, u=user, t=total: checkout(u.at(shop), t))  # type: ignore[misc]
        assert statuses(answers) == {201: 1, 409: len(fleet.all) - 1}
        assert len(everywhere(fleet, user, "/orders")["items"]) == 1


@case("FLEET-034", rule="CHECKOUT-6", hint="Lock the products FOR NO KEY UPDATE in byte order of sku, then judge.")
def test_the_last_pieces(fleet: Members, people: People, products: Products) -> None:
    """The last pieces are sold once

    Two customers for each member want one of three pieces at the same moment. Three get it, the stock is 0.
    """
    for _ in range(ROUNDS):
        sku = products.add(stock=3)
        users = [people.customer() for _ in range(2 * len(fleet.all))]
        for user in users:
            fill(user, sku)
        buyers = [user.at(shop) for user, shop in zip(users, fleet.turns(len(users)), strict=True)]
        total = buyers[0].get("/cart").json["total"]
        answers = together([partial(checkout, buyer, total) for buyer in buyers])
        sold = min(3, len(users))
        assert statuses(answers) == Counter({201: sold, 409: len(users) - sold})
        assert products.stock(sku) == 3 - sold


@case("FLEET-035", rule="PRICE-3", hint="Lock the coupon's row before you judge it, and count in the same transaction.")
def test_few_redemptions(fleet: Members, people: People, products: Products) -> None:
    """A coupon with two redemptions, wanted everywhere

    Two customers for each member check out with it at the same moment. Two get the discount; the others are told that
    the coupon does not apply.
    """
    sku, code = products.add(stock=99, price=5000), products.coupon(2000, max_redemptions=2)
    users = [people.customer() for _ in range(2 * len(fleet.all))]
    for user in users:
        fill(user, sku)
        user.put("/cart/coupon", body={"code": code}).expect(200)
    total = users[0].get("/cart").json["total"]
    buyers = [user.at(shop) for user, shop in zip(users, fleet.turns(len(users)), strict=True)]
    answers = together([partial(checkout, buyer, total) for buyer in buyers])
    assert statuses(answers) == Counter({201: 2, 409: len(users) - 2})
    for answer in answers:
        if answer.status == 409:
            answer.problem(409, "coupon_not_applicable")


@case(
    "FLEET-036", rule="DB-3", hint="ORDER BY sku in the statement that locks, never an order of ids made in the code."
)
def test_opposite_carts(fleet: Members, people: People, products: Products) -> None:
    """Carts that hold the same products, ordered on all members at once

    Products get their ids in another order than their skus. A customer for each member puts them in from either end,
    and all check out at the same moment, several times. Nobody waits for a deadlock: all are 201.
    """
    for _ in range(ROUNDS):
        skus = [products.sku() for _ in range(6)]
        for sku in random.Random(8).sample(skus, len(skus)):
            products.add(sku=sku, stock=99)
        users = [people.customer() for _ in range(2 * len(fleet.all))]
        for at, user in enumerate(users):
            fill(user, *(skus if at % 2 else reversed(skus)))
        total = users[0].get("/cart").json["total"]
        buyers = [user.at(shop) for user, shop in zip(users, fleet.turns(len(users)), strict=True)]
        answers = together([partial(checkout, buyer, total) for buyer in buyers])
        assert statuses(answers) == {201: len(users)}


# Orders


@case("FLEET-040", rule="HTTP-8", hint="The tag is the version of the row, in quotes.")
def test_an_order_is_the_same_everywhere(fleet: Members, people: People, products: Products) -> None:
    """An order and its tag are the same everywhere

    For each member: makes an order on it. Every member shows it alike, with the same ETag, alone and in the list, and
    answers 304 to that tag.
    """
    user = people.customer()
    for first, shop in fleet.named():
        made = order(user.at(shop), products, name="Größe “8”", price=4711)
        target = f"/orders/{made['id']}"
        assert everywhere(fleet, user, target) == made, f"an order of {first} changes when it is read"
        tag = user.get(target).headers["etag"]
        for name, other in fleet.named():
            answer = user.at(other).get(target, headers={"if-none-match": tag})
            assert answer.status == 304, f"{name} has another tag than {tag}, which {first} made"
    assert len(everywhere(fleet, user, "/orders?limit=100")["items"]) == len(fleet.all)


@case("FLEET-041", rule="HTTP-10", hint="Compare the version under the row's lock.")
def test_an_order_goes_round(fleet: Members, people: People, products: Products) -> None:
    """An order travels through its states over the members

    For each member and the next ones: ordered on one, paid on the next, shipped and delivered on two more, with the tag
    that the one before gave. All members agree at each stage.
    """
    user, ring = people.customer(), fleet.all * 2
    for at in range(len(fleet.all)):
        here, paying, shipping, delivering = (ring * 2)[at : at + 4]
        made = order(user.at(here), products)
        target = f"/orders/{made['id']}"
        payments.deliver(paying, payments.event("payment.succeeded", made)).expect(200)
        assert everywhere(fleet, user, target)["status"] == "paid"
        tag = user.at(here).get(target).headers["etag"]
        path = f"/admin{target}/transition"
        stale = people.admin.at(shipping).post(path, body={"to": "shipped"}, headers={"if-match": '"1"'})
        stale.problem(412, "precondition_failed")
        sent = people.admin.at(shipping).post(path, body={"to": "shipped"}, headers={"if-match": tag}).expect(200)
        given = {"if-match": sent.headers["etag"]}
        done = people.admin.at(delivering).post(path, body={"to": "delivered"}, headers=given).expect(200).json
        assert everywhere(fleet, user, target) == done


@case("FLEET-042", rule="ORDER-3", hint="Lock the order, look at its state, then give the stock back once.")
def test_cancelled_everywhere_at_once(fleet: Members, people: People, products: Products) -> None:
    """An order that is cancelled on all members at the same moment

    Every member is asked to cancel one order at once: all say that it is cancelled, and the stock is back once.
    """
    for _ in range(ROUNDS):
        user, sku = people.customer(), products.add(stock=7)
        made = checkout(user, fill(user, (sku, 3))["total"]).expect(201).json
        path = f"/orders/{made['id']}/cancel"
        answers = raced(fleet, lambda shop, u=user, p=path: u.at(shop).post(p), 2)  # type: ignore[misc]
        assert statuses(answers) == {200: len(answers)}
        assert products.stock(sku) == 7, "the stock came back more than once, or not at all"
        assert everywhere(fleet, user, f"/orders/{made['id']}")["version"] == 2


@case("FLEET-043", rule="WEBHOOK-5", hint="Insert the id ON CONFLICT DO NOTHING in the transaction of the order.")
def test_one_payment_told_to_all(fleet: Members, people: People, products: Products) -> None:
    """A payment that is told to all members at the same moment

    Delivers one event with one id to every member at once: one applies it, the others know it. Then every member says
    that it is a duplicate.
    """
    for _ in range(ROUNDS):
        user = people.customer()
        made = order(user, products)
        paid, id = payments.event("payment.succeeded", made), payments.new_id()
        answers = raced(fleet, lambda shop, p=paid, i=id: payments.deliver(shop, p, i))  # type: ignore[misc]
        told = Counter(answer.expect(200).json["result"] for answer in answers)
        assert told == {"applied": 1, "duplicate": len(answers) - 1}
        for name, shop in fleet.named():
            again = payments.deliver(shop, paid, id).expect(200).json["result"]
            assert again == "duplicate", f"{name} says {again} of a payment that is known"
        assert everywhere(fleet, user, f"/orders/{made['id']}")["version"] == 2


@case("FLEET-044", rule="WEBHOOK-4", hint="Lock the order; raise the payment status only, and never cancel or revive.")
def test_paid_here_and_cancelled_there(fleet: Members, people: People, products: Products) -> None:
    """Paid on one member while another one cancels

    For each member and each other one, at the same moment: the payment arrives at the first, the customer cancels on
    the second. Either the order is paid and its stock gone, or cancelled, its stock back and a refund due. And one that
    is paid after it was cancelled stays cancelled.
    """
    for named, here, there in fleet.pairs():
        user, sku = people.customer(), products.add(stock=2)
        made = checkout(user, fill(user, sku)["total"]).expect(201).json
        target = f"/orders/{made['id']}"
        together(
            [
                partial(payments.deliver, here.apart(), payments.event("payment.succeeded", made)),
                partial(user.at(there.apart()).post, f"{target}/cancel"),
            ]
        )
        end = everywhere(fleet, user, target)
        found = (end["status"], end["payment_status"], end["refund_due"], products.stock(sku))
        legal = {("paid", "succeeded", False, 1), ("cancelled", "succeeded", True, 2)}
        assert found in legal, f"{named}: the order ends as {found}"
        late = order(user, products)
        user.at(there).post(f"/orders/{late['id']}/cancel").expect(200)
        payments.deliver(here, payments.event("payment.succeeded", late)).expect(200)
        end = everywhere(fleet, user, f"/orders/{late['id']}")
        assert (end["status"], end["refund_due"]) == ("cancelled", True), f"{named}: a late payment revives the order"
