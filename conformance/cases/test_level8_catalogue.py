"""Level 8: several services are one shop. Products, pages, the back office and bulk."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any

from rosetta.kit.case import case
from rosetta.kit.client import Answer
from rosetta.kit.fleet import Members
from rosetta.kit.orders import BURST, fill, order
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.race import together

LEVEL = 8
NDJSON = {"content-type": "application/x-ndjson"}
ANY = {"if-match": "*"}
ROUNDS = 4


def line(sku: str, products: Products, **members: Any) -> bytes:
    """A line of an import."""
    row = {"sku": sku, "name": "Thing", "category": products.category, "price": 1000, "tax_rate_bp": 2000}
    return json.dumps({**row, **members}).encode()


def imported(admin: User, lines: list[bytes]) -> Answer:
    """Import lines."""
    return admin.post("/admin/products/import", content=b"\n".join(lines), headers=NDJSON)


def exported(admin: User, products: Products) -> dict[str, Any]:
    """The products of this case in an export, by sku."""
    rows = map(json.loads, admin.get("/admin/products/export").expect(200).body.splitlines())
    return {row["sku"]: row for row in rows if row["category"] == products.category}


@case("FLEET-010", rule="HTTP-8", hint="The tag is the version of the row, in quotes, and nothing of the process.")
def test_a_product_is_the_same_everywhere(fleet: Members, products: Products) -> None:
    """A product and its tag are the same everywhere

    Makes products with odd names, attributes and numbers. Every member shows each alike, with the same ETag, and
    answers 304 to it.
    """
    odd: dict[str, Any] = {
        "name": "  Größe “8” \U0001f600\u2028",
        "description": "a\tb\r\nc",
        "price": 5_000_000,
    }
    attributes = {"n": -9_007_199_254_740_991, "b": True, "s": "</script>&\u00e9", "o": {"k": {"z": 0}}}
    for sku in (products.add(), products.add(**odd, stock=1_000_000, attributes=attributes)):
        target = f"/products/{sku}"
        told = fleet.first.get(target).expect(200)
        for name, shop in fleet.named():
            answer = shop.get(target).expect(200)
            assert answer.json == told.json, f"{name} shows another product: {answer.json} and {told.json}"
            assert answer.headers["etag"] == told.headers["etag"], f"{name} has another tag"
            same = shop.get(target, headers={"if-none-match": told.headers["etag"]})
            assert same.status == 304, f"{name} does not know the tag"


@case("FLEET-011", rule="CURSOR-1", hint="The payload of the rule, its HMAC, and base64url without padding.")
def test_a_cursor_goes_on_anywhere(fleet: Members, products: Products) -> None:
    """A cursor of one member is good on each other

    Lists products page by page in each order, with a filter. For each member and each other one the first page comes
    from one and the second from the other; together they are the list.
    """
    for number in range(4):
        products.add(name=f"Ä\n{number % 2} “name”", price=100 + 100 * (number % 3))
    for sort in ("newest", "price", "-price", "name"):
        target = f"/products?category={products.category}&sort={sort}&price_min=1&q=%C3%84"
        whole = [item["sku"] for item in fleet.first.get(f"{target}&limit=100").expect(200).json["items"]]
        assert len(whole) == 4
        for named, here, there in fleet.pairs():
            page = here.get(f"{target}&limit=2").expect(200).json
            answer = there.get(f"{target}&limit=2&cursor={page['next_cursor']}")
            assert answer.status == 200, f"{named}: the cursor is refused: {answer.json}"
            found = [item["sku"] for item in page["items"] + answer.json["items"]]
            assert found == whole, f"{named}: the pages of {sort} are not the list"


@case("FLEET-012", rule="QUERY-8", hint="A path-absolute target, so that it leads wherever the client is.")
def test_links_lead_round(fleet: Members, people: People, products: Products) -> None:
    """The links of a list lead round the fleet

    Follows rel="next" of a customer's orders, one order a page, each page from the next member: all orders come, once,
    newest first.
    """
    user = people.customer()
    made = [order(user.at(shop), products)["id"] for shop in (fleet.all * 2)[:BURST]]
    target, found = "/orders?limit=1", []
    for shop in fleet.turns(len(made)):
        answer = user.at(shop).get(target).expect(200)
        found += [item["id"] for item in answer.json["items"]]
        link = answer.headers.get("link", "")
        target = link.partition("<")[2].partition(">")[0]
    assert found == made[::-1]
    assert target == "", "the last page has a link"


@case("FLEET-013", rule="HTTP-10", hint="Lock the row, compare its version, then change it.")
def test_edited_with_the_tag_of_another(fleet: Members, people: People, products: Products) -> None:
    """A product that is read on one member and edited on another

    For each member and each other one: reads the tag on the first and changes the price on the second, which tells the
    next tag; the old one is then 412 on the first. Afterwards all members are sent one tag at the same moment: one
    change is made.
    """
    sku = products.add(price=1)
    target, price = f"/admin/products/{sku}", 1

    def patch(user: User, tag: str, price: int) -> Answer:
        return user.patch(target, body={"price": price}, headers={"if-match": tag})

    for named, here, there in fleet.pairs():
        tag, price = here.get(f"/products/{sku}").headers["etag"], price + 1
        answer = patch(people.admin.at(there), tag, price)
        assert answer.status == 200, f"{named}: the tag is refused"
        assert here.get(f"/products/{sku}").json == answer.json, f"{named}: the change is not seen"
        assert patch(people.admin.at(here), tag, price + 1).status == 412, f"{named}: an old tag is taken"
    for number in range(ROUNDS):
        tag = fleet.first.get(f"/products/{sku}").headers["etag"]
        by = [people.admin.at(shop) for shop in fleet.turns(len(fleet.all))]
        answers = together(
            [partial(patch, user, tag, 1000 * (number + 1) + at) for at, user in enumerate(by)]  # all differ
        )
        assert Counter(answer.status for answer in answers) == {200: 1, 412: len(by) - 1}


@case("FLEET-014", rule="ADMIN-6", hint="stock = stock + delta in one UPDATE.")
def test_stock_counted_by_all(fleet: Members, people: People, products: Products) -> None:
    """Stock that all members change at the same moment

    Every member adds and takes, several times at once. The stock is the sum, and every member tells it.
    """
    sku, path = products.add(stock=100), "stock"
    deltas = [(7, -3)[at % 2] for at in range(4 * len(fleet.all))]
    clients = [people.admin.at(shop) for shop in fleet.turns(len(deltas))]
    target = f"/admin/products/{sku}/{path}"
    together([partial(user.post, target, body={"delta": delta}) for user, delta in zip(clients, deltas, strict=True)])
    for name, shop in fleet.named():
        assert shop.get(f"/products/{sku}").json["stock"] == 100 + sum(deltas), f"{name} tells another stock"


@case("FLEET-015", rule="PRODUCT-1", hint="Ask the database at each request; a copy in memory knows nothing of others.")
def test_archived_for_all(fleet: Members, people: People, products: Products) -> None:
    """A product that one member archives is gone everywhere

    For each member and each other one: the product lies in a cart and has been read on both. The first one archives it:
    the second answers 404, lists it no more, and shows the line as not available.
    """
    for named, here, there in fleet.pairs():
        user, sku = people.customer(), products.add()
        fill(user.at(there), sku)
        there.get(f"/products/{sku}").expect(200)
        people.admin.at(here).delete(f"/admin/products/{sku}", headers=ANY).expect(204)
        assert there.get(f"/products/{sku}").status == 404, f"{named}: the product can be read"
        listed = there.get(f"/products?category={products.category}&limit=100").json["items"]
        assert sku not in [item["sku"] for item in listed], f"{named}: the product is listed"
        assert user.at(there).get("/cart").json["lines"][0]["available"] is False, f"{named}: the line is available"


@case("FLEET-016", rule="BULK-4", hint="Write each member so that another service reads the same value.")
def test_exported_here_imported_there(fleet: Members, people: People, products: Products) -> None:
    """What one member exports, each other one imports without a change

    Imports odd products. Every member exports them alike, and for each pair the export of one changes nothing in the
    other: {0, 0, N}.
    """
    odd = {"name": "Größe “8” \U0001f600", "description": "a\tb\r\nc\u2028", "attributes": {"a": {"b": {"c": -1}}}}
    lines = [line(products.sku(), products, **odd), line(products.sku(), products, active=False, stock=9)]
    assert imported(people.admin.at(fleet.first), lines).expect(200).json == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
    }
    told = exported(people.admin.at(fleet.first), products)
    for named, here, there in fleet.pairs():
        rows = exported(people.admin.at(here), products)
        assert rows == told, f"{named}: the export differs: {rows} and {told}"
        again = imported(people.admin.at(there), [json.dumps(row).encode() for row in rows.values()]).expect(200).json
        assert again == {"created": 0, "updated": 0, "unchanged": 2}, f"{named}: an export changes something: {again}"


@case("FLEET-017", rule="BULK-5", hint="Upsert in sku order, set by set; validate before the transaction opens.")
def test_imported_by_all_at_once(fleet: Members, people: People, products: Products) -> None:
    """Imports of the same products on all members at the same moment

    Every member imports the same forty products, each in another order and with another price, several times. All
    succeed without a deadlock, and the products have one of the prices, all the same one.
    """
    skus = [products.sku() for _ in range(40)]
    for number in range(ROUNDS):
        batches = []
        for at in range(len(fleet.all)):
            ordered = skus[at * 3 :] + skus[: at * 3]
            batches.append([line(sku, products, price=1000 * number + at + 1) for sku in ordered])
        admins = [people.admin.at(shop) for shop in fleet.turns(len(batches))]
        answers = together([partial(imported, admin, batch) for admin, batch in zip(admins, batches, strict=True)])
        assert Counter(answer.status for answer in answers) == {200: len(answers)}
        prices = {row["price"] for row in exported(people.admin.at(fleet.first), products).values()}
        assert len(prices) == 1, f"imports are mixed: the products have the prices {sorted(prices)}"
        assert prices <= {1000 * number + at + 1 for at in range(len(batches))}


@case("FLEET-018", rule="PROBLEM-1", hint="One place that answers errors, with problems.yaml's titles.")
def test_refused_alike(fleet: Members, people: People, products: Products) -> None:
    """Every member refuses alike

    Sends what is wrong in one way only: unknown things, a bad token, a query, a body, a state, a missing header. Every
    member answers with the same status and the same problem.
    """
    user, sku = people.customer(), products.add(stock=1)
    key = {"idempotency-key": "a key with spaces"}
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/products/UNKNOWN", {}),
        ("GET", "/products?limit=0", {}),
        ("GET", "/products?colour=red", {}),
        ("GET", "/products?cursor=abc.def", {}),
        ("GET", "/cart", {"token": "a.b.c"}),
        ("GET", "/orders/00000000-0000-0000-0000-000000000000", {"token": user.token}),
        ("PUT", f"/cart/items/{sku}", {"token": user.token, "body": {"quantity": 0}}),
        ("PUT", f"/cart/items/{sku}", {"token": user.token, "body": {"quantity": 1, "price": 1}}),
        ("PUT", "/cart/coupon", {"token": user.token, "body": {"code": "NOSUCHCODE"}}),
        ("POST", "/checkout", {"token": user.token, "body": {"expected_total": 0}}),
        (
            "POST",
            "/checkout",
            {"token": user.token, "body": {"expected_total": 0}, "headers": {"idempotency-key": "k"}},
        ),
        ("POST", "/checkout", {"token": user.token, "body": {"expected_total": 0}, "headers": key}),
        ("POST", "/admin/products", {"token": user.token, "body": {}}),
        ("PATCH", f"/admin/products/{sku}", {"token": people.admin.token, "body": {}}),
        ("POST", f"/admin/products/{sku}/stock", {"token": people.admin.token, "body": {"delta": -2}}),
        ("POST", "/webhooks/payments", {"content": b"{}"}),
        ("GET", "/nowhere", {}),
    ]
    for method, target, options in requests:
        if method == "PATCH":
            options["headers"] = {"content-type": "application/merge-patch+json"}
        told = {name: shop.request(method, target, **options) for name, shop in fleet.named()}
        problems = {name: (answer.status, answer.json["type"]) for name, answer in told.items()}
        assert len(set(problems.values())) == 1, f"{method} {target} is refused differently: {problems}"
        assert min(answer.status for answer in told.values()) >= 400
