"""Level 5: making, editing, archiving and stocking products."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any

import pytest

from rosetta.kit.bodies import malformed, missing, no_object, unstorable, whole_or_type, wrong
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import checkout, fill
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.race import together

LEVEL = 5
JSON = {"content-type": "application/json"}
MERGE = {"content-type": "application/merge-patch+json"}
ANY = {"if-match": "*"}
SAFE = 9007199254740991
STALE = {"if-match": '"99"'}


def draft(products: Products, **changes: Any) -> dict[str, Any]:
    """What createProduct needs; `changes` replaces or adds members, ... takes one away."""
    members = {"sku": products.sku(), "name": "Thing", "category": products.category, "price": 1000, "tax_rate_bp": 0}
    return {name: value for name, value in (members | changes).items() if value is not ...}


def create(people: People, body: dict[str, Any]) -> Answer:
    """createProduct as the administrator."""
    return people.admin.post("/admin/products", body=body)


def raw(products: Products, members: str) -> bytes:
    """A body for createProduct that ends in `members`, which are JSON text."""
    return (json.dumps(draft(products, price=..., tax_rate_bp=...))[:-1] + f", {members}}}").encode()


def patch(people: People, sku: str, body: Any, tag: str | None = "*") -> Answer:
    """patchProduct as the administrator; `tag` is If-Match."""
    return people.admin.patch(f"/admin/products/{sku}", body=body, headers={"if-match": tag} if tag else {})


def restock(user: User, sku: str, delta: Any) -> Answer:
    """adjustStock as `user`."""
    return user.post(f"/admin/products/{sku}/stock", body={"delta": delta})


def nested(levels: int) -> dict[str, Any]:
    """Objects in objects: `levels` of them."""
    return {"a": nested(levels - 1)} if levels > 1 else {}


# createProduct


@case("BACK-001", rule="ADMIN-2", hint="Insert one row and answer with what RETURNING gives.")
def test_create(people: People, products: Products) -> None:
    """A product is made

    Creates a product with every member. It is 201 with ETag "1", Location /products/{sku} and the product, which
    getProduct then gives alike.
    """
    body = draft(products, description="Two\nlines", attributes={"color": "red"}, stock=7, tax_rate_bp=1900)
    answer = create(people, body).expect(201)
    path = f"/products/{body['sku']}"
    assert (answer.headers.get("location"), answer.headers.get("etag")) == (path, '"1"')
    made = answer.json
    assert {name: made[name] for name in body} == body
    assert (made["active"], made["version"], made["updated_at"]) == (True, 1, made["created_at"])
    assert people.shop.get(path).expect(200).json == made


@case("BACK-002", rule="ADMIN-2", hint="Fill the defaults in where a member is absent, not where it is null.")
def test_defaults(people: People, products: Products) -> None:
    """What is absent has a default

    Creates a product with the required members alone, and one whose description is null. description is null,
    attributes are {}, stock is 0.
    """
    for body in (draft(products), draft(products, description=None)):
        made = create(people, body).expect(201).json
        assert (made["description"], made["attributes"], made["stock"]) == (None, {}, 0)


@case("BACK-003", rule="JSON-6", hint="Count code points: not UTF-16 units, not bytes.")
def test_bounds(people: People, products: Products) -> None:
    """The smallest and the largest values

    Creates a product with every member as small as it may be, and one as large: a name of 120 and a description of
    4,000 emoji, of which some languages count two or four each. Both are 201 and kept as they are.
    """
    small = {"name": "x", "description": "", "price": 1, "tax_rate_bp": 0, "stock": 0, "category": "-"}
    large = {"name": "\U0001f600" * 120, "description": "\U0001f600" * 4000, "price": 5_000_000, "tax_rate_bp": 5000}
    for members in (small, large | {"stock": 1_000_000, "category": "a" * 40, "sku": products.sku().ljust(32, "-")}):
        made = create(people, draft(products, **members)).expect(201).json
        assert {name: made[name] for name in members} == members


PATHLIKE = ("/a~1b~0c", "unknown")


@case("BACK-004", rule="PROBLEM-2", hint="Collect the faults of all fields before you answer.")
def test_all_faults_at_once(people: People, products: Products) -> None:
    """All wrong fields are told

    Creates with {}: five members are required. Then with six wrong values: all are told, each once; with faults of
    shape beside them, which may be told alone. The pointer of a member a/b~c is /a~1b~0c.
    """
    names = ("sku", "name", "category", "price", "tax_rate_bp")
    wrong(create(people, {}), *((f"/{name}", "required") for name in names))
    values = {"sku": "x", "name": "", "category": "A", "price": 0, "tax_rate_bp": 5001, "attributes": {"A": 1}}
    faults = [
        ("/sku", "format"),
        ("/name", "too_short"),
        ("/category", "format"),
        ("/price", "out_of_range"),
        ("/tax_rate_bp", "out_of_range"),
        ("/attributes/A", "format"),
    ]
    wrong(create(people, draft(products, **values)), *faults)
    wrong(create(people, draft(products, **values, id="x") | {"a/b~c": 1}), *faults, ("/id", "read_only"), PATHLIKE)
    wrong(create(people, draft(products) | {"a/b~c": 1}), PATHLIKE)


# Each row: members that are wrong, and the code that every one of them gets.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("type", {"sku": 1, "name": True, "category": [], "price": "1000", "tax_rate_bp": 1.5, "description": 0}),
    ("type", {"sku": {}, "name": 1, "price": True, "tax_rate_bp": "0", "stock": 0.5, "attributes": []}),
    ("type", {"price": [], "tax_rate_bp": {}, "stock": False, "attributes": "{}", "description": {}, "name": ["x"]}),
    ("null_not_allowed", dict.fromkeys(["sku", "name", "category", "price", "tax_rate_bp", "stock", "attributes"])),
    ("too_long", {"name": "x" * 121, "description": "x" * 4001}),
    ("out_of_range", {"price": 0, "tax_rate_bp": -1, "stock": -1}),
    ("out_of_range", {"price": 5_000_001, "tax_rate_bp": 5001, "stock": 1_000_001}),
    ("format", {"sku": "", "category": ""}),
    ("format", {"sku": "A" * 33, "category": "a" * 41}),
    ("format", {"sku": "-A", "category": "A"}),
    ("format", {"sku": "a", "category": "a b"}),
    ("format", {"sku": "A\n", "category": "a\n"}),
    ("format", {"sku": "É", "category": "é"}),
    ("format", {"sku": "A_B", "category": "a_b"}),
    ("format", {"sku": "A\u0660", "category": "\u0660"}),
    ("read_only", {"id": None, "active": True, "version": 1, "created_at": "", "updated_at": {}}),
]


@case("BACK-005", rule="PROBLEM-3", hint="For each field the first code that holds, in the order of the rule.")
def test_codes(people: People, products: Products) -> None:
    """Each fault has its code

    Creates with wrong types, nulls, lengths, numbers, patterns and read-only members, a few at a time. Each gets the
    code of the rule, or one that may stand for it; a line feed at the end of a pattern does not pass.
    """
    for code, members in FAULTS:
        answer = create(people, draft(products, **members))
        expected = {(f"/{name}", code) for name in members}
        wrong(answer, *expected)
    for name, value in {"sku": "A\0", "name": "a\0b", "category": "a\0", "description": "\0"}.items():
        unstorable(create(people, draft(products, **{name: value})), f"/{name}")


@case("BACK-006", rule="JSON-4", hint="Refuse what the operation does not name, case-sensitively.")
def test_unknown_members(people: People, products: Products) -> None:
    """Unknown members are refused

    Creates with Price, role, __proto__, a member with an empty name and currency. Each is `unknown`, and nothing is
    made.
    """
    names = ["Price", "role", "__proto__", "", "currency"]
    body = draft(products, **dict.fromkeys(names, 1))
    answer = create(people, body)
    wrong(answer, *((f"/{name}", "unknown") for name in names))
    people.shop.get(f"/products/{body['sku']}").expect(404)


@case("BACK-047", rule="JSON-5", hint="A number is the integer that it is worth, or no integer for your reader.")
def test_integers(people: People, products: Products) -> None:
    """Integers in other spellings

    Creates with price 1e2, tax_rate_bp 20.0, stock -0 and attributes 10e-1 and 1.0. Each is 100, 20, 0 and 1, or 422
    `type` at its place.
    """
    plain = '"price": 100, "tax_rate_bp": 20'
    for members, where, value in (
        ('"price": 1e2, "tax_rate_bp": 20', "/price", 100),
        ('"price": 100, "tax_rate_bp": 20.0', "/tax_rate_bp", 20),
        (f'{plain}, "stock": -0', "/stock", 0),
        (f'{plain}, "attributes": {{"a": 10e-1}}', "/attributes/a", 1),
        (f'{plain}, "attributes": {{"a": 1.0}}', "/attributes/a", 1),
        (f'{plain}, "attributes": {{"a": -0}}', "/attributes/a", 0),
    ):
        answer = people.admin.post("/admin/products", content=raw(products, members), headers=JSON)
        if whole_or_type(answer, where, 201):
            made = answer.json
            for name in where.split("/")[1:]:
                made = made[name]
            assert made == value, f"{members} gives {made}"


@case("BACK-008", rule="JSON-5", hint="Read numbers without going through a double.")
def test_huge_integers(people: People, products: Products) -> None:
    """Huge numbers are refused, not rounded

    Creates with an attribute of 9007199254740993, which is out of range, and with prices beyond 64 bits or a double,
    which are 400 or 422.
    """
    answer = create(people, draft(products, attributes={"a": SAFE + 2, "b": -SAFE - 2, "c": SAFE}))
    wrong(answer, ("/attributes/a", "out_of_range"), ("/attributes/b", "out_of_range"))
    for literal in ("9223372036854775808", "1e400", "1" * 400):
        content = raw(products, f'"price": {literal}, "tax_rate_bp": 0')
        status = people.admin.post("/admin/products", content=content, headers=JSON).status
        assert status in (400, 422), f"a price of {literal[:30]} is {status}"


@case("BACK-009", rule="JSON-3", hint="Look for duplicates while you read, after unescaping, in nested objects too.")
def test_duplicate_names(people: People, products: Products) -> None:
    """A name that stands twice is malformed

    Creates with price twice, once as pr\\u0069ce, and with an attribute twice at a deeper level. Each is 400, though
    most parsers take the last.
    """
    for members in (
        '"price": 1, "price": 1, "tax_rate_bp": 0',
        '"price": 1, "pr\\u0069ce": 2, "tax_rate_bp": 0',
        '"price": 1, "tax_rate_bp": 0, "attributes": {"a": {"b": 1, "b": 1}}',
        '"price": 1, "tax_rate_bp": 0, "other": {"a": 1, "\\u0061": 2}',
    ):
        people.admin.post("/admin/products", content=raw(products, members), headers=JSON).problem(
            400, "malformed_json"
        )


MALFORMED = [b"", b" ", b"{", b"{}{}", b"{'a':1}", b'{"a":1,}', b'\xef\xbb\xbf{"a":1}']


@case("BACK-010", rule="JSON-1", hint="One strict reader for every body.")
def test_malformed(people: People, products: Products) -> None:
    """What is not one JSON object is refused

    Sends createProduct, patchProduct, adjustStock and createCoupon an empty body, a BOM, half an object, two, and a
    name that is not UTF-8: 400 malformed_json; and null, an array and others that are no object: 400, or 422. A merge
    patch that is no object is no exception.
    """
    sku = products.add()
    for body in (*MALFORMED, b'{"name": "\xff"}', b'{"name": "\xed\xa0\x80"}'):
        people.admin.post("/admin/products", content=body, headers=JSON).problem(400, "malformed_json")
    for body in (b"", b"{"):
        people.admin.patch(f"/admin/products/{sku}", content=body, headers=ANY).problem(400, "malformed_json")
        for path in (f"/admin/products/{sku}/stock", "/admin/coupons"):
            people.admin.post(path, content=body, headers=JSON).problem(400, "malformed_json")
    for body in (b"null", b"[]", b'"x"', b"1"):
        no_object(people.admin.patch(f"/admin/products/{sku}", content=body, headers=ANY))
        for path in ("/admin/products", f"/admin/products/{sku}/stock", "/admin/coupons"):
            no_object(people.admin.post(path, content=body, headers=JSON))


@case("BACK-048", rule="JSON-2", hint="Let the reader bound the depth, at 32 or some more.")
def test_depth(people: People, products: Products) -> None:
    """Depth 32 is read, depth 2,000 is not

    Creates with attributes and with an unknown member nested to depth 32, which is 422 since neither may be so; to
    depth 33 and 2,000 it is 400 or 422.
    """
    for name in ("attributes", "other"):
        create(people, draft(products, **{name: nested(31)})).problem(422, "validation_failed")
        for depth in (32, 1999):
            content = raw(products, f'"price": 1, "tax_rate_bp": 0, "{name}": {"[" * depth}{"]" * depth}')
            malformed(people.admin.post("/admin/products", content=content, headers=JSON))


@case("BACK-012", rule="JSON-6", hint="Switch off whatever trims or normalises strings.")
def test_strings_are_kept(people: People, products: Products) -> None:
    """Strings are kept as they are

    Creates with spaces at both ends, CRLF, a decomposed é, a zero-width joiner and markup. Name, description and
    attributes come back code point by code point.
    """
    text = "  e\u0301 é\r\n\t\U0001f468\u200d\U0001f469 <b>&amp;</b> %00 ' \\ \" \u2028\ufeff "
    made = create(people, draft(products, name=text, description=text, attributes={"a": text})).expect(201).json
    assert (made["name"], made["description"], made["attributes"]) == (text, text, {"a": text})
    assert people.shop.get(f"/products/{made['sku']}").expect(200).json == made


@case("BACK-013", rule="ADMIN-2", hint="Let the unique constraint decide, and map its violation to 409.")
def test_sku_taken(people: People, products: Products) -> None:
    """A sku is given once

    Creates with the sku of a product and with one of an archived product. Both are 409 sku_taken, and the first
    product stays as it was.
    """
    taken, archived = products.add(), products.add(active=False)
    before = people.shop.get(f"/products/{taken}").expect(200).json
    for sku in (taken, archived):
        create(people, draft(products, sku=sku, name="Other")).problem(409, "sku_taken")
    assert people.shop.get(f"/products/{taken}").expect(200).json == before


@case("BACK-014", rule="ADMIN-2", hint="Do not look first and insert then: two can look at the same moment.")
def test_sku_race(people: People, products: Products) -> None:
    """A sku is given once, also to eight at once

    Creates the same sku eight times at the same moment. One is 201, seven are 409 sku_taken.
    """
    body = draft(products)
    answers = together([partial(people.admin.apart().post, "/admin/products", body=body) for _ in range(8)])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}


# Attributes


@case("BACK-015", rule="PRODUCT-2", hint="Keep the attributes as jsonb and answer with what is stored.")
def test_attributes(people: People, products: Products) -> None:
    """Attributes as rich as they may be

    Creates with strings of 0 and 1,000 characters, the largest integers, booleans, an empty object, 20 keys, keys of 1
    and 32 characters, and three levels. It is 201 and all come back.
    """
    attributes = {
        "a": "",
        "b": "\U0001f600" * 1000,
        "c": SAFE,
        "d": -SAFE,
        "e": False,
        "f": {},
        "g": {"h": {"i": 1, "j": "x", "k": True}},
        "l" * 32: 0,
        "m_1": {f"k{number}": number for number in range(20)},
        **{f"n{number}": number for number in range(11)},
    }
    assert create(people, draft(products, attributes=attributes)).expect(201).json["attributes"] == attributes


BAD_KEYS = ["", "A", "1a", "_a", "a-b", "a.b", "é", "a" * 33, "a\n", "a b"]
BAD_ATTRIBUTES: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    (dict.fromkeys(BAD_KEYS, 1), {(f"/attributes/{key}", "format") for key in BAD_KEYS}),
    ({"a": {"B": 1}, "c/d": 1}, {("/attributes/a/B", "format"), ("/attributes/c~1d", "format")}),
    ({"a": [], "b": [1], "c": 1.5}, {(f"/attributes/{key}", "type") for key in "abc"}),
    ({"a": None, "b": {"c": None}}, {("/attributes/a", "null_not_allowed"), ("/attributes/b/c", "null_not_allowed")}),
    ({"a": SAFE + 1, "b": "x" * 1001}, {("/attributes/a", "out_of_range"), ("/attributes/b", "too_long")}),
    ({"a": {"b": {"c": {}}}}, {("/attributes/a/b/c", "format")}),
    ({"a": {"b": {"c": {"d": 1}, "e": {}}}}, {("/attributes/a/b/c", "format"), ("/attributes/a/b/e", "format")}),
    ({f"k{number}": 1 for number in range(21)}, {("/attributes", "too_long")}),
    ({"a": {"b": {f"k{number}": 1 for number in range(21)}}}, {("/attributes/a/b", "too_long")}),
]


@case("BACK-016", rule="PRODUCT-2", hint="Walk the object with its path and its level.")
def test_bad_attributes(people: People, products: Products) -> None:
    """Attributes that are not allowed

    Creates with bad keys, arrays, fractions, nulls, long strings, large numbers, a fourth level and a 21st key. Each
    is told with the pointer to the place and its code.
    """
    for attributes, expected in BAD_ATTRIBUTES:
        answer = create(people, draft(products, attributes=attributes))
        wrong(answer, *expected)
    unstorable(create(people, draft(products, attributes={"b": {"c": "\0"}})), "/attributes/b/c")


# Who, and in which order


def operations(sku: str) -> list[tuple[str, str, dict[str, str]]]:
    """Every operation under /admin: method, path and a right Content-Type."""
    order = "/admin/orders/6f1f77ac-0000-4000-8000-000000000000/transition"
    return [
        ("POST", "/admin/products", JSON),
        ("PATCH", f"/admin/products/{sku}", MERGE),
        ("DELETE", f"/admin/products/{sku}", {}),
        ("POST", f"/admin/products/{sku}/stock", JSON),
        ("POST", "/admin/products/import", {"content-type": "application/x-ndjson"}),
        ("GET", "/admin/products/export", {}),
        ("POST", "/admin/coupons", JSON),
        ("POST", order, JSON),
    ]


@case("BACK-017", rule="ADMIN-1", hint="Judge the token before you read the body.")
def test_without_a_token(shop: Client, products: Products) -> None:
    """Without a token everything is 401

    Sends every operation under /admin without a token and with a bad one, all with a malformed body. Each is 401 with
    WWW-Authenticate: the body is not looked at.
    """
    for method, path, typed in operations(products.add()):
        for headers in ({}, {"authorization": "Bearer nonsense"}):
            answer = shop.request(method, path, content=b"{", headers=typed | headers)
            answer.problem(401, "unauthenticated")
            assert answer.headers.get("www-authenticate", "").startswith("Bearer"), f"{method} {path}"


@case("BACK-018", rule="ADMIN-1", hint="Judge the role right after the token.")
def test_as_a_customer(people: People, products: Products) -> None:
    """A customer is 403

    Sends every operation under /admin as a customer: with a malformed body and with a good one. Each is 403, before 400
    and 404, and the product stays as it was.
    """
    customer, sku = people.customer(), products.add()
    for method, path, headers in operations(sku):
        for content, sent in ((b"{", headers), (b"{}", headers | ANY)):
            customer.request(method, path, content=content, headers=sent).problem(403, "forbidden")
    assert people.shop.get(f"/products/{sku}").expect(200).headers["etag"] == '"1"'


@case("BACK-019", rule="HTTP-5", hint="Check the type once, for all operations with a body.")
def test_media_types(people: People, products: Products) -> None:
    """Only application/json

    Creates with no type, with other types, and encoded: 415, and nothing is made. With capitals and parameters, and
    with Content-Encoding: identity, it is 201.
    """
    admin, body = people.admin, json.dumps(draft(products)).encode()
    for value in ("text/plain", "application/x-www-form-urlencoded", "text/json", "application/merge-patch+json"):
        admin.post("/admin/products", content=body, headers={"content-type": value}).problem(
            415, "unsupported_media_type"
        )
    admin.post("/admin/products", content=body).problem(415, "unsupported_media_type")
    encoded = JSON | {"content-encoding": "gzip"}
    admin.post("/admin/products", content=body, headers=encoded).problem(415, "unsupported_media_type")
    for headers in ({"content-type": "Application/JSON; charset=utf-8"}, JSON | {"content-encoding": "identity"}):
        admin.post("/admin/products", body=draft(products), headers=headers).expect(201)


@case("BACK-020", rule="HTTP-6", hint="Count the bytes that you read; Content-Length may be missing.")
def test_sizes(people: People, products: Products) -> None:
    """65,536 bytes and no more

    Creates with a body padded to 65,536 bytes, which is 201, and to 65,537, which is 413; with Content-Length, and
    chunked.
    """
    for chunked in (False, True):
        fits = json.dumps(draft(products)).encode().ljust(65536)
        large = b" ".join([json.dumps(draft(products)).encode(), b""]).ljust(65537)
        for body, status in ((fits, 201), (large, 413)):
            content = [body[:100], body[100:40000], body[40000:]] if chunked else body
            people.admin.post("/admin/products", content=content, headers=JSON).expect(status)


@case("BACK-049", rule="HTTP-1", hint="Find the product before you judge If-Match or its state.")
def test_order_of_checks(people: People, products: Products) -> None:
    """What is judged before what

    Sends requests that are wrong in one way: 415, 413, 400, 422; and in several: one of theirs. For a product that is
    not there 404 comes before 412, and nothing is 409.
    """
    admin, missing, there = people.admin, f"/admin/products/{products.sku()}", f"/admin/products/{products.add()}"
    large, plain = b"{" * 65_537, {"content-type": "text/plain"}
    admin.patch(there, content=b"{}", headers=ANY | JSON).problem(415, "unsupported_media_type")
    admin.patch(there, content=b"{}".ljust(65_537), headers=ANY).problem(413, "body_too_large")
    admin.patch(there, content=b"{", headers=ANY).problem(400, "malformed_json")
    admin.patch(there, content=b'{"name": ""}', headers=ANY).problem(422, "validation_failed")
    for path in ("/admin/products", f"{missing}/stock", "/admin/coupons"):
        admin.post(path, content=large, headers=plain).expect(415, 413, 400, 404)
        admin.post(path, content=large, headers=JSON).expect(413, 400, 404)
    admin.patch(missing, content=b'{"name": ""}').expect(422, 428, 404)
    admin.post(f"{missing}/stock", content=b"{}", headers=JSON).expect(422, 404)
    for method, path, content in (("PATCH", missing, b"{}"), ("DELETE", missing, b"")):
        admin.request(method, path, content=content, headers=MERGE | STALE).problem(404, "not_found")
        admin.request(method, path, content=content, headers=MERGE).expect(404, 428)
    admin.post(f"{missing}/stock", content=b'{"delta": -100000}', headers=JSON).problem(404, "not_found")


@case("BACK-050", rule="HTTP-3", hint="Give each path its methods, and answer 405 with Allow.")
def test_methods(people: People, products: Products) -> None:
    """Other methods are 405

    Sends methods that the paths under /admin do not have: 405 with Allow as the administrator; without a token 405 with
    Allow, or 401.
    """
    sku = products.add()
    for method, path, allowed in (
        ("GET", "/admin/products", {"POST"}),
        ("PUT", f"/admin/products/{sku}", {"PATCH", "DELETE"}),
        ("GET", f"/admin/products/{sku}/stock", {"POST"}),
        ("PUT", "/admin/products/import", {"POST"}),
        ("PUT", "/admin/products/export", {"GET", "HEAD"}),
        ("DELETE", "/admin/coupons", {"POST"}),
    ):
        answer = people.admin.request(method, path)
        answer.problem(405, "method_not_allowed")
        told = {name.strip() for name in answer.headers.get("allow", "").split(",")}
        assert allowed <= told, f"Allow of {path} is {answer.headers.get('allow')!r}"
        people.shop.request(method, path).expect(405, 401)


@case("BACK-023", rule="HTTP-2", hint="Answer a malformed sku as an unknown one.")
def test_unknown_skus(people: People, products: Products) -> None:
    """Unknown, malformed and archived skus are alike

    Patches, archives and stocks an unknown sku, malformed ones and an archived one. All are 404 with one body.
    """
    unknown = people.shop.get("/products/NO-SUCH-SKU").problem(404, "not_found")
    for sku in ("NO-SUCH-SKU", "no-such-sku", "A" * 33, "A%00", "A%0A", products.add(active=False)):
        path = f"/admin/products/{sku}"
        missing(people.admin.patch(path, body={"price": 1}, headers=ANY), unknown)
        missing(people.admin.delete(path, headers=ANY), unknown)
        missing(restock(people.admin, sku, 1), unknown)


# patchProduct


@case("BACK-024", rule="ADMIN-3", hint="Change only the members that the patch has.")
def test_patch(people: People, products: Products) -> None:
    """A patch changes what it names

    Patches the price, then all else that can be. Each is 200 with Content-Location, the next version as ETag and the
    product; what is not named stays, and so does the stock.
    """
    sku = products.add(description="Old", attributes={"a": 1}, stock=4)
    before = people.shop.get(f"/products/{sku}").expect(200).json
    answer = patch(people, sku, {"price": 1234}, '"1"').expect(200)
    assert answer.headers.get("content-location") == f"/products/{sku}"
    assert answer.headers.get("etag") == '"2"'
    after = answer.json
    assert after["updated_at"] >= before["updated_at"]
    assert after == before | {"price": 1234, "version": 2, "updated_at": after["updated_at"]}
    members = {"name": "New", "description": "New", "category": products.category, "price": 1, "tax_rate_bp": 5}
    after = patch(people, sku, members | {"attributes": {"b": 2}}, '"2"').expect(200).json
    assert {name: after[name] for name in members} == members
    assert (after["attributes"], after["stock"], after["version"]) == ({"a": 1, "b": 2}, 4, 3)
    assert people.shop.get(f"/products/{sku}").expect(200).json == after


REFUSED_TAGS = ['"0"', '"11"', 'W/"1"', "1", "'1'", '"1', '""', '"0", "2"', 'W/"1", "x"', "**", '"*"', "W/*", ";", ""]
ACCEPTED_TAGS = ["*", '"1"', '"0","1"', '"0" , W/"1",  "1"', '"x,y", "1"']


@case("BACK-025", rule="HTTP-10", hint="Parse the list; compare strongly; what cannot be parsed fails.")
def test_if_match(people: People, products: Products) -> None:
    """If-Match is required and strong

    Patches with {} and without If-Match: 428. With other tags, weak ones and text that is none: 412. With *, the tag
    alone and in lists: 200; in a second header line that is 200, or 400.
    """
    sku = products.add()
    patch(people, sku, {}, None).problem(428, "precondition_required")
    for tag in REFUSED_TAGS:
        answer = people.admin.patch(f"/admin/products/{sku}", body={}, headers={"if-match": tag})
        assert answer.status == 412, f"If-Match: {tag} is {answer.status}"
    for tag in ACCEPTED_TAGS:
        answer = patch(people, sku, {}, tag)
        assert answer.status == 200, f"If-Match: {tag} is {answer.status}"
    two = [("if-match", '"0"'), ("if-match", '"1"'), *MERGE.items()]
    answer = people.admin.request("PATCH", f"/admin/products/{sku}", content=b"{}", headers=two, checked=False)
    assert answer.status in (200, 400), f"two lines of If-Match are answered with {answer.status}"


@case("BACK-026", rule="ADMIN-4", hint="Let the database compare; do not touch updated_at yourself.")
def test_no_change(people: People, products: Products) -> None:
    """No change, no version

    Patches with {}, with the values that are there, and with null for an attribute that is absent. Each is 200 with the
    same ETag and the same updated_at.
    """
    sku = products.add(description="Text", attributes={"a": 1, "b": {"c": "x"}})
    before = people.shop.get(f"/products/{sku}").expect(200).json
    members = {name: before[name] for name in ("name", "description", "category", "price", "tax_rate_bp")}
    bodies: list[dict[str, Any]] = [
        {},
        members,
        {"attributes": {}},
        {"attributes": {"a": 1, "b": {"c": "x"}, "none": None}},
    ]
    for body in bodies:
        answer = patch(people, sku, body).expect(200)
        assert answer.headers.get("etag") == '"1"', f"{body} gives {answer.headers.get('etag')}"
        assert answer.json == before


@case("BACK-027", rule="JSON-7", hint="Keep absent, null and empty apart until the row is written.")
def test_description(people: People, products: Products) -> None:
    """A description that is null, absent or empty

    Patches a description with "", leaves it out, sets null. It is "", stays "", and is null.
    """
    sku = products.add(description="Text")
    for body, expected in (({"description": ""}, ""), ({"price": 7}, ""), ({"description": None}, None)):
        assert patch(people, sku, body).expect(200).json["description"] == expected
    assert people.shop.get(f"/products/{sku}").expect(200).json["description"] is None


PATCH_FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("null_not_allowed", dict.fromkeys(["name", "category", "price", "tax_rate_bp", "attributes"])),
    ("read_only", dict.fromkeys(["id", "sku", "stock", "active", "version", "created_at", "updated_at"])),
    ("type", {"name": 1, "description": [], "category": {}, "price": "1", "tax_rate_bp": 1.5, "attributes": [1]}),
    ("too_long", {"name": "x" * 121, "description": "x" * 4001}),
    ("too_short", {"name": ""}),
    ("out_of_range", {"price": 0, "tax_rate_bp": 5001}),
    ("format", {"category": "A"}),
    ("unknown", {"Name": "x", "attributes/a": 1, "currency": None}),
]


@case("BACK-028", rule="ADMIN-3", hint="A null removes; what must not be removed is null_not_allowed.")
def test_patch_faults(people: People, products: Products) -> None:
    """What a patch may not say

    Patches with nulls, read-only members, wrong types, lengths, numbers and unknown members. Each is 422 with the
    code of the rule, and the product stays as it was.
    """
    sku = products.add()
    for code, members in PATCH_FAULTS:
        answer = patch(people, sku, members)
        expected = {("/" + name.replace("/", "~1"), code) for name in members}
        wrong(answer, *expected)
    unstorable(patch(people, sku, {"description": "\0"}), "/description")
    assert people.shop.get(f"/products/{sku}").expect(200).headers["etag"] == '"1"'


MERGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"a": None, "b": {"c": 1}}, {"b": {"c": 1, "x": "1"}, "d": 4}),
    ({"b": {"x": None}}, {"a": 1, "b": {}, "d": 4}),
    ({"b": "text"}, {"a": 1, "b": "text", "d": 4}),
    ({"a": {"n": 1, "gone": None}}, {"a": {"n": 1}, "b": {"x": "1"}, "d": 4}),
    ({"new": {"m": {"gone": None}, "gone": None}}, {"a": 1, "b": {"x": "1"}, "d": 4, "new": {"m": {}}}),
    ({"none": None}, {"a": 1, "b": {"x": "1"}, "d": 4}),
    ({"a": 0, "d": False}, {"a": 0, "b": {"x": "1"}, "d": False}),
    ({"a": None, "b": None, "d": None}, {}),
]


@case("BACK-029", rule="ADMIN-3", hint="Merge recursively; a null inside a new object vanishes.")
def test_attributes_merge(people: People, products: Products) -> None:
    """Attributes are merged as RFC 7396 says

    Patches products that all have the same attributes with additions, replacements and nulls at two levels. Nested
    objects merge, nulls remove, and attributes without keys are {}.
    """
    for attributes, expected in MERGES:
        sku = products.add(attributes={"a": 1, "b": {"x": "1"}, "d": 4})
        after = patch(people, sku, {"attributes": attributes}).expect(200).json["attributes"]
        assert after == expected, f"{attributes} gives {after}"


@case("BACK-053", rule="ADMIN-3", hint="Judge the patch's own keys and values, those that it removes too.")
def test_patch_of_bad_attributes(people: People, products: Products) -> None:
    """What needs no row is judged without it

    Patches attributes with bad keys whose values are null, strings too long and numbers too large, and then with an
    array, a fraction and a null for the name beside them. 422, and the product stays as it was.
    """
    sku = products.add()
    values: dict[str, Any] = {"Bad": None, "b": {"D": None}, "e": "x" * 1001, "f": SAFE + 1}
    faults = [
        ("/attributes/Bad", "format"),
        ("/attributes/b/D", "format"),
        ("/attributes/e", "too_long"),
        ("/attributes/f", "out_of_range"),
    ]
    wrong(patch(people, sku, {"attributes": values}), *faults)
    shapes = [("/name", "null_not_allowed"), ("/attributes/a", "type"), ("/attributes/b/c", "type")]
    values |= {"a": [], "b": {"c": 1.5, "D": None}}
    wrong(patch(people, sku, {"name": None, "attributes": values}), *faults, *shapes)
    assert people.shop.get(f"/products/{sku}").headers["etag"] == '"1"'


@case("BACK-051", rule="ADMIN-3", hint="Count the keys and characters of what the merge gives, inside the transaction.")
def test_patch_judged_after(people: People, products: Products) -> None:
    """The number of keys waits for the merge

    Patches a product of 15 attributes. 30 nulls pass; five keys more and one in exchange pass; a 21st key and a fourth
    level are 422. With a stale tag the 21st key is 412, without one 428, for an unknown sku 404; the fourth level may
    be 422 all the same.
    """
    sku = products.add(attributes={f"k{number}": number for number in range(15)})
    patch(people, sku, {"attributes": {f"n{number}": None for number in range(30)}}).expect(200)
    more = {"k0": None} | {f"m{number}": 1 for number in range(6)}
    assert len(patch(people, sku, {"attributes": more}).expect(200).json["attributes"]) == 20
    crowd: dict[str, Any] = {"attributes": {"z": 1}}
    deep: dict[str, Any] = {"attributes": {"m0": None, "a": {"b": {"c": {"d": 1}}}}}
    wrong(patch(people, sku, crowd), ("/attributes", "too_long"))
    patch(people, sku, crowd, '"99"').problem(412, "precondition_failed")
    patch(people, sku, crowd, None).problem(428, "precondition_required")
    patch(people, products.sku(), crowd).problem(404, "not_found")
    wrong(patch(people, sku, deep), ("/attributes/a/b/c", "format"))
    patch(people, sku, deep, '"99"').expect(412, 422)
    patch(people, sku, deep, None).expect(428, 422)
    patch(people, products.sku(), deep).expect(404, 422)


LONG = {f"k{number}": "é" * 1000 for number in range(19)} | {"k19": "é" * 950}  # 50 characters of keys


@case("BACK-052", rule="PRODUCT-2", hint="Add the lengths of all keys and strings up, in code points, after the merge.")
def test_length_of_attributes(people: People, products: Products) -> None:
    """20,000 characters of attributes

    Creates with keys and strings of 20,000 characters together, which is 201, and of 20,001, which is too_long at
    /attributes. A patch that brings a product over them is too_long, and one that takes as much away as it adds is 200.
    """
    assert sum(len(key) + len(value) for key, value in LONG.items()) == 20_000
    made = people.admin.post("/admin/products", content=compact(draft(products, attributes=LONG)), headers=JSON)
    sku = made.expect(201).json["sku"]
    assert made.json["attributes"] == LONG
    over = draft(products, attributes=LONG | {"k19": "x" * 951})
    wrong(people.admin.post("/admin/products", content=compact(over), headers=JSON), ("/attributes", "too_long"))
    wrong(patch(people, sku, {"attributes": {"k19": "x" * 951}}), ("/attributes", "too_long"))
    wrong(patch(people, sku, {"attributes": {"k18": {"x": "y" * 1000}}}), ("/attributes", "too_long"))
    patch(people, sku, {"attributes": {"k18": "y" * 999, "k19": "x" * 951}}).expect(200)


def compact(body: dict[str, Any]) -> bytes:
    """The body in as few bytes as can be: escaped, 20,000 letters would be too many."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@case("BACK-032", rule="HTTP-5", hint="patchProduct takes its own type, and its 415 says which.")
