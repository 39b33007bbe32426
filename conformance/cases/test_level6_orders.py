"""Level 6: what an order may become once it is paid."""

from __future__ import annotations

from collections import Counter
from functools import partial

from test_level5_coupons_orders import Order, current, transition

from rosetta.kit import payments
from rosetta.kit.case import case
from rosetta.kit.orders import order, paid_order
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.race import together

LEVEL = 6
STATES = ["pending", "paid", "shipped", "delivered", "cancelled", "refunded"]


def brought_to(state: str, people: People, products: Products, customer: User | None = None) -> Order:
    """An order in `state` of a customer, by default a new one."""
    customer = customer or people.customer()
    if state == "pending":
        return order(customer, products)
    made = paid_order(customer, products)
    steps = {"shipped": ["shipped"], "delivered": ["shipped", "delivered"], "cancelled": ["cancelled"]}
    for to in steps.get(state, []):
        made = transition(people.admin, made, to).expect(200).json
    if state == "refunded":
        payments.deliver(people.shop, payments.event("payment.refunded", made)).expect(200)
    made = current(people, made)
    assert made["status"] == state
    return made


@case("TRAN-001", rule="ORDER-2", hint="One UPDATE of the status, and RETURNING.")
def test_shipped_and_delivered(people: People, products: Products) -> None:
    """From paid to delivered

    Ships a paid order and delivers it. Each is 200 with the whole order, Content-Location and the next version as
    ETag; its customer sees the same.
    """
    customer = people.customer()
    made = paid_order(customer, products)
    for to in ("shipped", "delivered"):
        answer = transition(people.admin, made, to).expect(200)
        version = made["version"] + 1
        assert answer.headers.get("etag") == f'"{version}"'
        assert answer.headers.get("content-location") == f"/orders/{made['id']}"
        later = {"status": to, "version": version, "updated_at": answer.json["updated_at"]}
        assert answer.json == made | later
        made = answer.json
        assert customer.get(f"/orders/{made['id']}").expect(200).json == made


ALLOWED = {
    ("pending", "cancelled"),
    ("paid", "shipped"),
    ("paid", "cancelled"),
    ("shipped", "delivered"),
    ("cancelled", "cancelled"),
}


@case("TRAN-002", rule="ORDER-2", hint="Write the allowed pairs down; all else is invalid_transition.")
def test_invalid_transitions(people: People, products: Products) -> None:
    """What an order may not become

    Brings an order into each of the six states and tries each of the six, but for the allowed ones. Each is 409
    invalid_transition with `from` and `to`, also to the state it has, to paid, refunded and pending; so is cancelOrder,
    to the customer for a paid order too. Nothing changes.
    """
    for state in STATES:
        customer = people.customer()
        made = brought_to(state, people, products, customer)
        cancel = f"/orders/{made['id']}/cancel"
        for user, may in ((customer, ("pending", "cancelled")), (people.admin, ("pending", "paid", "cancelled"))):
            if state not in may:
                problem = user.post(cancel).problem(409, "invalid_transition")
                assert (problem["from"], problem["to"]) == (state, "cancelled")
        for to in STATES:
            if (state, to) not in ALLOWED:
                problem = transition(people.admin, made, to).problem(409, "invalid_transition")
                assert (problem["from"], problem["to"]) == (state, to)
        assert current(people, made) == made


@case("TRAN-003", rule="ORDER-4", hint="One function cancels, whoever calls it.")
def test_cancel(people: People, products: Products) -> None:
    """An administrator cancels

    Cancels a pending and a paid order by transitionOrder. Both give their stock back; only the paid one has
    refund_due.
    """
    for state, due in (("pending", False), ("paid", True)):
        made = brought_to(state, people, products)
        sku = made["lines"][0]["sku"]
        assert products.stock(sku) == 4
        after = transition(people.admin, made, "cancelled").expect(200).json
        assert (after["status"], after["refund_due"], after["version"]) == ("cancelled", due, made["version"] + 1)
        assert products.stock(sku) == 5


@case("TRAN-004", rule="ORDER-4", hint="If-Match is judged first; then a cancelled order is left as it is.")
def test_cancelled_stays(people: People, products: Products) -> None:
    """A cancelled order stays as it is

    Cancels a cancelled order: 200, unchanged, with the same ETag and the stock given back once. With a stale tag it is
    412, without one 428.
    """
    made = brought_to("cancelled", people, products)
    answer = transition(people.admin, made, "cancelled").expect(200)
    assert answer.json == made
    assert answer.headers.get("etag") == f'"{made["version"]}"'
    transition(people.admin, made, "cancelled", '"1"').problem(412, "precondition_failed")
    path = f"/admin/orders/{made['id']}/transition"
    people.admin.post(path, body={"to": "cancelled"}).problem(428, "precondition_required")
    assert products.stock(made["lines"][0]["sku"]) == 5


REFUSED_TAGS = ['"0"', 'W/"2"', "2", '"22"', '"0", W/"2"', "**", '"2']


@case("TRAN-005", rule="HTTP-10", hint="428 and 412 come before the state is judged.")
def test_if_match(people: People, products: Products) -> None:
    """If-Match is required and strong

    Moves a paid order without If-Match, with other tags, weak ones and text that is none, to a state that it may not
    reach: 428 and 412, never 409. With * and with a list it moves on.
    """
    made = paid_order(people.customer(), products)
    path = f"/admin/orders/{made['id']}/transition"
    people.admin.post(path, body={"to": "delivered"}).problem(428, "precondition_required")
    for tag in REFUSED_TAGS:
        answer = transition(people.admin, made, "delivered", tag)
        assert answer.status == 412, f"If-Match: {tag} is {answer.status}"
    made = transition(people.admin, made, "shipped", '"0", "2"').expect(200).json
    transition(people.admin, made, "delivered", "*").expect(200)


@case("TRAN-009", rule="HTTP-10", hint="Lock the order's row before you compare the tag.")
def test_race(people: People, products: Products) -> None:
    """One of eight with one tag succeeds

    Ships a paid order eight times at the same moment with its tag. One is 200, seven are 412, and the order is one
    version further.
    """
    made = paid_order(people.customer(), products)
    answers = together([partial(transition, people.admin.apart(), made, "shipped") for _ in range(8)])
    assert Counter(answer.status for answer in answers) == {200: 1, 412: 7}
    assert current(people, made)["version"] == made["version"] + 1


@case("TRAN-011", rule="HTTP-10", hint="cancelOrder has no precondition; transitionOrder has.")
def test_shipping_beside_cancelling(people: People, products: Products) -> None:
    """Shipping against cancelling

    Ships and cancels a paid order at the same moment, both as the administrator with its tag. One is 200, the other
    412; the stock is back only if the order is cancelled.
    """
    for _ in range(3):
        made = paid_order(people.customer(), products)
        moves = ["shipped", "cancelled"]
        answers = together([partial(transition, people.admin.apart(), made, to) for to in moves])
        assert sorted(answer.status for answer in answers) == [200, 412]
        status = moves[0] if answers[0].status == 200 else moves[1]
        assert current(people, made)["status"] == status
        assert products.stock(made["lines"][0]["sku"]) == (5 if status == "cancelled" else 4)
