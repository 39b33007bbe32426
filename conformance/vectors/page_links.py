"""Vectors of the Link header (rule QUERY-8): what a request and its next cursor must lead to."""

from typing import Any

DESCRIPTION = (
    'The Link header of a page that has a next one: `<target>; rel="next"`. `target` is the request target as '
    "received and `next_cursor` that of the body. Expected of the Link's target: its `path`, and `pairs`, the "
    "names and values of its query after decoding (`+` is a space): those of the request without its cursor, then "
    "the new cursor. Names never repeat, so their order is free; how values are percent-encoded is free too, but "
    'the header stays one line of ASCII in which `>` and `"` do not stand raw. A query is split at `&` alone, '
    "pairs at the first `=`, and empty pairs are skipped."
)
CURSOR = "cHJvZHVjdHMKbmV3ZXN0.Zm9yIHRoZSB2ZWN0b3JzMA"
OLD = "b3JkZXJzCm5ld2VzdA.b2xkIGN1cnNvciBieXRlczA"
Pairs = list[tuple[str, str]]
CASES: dict[str, tuple[str, Pairs]] = {
    "no query": ("/products", []),
    "an empty query": ("/products?", []),
    "limit": ("/products?limit=5", [("limit", "5")]),
    "sort with a hyphen": ("/products?sort=-price&limit=2", [("sort", "-price"), ("limit", "2")]),
    "all filters": (
        "/products?q=pen&category=seed-page&price_min=100&price_max=9999999999&in_stock=true&sort=name&limit=7",
        [
            ("q", "pen"),
            ("category", "seed-page"),
            ("price_min", "100"),
            ("price_max", "9999999999"),
            ("in_stock", "true"),
            ("sort", "name"),
            ("limit", "7"),
        ],
    ),
    "another order of names": ("/products?limit=1&category=seed-page", [("limit", "1"), ("category", "seed-page")]),
    "the old cursor at the end": (f"/products?limit=5&cursor={OLD}", [("limit", "5")]),
    "the old cursor in front": (f"/products?cursor={OLD}&limit=5", [("limit", "5")]),
    "the old cursor between": (f"/products?q=a&cursor={OLD}&limit=5", [("q", "a"), ("limit", "5")]),
    "the old cursor alone": (f"/products?cursor={OLD}", []),
    "empty pairs": ("/products?&&limit=5&", [("limit", "5")]),
    "ampersand": ("/products?q=a%26b", [("q", "a&b")]),
    "what looks like a second parameter": ("/products?q=a%26limit%3D1&limit=5", [("q", "a&limit=1"), ("limit", "5")]),
    "equals sign": ("/products?q=a%3Db", [("q", "a=b")]),
    "raw equals sign": ("/products?q=a=b", [("q", "a=b")]),
    "plus for a space": ("/products?q=red+pen", [("q", "red pen")]),
    "%20 for a space": ("/products?q=red%20pen", [("q", "red pen")]),
    "spaces at the ends": ("/products?q=%20+pen+%20", [("q", "  pen  ")]),
    "encoded plus": ("/products?q=a%2Bb", [("q", "a+b")]),
    "percent sign": ("/products?q=100%25", [("q", "100%")]),
    "percent sign and digits": ("/products?q=%2525", [("q", "%25")]),
    "percent sign and no digits": ("/products?q=%25zz", [("q", "%zz")]),
    "E acute": ("/products?q=%C3%89cole", [("q", "École")]),
    "E acute in lower-case hex": ("/products?q=%c3%89cole", [("q", "École")]),
    "E and a combining acute": ("/products?q=E%CC%81cole", [("q", "E\u0301cole")]),
    "emoji": ("/products?q=%F0%9F%96%8D%EF%B8%8F", [("q", "\U0001f58d\ufe0f")]),
    "needless escapes": ("/products?q=%70%65%6E&%6Cimit=5", [("q", "pen"), ("limit", "5")]),
    "number sign": ("/products?q=%23a", [("q", "#a")]),
    "question mark and slash": ("/products?q=a?b/c", [("q", "a?b/c")]),
    "semicolon": ("/products?q=a%3Bb", [("q", "a;b")]),
    "raw semicolon": ("/products?q=a;b", [("q", "a;b")]),
    "comma": ("/products?q=a,b%2Cc", [("q", "a,b,c")]),
    "angle brackets and quotes": ("/products?q=%3E%3B%20rel%3D%22prev%22", [("q", '>; rel="prev"')]),
    "backslash and underscore": ("/products?q=a%5Cb_c", [("q", "a\\b_c")]),
    "tilde, star and quote": ("/products?q=~*%27()!", [("q", "~*'()!")]),
    "line feeds that would split the header": (
        "/products?q=a%0D%0ASet-Cookie%3A+x%3D1",
        [("q", "a\r\nSet-Cookie: x=1")],
    ),
    "orders": ("/orders?limit=1", [("limit", "1")]),
    "orders with a status": (f"/orders?status=paid&cursor={OLD}&limit=1", [("status", "paid"), ("limit", "1")]),
}


def document() -> dict[str, Any]:
    """Returns page_links.json."""
    cases = [
        {
            "name": name,
            "target": target,
            "next_cursor": CURSOR,
            "path": target.partition("?")[0],
            "pairs": [*pairs, ("cursor", CURSOR)],
        }
        for name, (target, pairs) in CASES.items()
    ]
    return {"description": DESCRIPTION, "rule": "QUERY-8", "cases": cases}
