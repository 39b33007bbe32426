"""Level 1: one product, and what else is true of every read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from test_level0_boot import series

from rosetta.harness.database import connect
from rosetta.kit.bodies import missing
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.private import Private
from rosetta.kit.products import Products
from rosetta.kit.race import together

LEVEL = 1
Connection = psycopg.Connection[tuple[Any, ...]]


@case("CAT-001", rule="JSON-9", hint="Every member always there, integers as integers, three digits of a second and Z.")
def test_a_product(shop: Client, products: Products) -> None:
    """A product as it is stored

    Reads a product whose every member is known. The answer has exactly the contract's members with these values;
    created_at and updated_at are UTC with three digits.
    """
    moment = datetime(2024, 2, 29, 23, 59, 59, 7000, UTC)
    attributes = {"color": "red", "size": {"depth": 3, "unit": "cm"}, "washable": True, "note": ""}
    sku = products.add(
        name="École \U0001f600 <b>&amp;",
        description="Line one\nline “two”",
        price=5000000,
        tax_rate_bp=0,
        attributes=attributes,
        stock=0,
        created_at=moment,
        updated_at=moment + timedelta(days=1),
    )
    product = shop.get(f"/products/{sku}").expect(200).json
    identity = product.pop("id")
    assert len(identity) == 36
    assert product == {
        "sku": sku,
        "name": "École \U0001f600 <b>&amp;",
        "description": "Line one\nline “two”",
        "category": products.category,
        "price": 5000000,
        "tax_rate_bp": 0,
        "attributes": attributes,
        "stock": 0,
        "active": True,
        "version": 1,
        "created_at": "2024-02-29T23:59:59.007Z",
        "updated_at": "2024-03-01T23:59:59.007Z",
    }


@case("CAT-002", rule="JSON-7", hint="Keep null, the empty string and the empty object apart, in and out.")
def test_null_and_empty(shop: Client, products: Products) -> None:
    """Null, empty string and empty object

    Reads a product without description and attributes, and one with an empty description. Null stays null, "" stays
    "", and no attributes are {} and not [] or null.
    """
    bare = shop.get(f"/products/{products.add(description=None)}").expect(200).json
    assert (bare["description"], bare["attributes"]) == (None, {})
    assert shop.get(f"/products/{products.add(description='')}").expect(200).json["description"] == ""


@case("CAT-003", rule="JSON-9", hint="Format timestamps yourself if your library drops trailing zeros.")
def test_timestamps_keep_their_zeros(shop: Client, products: Products) -> None:
    """Timestamps keep their zeros

    Reads products made at a full second and at .120. Both have three digits: .000 and .120.
    """
    for microsecond, digits in ((0, "000"), (120000, "120")):
        sku = products.add(created_at=datetime(2025, 1, 2, 3, 4, 5, microsecond, UTC))
        assert shop.get(f"/products/{sku}").expect(200).json["created_at"] == f"2025-01-02T03:04:05.{digits}Z"


MALFORMED = ["abc", "a", "-A", "A_B", "A.B", "A" * 33, "%41bc", "A%00B", "A%20B", "A+B", "%C3%89", "A%0A", "*", "A'--"]


@case(
    "CAT-004", rule="HTTP-2", hint="Check the pattern yourself, on the decoded sku, and answer as for an unknown one."
)
def test_malformed_skus(shop: Client) -> None:
    """A malformed sku is an unknown one

    Reads an unknown sku, then skus that cannot be: lower case, 33 characters, NUL, a line feed at the end. All are
    404 with the same body: never 400, 422, or 500 from the database. NUL may be the server's 400.
    """
    unknown = shop.get("/products/NO-SUCH-SKU").problem(404, "not_found")
    for sku in MALFORMED:
        missing(shop.get(f"/products/{sku}"), unknown)


@case("CAT-005", rule="HTTP-2", hint="Route on the raw path: %2F is data, not a separator.")
def test_encoded_slashes(shop: Client, products: Products) -> None:
    """An encoded slash separates nothing

    Reads a product through paths with %2F and %2E%2E. None of them finds it: 404, or 400 from the HTTP server.
    """
    sku = products.add()
    for path in (
        f"/products%2F{sku}",
        f"/products/x%2F..%2F{sku}",
        f"/x/%2E%2E/products%2f{sku}",
        f"/products/{sku}%2F",
    ):
        assert shop.get(path, checked=False).status in (400, 404), f"{path} is answered otherwise"


@case("CAT-006", rule="HTTP-2", hint="Percent-decode the path segment before you compare it.")
def test_encoded_skus(shop: Client, products: Products) -> None:
    """A percent-encoded sku is the same sku

    Reads a product with its first letter written as %43. RFC 3986 makes both the same path.
    """
    sku = products.add()
    assert sku.startswith("C")
    assert shop.get(f"/products/%43{sku[1:]}").expect(200).json["sku"] == sku


@case("CAT-007", rule="PRODUCT-1", hint="Every read of the catalog has WHERE active.")
def test_archived_products(shop: Client, products: Products) -> None:
    """Archived products are not there

    Reads an archived product and lists its category. The read is 404 with the body of an unknown sku, the list shows
    the other product alone.
    """
    kept = products.add()
    archived = products.add(active=False)
    unknown = shop.get("/products/NO-SUCH-SKU").problem(404, "not_found")
    assert shop.get(f"/products/{archived}").problem(404, "not_found") == unknown
    listed = shop.get("/products", query={"category": products.category}).expect(200).json["items"]
    assert [item["sku"] for item in listed] == [kept]


@case("CAT-008", rule="HTTP-8", hint="Set ETag to the version in double quotes; switch the framework's own ETag off.")
def test_etag_is_the_version(shop: Client, products: Products) -> None:
    """The ETag is the version

    Reads a product, sells one, reads it again. ETag is "1", then "2": quoted, strong, from the database's version.
    """
    sku = products.add(stock=9)
    assert shop.get(f"/products/{sku}").expect(200).headers["etag"] == '"1"'
    products.change(sku, stock=8)
    answer = shop.get(f"/products/{sku}").expect(200)
    assert answer.headers["etag"] == '"2"'
    assert (answer.json["version"], answer.json["stock"]) == (2, 8)


MATCHING = ['"1"', 'W/"1"', '"x", "1"', '"x","1"', 'W/"x", W/"1" , "y"', "*"]
NOT_MATCHING = ['"2"', '"11"', '"x"', '"x", "y"', 'W/"2"', '""', '"1 "']
UNPARSABLE = ["1", "'1'", 'w/"1"', '"1', '1"', "**", '"1" "2"', "W/1", "W/*", ";"]


@case("CAT-010", rule="HTTP-9", hint="Parse the list of tags; compare the text in quotes, with or without W/.")
def test_if_none_match(shop: Client, products: Products) -> None:
    """If-None-Match that matches is 304

    Reads with the tag alone, weak, in lists, and with *. Each is 304 with ETag and Cache-Control and without a body:
    who compares the header as one string fails with lists.
    """
    sku = products.add()
    for value in MATCHING:
        answer = shop.get(f"/products/{sku}", headers={"if-none-match": value})
        assert answer.status == 304, f"If-None-Match: {value} is {answer.status}"
        assert answer.headers.get("etag") == '"1"', f"the 304 has the ETag {answer.headers.get('etag')}"
        assert answer.headers.get("cache-control") == "no-cache"
        assert answer.body == b""


@case("CAT-011", rule="HTTP-9", hint="Compare whole tags, not substrings.")
def test_if_none_match_that_does_not(shop: Client, products: Products) -> None:
    """If-None-Match with other tags is 200

    Reads with tags that are not the product's, some of which contain its. Each is 200 with the product.
    """
    sku = products.add()
    for value in NOT_MATCHING:
        answer = shop.get(f"/products/{sku}", headers={"if-none-match": value})
        assert answer.status == 200, f"If-None-Match: {value} is {answer.status}"


@case("CAT-012", rule="HTTP-9", hint="Ignore what the grammar of RFC 9110 does not allow.")
def test_if_none_match_unparsable(shop: Client, products: Products) -> None:
    """If-None-Match that cannot be parsed is ignored

    Reads with unquoted and half-quoted tags. Each is 200: a precondition that nobody can read is no precondition.
    """
    sku = products.add()
    for value in UNPARSABLE:
        answer = shop.get(f"/products/{sku}", headers={"if-none-match": value})
        assert answer.status == 200, f"If-None-Match: {value} is {answer.status}"


@case("CAT-013", rule="HTTP-9", hint="A list may come in several header lines; join them with commas.")
def test_if_none_match_repeated(shop: Client, products: Products) -> None:
    """If-None-Match in two header lines

    Sends two If-None-Match lines, the second with the product's tag. HTTP joins them into one list, so it is 304; or
    the server refuses them.
    """
    sku = products.add()
    headers = [("if-none-match", '"x"'), ("if-none-match", '"1"')]
    status = shop.get(f"/products/{sku}", headers=headers, checked=False).status
    assert status in (304, 400), f"two lines of If-None-Match are answered with {status}"


@case("CAT-014", rule="HTTP-9", hint="Leave all other conditionals and Range alone.")
def test_other_conditionals(shop: Client, products: Products) -> None:
    """Other conditional headers are ignored

    Reads with If-Match, If-Modified-Since, If-Unmodified-Since, Range and If-Range. Each is 200 with the whole
    product.
    """
    sku = products.add()
    date = "Wed, 21 Oct 2065 07:28:00 GMT"
    for name, value in {
        "if-match": '"99"',
        "if-modified-since": date,
        "if-unmodified-since": "Wed, 21 Oct 2015 07:28:00 GMT",
        "range": "bytes=0-3",
        "if-range": '"1"',
    }.items():
        answer = shop.get(f"/products/{sku}", headers={name: value})
        assert answer.status == 200, f"{name} makes it {answer.status}"
        assert answer.json["sku"] == sku


@case("CAT-015", rule="HTTP-4", hint="Answer HEAD as GET, with all its headers, and leave the body out.")
def test_head_of_a_product(shop: Client, products: Products) -> None:
    """HEAD of a product

    Sends GET and HEAD for a product, an unknown one and the list. Status, ETag, Cache-Control and Content-Type are
    equal.
    """
    for path in (f"/products/{products.add()}", "/products/NO-SUCH-SKU", f"/products?category={products.category}"):
        got, head = shop.get(path), shop.head(path)
        assert head.status == got.status
        assert head.content_type == got.content_type
        own = {"cache-control"} if shop.varied and got.status == 404 else set()  # each member's of errors
        for name in {"etag", "cache-control", "link"} - own:
            assert head.headers.get(name) == got.headers.get(name), f"{name} of HEAD {path} differs"
        assert head.body == b""


@case("CAT-016", rule="HTTP-9", hint="Evaluate If-None-Match before you branch on the method.")
def test_if_none_match_on_head(shop: Client, products: Products) -> None:
    """If-None-Match on HEAD

    Sends HEAD with the product's tag: 304, as for GET.
    """
    sku = products.add()
    answer = shop.head(f"/products/{sku}", headers={"if-none-match": '"1"'}).expect(304)
    assert answer.headers.get("etag") == '"1"'


@case("CAT-017", rule="HTTP-3", hint="Allow belongs to the path: register all its methods in one place.")
def test_methods_of_the_catalog(shop: Client, products: Products) -> None:
    """Other methods on products are 405

    Sends POST, PUT, PATCH and DELETE to /products and /products/{sku}, also for a sku that does not exist: the method
    is judged before the resource. Each is 405 with Allow.
    """
    for path in ("/products", f"/products/{products.add()}", "/products/NO-SUCH-SKU"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = shop.request(method, path, body={})
            answer.problem(405, "method_not_allowed")
            allowed = {name.strip() for name in answer.headers.get("allow", "").split(",")}
            assert {"GET", "HEAD"} <= allowed, f"Allow of {path} is {answer.headers.get('allow')!r}"


@case("CAT-018", rule="AUTH-8", hint="Look at Authorization only where the operation needs it.")
def test_authorization_is_ignored(shop: Client, products: Products) -> None:
    """Public operations ignore Authorization

    Reads a product and the list with a token that is none. Both are 200: an expired token must not close the shop.
    """
    for path in (f"/products/{products.add()}", "/products?limit=1"):
        for value in ("Bearer nonsense", "Basic eDp5", "Bearer", ""):
            shop.get(path, headers={"authorization": value}).expect(200)


@case("CAT-019", rule="HTTP-5", hint="Always answer JSON; do not negotiate.")
def test_accept_is_ignored(shop: Client, products: Products) -> None:
    """Accept is ignored

    Reads with Accept headers that exclude JSON. The answer is 200 application/json, never 406, HTML or XML.
    """
    sku = products.add()
    for value in ("text/html", "application/xml", "image/png", "application/json;q=0", "nonsense"):
        answer = shop.get(f"/products/{sku}", headers={"accept": value}).expect(200)
        assert answer.headers["content-type"].partition(";")[0] == "application/json"


@case("CAT-020", rule="QUERY-1", hint="Only the three lists look at the query.")
def test_a_product_ignores_the_query(shop: Client, products: Products) -> None:
    """getProduct ignores the query

    Reads a product with parameters that a list would refuse. It is 200.
    """
    sku = products.add()
    for query in ("?x=1", "?limit=0&limit=0", "?q=%00", "?&&="):
        shop.get(f"/products/{sku}{query}").expect(200)


@case("CAT-021", rule="HTTP-5", hint="Never compress in the service; a proxy in front may.")
def test_body_of_a_get_is_ignored(shop: Client, products: Products) -> None:
    """A GET's body and its type are ignored

    Reads a product with a body, with Content-Type and Content-Encoding that no operation takes. It is 200, and the
    next request on the same connection works.
    """
    sku = products.add()
    headers = {"content-type": "text/plain", "content-encoding": "gzip"}
    shop.get(f"/products/{sku}", content=b"not gzip", headers=headers).expect(200)
    shop.get(f"/products/{sku}").expect(200)


@case("CAT-022", rule="OPS-4", hint="Label with the route's template.")
def test_metrics_of_products(shop: Client) -> None:
    """Products are counted under their template

    Reads twenty unknown skus and tries to delete twenty, so that each member of a fleet has its share, then asks
    /metrics: series with the route /products/{sku} and the statuses 404 and 405, and none with a sku.
    """
    for method, status in (("GET", 404), ("DELETE", 405)):
        for number in range(20):
            shop.request(method, f"/products/NO-SUCH-{number}").expect(status)
    labels = [labels for _, labels, _ in series(shop, "http_requests")]
    told = {(each["method"], each["route"], each["status"]) for each in labels}
    assert {("GET", "/products/{sku}", "404"), ("DELETE", "/products/{sku}", "405")} <= told
    assert not [route for _, route, _ in told if "NO-SUCH" in route]


@case("CAT-023", rule="DB-6", hint="Map the driver's connection errors to 503 with Retry-After: 1.")
def test_without_the_database(private: Callable[..., Private]) -> None:
    """Without its database the catalog is 503

    Cuts the database from a ready service: list and product are 503 problems with Retry-After: 1, not 500 and not a
    page that hangs. When it is back, both are answered again.
    """
    shop = private(linked=True)
    shop.start().await_ready()
    shop.shop.get("/products").expect(200)
    shop.link.cut()
    for path in ("/products", "/products/NO-SUCH-SKU"):
        answer = shop.shop.get(path)
        answer.problem(503, "service_unavailable")
        assert answer.headers.get("retry-after") == "1", f"Retry-After is {answer.headers.get('retry-after')}"
    shop.link.restore()
    shop.instance.await_ready(10)  # type: ignore[union-attr]
    shop.shop.get("/products").expect(200)


@case("CAT-024", rule="DB-2", hint="Let the role's lock_timeout end the statement; map 55P03 to 503.")
def test_a_locked_table(private: Callable[..., Private]) -> None:
    """A lock that does not come is 503

    Sets the role's lock_timeout to half a second for this database, locks the table of products and reads one. The
    answer is a 503 problem, and comes soon: a service that sets a timeout of its own, or none, hangs with the lock.
    """
    shop = private()
    with connect(shop.database_url) as connection:
        connection.execute(
            "DO $$ BEGIN EXECUTE format("
            "'ALTER ROLE CURRENT_USER IN DATABASE %I SET lock_timeout = 500', current_database()); END $$"
        )
    shop.start().await_ready()
    with connect(shop.database_url) as connection, connection.transaction():
        connection.execute("SET LOCAL lock_timeout = 0")
        connection.execute("LOCK TABLE products IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        shop.shop.get("/products/NO-SUCH-SKU").problem(503, "service_unavailable")
        assert time.monotonic() - began < 5, "the role's lock_timeout of half a second did not end the statement"
    shop.shop.get("/products/NO-SUCH-SKU").expect(404)


@case("CAT-025", rule="OPS-5", hint="Stop accepting first, then wait for the requests that run, then close the pool.")
def test_sigterm_lets_requests_finish(private: Callable[..., Private]) -> None:
    """SIGTERM lets requests finish

    Locks the table of products, lists it, sends SIGTERM while the request waits, and unlocks. The request is answered
    with 200, and the service ends with status 0 within 10 seconds.
    """
    shop = private()
    instance = shop.start()
    instance.await_ready()
    status: list[int | str] = []

    def ask() -> None:
        try:
            status.append(shop.shop.get("/products").status)
        except (httpx.TransportError, AssertionError) as error:
            status.append(str(error))

    with connect(shop.database_url) as connection:
        with connection.transaction():
            connection.execute("LOCK TABLE products IN ACCESS EXCLUSIVE MODE")
            asking = threading.Thread(target=ask)
            asking.start()
            waits_for_a_lock(shop.database_url)
            instance.process.terminate()
            refuses_new_connections(instance.url)
        asking.join()
    assert status == [200], f"the request that ran was answered {status[0]}"
    assert instance.ended(10) == 0, "the service did not end with status 0 within 10 s of SIGTERM"


def waits_for_a_lock(url: str) -> None:
    """Return once a statement in the database at `url` waits for a lock."""
    with connect(url) as observer:
        for _ in range(500):
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            row = observer.execute(query).fetchone()
            if row is not None and row[0]:
                return
            observer.execute("SELECT pg_sleep(0.01)")
    pytest.fail("the request never came to the database")


def refuses_new_connections(url: str) -> None:
    """Return once the service has begun to stop, or after a second: some stop accepting only at the end."""
    for _ in range(50):
        try:
            httpx.get(f"{url}/healthz", timeout=0.2)
        except httpx.TransportError:
            return


@case("CAT-026", rule="HTTP-12", hint="Serve each request on its own; a slow one must not hold up the others.")
def test_slow_clients(shop: Client, products: Products) -> None:
    """Many at once

    Reads one product over 40 connections at the same time, more than the pool holds. All are 200: a full pool makes
    requests wait, not fail.
    """
    sku = products.add()
    answers = together([partial(shop.apart().get, f"/products/{sku}") for _ in range(40)])
    assert [answer.status for answer in answers] == [200] * 40
