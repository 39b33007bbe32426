"""Cursor vectors (rule CURSOR-1). Whether a case is good follows from how it is made; nothing here reads a cursor."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from encoding import b64url, padded, with_trailing_bit

DESCRIPTION = (
    "Cursors of listProducts and listOrders. A cursor is b64url(payload) `.` b64url(the first 16 bytes of "
    "HMAC-SHA256(key, payload)), both unpadded and canonical, at most 1200 characters; key = the UTF-8 bytes of "
    "`secret`. payload = UTF-8 of resource LF sort LF filter_hash LF key LF id, where key is all between the "
    "third and the last LF (a name may hold line feeds). filter_hash = the first 16 hex digits of SHA-256 over "
    "the UTF-8 of q LF category LF price_min LF price_max LF in_stock for products and of status for orders: the "
    "values as received after percent-decoding, unchanged, absent = empty; limit takes no part. Orders are sorted "
    "by `newest`. key: for `newest` created_at in milliseconds since the epoch as decimal, for `price` and "
    "`-price` the price as decimal, for `name` the name. `resource`, `sort` and `filters` are those of the "
    "request that brings the cursor; where `valid` is false the answer is 400 invalid_cursor."
)
SECRET = "cursor-secret-of-the-vectors-0123456789"
ID = "3f0c6a52-9d1e-4b7a-8c35-f2a1d0e49b68"
FILTERS = {"products": ("q", "category", "price_min", "price_max", "in_stock"), "orders": ("status",)}
NEWEST = "1767603600123"


def filter_hash(resource: str, filters: dict[str, str]) -> str:
    """Returns the 16 hex digits that bind a cursor to `filters`."""
    text = "\n".join(filters.get(name, "") for name in FILTERS[resource])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sign(payload: bytes, secret: str = SECRET) -> bytes:
    """Returns the 16 bytes of the MAC."""
    return hmac.digest(secret.encode(), payload, "sha256")[:16]


def payload_of(resource: str, sort: str, filters: dict[str, str], key: str) -> bytes:
    """Returns the bytes that a cursor signs."""
    return "\n".join((resource, sort, filter_hash(resource, filters), key, ID)).encode()


def seal(payload: bytes) -> str:
    """Returns the cursor for `payload`."""
    return f"{b64url(payload)}.{b64url(sign(payload))}"


def good(name: str, sort: str, key: str, filters: dict[str, str] | None = None, resource: str = "products") -> Any:
    """Returns the case of a cursor that the request may use."""
    filters = filters or {}
    return {
        "name": name,
        "resource": resource,
        "sort": sort,
        "filters": filters,
        "cursor": seal(payload_of(resource, sort, filters, key)),
        "valid": True,
        "decoded": {"filter_hash": filter_hash(resource, filters), "key": key, "id": ID},
    }


def bad(
    name: str, cursor: str, sort: str = "newest", *, filters: dict[str, str] | None = None, resource: str = "products"
) -> Any:
    """Returns the case of a cursor that the request may not use."""
    return {
        "name": name,
        "resource": resource,
        "sort": sort,
        "filters": filters or {},
        "cursor": cursor,
        "valid": False,
        "decoded": None,
    }


def good_cases() -> Iterator[Any]:
    """Yields each sort, each filter, and keys that a careless reader would split or change."""
    yield good("newest, no filter", "newest", NEWEST)
    yield good("newest, the epoch", "newest", "0")
    yield good("price", "price", "1250")
    yield good("price descending", "-price", "1250")
    yield good("price, the dearest", "price", "5000000")
    yield good("name", "name", "Notebook")
    yield good("name, Unicode", "name", "École")
    yield good("name, decomposed", "name", "E\u0301cole")
    yield good("name, spaces are kept", "name", "  two  spaces  ")
    yield good("name, line feeds", "name", "two\n\nlines")
    yield good("name, nothing but a line feed", "name", "\n")
    yield good("name, looks like a payload", "name", f"products\nname\n0123456789abcdef\nkey\n{ID}")
    yield good("name, 120 characters of four bytes", "name", "\U0001f58d" * 120)
    yield good("q", "newest", NEWEST, {"q": "pen"})
    yield good("q, empty is absent", "newest", NEWEST, {"q": ""})
    yield good("q, Unicode", "newest", NEWEST, {"q": "École"})
    yield good("q, decomposed", "newest", NEWEST, {"q": "E\u0301cole"})
    yield good("q, emoji", "price", "1250", {"q": "\U0001f58d\ufe0f"})
    yield good("q, spaces and metacharacters", "newest", NEWEST, {"q": " 100% a&b=c_d\\e "})
    yield good("q, line feed", "newest", NEWEST, {"q": "a\nb"})
    yield good("category", "price", "1250", {"category": "seed-page"})
    yield good("price_min", "price", "1250", {"price_min": "100"})
    yield good("price_max", "price", "1250", {"price_max": "9999999999"})
    yield good("price_min and price_max", "-price", "1250", {"price_min": "0", "price_max": "2000"})
    yield good("in_stock", "newest", NEWEST, {"in_stock": "true"})
    every = {"q": "é", "category": "seed-names", "price_min": "1", "price_max": "2", "in_stock": "false"}
    yield good("all filters", "name", "é", every)
    yield good("orders", "newest", NEWEST, resource="orders")
    yield good("orders, status", "newest", NEWEST, {"status": "pending"}, resource="orders")


def wrong_macs() -> Iterator[Any]:
    """Yields cursors whose second part is not the MAC of the first."""
    payload = payload_of("products", "newest", {}, NEWEST)
    left, mac = b64url(payload), sign(payload)
    right = b64url(mac)
    yield bad("a bit of the MAC is flipped", f"{left}.{b64url(bytes([mac[0] ^ 1]) + mac[1:])}")
    yield bad("the last byte of the MAC is another", f"{left}.{b64url(mac[:-1] + bytes([mac[-1] ^ 0x80]))}")
    yield bad("a bit of the payload is flipped", f"{b64url(payload[:-1] + bytes([payload[-1] ^ 1]))}.{right}")
    yield bad("another secret", f"{left}.{b64url(sign(payload, SECRET + 'x'))}")
    yield bad("the MAC has 15 bytes", f"{left}.{b64url(mac[:15])}")
    yield bad("the MAC has all 32 bytes", f"{left}.{b64url(hmac.digest(SECRET.encode(), payload, 'sha256'))}")
    yield bad("the MAC is over the base64 text", f"{left}.{b64url(sign(left.encode()))}")
    yield bad("the MAC is a plain hash", f"{left}.{b64url(hashlib.sha256(payload).digest()[:16])}")
    yield bad("the MAC is in hex", f"{left}.{mac.hex()}")
    yield bad("the MAC is empty", f"{left}.")
    yield bad("the payload is empty", f".{right}")
    yield bad("the parts are swapped", f"{right}.{left}")


def wrong_spellings() -> Iterator[Any]:
    """Yields texts that a lenient decoder takes for a good cursor, and texts that are none."""
    cursor = seal(payload_of("products", "newest", {}, NEWEST))
    left, _, right = cursor.partition(".")
    yield bad("padded MAC", f"{left}.{padded(right)}")
    yield bad("trailing bits in the MAC", f"{left}.{with_trailing_bit(right)}")
    short = payload_of("products", "price", {}, "1250")
    yield bad("padded payload", f"{padded(b64url(short))}.{b64url(sign(short))}", "price")
    yield bad("trailing bits in the payload", f"{with_trailing_bit(b64url(short))}.{b64url(sign(short))}", "price")
    dashed = payload_of("products", "name", {}, "\u00ff\u00fe~~~\u00bf\u00fb\u00ef??>>")
    text = seal(dashed)
    assert {"-", "_"} <= set(text.partition(".")[0])
    yield bad("the alphabet of plain base64", text.replace("-", "+").replace("_", "/"), "name")

    yield bad("empty", "")
    yield bad("null", "null")
    yield bad("no dot", left + right)
    yield bad("nothing but a dot", ".")
    yield bad("two dots", f"{cursor}.{right}")
    yield bad("two dots, the last part is empty", f"{cursor}.")
    yield bad("space in front", f" {cursor}")
    yield bad("space behind", f"{cursor} ")
    yield bad("line feed behind", f"{cursor}\n")
    yield bad("space at the dot", f"{left} .{right}")
    yield bad("U+0000 behind", f"{cursor}\u0000")
    yield bad("full-width letter", "\uff21" + cursor[1:])
    yield bad("other case", cursor.swapcase())
    yield bad("in quotes", f'"{cursor}"')
    yield bad("percent-encoded once more", cursor.replace(".", "%2E"))
    yield bad("5000 characters of junk", "A" * 5000)
    too_long = payload_of("products", "name", {}, "x" * 815)
    assert len(seal(too_long)) == 1201
    yield bad("1201 characters, signed", seal(too_long), "name")


def other_requests() -> Iterator[Any]:
    """Yields cursors that are signed, for another request."""
    payload = payload_of("products", "newest", {}, NEWEST)
    cursor = seal(payload)
    yield bad("another sort: newest for price", cursor, "price")
    yield bad("another sort: price for -price", seal(payload_of("products", "price", {}, "1250")), "-price")
    yield bad("another sort: price for name", seal(payload_of("products", "price", {}, "1250")), "name")
    for name, value in (
        ("q", "pen"),
        ("category", "pens"),
        ("price_min", "0"),
        ("price_max", "9"),
        ("in_stock", "true"),
    ):
        yield bad(f"another filter: {name} added", cursor, filters={name: value})
        dropped = seal(payload_of("products", "newest", {name: value}, NEWEST))
        yield bad(f"another filter: {name} dropped", dropped)
    composed = seal(payload_of("products", "newest", {"q": "\u00e9"}, NEWEST))
    yield bad("another filter: q decomposed", composed, filters={"q": "e\u0301"})
    yield bad("another filter: q in upper case", composed, filters={"q": "\u00c9"})
    swapped = seal(payload_of("products", "newest", {"price_min": "5"}, NEWEST))
    yield bad("another filter: price_min for price_max", swapped, filters={"price_max": "5"})
    orders = seal(payload_of("orders", "newest", {"status": "paid"}, NEWEST))
    yield bad("another filter: status", orders, filters={"status": "shipped"}, resource="orders")
    yield bad("a cursor of orders for products", seal(payload_of("orders", "newest", {}, NEWEST)))
    yield bad("a cursor of products for orders", cursor, resource="orders")
    yield bad("a resource of another name, signed", seal(payload.replace(b"products", b"product")))
    yield bad("no resource, signed", seal(payload.removeprefix(b"products\n")))
    yield bad("JSON, signed", seal(b'{"sort":"newest","id":"' + ID.encode() + b'"}'))


def document() -> dict[str, Any]:
    """Returns cursors.json."""
    return {
        "description": DESCRIPTION,
        "rule": "CURSOR-1",
        "secret": SECRET,
        "cases": [*good_cases(), *wrong_macs(), *wrong_spellings(), *other_requests()],
    }