def test_patch_media_types(people: People, products: Products) -> None:
    """Only application/merge-patch+json

    Patches with application/json, JSON Patch, no type, and encoded: 415 with Accept-Patch. With capitals and a
    parameter it is 200.
    """
    path = f"/admin/products/{products.add()}"
    wrong: list[dict[str, str]] = [{}, JSON, {"content-type": "application/json-patch+json"}]
    for headers in (*wrong, MERGE | {"content-encoding": "br"}):
        answer = people.admin.request("PATCH", path, content=b"{}", headers=headers | ANY)
        answer.problem(415, "unsupported_media_type")
        assert answer.headers.get("accept-patch") == "application/merge-patch+json"
    spelled = {"content-type": "Application/Merge-Patch+JSON;charset=utf-8"} | ANY
    people.admin.request("PATCH", path, content=b"{}", headers=spelled).expect(200)


@case("BACK-033", rule="HTTP-10", hint="Compare the tag under the row's lock, or in the UPDATE's WHERE.")
def test_patch_race(people: People, products: Products) -> None:
    """One of eight patches with one tag succeeds

    Patches a product eight times at the same moment with the tag "1" and different names. One is 200, seven are 412;
    the product has the name of the one and version 2.
    """
    sku = products.add()

    def rename(admin: User, name: str) -> Answer:
        return admin.patch(f"/admin/products/{sku}", body={"name": name}, headers={"if-match": '"1"'})

    answers = together([partial(rename, people.admin.apart(), f"Name {number}") for number in range(8)])
    assert Counter(answer.status for answer in answers) == {200: 1, 412: 7}
    won = next(answer.json for answer in answers if answer.status == 200)
    assert people.shop.get(f"/products/{sku}").expect(200).json == won
    assert won["version"] == 2


