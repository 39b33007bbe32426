"""What customers do: the catalog, the cart, the checkout and their orders."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from proof import money, reader, store
from proof.accounts import absolute, limit, present
from proof.bugs import bug, one_has
from proof.liberties import free
from proof.money import Figures, Line
from proof.pages import LAST_MOMENT, Listing, Order, number, opened
from proof.reader import TRUE, Check, Member, digits, flag, integer, pattern, search, word
from proof.store import Cart, Coupon, Product
from proof.web import SKU, UUID, Answer, Operation, Problem, Request, not_modified, require_match

# The catalog

CATEGORY = "[a-z0-9-]{1,40}"
CODE = "[A-Z0-9]{3,20}"
FILTERS = ("q", "category", "price_min", "price_max", "in_stock")


def name_key(name: str) -> bytes:
    """Names are sorted by their bytes."""
    return name.casefold().encode() if bug("names_sorted_without_case") else name.encode()


def name(key: str) -> str:
    """The name that a cursor holds; raises ValueError for what none can be."""
    if (len(key) > 120 or "\0" in key) and not bug("cursor_names_unchecked"):
        raise ValueError(key)
    return key


PAGING: dict[str, Check] = {"limit": digits(1, 100), "cursor": lambda _: []}
PRODUCT_QUERY: dict[str, Check] = {
    "q": search,
    "category": pattern(CATEGORY),
    "price_min": digits(0, 9_999_999_999),
    "price_max": digits(0, 9_999_999_999),
    "in_stock": flag,
    "sort": word("newest", "price", "-price", "name"),
    **PAGING,
}
SORTS = {
    "newest": Order(lambda row: row.created_at, True, number(LAST_MOMENT)),
    "price": Order(lambda row: row.price, False, number(9_999_999_999)),
    "-price": Order(lambda row: row.price, True, number(9_999_999_999)),
    "name": Order(lambda row: name_key(row.name), False, lambda text: name_key(name(text))),
}


def shown(product: Product) -> dict[str, Any]:
    """The Product of the contract."""
    price = str(product.price) if bug("int8_as_text") else product.price
    attributes: Any = product.attributes
    if bug("empty_object_is_a_list"):
        attributes = attributes or []
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "category": product.category,
        "price": price,
        "tax_rate_bp": product.tax_rate_bp,
        "attributes": attributes,
        "stock": product.stock,
        "active": product.active,
        "version": product.version,
        "created_at": store.moment(product.created_at),
        "updated_at": store.moment(product.updated_at or product.created_at),
    }


def tag(version: int) -> str:
    """The ETag of a version."""
    if one_has("member_tags_by_content"):
        return f'"{hashlib.sha256(str(version).encode()).hexdigest()}"'
    return f'W/"{version}"' if bug("weak_etags") else f'"{version}"'


async def list_products(request: Request) -> Answer:
    """A page of active products."""
    if free("cursor_before_query"):
        cursor = reader.read_query(request.query, {"cursor": lambda _: []})[0].get("cursor")
        opened(cursor) if cursor else None
    given = request.parameters(PRODUCT_QUERY)
    sort = given.get("sort", "price" if bug("sorted_by_price") else "newest")
    rows = [product for product in store.PRODUCTS.values() if product.active or bug("archived_products_listed")]
    wanted = [name for name in FILTERS if name in given]
    if bug("filters_are_alternatives") and wanted:
        rows = [product for product in rows if any(_passes(product, name, given[name]) for name in wanted)]
        wanted = []
    for name in wanted:
        rows = [product for product in rows if _passes(product, name, given[name])]
    return Listing("products", sort, SORTS.get(sort, SORTS["newest"]), FILTERS, given).page(rows, shown)


def _passes(product: Product, name: str, value: str) -> bool:
    if name == "q":
        return any(_contains(text, value) for text in (product.name, product.sku))
    if name == "category":
        return product.category.startswith(value) if bug("category_is_a_prefix") else product.category == value
    if name == "price_min":
        return product.price >= int(value)
    if name == "price_max":
        return product.price < int(value) if bug("price_max_exclusive") else product.price <= int(value)
    if bug("in_stock_false_is_no_filter") and value == "false":
        return True
    truth = value == "true" if bug("other_words_are_false") else value.lower() in TRUE
    return (product.stock > 0) == truth


def _contains(text: str, part: str) -> bool:
    if bug("q_is_a_like_pattern"):
        wanted = re.escape(part.lower()).replace("%", ".*").replace("_", ".")
        return re.search(wanted, text.lower(), re.DOTALL) is not None
    if bug("q_folds_ascii_alone"):
        return part.encode().lower() in text.encode().lower()
    return part.lower() in text.lower()


async def get_product(request: Request) -> Answer:
    """One active product."""
    product = active(request.params["sku"])
    if not_modified(request, product.version):
        return Answer(304, {} if bug("304_without_etag") else {"etag": tag(product.version)})
    return Answer.json(shown(product), etag=tag(product.version))


def active(sku: str) -> Product:
    """The active product of this sku; raises Problem, also for what is no sku."""
    if not SKU.fullmatch(sku) and bug("malformed_sku_is_422"):
        raise Problem("validation_failed", errors=[{"pointer": "/sku", "code": "format"}])
    product = store.PRODUCTS.get(sku)
    if one_has("member_remembers_products") and product is not None:
        product = REMEMBERED.setdefault(sku, replace(product))
    if product is None or not product.active:
        raise Problem("not_found")
    return product


REMEMBERED: dict[str, Product] = {}  # by the member of a fleet that has this bug


# The cart

ITEM = {"quantity": Member(integer(1, 99))}
COUPON = {"code": Member(pattern("[A-Za-z0-9]{3,20}"))}


def upper(code: str) -> str:
    """A coupon's code as it is stored: a pattern has made sure that it is ASCII."""
    return code if bug("codes_as_typed") else code.upper()


