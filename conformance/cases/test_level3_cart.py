"""Level 3: the cart, its lines, its coupon and what it costs."""

from __future__ import annotations

import base64
import json
import random
from functools import partial
from typing import Any

import psycopg
from test_level2_accounts import unauthenticated

from rosetta.harness.paths import CONTRACT
from rosetta.kit import tokens
from rosetta.kit.bodies import missing, refused_bodies, too_large, whole_or_type, wrong
from rosetta.kit.case import case, ruled
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import fill, put
from rosetta.kit.people import People, User
from rosetta.kit.products import Products, moment
from rosetta.kit.race import together

LEVEL = 3
Connection = psycopg.Connection[tuple[Any, ...]]
EMPTY: dict[str, Any] = {
    "currency": "EUR",
    "lines": [],
    "coupon": None,
    "subtotal": 0,
    "discount": 0,
    "tax": 0,
    "shipping": 0,
    "total": 0,
}


def figures(cart: dict[str, Any]) -> tuple[int, ...]:
    """Subtotal, discount, tax, shipping and total."""
    return tuple(cart[name] for name in ("subtotal", "discount", "tax", "shipping", "total"))


def quantities(cart: dict[str, Any]) -> dict[str, int]:
    """The quantity of each line by sku."""
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def attach(user: User, code: str) -> dict[str, Any]:
    """Attach a coupon and return the cart."""
    cart: dict[str, Any] = user.put("/cart/coupon", body={"code": code}).expect(200).json
    return cart


# Lines


@case("CART-001", rule="CART-1", hint="Answer without a row: lines [], coupon null, all figures 0.")
def test_an_empty_cart(people: People) -> None:
    """An empty cart

    Reads the cart of a new customer, twice: lines [], no coupon, every figure 0, shipping too.
    """
    user = people.customer()
    assert user.get("/cart").expect(200).json == EMPTY
    assert user.get("/cart").expect(200).json == EMPTY


@case("CART-002", rule="CART-1", hint="Only writes make a cart.")
def test_reading_makes_no_cart(people: People, database: Connection) -> None:
    """Reading makes no cart

    Reads the cart of a new customer and looks into the database: there is no row.
    """
    user = people.customer()
    user.get("/cart").expect(200)
    row = database.execute("SELECT count(*) FROM carts WHERE user_id = %s", (user.id,)).fetchone()
    assert row == (0,)


@case("CART-003", rule="CART-2", hint="INSERT … ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity")
def test_put_a_line(people: People, products: Products) -> None:
    """Putting a line

    Puts a product, reads the cart, sets another quantity. Each answer is the whole cart; the line has today's name,
    price and tax rate.
    """
    user = people.customer()
    sku = products.add(name="Teapot", price=1999, tax_rate_bp=700, stock=3)
    answer = put(user, sku, 2).expect(200).json
    assert answer == user.get("/cart").expect(200).json
    assert answer["lines"] == [
        {
            "sku": sku,
            "name": "Teapot",
            "unit_price": 1999,
            "quantity": 2,
            "line_total": 3998,
            "discount": 0,
            "tax_rate_bp": 700,
            "tax": 280,
            "available": True,
            "in_stock": True,
        }
    ]
    assert figures(answer) == (3998, 0, 280, 499, 4777)
    assert quantities(put(user, sku, 3).expect(200).json) == {sku: 3}


@case("CART-004", rule="CART-2", hint="PUT sets the quantity; it does not add to it.")
def test_put_is_idempotent(people: People, products: Products) -> None:
    """Putting twice is putting once

    Puts the same line twice: one line with that quantity, and the same answer.
    """
    user, sku = people.customer(), products.add()
    assert put(user, sku, 2).expect(200).json == put(user, sku, 2).expect(200).json
    assert quantities(user.get("/cart").json) == {sku: 2}