@case("BACK-034", rule="ADMIN-3", hint="Lock the row before you read what you merge into.")
def test_patch_merges_all(people: People, products: Products) -> None:
    """Eight patches with * lose nothing

    Patches a product eight times at the same moment with If-Match: * and an attribute each. All are 200, all eight
    attributes are there, and the version is 9: who merges outside the lock loses some.
    """
    sku = products.add(attributes={"first": True})

    def add(admin: User, name: str) -> int:
        return admin.patch(f"/admin/products/{sku}", body={"attributes": {name: 1}}, headers=ANY).status

    assert together([partial(add, people.admin.apart(), f"k{number}") for number in range(8)]) == [200] * 8
    after = people.shop.get(f"/products/{sku}").expect(200).json
    assert after["attributes"] == {"first": True} | {f"k{number}": 1 for number in range(8)}
    assert after["version"] == 9


# archiveProduct


@case("BACK-035", rule="ADMIN-5", hint="Set active to false; do not delete the row.")
def test_archive(people: People, products: Products) -> None:
    """A product is archived once

    Archives without If-Match, with a wrong tag, with the right one, and again: 428, 412, 204 without body and ETag,
    404. Then the product is read by nobody.
    """
    sku = products.add()
    path = f"/admin/products/{sku}"
    people.admin.delete(path).problem(428, "precondition_required")
    for tag in ('"0"', 'W/"1"', "1"):
        people.admin.delete(path, headers={"if-match": tag}).problem(412, "precondition_failed")
    answer = people.admin.delete(path, headers={"if-match": '"1"'}).expect(204)
    assert answer.body == b""
    assert "etag" not in answer.headers
    people.admin.delete(path, headers={"if-match": '"2"'}).problem(404, "not_found")
    people.shop.get(f"/products/{sku}").problem(404, "not_found")