def own_cart(request: Request) -> Cart:
    """The open cart of the caller, who must still be there; raises Problem."""
    if not bug("users_that_are_gone_have_carts"):
        present(request)
    return open_cart(request.caller.id)


def open_cart(user_id: str) -> Cart:
    """The open cart of a user, made if there is none."""
    return store.CARTS.setdefault(_owner(user_id), Cart())


def _owner(user_id: str) -> str:
    if one_has("member_has_carts_of_its_own"):
        user_id += " here"
    return "" if bug("one_cart_for_all") else user_id


def reason(coupon: Coupon, user_id: str, subtotal: int) -> str | None:
    """Why a coupon does not apply now: the first that holds."""
    at = store.now()
    if one_has("member_has_another_clock"):
        at += 7_200_000
    if coupon.starts_at > at:
        return "not_started"
    if coupon.ends_at is not None and coupon.ends_at <= at - (86_400_000 if bug("coupons_end_with_the_day") else 0):
        return "expired"
    exhausted = coupon.max_redemptions is not None and coupon.redeemed >= coupon.max_redemptions
    if user_id in coupon.users and not bug("coupon_twice_a_user"):
        return "already_used"
    if exhausted:
        return "exhausted"
    short = subtotal <= coupon.min_subtotal if bug("min_subtotal_exclusive") else subtotal < coupon.min_subtotal
    return "min_subtotal" if short else None


@dataclass(frozen=True)
class Priced:
    """A cart at today's prices."""

    lines: list[Line]
    figures: Figures
    coupon: Coupon | None
    reason: str | None


def priced(cart: Cart, user_id: str) -> Priced:
    """What a cart costs now."""
    skus = list(cart.lines) if bug("lines_as_they_were_put") else sorted(cart.lines)
    lines = []
    for sku in skus:
        product = store.PRODUCTS[sku]
        lines.append(Line(sku, product.name, product.price, cart.lines[sku], product.tax_rate_bp, product.active))
    coupon = store.COUPONS[cart.coupon] if cart.coupon else None
    why = reason(coupon, user_id, money.subtotal_of(lines)) if coupon else None
    applies = coupon is not None and (why is None)
    figures = money.price(lines, coupon.percent_bp if coupon and applies else 0)
    if bug("small_discount_not_applied") and applies and not figures.discount:
        why = "min_subtotal"
    return Priced(lines, figures, coupon, why)