@case("CART-005", rule="CART-2", hint="Lock the cart, then upsert the line.")
def test_put_at_the_same_time(people: People, products: Products) -> None:
    """One line, put eight times at once

    Puts one product over eight connections at the same moment, into a cart that does not exist yet: eight 200, one
    line. Four customers do it, one after the other.
    """
    sku = products.add()
    for user in [people.customer() for _ in range(4)]:
        answers = together([partial(put, user.apart(), sku, number) for number in range(1, 9)])
        assert [answer.status for answer in answers] == [200] * 8
        cart = user.get("/cart").expect(200).json
        assert len(cart["lines"]) == 1
        assert 1 <= cart["lines"][0]["quantity"] <= 8


@case("CART-006", rule="CART-2", hint="An unknown, malformed or archived sku is 404.")
def test_put_unknown_products(people: People, products: Products) -> None:
    """Products that are not there

    Puts unknown, malformed and archived skus: 404 with one body each; with a wrong quantity 404 or 422.
    """
    user = people.customer()
    unknown = put(user, "NO-SUCH-SKU").problem(404, "not_found")
    for sku in ("abc", "A_B", "A" * 33, "%00", "A%00", products.add(active=False)):
        missing(put(user, sku), unknown)
        if "%00" not in sku:
            put(user, sku, 0).expect(404, 422)
    assert user.get("/cart").json == EMPTY


@case("CART-007", rule="CART-2", hint="quantity is an integer from 1 to 99.")
def test_quantities(people: People, products: Products) -> None:
    """Quantities are 1 to 99

    Puts 1 and 99, then 0, 100, -1 and numbers beyond 2^53: the bounds hold and nothing is rounded into them.
    """
    user, sku = people.customer(), products.add()
    for good in (1, 99):
        assert quantities(put(user, sku, good).expect(200).json) == {sku: good}
    for bad in (0, 100, -1):
        wrong(put(user, sku, bad), ("/quantity", "out_of_range"))
    for huge in (9007199254740993, 2**31, 2**32 + 1, 2**53):
        too_large(put(user, sku, huge), "/quantity")
    assert quantities(user.get("/cart").json) == {sku: 99}


def put_raw(user: User, sku: str, body: bytes) -> Answer:
    """Put a line with a body as it is."""
    return user.put(f"/cart/items/{sku}", content=body, headers={"content-type": "application/json"})


@case("CART-024", rule="JSON-5", hint="A number is the integer that it is worth, or no integer for your reader.")
def test_spellings_of_integers(people: People, products: Products) -> None:
    """1.0 is 1, or no integer

    Puts 1.0, 1e0, 10e-1, 0.1e1 and 100E-2: each is the integer 1, or 422 type. 1.5, "1", true, null and [] are never an
    integer: 422 type, or null_not_allowed.
    """
    user, sku = people.customer(), products.add()
    for literal in (b"1.0", b"1e0", b"10e-1", b"0.1e1", b"100E-2", b"1.000"):
        answer = put_raw(user, sku, b'{"quantity":%s}' % literal)
        if whole_or_type(answer, "/quantity"):
            assert quantities(answer.json) == {sku: 1}
    for literal in (b"1.5", b'"1"', b"true", b"[]", b"{}", b'""'):
        wrong(put_raw(user, sku, b'{"quantity":%s}' % literal), ("/quantity", "type"))
    wrong(put_raw(user, sku, b'{"quantity":null}'), ("/quantity", "null_not_allowed"))
    wrong(put_raw(user, sku, b"{}"), ("/quantity", "required"))
    wrong(put_raw(user, sku, b'{"quantity":1,"price":1}'), ("/price", "unknown"))
    wrong(put_raw(user, sku, b'{"Quantity":1}'), ("/quantity", "required"), ("/Quantity", "unknown"))