@case("BACK-036", rule="HTTP-5", hint="An operation without a body looks neither at the body nor at its type.")
def test_archive_ignores_a_body(people: People, products: Products) -> None:
    """archiveProduct ignores a body

    Archives with a body that is not JSON, of a wrong type and encoding. It is 204, and the next request on the
    connection works.
    """
    sku = products.add()
    headers = {"content-type": "text/plain", "content-encoding": "gzip"} | ANY
    people.admin.delete(f"/admin/products/{sku}", content=b"{", headers=headers).expect(204)
    people.shop.get(f"/products/{sku}").expect(404)


@case("BACK-037", rule="ADMIN-5", hint="Lock the row; whoever comes second does not find it.")
def test_archive_race(people: People, products: Products) -> None:
    """One of eight archives succeeds

    Archives a product eight times at the same moment with its tag. One is 204, seven are 404.
    """
    path = f"/admin/products/{products.add()}"
    tag = {"if-match": '"1"'}
    answers = together([partial(people.admin.apart().delete, path, headers=tag) for _ in range(8)])
    assert Counter(answer.status for answer in answers) == {204: 1, 404: 7}


# adjustStock


@case("BACK-038", rule="ADMIN-6", hint="UPDATE … SET stock = stock + delta … RETURNING.")
def test_stock(people: People, products: Products) -> None:
    """Stock goes up and down

    Adjusts by 5, -8, 100 and -2 with a stale If-Match, which is ignored. Each is 200 with Content-Location, the sum,
    and one version more.
    """
    sku = products.add(stock=3)
    path = f"/admin/products/{sku}/stock"
    for number, (delta, stock) in enumerate((("5", 8), ("-8", 0), ("100", 100), ("-2", 98))):
        answer = people.admin.post(path, content=f'{{"delta": {delta}}}'.encode(), headers=JSON | STALE).expect(200)
        assert (answer.json["stock"], answer.json["version"]) == (stock, number + 2)
        assert answer.headers.get("etag") == f'"{number + 2}"'
        assert answer.headers.get("content-location") == f"/products/{sku}"
    assert people.shop.get(f"/products/{sku}").expect(200).json == answer.json