def line_shown(line: Line) -> dict[str, Any]:
    """The OrderLine of the contract, which a CartLine begins with."""
    names = ("sku", "name", "unit_price", "quantity")
    told = {name: getattr(line, name) for name in names} | {"line_total": line.total}
    return told | {"discount": line.discount, "tax_rate_bp": line.tax_rate_bp, "tax": line.tax}


def cart_shown(user_id: str) -> Answer:
    """The Cart of the contract."""
    cart = store.CARTS.get(_owner(user_id), Cart())
    if one_has("member_remembers_carts"):
        cart = SESSIONS.setdefault(user_id, replace(cart, lines=dict(cart.lines)))
    found = priced(cart, user_id)
    lines = []
    for line in found.lines:
        enough = store.PRODUCTS[line.sku].stock >= line.quantity
        lines.append(line_shown(line) | {"available": line.counts, "in_stock": enough})
    coupon = None
    if found.coupon:
        coupon = {"code": found.coupon.code, "applied": found.reason is None, "reason": found.reason}
    return Answer.json({"currency": "EUR", "lines": lines, "coupon": coupon, **vars(found.figures)})


SESSIONS: dict[str, Cart] = {}  # of the member of a fleet that has this bug


async def get_cart(request: Request) -> Answer:
    """The cart, or an empty one."""
    if request.caller.id not in store.CARTS and bug("no_cart_is_404"):
        raise Problem("not_found")
    return cart_shown(request.caller.id)


async def put_item(request: Request) -> Answer:
    """Set the quantity of a line."""
    if request.caller.role == "admin" and bug("administrators_have_no_cart"):
        raise Problem("forbidden")
    if free("row_before_body"):
        active(request.params["sku"])
    quantity = request.fields(ITEM)["quantity"]
    product = active(request.params["sku"])
    if bug("cart_refuses_short_stock") and product.stock < quantity:
        lines = [{"sku": product.sku, "requested": quantity, "available": product.stock}]
        raise Problem("insufficient_stock", lines=lines)
    cart = own_cart(request)
    known = product.sku in cart.lines
    full = len(cart.lines) >= (21 if bug("twenty_one_lines") else 20)
    if full and (not known):
        raise Problem("cart_full")
    if bug("cart_not_locked_by_writes"):
        await store.pause()
    if bug("line_inserted_blindly") and not known:
        await store.pause()
        if product.sku in cart.lines:
            raise RuntimeError("duplicate key value violates unique constraint cart_items_product_key")
    added = cart.lines.get(product.sku, 0) if bug("put_adds") else 0
    cart.lines[product.sku] = added + quantity
    return cart_shown(request.caller.id)


async def delete_item(request: Request) -> Answer:
    """Take a line out."""
    sku = request.params["sku"]
    if not SKU.fullmatch(sku):
        raise Problem("not_found")
    cart = open_cart(request.caller.id)
    if sku not in cart.lines and bug("absent_line_is_404"):
        raise Problem("not_found")
    cart.lines.pop(sku, None)
    if bug("coupon_goes_with_a_line"):
        cart.coupon = None
    return cart_shown(request.caller.id)


async def put_coupon(request: Request) -> Answer:
    """Attach a coupon, whether it applies now or not."""
    code = upper(request.fields(COUPON)["code"])
    coupon = store.COUPONS.get(code)
    if coupon is None:
        raise Problem("coupon_not_found")
    if bug("coupon_refused_by_the_cart") and reason(coupon, request.caller.id, 10**10):
        raise Problem("coupon_not_applicable")
    cart = own_cart(request)
    if not cart.lines and bug("coupon_needs_lines"):
        raise Problem("coupon_not_found")
    before = cart_shown(request.caller.id)
    if cart.coupon is None or not bug("first_coupon_stays"):
        cart.coupon = code
    return before if bug("cart_shown_before_the_change") else cart_shown(request.caller.id)