@case("CART-009", rule="JSON-1", hint="The vectors in contract/vectors/json_bodies.json are for your unit tests too.")
def test_json_corpus(people: People, products: Products) -> None:
    """What JSON is

    Puts each body of contract/vectors/json_bodies.json: the status is one of those that the vector allows, never a
    5xx, and a good request works afterwards.
    """
    user, sku = people.customer(), products.add()
    vectors = json.loads((CONTRACT / "vectors" / "json_bodies.json").read_text(encoding="utf-8"))
    for vector in vectors["cases"]:
        with ruled(vector["rule"]):
            status = put_raw(user, sku, body_of(vector)).status
            told = f"{vector['name']} ({vector['why']}) is {status}, not {vector['statuses']}"
            assert status in vector["statuses"], told
    put(user, sku, 1).expect(200)


def body_of(vector: dict[str, Any]) -> bytes:
    """The bytes of a vector: base64, or a recipe of texts that are repeated."""
    if vector["recipe"] is None:
        return base64.b64decode(vector["body_base64"])
    return b"".join(piece["text"].encode() * piece["count"] for piece in vector["recipe"])


@case("CART-010", rule="CART-3", hint="Count the lines after you have locked the cart.")
def test_twenty_lines(people: People, products: Products) -> None:
    """Twenty lines and no more

    Puts twenty products, then one more: 409 cart_full. Changing a line that is there goes through, and after a
    removal there is room.
    """
    user = people.customer()
    skus = [products.add() for _ in range(21)]
    for sku in skus[:20]:
        put(user, sku).expect(200)
    put(user, skus[20]).problem(409, "cart_full")
    assert quantities(put(user, skus[0], 7).expect(200).json)[skus[0]] == 7
    user.delete(f"/cart/items/{skus[5]}").expect(200)
    assert len(put(user, skus[20]).expect(200).json["lines"]) == 20


@case("CART-011", rule="CART-3", hint="Without a lock on the cart, four counts of 19 make 23 lines.")
def test_twenty_lines_at_the_same_time(people: People, products: Products) -> None:
    """The twentieth line, four at once

    Fills a cart with nineteen lines and puts four more at the same moment: one 200, three 409. Takes the twentieth out
    and does it again, four times in all.
    """
    user = people.customer()
    fill(user, *[products.add() for _ in range(19)])
    more = [products.add() for _ in range(4)]
    for _ in range(4):
        answers = together([partial(put, user.apart(), sku) for sku in more])
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        assert len(user.get("/cart").json["lines"]) == 20
        for sku in more:
            user.delete(f"/cart/items/{sku}").expect(200)


@case("CART-012", rule="CART-3", hint="All lines count, available or not.")
def test_unavailable_lines_count(people: People, products: Products) -> None:
    """Unavailable lines count

    Fills a cart, archives one of its products and puts another: 409 cart_full.
    """
    user = people.customer()
    skus = [products.add() for _ in range(20)]
    fill(user, *skus)
    products.archive(skus[3])
    put(user, products.add()).problem(409, "cart_full")


@case("CART-013", rule="CART-4", hint="Deleting what is not there is done already; a malformed sku is never there.")
def test_delete_a_line(people: People, products: Products) -> None:
    """Removing a line

    Removes a line, the same again, and an unknown sku: 200 with the cart each. A malformed sku is 404. An archived
    product can be removed. The coupon stays, also when no line does.
    """
    user, kept, gone = people.customer(), products.add(), products.add()
    fill(user, kept, gone)
    for sku in (gone, gone, "NO-SUCH-SKU"):
        assert quantities(user.delete(f"/cart/items/{sku}").expect(200).json) == {kept: 1}
    user.delete("/cart/items/abc").problem(404, "not_found")
    products.archive(kept)
    assert user.delete(f"/cart/items/{kept}").expect(200).json == EMPTY
    fill(user, gone)
    code = attach(user, products.coupon(percent_bp=1000))["coupon"]["code"]
    left = user.delete(f"/cart/items/{gone}").expect(200).json["coupon"]
    assert left is not None, "the coupon has gone with the last line"
    assert left["code"] == code


