"""Level 7: what has changed meanwhile: rows that others wrote while a request waited, and users that are gone."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import psycopg
import pytest

from rosetta.harness.database import connect
from rosetta.harness.subject import Subject
from rosetta.kit import tokens
from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.orders import checkout, fill, new_key, order
from rosetta.kit.people import People, User
from rosetta.kit.products import Products, moment

LEVEL = 7
WAIT_SECONDS = 5
Connection = psycopg.Connection[tuple[Any, ...]]

CART = "SELECT FROM carts WHERE user_id = %s AND status = 'open' FOR UPDATE"
PRODUCT = "SELECT FROM products WHERE sku = %s FOR UPDATE"
LINES = """
    SELECT FROM cart_items JOIN carts ON carts.id = cart_id WHERE user_id = %s AND status = 'open'
    FOR UPDATE OF cart_items
"""
ORDER = "SELECT FROM orders WHERE id = %s FOR UPDATE"
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"


Overtaken = Callable[[str, str, Callable[[], Answer]], AbstractContextManager[tuple[Connection, list[Answer]]]]


@pytest.fixture
def overtaken(database: Connection, subject: Subject) -> Overtaken:
    """Holds a row, lets a request wait for it, and gives the holder: what is done inside comes before the request.

    Afterwards the list has the request's answer.
    """

    @contextlib.contextmanager
    def overtake(row: str, key: str, ask: Callable[[], Answer]) -> Iterator[tuple[Connection, list[Answer]]]:
        answers: list[Answer] = []
        asking = threading.Thread(target=lambda: answers.append(ask()))
        with connect(str(subject.database_url)) as holder:
            with holder.transaction():
                holder.execute(row, (key,))
                asking.start()
                deadline = time.monotonic() + WAIT_SECONDS
                while database.execute(BLOCKED, (holder.info.backend_pid,)).fetchone() == (0,):
                    assert time.monotonic() < deadline, "the request never waits for the row that it must lock"
                    time.sleep(0.01)
                yield holder, answers
            asking.join()
        assert answers, "the request that waited has no answer"

    return overtake


@case("CART-023", rule="CART-8", hint="Read what you show after the lock, and not from what was read before it.")
def test_carts_are_shown_as_they_are(
    people: People, products: Products, database: Connection, overtaken: Overtaken
) -> None:
    """A cart write shows what is true when it answers

    Lets cart writes wait for the lock of their cart, of a line, and of a product, changes price, stock and coupon of
    what is in it meanwhile, and archives a product, and lets them go on. Each answer is the cart that a read shows
    then; a put of the archived product is that, or 404.
    """
    customer = people.customer()
    kept, sold_out, gone = products.add(stock=50), products.add(stock=50), products.add()
    code = products.coupon(percent_bp=1000)
    fill(customer, (kept, 2), (sold_out, 3))
    requests: list[tuple[str, Callable[[User], Answer]]] = [
        ("put", lambda user: user.put(f"/cart/items/{kept}", body={"quantity": 4})),
        ("put of the same", lambda user: user.put(f"/cart/items/{kept}", body={"quantity": 4})),
        ("put coupon", lambda user: user.put("/cart/coupon", body={"code": code})),
        ("delete", lambda user: user.delete(f"/cart/items/{gone}")),
        ("delete coupon", lambda user: user.delete("/cart/coupon")),
    ]
    for number, (what, ask) in enumerate(requests):
        with overtaken(CART, customer.id, partial(ask, customer.apart())) as (_, answers):
            products.change(kept, price=2000 + number, name=f"Thing {number}")
            products.change(sold_out, stock=number % 2 * 9, active=number != 3)
            database.execute("UPDATE coupons SET percent_bp = %s WHERE code = %s", (2000 + number, code))
        shown, now = answers[0].expect(200).json, customer.get("/cart").expect(200).json
        assert shown == now, f"the answer of a {what} shows what was true before it waited"
        assert {line["unit_price"] for line in now["lines"] if line["sku"] == kept} == {2000 + number}
    repriced = "UPDATE products SET price = price + 1, stock = 0, name = 'Renamed' WHERE sku = %s"
    fresh = products.add(stock=9)
    for row, key, sku in ((LINES, customer.id, kept), (PRODUCT, fresh, fresh)):
        ask = partial(customer.apart().put, f"/cart/items/{sku}", body={"quantity": 7})
        with overtaken(row, key, ask) as (holder, answers):
            holder.execute(repriced, (sku,))
        shown, now = answers[0].expect(200).json, customer.get("/cart").expect(200).json
        assert shown == now, "the answer of a put shows a product that was read before the put was done"
    put_gone = partial(customer.apart().put, f"/cart/items/{gone}", body={"quantity": 1})
    with overtaken(CART, customer.id, put_gone) as (_, answers):
        products.archive(gone)
    assert answers[0].status in (200, 404)
    if answers[0].status == 200:
        assert answers[0].json == customer.get("/cart").expect(200).json


@case("BACK-046", rule="ADMIN-3", hint="Lock, then read, then judge; RETURNING gives what was written.")
def test_products_are_shown_as_they_are(people: People, products: Products, overtaken: Overtaken) -> None:
    """An edit shows what is true when it answers

    Lets patches, adjustments and archivings wait for their product, while somebody changes its price, name and stock.
    Those that may go on answer with the product that a read shows then, those with the old tag are 412, and when the
    product was archived meanwhile all are 404.
    """
    admin = people.admin
    renamed, archived = "price = price + 1, name = 'Renamed', stock = stock + 7", "active = false"

    def waited(change: str, status: int, method: str, path: str = "", **options: Any) -> Answer:
        """The answer of an edit of a new product, which waited while the product was changed."""
        sku = products.add(stock=20)
        ask = partial(admin.apart().request, method, f"/admin/products/{sku}{path}", **options)
        with overtaken(PRODUCT, sku, ask) as (holder, answers):
            holder.execute(f"UPDATE products SET {change} WHERE sku = %s", (sku,))
        answer = answers[0]
        assert answer.status == status, f"an edit that waited is answered with {answer.status}, not {status}"
        if status == 200:
            now = people.shop.get(f"/products/{sku}").expect(200)
            assert answer.json == now.json, "an edit that waited shows what was true before"
            assert answer.headers["etag"] == now.headers["etag"]
        return answer

    patches: list[dict[str, Any]] = [{"tax_rate_bp": 700}, {}, {"attributes": {"a": 1}}]
    for tag, status in (("*", 200), ('"1"', 412)):
        headers = {"content-type": "application/merge-patch+json", "if-match": tag}
        for patch in patches:
            waited(renamed, status, "PATCH", body=patch, headers=headers)
        waited(archived, 404, "PATCH", body=patches[0], headers=headers)
        waited(archived, 404, "DELETE", headers=headers)
    waited(renamed, 412, "DELETE", headers={"if-match": '"1"'})
    waited(archived, 404, "POST", "/stock", body={"delta": -3})
    assert waited(renamed, 200, "POST", "/stock", body={"delta": -3}).json["stock"] == 24


@case("TRAN-012", rule="ORDER-2", hint="Judge the state that the locked row has.")
def test_orders_are_shown_as_they_are(people: People, products: Products, overtaken: Overtaken) -> None:
    """A move shows what is true when it answers

    Lets cancellations and moves of a pending order wait for it while it is paid. A customer's cancellation and a move
    that paid orders lack are 409 from `paid`, a move with the old tag is 412, and one that may go on answers with the
    order that a read shows then.
    """
    admin, customer = people.admin, people.customer()

    def moved(to: str, tag: str = "*") -> Callable[[str], Answer]:
        def ask(id: str) -> Answer:
            return admin.apart().post(f"/admin/orders/{id}/transition", body={"to": to}, headers={"if-match": tag})

        return ask

    requests: list[tuple[int, Callable[[str], Answer]]] = [
        (409, lambda id: customer.apart().post(f"/orders/{id}/cancel")),
        (200, lambda id: admin.apart().post(f"/orders/{id}/cancel")),
        (200, moved("shipped")),
        (200, moved("cancelled")),
        (409, moved("delivered")),
        (412, moved("shipped", '"1"')),
    ]
    for status, ask in requests:
        made = order(customer, products)
        with overtaken(ORDER, made["id"], partial(ask, made["id"])) as (holder, answers):
            paid = "UPDATE orders SET status = 'paid', payment_status = 'succeeded' WHERE id = %s"
            holder.execute(paid, (made["id"],))
        answer = answers[0]
        assert answer.status == status, f"a move that waited is answered with {answer.status}, not {status}"
        if status == 409:
            assert answer.json["from"] == "paid", f"a move that waited is refused from {answer.json['from']}"
        if status == 200:
            assert answer.json == customer.get(f"/orders/{made['id']}").expect(200).json
            assert answer.json["payment_status"] == "succeeded"


@case("CHK-033", rule="CHECKOUT-5", hint="Lock the cart, the coupon and the products; then read and judge.")
def test_checkouts_judge_what_is(
    people: People, products: Products, database: Connection, overtaken: Overtaken
) -> None:
    """A check-out judges what is true when it has its locks

    Lets check-outs wait for their cart while a price rises, stock goes, a product is archived, or the coupon ends. Each
    is refused for that, with the figures of now: nobody pays, or is told, what was true before.
    """
    changes: list[tuple[str, Callable[[str, str], object]]] = [
        ("total_changed", lambda sku, _: products.change(sku, price=3000)),
        ("insufficient_stock", lambda sku, _: products.change(sku, stock=1)),
        ("product_unavailable", lambda sku, _: products.archive(sku)),
        (
            "coupon_not_applicable",
            lambda _, code: database.execute(
                "UPDATE coupons SET starts_at = %s, ends_at = %s WHERE code = %s",
                (moment(days=-2), moment(days=-1), code),
            ),
        ),
    ]
    for problem, change in changes:
        customer, sku, code = people.customer(), products.add(stock=5), products.coupon()
        fill(customer, (sku, 2))
        total = customer.put("/cart/coupon", body={"code": code}).expect(200).json["total"]
        with overtaken(CART, customer.id, partial(checkout, customer.apart(), total)) as (_, answers):
            change(sku, code)
        told = answers[0].problem(409, problem)
        if problem == "total_changed":
            assert told["total"] == customer.get("/cart").expect(200).json["total"]
        if problem == "insufficient_stock":
            assert told["lines"] == [{"sku": sku, "requested": 2, "available": 1}]


# Users that are gone


@case("TOKEN-060", rule="AUTH-8", hint="The foreign key to users tells, by its name; no other error means that.")
def test_users_that_are_gone(people: People, products: Products) -> None:
    """The token of a user that is gone

    Calls every operation that needs a token with a good one of nobody's. getMe and the writes of the cart are 401; the
    others are 401, or answer as somebody who owns nothing; what the token's role allows an administrator may work. No
    answer is a 5xx, and no event of anybody's is heard.
    """
    shop, id = people.shop, str(uuid.uuid4())
    sku, code = products.add(), products.coupon()
    made = order(people.customer(), products)
    gone = User(shop, id, "", tokens.mint(id))
    gone.get("/me").problem(401, "unauthenticated")
    gone.put(f"/cart/items/{sku}", body={"quantity": 1}).problem(401, "unauthenticated")
    gone.put("/cart/coupon", body={"code": code}).problem(401, "unauthenticated")
    emptied = [gone.get("/cart"), gone.delete(f"/cart/items/{sku}"), gone.delete("/cart/coupon"), gone.get("/cart")]
    for answer in emptied:
        assert answer.status in (200, 401), f"a cart of nobody's is {answer.status}"
        if answer.status == 200:
            assert (answer.json["lines"], answer.json["coupon"], answer.json["total"]) == ([], None, 0)
    ordered = gone.post("/checkout", body={"expected_total": 0}, headers={"idempotency-key": new_key()})
    assert ordered.status == 401 or ordered.problem(409, "cart_empty")
    listed = gone.get("/orders")
    assert listed.status == 401 or listed.expect(200).json["items"] == []
    for answer in (gone.get(f"/orders/{made['id']}"), gone.post(f"/orders/{made['id']}/cancel")):
        assert answer.status in (401, 404), f"an order of somebody else is {answer.status}"
    for answer in (gone.get("/admin/products/export"), gone.post("/admin/coupons", body={})):
        assert answer.status in (401, 403), f"the back office is {answer.status}"
    admin = User(shop, id, "", tokens.mint(id, "admin"))
    admin.get("/me").problem(401, "unauthenticated")
    for status, answer in (
        (200, admin.get(f"/orders/{made['id']}")),
        (200, admin.get("/orders?limit=1")),
        (200, admin.post(f"/admin/products/{sku}/stock", body={"delta": 1})),
        (200, admin.patch(f"/admin/products/{sku}", body={"price": 5}, headers={"if-match": "*"})),
        (204, admin.delete(f"/admin/products/{sku}", headers={"if-match": "*"})),
    ):
        assert answer.status in (401, status), f"what an administrator's token allows is {answer.status}"
    assert people.admin.get(f"/orders/{made['id']}").expect(200).json == made