@case("BACK-039", rule="ADMIN-6", hint="When no row was updated, find out why: gone, too low or too high.")
def test_stock_bounds(people: People, products: Products) -> None:
    """Stock stays between 0 and a million

    Takes 6 from 5: 409 insufficient_stock with one line, whose `requested` is 6. Adds one to a million: 409
    stock_limit. To exactly 0 and exactly a million is 200; a refusal changes nothing.
    """
    sku = products.add(stock=5)
    problem = restock(people.admin, sku, -6).problem(409, "insufficient_stock")
    assert problem["lines"] == [{"sku": sku, "requested": 6, "available": 5}]
    assert restock(people.admin, sku, -5).expect(200).json["stock"] == 0
    full = products.add(stock=999_990)
    restock(people.admin, full, 11).problem(409, "stock_limit")
    restock(people.admin, full, 100_000).problem(409, "stock_limit")
    assert restock(people.admin, full, 10).expect(200).json["stock"] == 1_000_000
    restock(people.admin, full, 1).problem(409, "stock_limit")
    assert people.shop.get(f"/products/{full}").expect(200).json["version"] == 2


@case("BACK-040", rule="PROBLEM-3", hint="delta alone, a whole number from -100000 to 100000, not 0.")
def test_stock_faults(people: People, products: Products) -> None:
    """What adjustStock does not take

    Adjusts by 0, too much, text, a fraction, null and nothing, and with a reason beside. Each is 422 with its code.
    """
    sku = products.add()
    bodies: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"delta": 0}, ("/delta", "out_of_range")),
        ({"delta": 100_001}, ("/delta", "out_of_range")),
        ({"delta": -100_001}, ("/delta", "out_of_range")),
        ({"delta": "1"}, ("/delta", "type")),
        ({"delta": 0.5}, ("/delta", "type")),
        ({"delta": True}, ("/delta", "type")),
        ({"delta": None}, ("/delta", "null_not_allowed")),
        ({}, ("/delta", "required")),
        ({"delta": 1, "reason": "found"}, ("/reason", "unknown")),
    ]
    for body, expected in bodies:
        answer = people.admin.post(f"/admin/products/{sku}/stock", body=body)
        wrong(answer, expected)
    people.admin.post(f"/admin/products/{sku}/stock", content=b'{"delta":1}').problem(415, "unsupported_media_type")
    assert products.stock(sku) == 5