@case("CART-014", rule="CART-4", hint="Deleting from a cart that does not exist answers the empty cart.")
def test_delete_from_no_cart(people: People) -> None:
    """Removing from nothing

    Removes a line and a coupon from the cart of a new customer: 200 with the empty cart.
    """
    assert people.customer().delete("/cart/items/NO-SUCH-SKU").expect(200).json == EMPTY
    assert people.customer().delete("/cart/coupon").expect(200).json == EMPTY


@case("CART-015", rule="CART-5", hint="ORDER BY sku; the column's collation is byte order.")
def test_order_of_lines(people: People, products: Products) -> None:
    """Lines are in order of sku

    Puts skus with digits, letters and hyphens in random order: lines come in byte order, in which 10 is before 2 and
    a hyphen before a digit.
    """
    user = people.customer()
    stem = products.sku()
    skus = [products.add(sku=f"{stem}{end}") for end in ("-2", "-10", "", "A", "0", "-Z", "-A-1", "Z", "9")]
    random.Random(7).shuffle(skus)
    assert [line["sku"] for line in fill(user, *skus)["lines"]] == sorted(skus)


@case("CART-016", rule="CART-5", hint="Read name, price and rate from products at each request.")
def test_current_prices(people: People, products: Products) -> None:
    """Prices are today's

    Puts a product, changes its name, price and rate, and reads the cart: the new ones count.
    """
    user, sku = people.customer(), products.add(price=100, tax_rate_bp=0, stock=1)
    fill(user, (sku, 2))
    products.change(sku, price=5000, name="Dearer", tax_rate_bp=1000)
    cart = user.get("/cart").expect(200).json
    assert (cart["lines"][0]["name"], cart["lines"][0]["unit_price"]) == ("Dearer", 5000)
    assert figures(cart) == (10_000, 0, 1000, 0, 11_000)


@case("CART-017", rule="CART-5", hint="An unavailable line keeps its line_total, and counts nowhere.")
def test_archived_lines(people: People, products: Products) -> None:
    """An archived product stays in the cart

    Puts two products with a coupon and archives one. Its line is still there with available false, discount 0 and tax
    0; the figures are the other's alone.
    """
    user, kept, gone = people.customer(), products.add(price=1000, tax_rate_bp=2000), products.add(price=7000)
    fill(user, kept, (gone, 2))
    products.archive(gone)
    cart = attach(user, products.coupon(percent_bp=1000))
    lines = {line["sku"]: line for line in cart["lines"]}
    assert lines[gone]["available"] is False
    assert (lines[gone]["line_total"], lines[gone]["discount"], lines[gone]["tax"]) == (14_000, 0, 0)
    assert (lines[kept]["discount"], lines[kept]["tax"]) == (100, 180)
    assert figures(cart) == (1000, 100, 180, 499, 1579)


@case("CART-018", rule="PRICE-2", hint="Without an available line there is no shipping.")
def test_only_archived_lines(people: People, products: Products) -> None:
    """Nothing available costs nothing

    Archives the only product of a cart: every figure is 0, shipping too.
    """
    user, sku = people.customer(), products.add()
    fill(user, sku)
    products.archive(sku)
    assert figures(user.get("/cart").expect(200).json) == (0, 0, 0, 0, 0)


@case("CART-019", rule="CART-5", hint="in_stock is stock ≥ quantity; the line counts all the same.")
def test_short_stock(people: People, products: Products) -> None:
    """Short stock is told, not refused

    Puts more than there is: 200, in_stock false, and the figures contain the line. With exactly the stock, in_stock
    is true.
    """
    user, sku = people.customer(), products.add(stock=3, price=100, tax_rate_bp=0)
    cart = put(user, sku, 4).expect(200).json
    assert cart["lines"][0]["in_stock"] is False
    assert cart["subtotal"] == 400
    assert put(user, sku, 3).expect(200).json["lines"][0]["in_stock"] is True
    empty = products.add(stock=0)
    assert put(user, empty).expect(200).json["lines"][1]["in_stock"] is False