async def delete_coupon(request: Request) -> Answer:
    """Detach the coupon."""
    open_cart(request.caller.id).coupon = None
    return cart_shown(request.caller.id)


# The checkout

CHECKOUT = {"expected_total": Member(integer(0, 99_999_999_999))}
KEY = re.compile(r"[!#-\[\]-~]{1,255}")


@dataclass(frozen=True)
class Stored:
    """What a key was used for, and the answer."""

    fingerprint: str
    answer: Answer
    problem: Problem | None = None
    order: store.Order | None = None


KEYS: dict[tuple[str, str], Stored] = {}
LOCKS: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


def idempotency_key(request: Request) -> str:
    """The key of a checkout without its quotes; raises Problem."""
    values = request.header("idempotency-key")
    if not values:
        raise Problem("idempotency_key_missing")
    key = values[0]
    if len(values) > 1:
        raise Problem("idempotency_key_invalid")
    if len(key) > 1 and key[0] == key[-1] == '"' and not bug("key_keeps_its_quotes"):
        key = key[1:-1]
    if not KEY.fullmatch(key):
        raise Problem("idempotency_key_invalid")
    return key


async def checkout(request: Request) -> Answer:
    """Make an order of the open cart, once for each key."""
    if free("body_before_key"):
        request.fields(CHECKOUT)
    if bug("cart_before_the_body") and not store.CARTS.get(request.caller.id, Cart()).lines:
        raise Problem("cart_empty")
    key = idempotency_key(request)
    if bug("stored_key_before_the_body"):
        _replay(request, key)
    expected = request.fields(CHECKOUT)["expected_total"]
    user_id = request.caller.id
    costless = bug("replays_are_free") and _scope(request, key) in KEYS
    if not costless and not bug("checkouts_unlimited"):
        limit(f"checkout:{user_id}", "checkout", 20, 3)
    replayed = _replay(request, key)
    if replayed:
        return replayed
    if bug("key_checked_then_inserted"):
        await store.pause()
    try:
        made = await _order(user_id, expected)
    except Problem as problem:
        if bug("failures_stored"):
            KEYS[_scope(request, key)] = Stored(_fingerprint(request), Answer(0), problem)
        raise
    location = absolute(request, f"/orders/{made.id}")
    answer = Answer.json(order_shown(made), 201, location=location, etag=tag(made.version))
    KEYS[_scope(request, key)] = Stored(_fingerprint(request), answer, order=made)
    return Answer(answer.status, dict(answer.headers), answer.body)


def _scope(request: Request, key: str) -> tuple[str, str]:
    return ("" if bug("key_of_everybody") else request.caller.id, key)


def _fingerprint(request: Request) -> str:
    body = request.body
    if bug("fingerprint_of_parsed_json") or one_has("member_fingerprints_json"):
        body = json.dumps(json.loads(body), sort_keys=True).replace(".0", "").encode()
    return hashlib.sha256(b"POST\n/checkout\n" + body).hexdigest()


def _replay(request: Request, key: str) -> Answer | None:
    """The stored answer of this key, or None; raises Problem if it was used with other bytes."""
    stored = KEYS.get(_scope(request, key))
    if stored is None:
        return None
    if stored.fingerprint != _fingerprint(request):
        raise Problem("idempotency_key_reused")
    if stored.problem is not None:
        raise stored.problem
    headers = stored.answer.headers | {"idempotent-replayed": "true"}
    if bug("replay_rendered_again") and stored.order is not None:
        return Answer.json(
            order_shown(stored.order),
            201,
            location=headers["location"],
            etag=tag(stored.order.version),
            idempotent_replayed="true",
        )
    if one_has("member_writes_replays_anew") and stored.order:
        return Answer(201, headers, json.dumps(order_shown(stored.order), indent=1).encode())
    return Answer(201, headers, stored.answer.body)


