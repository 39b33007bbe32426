"""Level 5: coupons are made, and orders cancelled by an administrator."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from rosetta.kit.bodies import wrong
from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.orders import fill, order
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.race import together

LEVEL = 5
PATH = "/admin/coupons"
JSON = {"content-type": "application/json"}
Order = dict[str, Any]


def new_code() -> str:
    """A code that nobody has used."""
    return f"K{secrets.token_hex(6).upper()}"


def create(people: People, **members: Any) -> Answer:
    """createCoupon with a new code and 10 percent, unless `members` says otherwise; ... takes a member away."""
    merged = {"code": new_code(), "percent_bp": 1000, **members}
    return people.admin.post(PATH, body={name: value for name, value in merged.items() if value is not ...})


def transition(admin: User, made: Order, to: Any, tag: str | None = None) -> Answer:
    """transitionOrder of `made` to `to`, with the tag of the version that `made` has or another."""
    tag = tag or f'"{made["version"]}"'
    return admin.post(f"/admin/orders/{made['id']}/transition", body={"to": to}, headers={"if-match": tag})


def current(people: People, made: Order) -> Order:
    """The order as it is now."""
    found: Order = people.admin.get(f"/orders/{made['id']}").expect(200).json
    return found


# createCoupon


@case("COUP-001", rule="ADMIN-7", hint="Answer with the row as it was inserted.")
def test_create(people: People, products: Products) -> None:
    """A coupon is made and can be used

    Creates a coupon with every member: 201 with what was sent and redeemed 0, without Location and ETag. A customer
    puts it into the cart, where it applies.
    """
    members = {"min_subtotal": 500, "max_redemptions": 3, "percent_bp": 2500}
    dates = {"starts_at": "2024-02-29T23:59:59.007Z", "ends_at": "2999-12-31T23:59:59.999Z"}
    answer = create(people, **members, **dates).expect(201)
    assert answer.json == {"code": answer.json["code"], "redeemed": 0, **members, **dates}
    assert "location" not in answer.headers
    assert "etag" not in answer.headers
    customer = people.customer()
    fill(customer, products.add(price=1000))
    cart = customer.put("/cart/coupon", body={"code": answer.json["code"]}).expect(200).json
    assert (cart["coupon"]["applied"], cart["discount"]) == (True, 250)


@case("COUP-002", rule="ADMIN-7", hint="Absent and null mean the same for the last three; now() is the database's.")
def test_defaults(people: People) -> None:
    """What is absent has a default

    Creates with code and percent_bp alone, and with null for the last three members. min_subtotal is 0,
    max_redemptions and ends_at are null, starts_at is now.
    """
    for nulls in ({}, dict.fromkeys(["max_redemptions", "starts_at", "ends_at"])):
        made = create(people, **nulls).expect(201).json
        assert (made["min_subtotal"], made["max_redemptions"], made["ends_at"]) == (0, None, None)
        started = datetime.fromisoformat(made["starts_at"])
        assert abs(datetime.now(UTC) - started) < timedelta(minutes=1), f"starts_at is {made['starts_at']}"


@case("COUP-003", rule="JSON-5", hint="Use 64-bit integers; the largest minimum has ten digits.")
def test_bounds(people: People) -> None:
    """The smallest and the largest values

    Creates with every number as small and as large as it may be, with codes of 3 and 20 characters. All are 201.
    """
    small = {"percent_bp": 1, "min_subtotal": 0, "max_redemptions": 1, "starts_at": "2000-01-01T00:00:00.000Z"}
    large = {"percent_bp": 10000, "min_subtotal": 9_900_000_000, "max_redemptions": 1_000_000}
    for members in (small, large, {"code": secrets.token_hex(10).upper()}):
        made = create(people, **members).expect(201).json
        assert {name: made[name] for name in members} == members


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("required", {"code": ..., "percent_bp": ...}),
    ("null_not_allowed", {"code": None, "percent_bp": None, "min_subtotal": None}),
    ("type", {"code": 5, "percent_bp": "1000", "min_subtotal": 0.5, "max_redemptions": True, "starts_at": 0}),
    ("type", {"code": [], "percent_bp": 1.5, "min_subtotal": "0", "max_redemptions": {}, "ends_at": False}),
    ("out_of_range", {"percent_bp": 0, "min_subtotal": -1, "max_redemptions": 0}),
    ("out_of_range", {"percent_bp": 10001, "min_subtotal": 9_900_000_001, "max_redemptions": 1_000_001}),
    ("unknown", {"Code": "ABC", "redeemed": 0, "id": "x", "currency": "EUR"}),
]


@case("COUP-004", rule="PROBLEM-3", hint="For each field the first code that holds.")
def test_codes_of_faults(people: People) -> None:
    """Each fault has its code

    Creates with members missing, null, of wrong type, out of range and unknown. Each gets the code of the rule;
    `redeemed` is unknown, not read_only.
    """
    for code, members in FAULTS:
        answer = create(people, **members)
        expected = {(f"/{name}", code) for name in members}
        wrong(answer, *expected)


BAD_TIMES = [
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.00Z",
    "2026-01-01T00:00:00.0000Z",
    "2026-01-01T00:00:00.000",
    "2026-01-01T00:00:00.000+00:00",
    "2026-01-01t00:00:00.000z",
    "2026-01-01 00:00:00.000Z",
    "2026-01-01T00:00:00,000Z",
    "2026-02-29T00:00:00.000Z",
    "2100-02-29T00:00:00.000Z",
    "2026-04-31T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-01-00T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T00:60:00.000Z",
    "2026-01-01T00:00:60.000Z",
    "1999-12-31T23:59:59.999Z",
    "3000-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00.000Z\n",
    " 2026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00.\u0660\u0660\u0660Z",
    "20260101T000000.000Z",
    "now",
    "",
]


@case("COUP-005", rule="JSON-8", hint="Match the pattern, then ask whether it is a real date.")
def test_timestamps(people: People) -> None:
    """Timestamps have exactly one form

    Creates with timestamps without milliseconds, with offsets, in lower case, of days that do not exist, leap seconds
    and years out of range. Each is `format`.
    """
    for at, value in enumerate(BAD_TIMES):
        name = ("starts_at", "ends_at")[at % 2]
        answer = create(people, **{name: value})
        wrong(answer, (f"/{name}", "format"))
    assert create(people, starts_at="2024-02-29T00:00:00.000Z").expect(201).json["starts_at"][:10] == "2024-02-29"


@case("COUP-006", rule="PROBLEM-3", hint="Compare the instants; an absent starts_at is now.")
def test_end_before_start(people: People) -> None:
    """ends_at is after starts_at

    Creates with an end that equals the start, one before it, and one in the past without a start. Each is out_of_range
    at ends_at. An end a millisecond later is 201.
    """
    start, next_moment = "2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00.001Z"
    past = "2001-01-01T00:00:00.000Z"
    for dates in (
        {"starts_at": start, "ends_at": start},
        {"starts_at": next_moment, "ends_at": start},
        {"ends_at": past},
        {"starts_at": None, "ends_at": past},
    ):
        answer = create(people, **dates)
        wrong(answer, ("/ends_at", "out_of_range"))
    create(people, starts_at=start, ends_at=next_moment).expect(201)


BAD_CODES = ["AB", "A" * 21, "", "AB-C", "AB C", "ABC\n", " ABC", "ÀBC", "\u017fABC", "\u0131ABC", "ABC\u0660", "ßABC"]


@case("COUP-007", rule="CART-7", hint="Upper-case a to z alone; a whole-Unicode upper() makes S of ſ.")
def test_codes(people: People) -> None:
    """Codes are upper-cased ASCII

    Creates with a code in lower case, which comes back in upper case. Codes of other lengths and characters are
    `format`, also those that only become ASCII when Unicode is upper-cased.
    """
    code = new_code()
    assert create(people, code=code.lower()).expect(201).json["code"] == code
    for bad in BAD_CODES:
        answer = create(people, code=bad)
        wrong(answer, ("/code", "format"))


@case("COUP-008", rule="ADMIN-7", hint="Let the unique constraint decide.")
def test_code_taken(people: People) -> None:
    """A code is given once

    Creates one code eight times at the same moment, half in lower case. One is 201, seven are 409 code_taken; and so
    is a later one with other members.
    """
    code = new_code()
    bodies = [{"code": spelled, "percent_bp": 100} for spelled in (code, code.lower()) * 4]
    answers = together([partial(people.admin.apart().post, PATH, body=body) for body in bodies])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}
    create(people, code=code, percent_bp=9000).problem(409, "code_taken")


@case("COUP-009", rule="HTTP-5", hint="The same checks as for every JSON body.")
def test_media_type(people: People) -> None:
    """Only application/json

    Creates coupons with no type, with another, and encoded: 415. The same code can be made afterwards.
    """
    code = new_code()
    content = f'{{"code": "{code}", "percent_bp": 100}}'.encode()
    wrong: list[dict[str, str]] = [{}, {"content-type": "text/plain"}, JSON | {"content-encoding": "deflate"}]
    for headers in wrong:
        people.admin.post(PATH, content=content, headers=headers).problem(415, "unsupported_media_type")
    people.admin.post(PATH, content=content, headers=JSON).expect(201)


# transitionOrder


@case("TRAN-006", rule="ORDER-4", hint="One of six words; all else is 422.")
def test_faults(people: People, products: Products) -> None:
    """What `to` may not be

    Sends words that are no state, other types, null, nothing, and a member beside. Each is 422 with its code; for an
    unknown order 422 or 404.
    """
    made = order(people.customer(), products)
    bodies: list[tuple[dict[str, Any], tuple[str, str]]] = [
        *(({"to": value}, ("/to", "format")) for value in ("lost", "PAID", "", "paid ", "paid\n", "canceled", "none")),
        ({"to": 1}, ("/to", "type")),
        ({"to": ["paid"]}, ("/to", "type")),
        ({"to": None}, ("/to", "null_not_allowed")),
        ({}, ("/to", "required")),
        ({"to": "cancelled", "status": "paid"}, ("/status", "unknown")),
    ]
    for body, expected in bodies:
        wrong(
            people.admin.post(f"/admin/orders/{made['id']}/transition", body=body, headers={"if-match": "*"}), expected
        )
    unknown = "/admin/orders/00000000-0000-4000-8000-000000000000/transition"
    people.admin.post(unknown, body={"to": "lost"}, headers={"if-match": "*"}).expect(404, 422)
    assert current(people, made) == made


@case("TRAN-007", rule="HTTP-2", hint="Check the form of the id yourself; PostgreSQL takes more spellings.")
def test_unknown_orders(people: People, products: Products) -> None:
    """Unknown and malformed ids are alike

    Moves orders with unknown ids, and one with its id in upper case, in braces and without hyphens. All are 404 with
    one body, before a stale If-Match is judged.
    """
    made = order(people.customer(), products)
    known = made["id"]
    unknown = people.admin.get("/orders/00000000-0000-4000-8000-000000000000").problem(404, "not_found")
    upper = known.upper() if known.upper() != known else "A"
    for identity in ("00000000-0000-4000-8000-000000000000", upper, f"%7B{known}%7D", known.replace("-", ""), "1"):
        path = f"/admin/orders/{identity}/transition"
        stale = people.admin.post(path, body={"to": "cancelled"}, headers={"if-match": '"99"'})
        assert stale.problem(404, "not_found") == unknown
        people.admin.post(path, body={"to": "cancelled"}).expect(404, 428)
    assert current(people, made) == made


@case("TRAN-013", rule="HTTP-1", hint="Role first; then type, size, syntax and fields; then order, If-Match, state.")
def test_order_of_checks(people: People, products: Products) -> None:
    """What is judged before what

    Sends the customer's own order on as its customer: 403. As the administrator with one thing wrong: 415, 413, 400,
    405; with a stale tag and a state that cannot be: 412.
    """
    customer = people.customer()
    made = order(customer, products)
    path = f"/admin/orders/{made['id']}/transition"
    good, match = b'{"to": "shipped"}', {"if-match": "*"}
    customer.post(path, content=b"{", headers=JSON | match).problem(403, "forbidden")
    admin = people.admin
    admin.post(path, content=good, headers=match | {"content-type": "text/plain"}).problem(
        415, "unsupported_media_type"
    )
    admin.post(path, content=good.ljust(65_537), headers=JSON | match).problem(413, "body_too_large")
    admin.post(path, content=b'{"to": "shipped", "to": "shipped"}', headers=JSON | match).problem(400, "malformed_json")
    admin.post(path, content=good, headers=JSON | {"if-match": '"99"'}).problem(412, "precondition_failed")
    admin.request("PUT", path).problem(405, "method_not_allowed")
    assert current(people, made) == made


@case("TRAN-010", rule="ORDER-3", hint="Whoever finds the order cancelled gives nothing back.")
def test_stock_once(people: People, products: Products) -> None:
    """Stock comes back once

    Cancels a pending order eight times at the same moment, half by its customer, half by the administrator with *. All
    are 200, the order is one version further, and the stock is what it was.
    """
    customer = people.customer()
    made = order(customer, products, stock=7)
    path = f"/orders/{made['id']}/cancel"
    own = [partial(customer.apart().post, path) for _ in range(4)]
    others = [partial(transition, people.admin.apart(), made, "cancelled", "*") for _ in range(4)]
    assert [answer.status for answer in together([*own, *others])] == [200] * 8
    assert current(people, made)["version"] == 2
    assert products.stock(made["lines"][0]["sku"]) == 7