@case(
    "CART-020",
    rule="PROBLEM-5",
    hint="Every query of the cart has WHERE user_id = …, and who has none gets the empty cart.",
)
def test_carts_are_apart(people: People, products: Products) -> None:
    """Each has a cart of one's own

    Fills one customer's cart and reads another's: it is empty, and removing there removes nothing here.
    """
    one, other, sku = people.customer(), people.customer(), products.add()
    fill(one, sku)
    assert other.get("/cart").expect(200).json == EMPTY
    other.delete(f"/cart/items/{sku}").expect(200)
    assert quantities(one.get("/cart").json) == {sku: 1}


@case("CART-021", rule="AUTH-8", hint="A role opens doors; it closes none.")
def test_administrators_shop_too(people: People, products: Products) -> None:
    """An administrator has a cart

    Puts a product as the administrator and removes it again: 200 each.
    """
    sku = products.add()
    assert sku in quantities(put(people.admin, sku).expect(200).json)
    people.admin.delete(f"/cart/items/{sku}").expect(200)


@case("CART-022", rule="HTTP-5", hint="One strict reader for all operations with a body.")
def test_bodies_of_the_cart(people: People, products: Products) -> None:
    """The body of a cart's write

    Sends lines and coupons of another type, too large, and that are no JSON: 415, 413, 400. The cart stays empty.
    """
    user = people.customer()
    refused_bodies(partial(user.put, f"/cart/items/{products.add()}"), b'{"quantity": 1}')
    refused_bodies(partial(user.put, "/cart/coupon"), b'{"code": "%s"}' % products.coupon().encode())
    assert user.get("/cart").json == EMPTY


# Prices


@case("PRICE-001", rule="PRICE-1", hint="The vectors in contract/vectors/prices.json are for your unit tests too.")
def test_price_vectors(people: People, products: Products) -> None:
    """The price vectors

    Fills carts as the first vectors of contract/vectors/prices.json say (V1 to V11 and their like) and compares every
    figure: half-up and not half-even, per line and not on the sum, the largest remainders first, shipping at 50 EUR,
    amounts that doubles cannot hold.
    """
    vectors = json.loads((CONTRACT / "vectors" / "prices.json").read_text(encoding="utf-8"))["cases"]
    for vector in chosen(vectors):
        compare_with_vector(people.customer(), products, vector)