@case("BACK-041", rule="ADMIN-6", hint="Add in the database; a sum made in the application loses some.")
def test_stock_race(people: People, products: Products) -> None:
    """Adjustments at once add up

    Adjusts one product sixteen times at the same moment, by 7 and by -3 in turn, from 100. All are 200 and the stock is
    132, version 17.
    """
    sku = products.add(stock=100)
    deltas = [7, -3] * 8
    answers = together([partial(restock, people.admin.apart(), sku, delta) for delta in deltas])
    assert [answer.status for answer in answers] == [200] * 16
    after = people.shop.get(f"/products/{sku}").expect(200).json
    assert (after["stock"], after["version"]) == (132, 17)


@case("BACK-042", rule="ADMIN-6", hint="Put the bound into the WHERE of the one UPDATE.")
def test_stock_never_negative(people: People, products: Products) -> None:
    """Stock never falls below zero

    Takes one of five sixteen times at the same moment. Five are 200, eleven are 409, and nothing is left.
    """
    sku = products.add(stock=5)
    answers = together([partial(restock, people.admin.apart(), sku, -1) for _ in range(16)])
    assert Counter(answer.status for answer in answers) == {200: 5, 409: 11}
    assert sorted(answer.json["stock"] for answer in answers if answer.status == 200) == [0, 1, 2, 3, 4]
    assert products.stock(sku) == 0