async def _order(user_id: str, expected: int) -> store.Order:
    """Judge the cart in the order of rule CHECKOUT-5, and turn it into an order; raises Problem."""
    cart = store.CARTS.get(user_id)
    if cart is None or not (cart.lines or bug("emptied_carts_ordered")):
        raise Problem("validation_failed" if one_has("member_has_a_code_of_its_own") else "cart_empty")
    if bug("cart_not_locked_by_checkout"):
        await store.pause()
    if bug("products_locked_line_by_line"):
        async with contextlib.AsyncExitStack() as held:
            for sku in cart.lines:
                await asyncio.wait_for(held.enter_async_context(LOCKS[sku]), 1)
                await store.pause()
            return await _place(user_id, cart, expected)
    return await _place(user_id, cart, expected)


async def _place(user_id: str, cart: Cart, expected: int) -> store.Order:
    """Turn a cart that has lines into an order, all or nothing; raises Problem."""
    found = priced(cart, user_id)
    stocks = {line.sku: store.PRODUCTS[line.sku].stock for line in found.lines}
    gone = [_stock_line(line, 0) for line in found.lines if not line.counts]
    if gone and not bug("archived_products_sold"):
        raise Problem("product_unavailable", lines=gone)
    short = [_stock_line(line, stocks[line.sku]) for line in found.lines if stocks[line.sku] < line.quantity]
    if short:
        raise Problem("insufficient_stock", lines=short[:1] if bug("first_short_line_only") else short)
    if found.reason is not None and not bug("coupon_dropped_silently"):
        raise Problem("coupon_not_applicable")
    if expected != found.figures.total and not bug("expected_total_ignored"):
        raise Problem("total_changed", total=found.figures.total)
    if bug("stock_read_then_written") or bug("coupon_counted_outside_the_lock"):
        await store.pause()
    for line in found.lines:
        product = store.PRODUCTS[line.sku]
        stock = stocks[line.sku] if bug("stock_read_then_written") else product.stock
        store.touch(product, stock=stock - line.quantity)
    if found.coupon:
        found.coupon.redeemed += 1
        found.coupon.users.add(user_id)
    made = store.Order(user_id, found.lines, found.figures, found.coupon.code if found.coupon else None)
    made.updated_at = made.created_at
    if bug("order_updated_after_insert"):
        made.version = 2
    store.ORDERS[made.id] = made
    store.emit_order(made)
    cart = store.CARTS.pop(user_id, Cart())
    if bug("coupon_stays_in_the_cart"):
        store.CARTS[user_id] = Cart(coupon=cart.coupon)
    return made


def _stock_line(line: Line, available: int) -> dict[str, Any]:
    return {"sku": line.sku, "requested": line.quantity, "available": available}


# Orders

STATES = ("pending", "paid", "shipped", "delivered", "cancelled", "refunded")
ORDER_QUERY: dict[str, Check] = {"status": word(*STATES), **PAGING}


def order_shown(order: store.Order) -> dict[str, Any]:
    """The Order of the contract."""
    lines = [line_shown(line) for line in order.lines]
    if bug("orders_show_todays_products"):
        for line in lines:
            line["name"] = store.PRODUCTS[line["sku"]].name
    paid = order.payment_status == "succeeded" or bug("refund_due_without_payment")
    return {
        "id": order.id,
        "user_id": order.user_id,
        "status": order.status,
        "payment_status": order.payment_status,
        "refund_due": order.status == "cancelled" and paid,
        "currency": "EUR",
        "coupon_code": order.coupon_code,
        "lines": lines,
        **vars(order.figures),
        "version": order.version,
        "created_at": store.moment(order.created_at),
        "updated_at": store.moment(order.updated_at),
    }