def chosen(vectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The named vectors, and every fifteenth of the generated ones."""
    named = [vector for vector in vectors if vector["name"].startswith("V")]
    assert len(named) >= 11
    return named + [vector for vector in vectors if vector not in named][::15]


def compare_with_vector(user: User, products: Products, vector: dict[str, Any]) -> None:
    """Fill the cart of `user` as the vector says and compare what it costs."""
    stem = products.sku()
    for number, line in enumerate(vector["lines"]):
        members = {"price": line["unit_price"], "tax_rate_bp": line["tax_rate_bp"], "stock": 99}
        sku = products.add(sku=f"{stem}-{number:02}", **members)
        put(user, sku, line["quantity"]).expect(200)
        if not line["available"]:
            products.archive(sku)
    if vector["coupon"] is not None:
        user.put("/cart/coupon", body={"code": products.coupon(**vector["coupon"])}).expect(200)
    cart = user.get("/cart").expect(200).json
    expected = vector["expected"]
    name = vector["name"]
    for figure in ("line_total", "discount", "tax"):
        found = [line[figure] for line in cart["lines"]]
        assert found == [line[figure] for line in expected["lines"]], f"{name}: {figure} of the lines"
    told = figures(cart)
    for number, figure in enumerate(("subtotal", "discount", "tax", "shipping", "total")):
        assert told[number] == expected[figure], f"{name}: {figure} is {told[number]}, not {expected[figure]}"
    if vector["coupon"] is not None:
        assert cart["coupon"]["applied"] == expected["applied"], name


@case("PRICE-002", rule="PRICE-2", hint="Shipping is free from 5000 on, after the discount.")
def test_shipping(people: People, products: Products) -> None:
    """Shipping is free from 50 EUR

    Fills carts worth 4999 and 5000, and one worth 5555 whose discount takes it to 4999 and 5000: the threshold is
    judged after the discount and before tax.
    """
    for price, percent, shipping in ((4999, 0, 499), (5000, 0, 0), (5556, 1000, 0), (5555, 1000, 499)):
        user = people.customer()
        cart = fill(user, products.add(price=price, tax_rate_bp=2000))
        if percent:
            cart = attach(user, products.coupon(percent_bp=percent))
        found = cart["shipping"]
        assert found == shipping, f"shipping of {price} with {percent} basis points off is {found}, not {shipping}"


# Coupons


@case("COUPON-001", rule="CART-6", hint="Attach the coupon to the cart, and say whether it applies now.")
def test_a_coupon(people: People, products: Products) -> None:
    """A coupon

    Attaches a coupon of 12.5 %: code, applied true, reason null, and the discount on the lines. Detaching it takes
    the discount away.
    """
    user, code = people.customer(), products.coupon(percent_bp=1250)
    fill(user, products.add(price=1000, tax_rate_bp=0))
    cart = attach(user, code)
    assert cart["coupon"] == {"code": code, "applied": True, "reason": None}
    assert figures(cart) == (1000, 125, 0, 499, 1374)
    cart = user.delete("/cart/coupon").expect(200).json
    assert (cart["coupon"], cart["discount"]) == (None, 0)
    assert user.delete("/cart/coupon").expect(200).json == cart


@case("COUPON-002", rule="CART-6", hint="There is one place for a coupon; the later one takes it.")
def test_replacing_a_coupon(people: People, products: Products) -> None:
    """A second coupon replaces the first

    Attaches two coupons: the second alone counts.
    """
    user = people.customer()
    fill(user, products.add(price=1000, tax_rate_bp=0))
    attach(user, products.coupon(percent_bp=1000))
    assert attach(user, products.coupon(percent_bp=2000))["discount"] == 200


@case("COUPON-003", rule="CART-7", hint="Upper-case a to z only, then the pattern, then look it up.")
def test_codes(people: People, products: Products) -> None:
    """Codes

    Attaches a code in small letters: it is the same. Ill-formed codes are 422 format, unknown ones 404
    coupon_not_found.
    """
    user, code = people.customer(), products.coupon()
    assert attach(user, code.lower())["coupon"]["code"] == code
    for bad in ("", "AB", "A" * 21, "A B", "A-B", "ÄÖÜ", "ſſſ", f"{code}\n", f" {code}", "ı23"):
        wrong(user.put("/cart/coupon", body={"code": bad}), ("/code", "format"))
    user.put("/cart/coupon", body={"code": "NOSUCHCODE"}).problem(404, "coupon_not_found")
    wrong(user.put("/cart/coupon", body={"code": 123}), ("/code", "type"))
    wrong(user.put("/cart/coupon", body={}), ("/code", "required"))
    assert user.get("/cart").json["coupon"]["code"] == code


def reason(cart: dict[str, Any]) -> str | None:
    """Why the coupon is not applied; asserts that the cart is consistent about it."""
    told: str | None = cart["coupon"]["reason"]
    assert cart["coupon"]["applied"] is (told is None)
    assert told is None or cart["discount"] == 0
    return told


@case("COUPON-004", rule="PRICE-3", hint="starts_at <= now() AND now() < ends_at, in the database.")
def test_windows(people: People, products: Products) -> None:
    """Coupons have a window

    Attaches coupons that begin in an hour, that ended a second ago, and that hold now: not_started, expired, and
    applied.
    """
    user = people.customer()
    fill(user, products.add())
    assert reason(attach(user, products.coupon(starts_at=moment(hours=1)))) == "not_started"
    past: dict[str, Any] = {"starts_at": moment(hours=-2), "ends_at": moment(seconds=-1)}
    assert reason(attach(user, products.coupon(**past))) == "expired"
    now: dict[str, Any] = {"starts_at": moment(hours=-2), "ends_at": moment(hours=1)}
    assert reason(attach(user, products.coupon(**now))) is None


@case("COUPON-005", rule="PRICE-2", hint="Compare min_subtotal with the subtotal before the discount, by >=.")
def test_min_subtotal(people: People, products: Products) -> None:
    """Coupons have a least subtotal

    Attaches coupons for which the cart is one cent short, exact, and more than enough; an archived line does not
    help.
    """
    user, extra = people.customer(), products.add(price=500)
    fill(user, products.add(price=1000), extra)
    products.archive(extra)
    assert reason(attach(user, products.coupon(min_subtotal=1001))) == "min_subtotal"
    assert reason(attach(user, products.coupon(min_subtotal=1000))) is None
    assert reason(attach(user, products.coupon(min_subtotal=1000, percent_bp=10_000))) is None


@case("COUPON-006", rule="CART-6", hint="Judge the reasons in this order, at each read of the cart.")
def test_order_of_reasons(people: People, products: Products) -> None:
    """The first reason that holds

    Attaches coupons to which several reasons apply: not_started before min_subtotal, expired before min_subtotal.
    """
    user = people.customer()
    fill(user, products.add(price=100))
    assert reason(attach(user, products.coupon(starts_at=moment(hours=1), min_subtotal=5000))) == "not_started"
    past: dict[str, Any] = {"starts_at": moment(hours=-2), "ends_at": moment(hours=-1), "min_subtotal": 5000}
    assert reason(attach(user, products.coupon(**past))) == "expired"


@case("COUPON-008", rule="CART-6", hint="Applied is applied, even if it rounds to nothing.")
def test_a_discount_of_nothing(people: People, products: Products) -> None:
    """A discount that rounds to nothing

    Attaches a coupon of 0.01 % to a cart of 10 cents: applied, discount 0.
    """
    user = people.customer()
    fill(user, products.add(price=10, tax_rate_bp=0))
    cart = attach(user, products.coupon(percent_bp=1))
    assert (reason(cart), cart["discount"]) == (None, 0)


@case("COUPON-009", rule="CART-8", hint="A coupon write makes the open cart like any other write.")
def test_a_coupon_on_no_cart(people: People, products: Products) -> None:
    """A coupon on an empty cart

    Attaches a coupon before any line, then puts one: the coupon is there and applies.
    """
    user, code = people.customer(), products.coupon(percent_bp=1000)
    assert attach(user, code)["lines"] == []
    assert put(user, products.add(price=1000)).expect(200).json["discount"] == 100


@case("TOKEN-006", rule="AUTH-7", hint="Check iss, the form of sub, and that role is one of two words.")
def test_claims(shop: Client, people: People) -> None:
    """Claims are checked

    Sends rightly signed tokens with wrong iss, sub or role, or without them: 401 each.
    """
    user = people.customer()
    changes: list[dict[str, Any]] = [
        {"iss": "other"},
        {"iss": ...},
        {"iss": ["shop"]},
        {"iss": "Shop"},
        {"role": "root"},
        {"role": ...},
        {"role": "Admin"},
        {"role": ["admin"]},
        {"sub": ...},
        {"sub": "1"},
        {"sub": user.id.upper()},
        {"sub": f"{{{user.id}}}"},
        {"sub": user.id.replace("-", "")},
        {"sub": 1},
        {"sub": ""},
        {"sub": f"{user.id}\n"},
    ]
    for change in changes:
        token = tokens.sign(tokens.claims(user.id, **{"role": "customer", **change}))
        for path in ("/me", "/cart"):  # an unknown user is 401 on /me, whatever is checked
            unauthenticated(shop.get(path, token=token), f"{path} for a token with {change}")