@case("BACK-043", rule="ADMIN-6", hint="The million is a rule of adjustStock, not of the column.")
def test_stock_over_the_limit(people: People, products: Products) -> None:
    """A cancelled order may lift the stock over the limit

    Orders three of a million, fills the stock up again and cancels the order: 200, and the stock is 1,000,003. One
    more is 409 stock_limit; taking one, and two more, is 200; the product can still be edited.
    """
    sku, customer = products.add(stock=1_000_000), people.customer()
    order = checkout(customer, fill(customer, (sku, 3))["total"]).expect(201).json
    restock(people.admin, sku, 3).expect(200)
    customer.post(f"/orders/{order['id']}/cancel").expect(200)
    assert products.stock(sku) == 1_000_003
    restock(people.admin, sku, 1).problem(409, "stock_limit")
    assert patch(people, sku, {"price": 5}).expect(200).json["stock"] == 1_000_003
    assert restock(people.admin, sku, -1).expect(200).json["stock"] == 1_000_002
    assert restock(people.admin, sku, -2).expect(200).json["stock"] == 1_000_000


@case("BACK-044", rule="QUERY-1", hint="Only lists and streams look at the query.")
def test_queries_are_ignored(people: People, products: Products) -> None:
    """The back office ignores the query

    Creates, patches, stocks and archives with parameters that a list would refuse. All work.
    """
    body = draft(products)
    people.admin.post("/admin/products?limit=0&x=1&x=2", body=body).expect(201)
    path = f"/admin/products/{body['sku']}"
    people.admin.patch(f"{path}?price=1", body={"price": 2}, headers=ANY).expect(200)
    assert people.admin.post(f"{path}/stock?delta=%00", body={"delta": 1}).expect(200).json["price"] == 2
    people.admin.delete(f"{path}?=&&", headers=ANY).expect(204)


