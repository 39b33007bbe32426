"""Level 1: lists of products, their filters, orders and pages. Most read contract/seed.sql."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from rosetta.harness.contract import TYPE
from rosetta.kit import cursor
from rosetta.kit.bodies import wrong_query
from rosetta.kit.case import case
from rosetta.kit.client import Client
from rosetta.kit.products import Products

LEVEL = 1


def listed(shop: Client, **query: str | int) -> list[dict[str, Any]]:
    """The items of the first page."""
    items: list[dict[str, Any]] = shop.get("/products", query=query).expect(200).json["items"]
    return items


def skus(shop: Client, **query: str | int) -> list[str]:
    """The skus of the first page, without the prefix of the seed."""
    return [item["sku"].removeprefix("SEED-") for item in listed(shop, **query)]


def pages(shop: Client, **query: str | int) -> list[list[dict[str, Any]]]:
    """All pages, by next_cursor; a list that does not end is cut at 100 pages."""
    found = []
    for _ in range(100):
        page = shop.get("/products", query=query).expect(200).json
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]
    raise AssertionError("the list has no end: next_cursor is never null")


def following(page: Any) -> str:
    """The cursor of a page that another one follows."""
    assert page["next_cursor"], "next_cursor is null, though another page follows"
    return str(page["next_cursor"])


def refused(shop: Client, target: str, *errors: tuple[str, str]) -> None:
    """Assert that the query is 400 invalid_query for these errors."""
    wrong_query(shop.get(target), *errors)


@case("LIST-001", rule="JSON-9", hint="items is a list, next_cursor null when there is no further page.")
def test_a_list(catalog: Client) -> None:
    """A list

    Lists the desk category. The products are whole, in order of time, the archived one left out; next_cursor is null
    and there is no Link.
    """
    answer = catalog.get("/products?category=seed-desk").expect(200)
    assert set(answer.json) == {"items", "next_cursor"}
    assert [item["sku"] for item in answer.json["items"]] == ["SEED-CRAYONS", "SEED-LAMP"]
    assert answer.json["items"][1]["attributes"]["size"] == {"height_mm": 420, "base": {"width_mm": 150}}
    assert answer.json["next_cursor"] is None
    assert "link" not in answer.headers


@case("LIST-002", rule="JSON-9", hint="A list without rows is [], not null.")
def test_an_empty_list(shop: Client) -> None:
    """An empty list

    Lists a category that nobody has: 200, items [] and next_cursor null.
    """
    page = shop.get("/products?category=nobody-has-this").expect(200).json
    assert page == {"items": [], "next_cursor": None}


@case("LIST-003", rule="QUERY-2", hint="limit has the default 20; apply it when the parameter is absent.")
def test_default_limit(shop: Client, products: Products) -> None:
    """limit is 20 when absent

    Lists a category of 21 products without limit, then with 100. The first gives 20 and a cursor, the second all.
    """
    for _ in range(21):
        products.add()
    page = shop.get("/products", query={"category": products.category}).expect(200).json
    assert len(page["items"]) == 20
    following(page)
    assert len(listed(shop, category=products.category, limit=100)) == 21


@case("LIST-044", rule="QUERY-2", hint="Match the text against \\A(0|[1-9][0-9]{0,9})\\z before you parse it.")
def test_spellings_of_integers(catalog: Client) -> None:
    """Integers mean what they say

    Sends limit, price_min and price_max as other languages' parsers take them: with signs, spaces, zeros in front,
    underscores, exponents, other digits. Each is 400, or means what it plainly says: never something else, and never a
    part of it. What is no number is 400.
    """
    kitchen = "/products?category=seed-kitchen&sort=price"
    for name in ("limit", "price_min", "price_max"):
        for text, value in PLAIN.items():
            answer = catalog.get(f"{kitchen}&{name}={quote(text)}")
            if answer.expect(200, 400).status == 200:
                plain = catalog.get(f"{kitchen}&{name}={value}").expect(200)
                assert answer.json["items"] == plain.json["items"], f"{name}={text!r} is not {value}"
            else:
                wrong_query(answer, (name, "format"))
        for text in ("5abc", "abc", "5.5", "1,000", "--5", "5;", "0x", "1e", "NaN", "null", "true", "-1"):
            refused(catalog, f"/products?{name}={quote(text)}", (name, "format"))
    refused(catalog, "/products?limit=" + "9" * 400, ("limit", "out_of_range"))


# Other spellings, and the integer that they are if they are one.
PLAIN = {"05": 5, "+5": 5, " 5": 5, "5 ": 5, "1_0": 10, "5.0": 5, "5.": 5, "0x5": 5, "1e1": 10, "\u0665": 5, "5\n": 5}


@case("LIST-005", rule="QUERY-1", hint="limit is 1 to 100; 0 and 101 have the form of an integer and are out of range.")
def test_limit_out_of_range(shop: Client) -> None:
    """limit is bounded

    Sends limits of 0, 101 and 4294967297: 400; 1 and 100 are fine. An unbounded limit reads the whole
    table.
    """
    for text in ("0", "101", "4294967297", "9999999999"):
        refused(shop, f"/products?limit={text}", ("limit", "out_of_range"))
    assert len(listed(shop, limit=1)) <= 1
    listed(shop, limit=100)


@case("LIST-006", rule="QUERY-1", hint="Refuse names that the operation does not have; frameworks ignore them.")
def test_unknown_parameters(shop: Client) -> None:
    """Unknown parameters are refused

    Sends parameters that listProducts does not have, known ones in another case or with brackets among them. Each is
    400: a misspelt filter that is ignored shows products that nobody asked for.
    """
    for name in ("page", "offset", "Limit", "LIMIT", "limit[]", "limit[a]", "status", "q.", "__proto__", "é"):
        refused(shop, f"/products?{quote(name)}=1", (name, "unknown"))
    refused(shop, "/products?=1", ("", "unknown"))


@case("LIST-007", rule="QUERY-1", hint="Read the query as a list of pairs, not as a map.")
def test_repeated_parameters(shop: Client) -> None:
    """Repeated parameters are refused

    Sends each parameter twice, also with equal values. Each is 400: some frameworks take the first,
    some the last, some both.
    """
    values = {
        "q": "a",
        "category": "c",
        "price_min": "1",
        "price_max": "2",
        "in_stock": "true",
        "sort": "name",
        "limit": "1",
    }
    for name, value in values.items():
        refused(shop, f"/products?{name}={value}&{name}={value}", (name, "duplicate"))


@case("LIST-008", rule="QUERY-1", hint="An empty value is no value: too_short, but q= means absent.")
def test_empty_values(shop: Client) -> None:
    """Empty values are refused

    Sends each parameter with nothing after =, and without =. Each is 400; `q=` alone is taken as
    absent.
    """
    for name in ("category", "price_min", "price_max", "in_stock", "sort", "limit", "cursor"):
        refused(shop, f"/products?{name}=", (name, "too_short"))
        refused(shop, f"/products?{name}", (name, "too_short"))
    refused(shop, "/products?q", ("q", "too_short"))
    assert skus(shop, q="", category="seed-desk") == skus(shop, category="seed-desk")


@case("LIST-047", rule="QUERY-1", hint="Name a parameter that is wrong, and none that is right.")
def test_several_errors(shop: Client) -> None:
    """Several wrong parameters

    Sends six wrong parameters and two right ones. The problem lists one or more of the six, each once.
    """
    target = "/products?limit=0&price_min=-1&in_stock=x&x=1&sort=&category=a&category=b&q=a&price_max=5"
    refused(
        shop,
        target,
        ("limit", "out_of_range"),
        ("price_min", "format"),
        ("in_stock", "format"),
        ("x", "unknown"),
        ("sort", "too_short"),
        ("category", "duplicate"),
    )


@case("LIST-010", rule="QUERY-1", hint="Split at &, skip what is empty.")
def test_empty_pairs(catalog: Client) -> None:
    """Empty pairs are skipped

    Sends & at the beginning, at the end and doubled: 200, as without them.
    """
    answer = catalog.get("/products?&&category=seed-desk&&limit=1&").expect(200)
    assert [item["sku"] for item in answer.json["items"]] == ["SEED-CRAYONS"]
    catalog.get("/products?").expect(200)


@case("LIST-045", rule="QUERY-2", hint="Only the words true and false are booleans.")
def test_spellings_of_booleans(catalog: Client) -> None:
    """Booleans mean what they say

    Sends in_stock as 1, yes, on, TRUE, t and others that parsers take. Each is 400, or means what it plainly says. What
    is no boolean is 400.
    """
    kitchen = "/products?category=seed-kitchen&sort=price"
    for value, texts in (("true", "1 yes on TRUE True t y"), ("false", "0 no off FALSE False f n")):
        plain = catalog.get(f"{kitchen}&in_stock={value}").expect(200).json["items"]
        for text in [*texts.split(), f" {value}", f"{value} "]:
            answer = catalog.get(f"{kitchen}&in_stock={quote(text)}")
            if answer.expect(200, 400).status == 200:
                assert answer.json["items"] == plain, f"in_stock={text!r} is not {value}"
            else:
                wrong_query(answer, ("in_stock", "format"))
    for text in ("null", "2", "-1", "maybe", "truefalse", "[]"):
        refused(catalog, f"/products?in_stock={quote(text)}", ("in_stock", "format"))


@case("LIST-012", rule="QUERY-5", hint="Compare with the four words; never put the text into ORDER BY.")
def test_malformed_sorts(shop: Client) -> None:
    """Sorts are four words

    Sends other sorts, SQL among them. Each is 400.
    """
    for text in (
        "oldest",
        "PRICE",
        "Newest",
        "+price",
        "-name",
        "-newest",
        "price,name",
        "price desc",
        "id",
        "1",
        "name;--",
        "stock",
    ):
        refused(shop, f"/products?sort={quote(text)}", ("sort", "format"))


@case("LIST-013", rule="QUERY-1", hint="category has the pattern of a product's category.")
def test_malformed_categories(shop: Client) -> None:
    """Categories have their form

    Sends categories with upper case, spaces, 41 characters, accents, a line feed at the end. Each is 400 with
    `format`.
    """
    for text in ("Seed-desk", "a b", "a" * 41, "é", "a_b", "seed-desk\n", "*", "'"):
        refused(shop, f"/products?category={quote(text)}", ("category", "format"))


@case("LIST-014", rule="QUERY-3", hint="Decode to UTF-8 strictly; look for U+0000 before the database does.")
def test_undecodable_values(shop: Client) -> None:
    """Values are UTF-8 without NUL

    Sends q and category with %00, %FF, an overlong slash and a surrogate. Each is 400 with `format`, not 500 from the
    database.
    """
    for name in ("q", "category"):
        for text in ("%00", "a%00b", "%FF", "%C0%AF", "%ED%A0%80", "%E2%82"):
            refused(shop, f"/products?{name}={text}", (name, "format"))


@case("LIST-015", rule="QUERY-1", hint="q is 1 to 64 code points.")
def test_length_of_q(shop: Client) -> None:
    """q has 64 characters at most

    Sends q of 64 and of 65 emoji. The first is 200, the second 400 with `too_long`: characters are code points, not
    bytes or UTF-16 units.
    """
    shop.get(f"/products?q={quote(chr(0x1F600) * 64)}").expect(200)
    refused(shop, f"/products?q={quote(chr(0x1F600) * 65)}", ("q", "too_long"))
    refused(shop, f"/products?q={'a' * 65}", ("q", "too_long"))


@case("LIST-016", rule="QUERY-4", hint="name ILIKE '%' || escaped || '%' ESCAPE '\\' OR sku ILIKE …")
def test_search(catalog: Client) -> None:
    """q finds parts of names and skus

    Searches the seed for parts of names in another case and for a part of a sku.
    """
    assert skus(catalog, q="TEA TOWEL") == ["TOWEL-MIXED", "TOWEL-PURE"]
    assert skus(catalog, q="ashed-nothing") == []
    assert skus(catalog, q="seed-towel") == ["TOWEL-MIXED", "TOWEL-PURE"]
    assert skus(catalog, q="☕") == ["MUG"]


@case("LIST-017", rule="QUERY-4", hint="Search in the database, whose LC_CTYPE folds more than ASCII.")
def test_search_beyond_ascii(catalog: Client) -> None:
    """q ignores case beyond ASCII

    Searches the names category for É and é: both find École and é. Nothing is normalised, so the E with a combining
    accent is not found.
    """
    for text in ("É", "é"):
        assert sorted(skus(catalog, q=text, category="seed-names")) == ["STAMP-E-ACUTE", "STAMP-SCHOOL"]
    assert skus(catalog, q="E\u0301", category="seed-names") == ["STAMP-SCHOOL-TWO"]


@case("LIST-018", rule="QUERY-4", hint="Escape \\, % and _ before you build the pattern.")
def test_search_metacharacters(catalog: Client) -> None:
    """q is text, not a pattern

    Searches for names with %, _ and \\. Each finds the one that holds it, and not its neighbour.
    """
    assert skus(catalog, q="100%", category="seed-like") == ["TOWEL-PURE"]
    assert skus(catalog, q="HB_2", category="seed-like") == ["PENCIL-SCORED"]
    assert skus(catalog, q="A\\B", category="seed-like") == ["LABELS-EITHER"]
    for text in ("%", "_", "\\", "%%", "'", "' OR '1'='1", ".*", "["):
        assert all(text in item["name"] or text in item["sku"] for item in listed(catalog, q=text))


@case("LIST-019", rule="QUERY-3", hint="Form decoding: + is a space, %2B is a plus.")
def test_plus_and_space(shop: Client, products: Products) -> None:
    """A plus is a space

    Searches for `a+b` and `a%20b`, which both mean `a b`, and for `a%2Bb`, which means `a+b`.
    """
    spaced, plussed = products.add(name="a b"), products.add(name="a+b")
    found = {
        text: [item["sku"] for item in shop.get(f"/products?category={products.category}&q={text}").json["items"]]
        for text in ("a+b", "a%20b", "a%2Bb")
    }
    assert found == {"a+b": [spaced], "a%20b": [spaced], "a%2Bb": [plussed]}


@case("LIST-020", rule="QUERY-4", hint="category = $1, and AND between the filters.")
def test_category(catalog: Client) -> None:
    """category is equal

    Lists seed-page: fifteen products. A part of a category finds nothing.
    """
    items = listed(catalog, category="seed-page")
    assert len(items) == 15
    assert {item["category"] for item in items} == {"seed-page"}
    assert listed(catalog, category="seed-pag") == []


@case("LIST-021", rule="QUERY-4", hint="price BETWEEN $1 AND $2, each only if given.")
def test_price_bounds(catalog: Client) -> None:
    """Price bounds are inclusive

    Lists the kitchen between prices. Both bounds belong to the range; a minimum above the maximum gives an empty
    list; 9999999999 is no overflow.
    """
    kitchen = {"category": "seed-kitchen", "sort": "price"}
    assert skus(catalog, **kitchen, price_min=500) == ["MUG", "WHISK", "ESPRESSO"]
    assert sorted(skus(catalog, **kitchen, price_max=499)) == ["PEELER", "SPOON", "STRAW"]
    assert sorted(skus(catalog, **kitchen, price_min=499, price_max=499)) == ["PEELER", "SPOON"]
    assert skus(catalog, **kitchen, price_min=500, price_max=499) == []
    assert skus(catalog, **kitchen, price_max=0) == []
    assert skus(catalog, **kitchen, price_min=9999999999) == []
    assert len(skus(catalog, **kitchen, price_min=0, price_max=9999999999)) == 6


@case("LIST-022", rule="QUERY-4", hint="true is stock > 0, false is stock = 0, absent is both.")
def test_in_stock(catalog: Client) -> None:
    """in_stock

    Lists the kitchen with true, false, and without. false is not the same as absent.
    """
    kitchen = {"category": "seed-kitchen", "sort": "price"}
    assert skus(catalog, **kitchen, in_stock="true") == ["STRAW", "SPOON", "MUG", "ESPRESSO"]
    assert skus(catalog, **kitchen, in_stock="false") == ["PEELER", "WHISK"]
    assert len(skus(catalog, **kitchen)) == 6


@case("LIST-023", rule="QUERY-4", hint="All filters hold together.")
def test_filters_together(catalog: Client) -> None:
    """Filters add up

    Lists with q, category, both prices and in_stock at once: the one product that fits all. Changing any of them
    loses it.
    """
    fits: dict[str, str | int] = {
        "q": "cotton",
        "category": "seed-like",
        "price_min": 1000,
        "price_max": 2000,
        "in_stock": "true",
    }
    assert skus(catalog, **fits) == ["TOWEL-PURE"]
    changed: list[tuple[str, str | int]] = [
        ("q", "linen"),
        ("category", "seed-desk"),
        ("price_min", 1451),
        ("price_max", 1449),
        ("in_stock", "false"),
    ]
    for name, value in changed:
        assert skus(catalog, **{**fits, name: value}) == [], f"{name} has no effect"


@case("LIST-024", rule="QUERY-5", hint="ORDER BY created_at DESC, id DESC")
def test_newest_first(catalog: Client) -> None:
    """newest is the default

    Lists the names category, of which some are a millisecond apart and some equal. Later ones come first, equal ones
    by id, falling.
    """
    items = listed(catalog, category="seed-names")
    assert items == listed(catalog, category="seed-names", sort="newest")
    keys = [(item["created_at"], item["id"]) for item in items]
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) == 9


@case("LIST-025", rule="QUERY-5", hint="ORDER BY price, id and ORDER BY price DESC, id DESC")
def test_by_price(catalog: Client) -> None:
    """By price, both ways

    Lists the kitchen by price and -price. Equal prices are in order of id, falling with -price, so one list is the
    other backwards.
    """
    rising = [(item["price"], item["id"]) for item in listed(catalog, category="seed-kitchen", sort="price")]
    assert [price for price, _ in rising] == [1, 499, 499, 500, 500, 5000000]
    assert rising == sorted(rising)
    falling = [(item["price"], item["id"]) for item in listed(catalog, category="seed-kitchen", sort="-price")]
    assert falling == rising[::-1]


@case("LIST-026", rule="QUERY-5", hint='ORDER BY name COLLATE "C", id')
def test_by_name(catalog: Client) -> None:
    """By name, byte by byte

    Lists the names category by name: -1, 10, 9, B, E with a combining accent, Z, a, École, é. No locale, no case
    folding, no numbers.
    """
    names = [item["name"] for item in listed(catalog, category="seed-names", sort="name")]
    assert names == ["-1", "10", "9", "B", "E\u0301cole", "Z", "a", "École", "é"]


@case("LIST-027", rule="QUERY-6", hint="WHERE (price, id) > ($1, $2) with the tie-breaker; read limit + 1 rows.")
def test_pages_of_equal_keys(catalog: Client) -> None:
    """Pages of equal keys

    Pages through fifteen products of one price and one moment, in steps of 1, 4, 7, 14 and 15, in every order. Each
    product comes once, in the order of the whole list, and the last page is not empty.
    """
    for sort in ("newest", "price", "-price", "name"):
        whole = listed(catalog, category="seed-page", sort=sort, limit=100)
        assert len(whole) == 15
        for limit in (1, 4, 7, 14, 15):
            found = pages(catalog, category="seed-page", sort=sort, limit=limit)
            assert [item for page in found for item in page] == whole, f"sort={sort} limit={limit} loses or repeats"
            assert len(found) == -(-15 // limit), f"sort={sort} limit={limit} gives {len(found)} pages"


@case("LIST-028", rule="QUERY-6", hint="The key of a cursor is the whole value, to the millisecond and to the byte.")
def test_pages_of_different_keys(catalog: Client) -> None:
    """Pages of different keys

    Pages one by one through names with accents and through moments a millisecond apart. Nothing is lost where a key
    is cut or rounded.
    """
    for category in ("seed-names", "seed-kitchen", "seed-like"):
        for sort in ("newest", "price", "-price", "name"):
            whole = listed(catalog, category=category, sort=sort)
            found = pages(catalog, category=category, sort=sort, limit=1)
            assert [item for page in found for item in page] == whole, f"{category} by {sort} loses or repeats"


@case("LIST-029", rule="QUERY-6", hint="Go on after the position in the cursor, never at a number of rows.")
def test_pages_while_rows_come(shop: Client, products: Products) -> None:
    """Pages while rows come and go

    Reads a page, inserts two products before it, reads on, archives four that were read, reads on again.
    Nothing repeats and nothing old is missed, as happens with OFFSET.
    """
    made = [products.add(price=100 * number) for number in range(1, 10)]
    query: dict[str, str | int] = {"category": products.category, "sort": "price", "limit": 3}
    first = shop.get("/products", query=query).expect(200).json
    for _ in range(2):
        products.add(price=1)
    second = shop.get("/products", query={**query, "cursor": following(first)}).expect(200).json
    for sku in made[:4]:
        products.archive(sku)
    third = shop.get("/products", query={**query, "cursor": following(second)}).expect(200).json
    pages = [[item["sku"] for item in page["items"]] for page in (first, second, third)]
    assert pages == [made[:3], made[3:6], made[6:]]
    assert third["next_cursor"] is None


@case("LIST-030", rule="QUERY-6", hint="The position need not be a row that is still there.")
def test_page_after_an_archived_row(shop: Client, products: Products) -> None:
    """The row of a cursor may go

    Archives the product at which a page ended, and reads on: the next page is as before.
    """
    made = [products.add(price=100 * number) for number in range(1, 5)]
    query: dict[str, str | int] = {"category": products.category, "sort": "price", "limit": 2}
    first = shop.get("/products", query=query).expect(200).json
    products.archive(made[1])
    second = shop.get("/products", query={**query, "cursor": following(first)}).expect(200).json
    assert [item["sku"] for item in second["items"]] == made[2:]


@case("LIST-031", rule="QUERY-7", hint="limit is no part of the cursor.")
def test_limit_may_change(catalog: Client) -> None:
    """limit may change from page to page

    Reads 2, then 13: together they are the whole list.
    """
    query: dict[str, str | int] = {"category": "seed-page", "limit": 2}
    first = catalog.get("/products", query=query).expect(200).json
    second = catalog.get("/products", query={**query, "limit": 13, "cursor": following(first)}).expect(200).json
    assert first["items"] + second["items"] == listed(catalog, category="seed-page")
    assert second["next_cursor"] is None


def first_cursor(shop: Client, **query: str | int) -> str:
    """A genuine cursor of the seed-page category."""
    return following(shop.get("/products", query={"category": "seed-page", "limit": 2, **query}).expect(200).json)


@case("LIST-032", rule="QUERY-7", hint="Sign sort and filters with the position, and compare them.")
def test_cursor_of_another_list(catalog: Client) -> None:
    """A cursor belongs to its list

    Uses a cursor with another sort, with another filter, and without the filter: 400 invalid_cursor each.
    """
    token = first_cursor(catalog)
    for query in (
        "category=seed-page&sort=price",
        "category=seed-page&in_stock=true",
        "category=seed-desk",
        "",
        "category=seed-page&price_min=1",
    ):
        catalog.get(f"/products?{query}&cursor={token}").problem(400, "invalid_cursor")
    catalog.get(f"/products?category=seed-page&cursor={token}").expect(200)


@case("LIST-033", rule="QUERY-7", hint="Verify the MAC over the decoded bytes before you read any of them.")
def test_forged_cursors(catalog: Client) -> None:
    """A cursor cannot be forged

    Changes one character of each part of a cursor, swaps parts, signs with another secret, and leaves the signature
    out: 400 invalid_cursor each. An unsigned cursor lets clients read from anywhere, and put anything into the query.
    """
    token = first_cursor(catalog)
    body, mac = token.split(".")
    forged = [
        ("X" if body[0] != "X" else "Y") + body[1:] + "." + mac,
        body + "." + ("X" if mac[0] != "X" else "Y") + mac[1:],
        mac + "." + body,
        body,
        body + ".",
        "." + mac,
        cursor.seal(
            cursor.payload("newest", cursor.filter_hash(category="seed-page"), "0", "0" * 36), "another-secret"
        ),
    ]
    for each in forged:
        catalog.get(f"/products?category=seed-page&cursor={each}").problem(400, "invalid_cursor")


@case("LIST-046", rule="QUERY-7", hint="What the signature is over are the decoded bytes.")
def test_other_spellings_of_a_cursor(catalog: Client) -> None:
    """Other spellings of a cursor

    Adds padding, spaces, line feeds and set unused bits to a genuine cursor: 400 invalid_cursor, or the page of that
    cursor, since decoders differ. Anything more is 400.
    """
    token = first_cursor(catalog)
    body, mac = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    loose = mac[:-1] + last[last.index(mac[-1]) + 1]  # 16 bytes leave four unused bits in the last character
    page = catalog.get(f"/products?category=seed-page&cursor={token}").expect(200).json["items"]
    for each in (
        f"{body}=.{mac}",
        f"{body}.{mac}==",
        f"{body}.{mac}%20",
        f"%20{token}",
        f"{token}%0A",
        f"{body}.{loose}",
    ):
        answer = catalog.get(f"/products?category=seed-page&cursor={each}")
        if answer.expect(200, 400).status == 200:
            assert answer.json["items"] == page, f"{each[-30:]} leads elsewhere"
    for each in (f"{token}.", f"{token}%00", f"{token}.{mac}", f"{token},{token}"):
        catalog.get(f"/products?category=seed-page&cursor={each}").expect(400)


@case("LIST-035", rule="QUERY-7", hint="Refuse what is not a cursor before you decode it.")
def test_junk_cursors(shop: Client) -> None:
    """Junk is not a cursor

    Sends words, base64 of nothing useful, and 1,201 and 3,000 characters as cursor: 400 invalid_cursor each.
    """
    for each in ("null", "undefined", "0", "a.b", ".", "..", "!", "e30.e30", "A" * 1201, "A" * 3000, "%C3%89", "1%2C2"):
        shop.get(f"/products?cursor={each}").problem(400, "invalid_cursor")


@case("LIST-036", rule="CURSOR-1", hint="Follow the rule to the byte: a fleet shares its cursors.")
def test_cursors_of_others(catalog: Client) -> None:
    """A cursor of another service

    Makes cursors as the contract says, for each sort, and uses them: 200 with what follows that position. Twelve
    services behind one address must take each other's.
    """
    for sort in ("newest", "price", "-price", "name"):
        items = listed(catalog, category="seed-names", sort=sort)
        at = items[3]
        key = {"name": at["name"], "newest": str(milliseconds(at["created_at"]))}.get(sort, str(at["price"]))
        token = cursor.seal(cursor.payload(sort, cursor.filter_hash(category="seed-names"), key, at["id"]))
        assert listed(catalog, category="seed-names", sort=sort, cursor=token) == items[4:], f"sort={sort}"


@case("LIST-037", rule="CURSOR-1", hint="The resource is the first line of the payload; compare it.")
def test_cursor_of_another_resource(catalog: Client) -> None:
    """A cursor of orders

    Makes a rightly signed cursor of the resource `orders`: 400 invalid_cursor.
    """
    at = listed(catalog, category="seed-names")[0]
    data = cursor.payload(
        "newest", cursor.filter_hash(category="seed-names"), str(milliseconds(at["created_at"])), at["id"], "orders"
    )
    catalog.get(f"/products?category=seed-names&cursor={cursor.seal(data)}").problem(400, "invalid_cursor")


@case("LIST-038", rule="CURSOR-1", hint="filter_hash takes the values as received, in the fixed order, joined by LF.")
def test_cursor_is_as_the_contract_says(catalog: Client) -> None:
    """The service's own cursors

    Reads pages with filters and compares next_cursor with the one that the contract's rule gives for the last item,
    byte by byte.
    """
    for query in (
        {"category": "seed-page"},
        {"q": "card", "price_min": "1250", "price_max": "1250", "in_stock": "true"},
    ):
        for sort in ("newest", "price", "-price", "name"):
            page = catalog.get("/products", query={**query, "sort": sort, "limit": 5}).expect(200).json
            at = page["items"][-1]
            key = {"name": at["name"], "newest": str(milliseconds(at["created_at"]))}.get(sort, str(at["price"]))
            expected = cursor.seal(cursor.payload(sort, cursor.filter_hash(**query), key, at["id"]))
            assert page["next_cursor"] == expected, f"the cursor for sort={sort} is not the contract's"


def milliseconds(timestamp: str) -> int:
    """An output timestamp as milliseconds since 1970."""
    moment = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


@case("LIST-040", rule="QUERY-8", hint="Build the target with your URL library, from the decoded values.")
def test_link(catalog: Client, products: Products) -> None:
    """Link leads to the next page

    Reads a page with q=`a&b=c+d%`, which must be encoded. Link has one target, path-absolute, rel="next", whose
    decoded parameters are the request's and the cursor; following it gives the next page.
    """
    for _ in range(3):
        products.add(name="a&b=c+d% é")
    query: dict[str, str | int] = {"q": "a&b=c+d% É", "category": products.category, "limit": 2, "sort": "name"}
    page = catalog.get("/products", query=query).expect(200)
    match = re.fullmatch(r'<(/products\?[\x21\x23-\x3b\x3d\x3f-\x7e]+)>; ?rel="?next"?', page.headers.get("link", ""))
    assert match is not None, f"Link is {page.headers.get('link')!r}"
    target = match[1]
    parameters = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True, strict_parsing=True))
    assert parameters == {name: str(value) for name, value in query.items()} | {"cursor": page.json["next_cursor"]}
    rest = catalog.get(target).expect(200)
    assert len(rest.json["items"]) == 1
    assert "link" not in rest.headers


@case("LIST-041", rule="QUERY-8", hint="Replace the cursor in the Link; do not add a second one.")
def test_links_of_later_pages(catalog: Client) -> None:
    """Links lead through all pages

    Follows Link from page to page through seed-page: fifteen products, each once, and no target has two cursors.
    """
    target: str | None = "/products?category=seed-page&limit=4"
    found: list[str] = []
    while target is not None and len(found) <= 15:
        answer = catalog.get(target).expect(200)
        found += [item["sku"] for item in answer.json["items"]]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json["next_cursor"] is None), "Link and next_cursor disagree"
        target = link[1 : link.index(">")] if link else None
        assert target is None or target.count("cursor=") == 1
    assert len(found) == len(set(found)) == 15


@case("LIST-042", rule="PROBLEM-2", hint="A query's error has parameter and code, and no pointer.")
def test_shape_of_query_errors(shop: Client) -> None:
    """The shape of a query's errors

    Sends a wrong limit. The problem has errors with exactly parameter and code.
    """
    answer = shop.get("/products?limit=x")
    wrong_query(answer, ("limit", "format"))
    assert answer.json["type"] == f"{TYPE}invalid_query"
    assert [set(error) for error in answer.json["errors"]] == [{"parameter", "code"}]


@case(
    "LIST-043",
    rule="HTTP-12",
    hint="Refuse unknown parameters, and bound the length of the query before you work on it.",
)
def test_long_queries(shop: Client) -> None:
    """Long queries are refused in time

    Sends 6,000 characters of parameters, many of them unknown: a status of the class 4xx, and the service goes on.
    """
    for query in ("&".join(f"x{number}=1" for number in range(600)), "q=" + "%25" * 2000, "&" * 6000 + "limit=0"):
        status = shop.get(f"/products?{query}", checked=False).status
        assert 400 <= status < 500, f"a long query is {status}"
    shop.get("/products?limit=1").expect(200)