def visible(request: Request) -> store.Order:
    """The order of the path, if the caller may see it; raises Problem."""
    id = request.params["id"]
    if bug("uuids_in_any_spelling"):
        id = re.sub(r"[{}]", "", id).lower()
        id = id if "-" in id or len(id) != 32 else "-".join((id[:8], id[8:12], id[12:16], id[16:20], id[20:]))
    if not UUID.fullmatch(id) and bug("malformed_uuid_is_422"):
        raise Problem("validation_failed", errors=[{"pointer": "/id", "code": "format"}])
    order = store.ORDERS.get(id)
    if order is None:
        raise Problem("not_found")
    if order.user_id != request.caller.id and request.caller.role != "admin" and not bug("foreign_orders_shown"):
        raise Problem("forbidden" if bug("foreign_order_is_403") else "not_found")
    return order


async def list_orders(request: Request) -> Answer:
    """A page of own orders, or of all for an administrator."""
    given = request.parameters(ORDER_QUERY)
    own = request.caller.role != "admin" or bug("administrators_see_their_own")
    everybody = not own or ("cursor" in given and bug("cursor_is_a_permission"))
    rows = [order for order in store.ORDERS.values() if everybody or order.user_id == request.caller.id]
    if "status" in given and not bug("status_ignored"):
        rows = [order for order in rows if order.status == given["status"]]
    order = (
        Order(lambda row: row.created_at, False, number(LAST_MOMENT)) if bug("oldest_orders_first") else SORTS["newest"]
    )
    return Listing("orders", "newest", order, ("status",), given).page(rows, order_shown)


async def get_order(request: Request) -> Answer:
    """One order."""
    known = store.ORDERS.get(request.params["id"])
    if bug("tag_before_the_owner") and known and not_modified(request, known.version):
        return Answer(304, {"etag": tag(known.version)})
    order = visible(request)
    if not_modified(request, order.version):
        return Answer(304, {"etag": tag(order.version)})
    return Answer.json(order_shown(order), etag=tag(order.version))


async def cancel_order(request: Request) -> Answer:
    """Cancel an order and give its stock back, once."""
    order = visible(request)
    if bug("cancel_compares_tags") and request.header("if-match"):
        require_match(request, order.version)
    allowed: tuple[str, ...] = ("pending", "paid") if request.caller.role == "admin" else ("pending",)
    if bug("customers_cancel_paid"):
        allowed = ("pending", "paid")
    if bug("shipped_orders_cancelled") and request.caller.role == "admin":
        allowed = ("pending", "paid", "shipped")
    if order.status != "cancelled" or bug("second_cancel_is_409"):
        status = order.status
        if bug("cancel_read_then_written"):
            await store.overtaken(order)
        if status not in allowed:
            raise invalid_transition(order, "cancelled")
        await cancel(order)
    return Answer.json(order_shown(order), etag=tag(order.version))


def invalid_transition(order: store.Order, to: str) -> Problem:
    """The 409 of rule ORDER-2."""
    members: dict[str, Any] = {"from": order.status, "to": to}
    return Problem("invalid_transition", **members)


async def cancel(order: store.Order) -> None:
    """Cancel an order that may be cancelled."""
    store.touch(order, status="cancelled")
    _restock(order)


def _restock(order: store.Order) -> None:
    for line in order.lines:
        product = store.PRODUCTS[line.sku]
        stock = product.stock + line.quantity
        store.touch(product, stock=min(stock, 1_000_000) if bug("restock_is_limited") else stock)


JSON = "application/json"
OPERATIONS = [
    Operation("GET", "/products", list_products),
    Operation("GET", "/products/{sku}", get_product),
    Operation("GET", "/cart", get_cart, role="customer"),
    Operation("PUT", "/cart/items/{sku}", put_item, role="customer", media=JSON),
    Operation("DELETE", "/cart/items/{sku}", delete_item, role="customer"),
    Operation("PUT", "/cart/coupon", put_coupon, role="customer", media=JSON),
    Operation("DELETE", "/cart/coupon", delete_coupon, role="customer"),
    Operation("POST", "/checkout", checkout, role="customer", media=JSON),
    Operation("GET", "/orders", list_orders, role="customer"),
    Operation("GET", "/orders/{id}", get_order, role="customer"),
    Operation("POST", "/orders/{id}/cancel", cancel_order, role="customer"),
]