@pytest.fixture
def lines(products: Products) -> list[str]:
    """Skus of products to be edited beside one another."""
    return [products.add(stock=1000) for _ in range(4)]


@case("BACK-045", rule="DB-3", hint="Keep to one order of locks; each operation here takes a single row.")
def test_everything_at_once(people: People, products: Products, lines: list[str]) -> None:
    """Editing and stocking beside orders

    Eight administrators stock and patch four products while four customers check them out, at the same moment. No
    answer is a 5xx, and in the end the stock is what was there, plus what was added, less what was sold.
    """
    customers = [people.customer() for _ in range(4)]
    totals = [fill(customer, *lines)["total"] for customer in customers]

    def edit(admin: User, number: int) -> int:
        for sku in lines if number % 2 else lines[::-1]:
            restock(admin, sku, 1 + number).expect(200)
            admin.patch(f"/admin/products/{sku}", body={"description": f"{number}"}, headers=ANY).expect(200)
        return 0

    def buy(customer: User, total: int) -> int:
        return checkout(customer, total).expect(201).status

    editing = [partial(edit, people.admin.apart(), number) for number in range(8)]
    together([*editing, *(partial(buy, each.apart(), total) for each, total in zip(customers, totals, strict=True))])
    assert [products.stock(sku) for sku in lines] == [1000 + sum(range(1, 9)) - 4] * 4
