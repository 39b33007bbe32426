"""What administrators do: products, stock, coupons, the states of orders, import and export."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from proof import reader, store
from proof.accounts import absolute
from proof.bugs import bug, one_has
from proof.liberties import free
from proof.reader import Body, Faults, Member, attributes, attributes_patch, boolean, integer, pattern, text, timestamp
from proof.shop import (
    CATEGORY,
    JSON,
    STATES,
    active,
    cancel,
    invalid_transition,
    order_shown,
    shown,
    tag,
    upper,
    visible,
)
from proof.store import Coupon, Product
from proof.web import SKU, Answer, Operation, Problem, Request, invalid, require_match

MOST_STOCK = 1_000_000
MOST_KEPT = 2_000_000_000  # cancelled orders may lift a stock over the limit
EDITABLE = {
    "name": Member(text(1, 120)),
    "category": Member(pattern(CATEGORY)),
    "price": Member(integer(1, 5_000_000)),
    "tax_rate_bp": Member(integer(0, 5000)),
    "description": Member(text(0, 4000), required=False, nullable=True),
    "attributes": Member(attributes, required=False),
}
CREATE = {"sku": Member(pattern(SKU.pattern)), **EDITABLE, "stock": Member(integer(0, MOST_STOCK), required=False)}
PATCH = {name: Member(member.check, required=False, nullable=member.nullable) for name, member in EDITABLE.items()}
PATCH["attributes"] = Member(attributes_patch, required=False)


def kept_stock(value: Any) -> Faults:
    """A stock that an export may tell."""
    return integer(0, MOST_STOCK if bug("import_stock_limited") else MOST_KEPT)(value)


LINE = CREATE | {"active": Member(boolean, required=False), "stock": Member(kept_stock, required=False)}
OWN = ("id", "version", "created_at", "updated_at")


def _answer(product: Product) -> Answer:
    """A product that was changed."""
    answer = Answer.json(shown(product), etag=tag(product.version))
    if not bug("no_content_location"):
        answer.headers["content-location"] = f"/products/{product.sku}"
    return answer


async def create_product(request: Request) -> Answer:
    """Make a product."""
    body = request.fields(CREATE, read_only=(*OWN, "active"))
    existing = store.PRODUCTS.get(body["sku"])
    if bug("archived_skus_are_free") and existing and not existing.active:
        existing = None
    if bug("description_lost"):
        body.pop("description", None)
    if bug("stock_defaults_to_one"):
        body.setdefault("stock", 1)
    if bug("sku_checked_before_insert"):
        await store.pause()
    if existing:
        raise Problem("sku_taken")
    product = Product(**body)
    product.updated_at = product.created_at
    store.PRODUCTS[product.sku] = product
    location = absolute(request, f"/products/{product.sku}")
    return Answer.json(shown(product), 201, location=location, etag=tag(product.version))


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    if bug("merge_is_shallow"):
        return {name: value for name, value in (result | patch).items() if value is not None}
    for name, value in patch.items():
        if value is not None:
            new = not isinstance(result.get(name), dict)
            result[name] = value if new and bug("nulls_kept_in_new_objects") else merged(result.get(name), value)
        else:
            result.pop(name, None)
    return result


async def patch_product(request: Request) -> Answer:
    """Change what the patch names."""
    read_only = (*OWN, "sku", "stock", "active")
    if free("row_before_body"):
        active(request.params["sku"])
    _require_if_match_early(request)
    patch = request.fields(PATCH, read_only)
    if bug("tag_before_the_row") and request.header("if-match") not in ([], ["*"]):
        require_match(request, getattr(store.PRODUCTS.get(request.params["sku"]), "version", 0))
    product = active(request.params["sku"])
    require_match(request, product.version)
    if bug("if_match_before_the_row_lock"):
        await store.overtaken(product)
    if "attributes" in patch:
        before = product.attributes
        if bug("merged_outside_the_lock"):
            await store.overtaken(product)
        patch["attributes"] = merged(before, patch["attributes"])
        found = attributes(patch["attributes"])
        if found:
            raise invalid([(f"/attributes{rest}", code) for rest, code in found])
    if bug("patch_writes_the_whole_row"):
        stock = product.stock
        await store.pause()
        patch["stock"] = stock
    store.touch(product, **patch)
    return _answer(product)


def _require_if_match_early(request: Request) -> None:
    if free("if_match_before_body") and not request.header("if-match"):
        raise Problem("precondition_required")


async def archive_product(request: Request) -> Answer:
    """Take a product out of the shop."""
    known = store.PRODUCTS.get(request.params["sku"])
    if bug("second_archive_is_204") and known and not known.active:
        return Answer(204)
    product = active(request.params["sku"])
    require_match(request, product.version)
    store.touch(product, active=False)
    return Answer(204)


async def adjust_stock(request: Request) -> Answer:
    """Add to the stock, or take from it."""
    if free("row_before_body"):
        active(request.params["sku"])
    delta = request.fields({"delta": Member(integer(-100_000, 100_000))})["delta"]
    if bug("delta_is_the_stock"):
        delta -= active(request.params["sku"]).stock
    if delta == 0:
        raise invalid([("/delta", "out_of_range")])
    product = active(request.params["sku"])
    stock = product.stock + delta
    if bug("stock_added_in_the_application"):
        await store.pause()
    if stock < 0:
        raise Problem(
            "insufficient_stock", lines=[{"sku": product.sku, "requested": -delta, "available": product.stock}]
        )
    if stock > MOST_STOCK and (delta > 0 or bug("stock_limit_both_ways")) and not bug("stock_unlimited"):
        raise Problem("stock_limit")
    store.touch(product, stock=stock)
    return _answer(product)


# Coupons and orders

COUPON = {
    "code": Member(pattern("[A-Za-z0-9]{3,20}")),
    "percent_bp": Member(integer(1, 10_000)),
    "min_subtotal": Member(integer(0, 9_900_000_000), required=False),
    "max_redemptions": Member(integer(1, 1_000_000), required=False, nullable=True),
    "starts_at": Member(timestamp, required=False, nullable=True),
    "ends_at": Member(timestamp, required=False, nullable=True),
}


async def create_coupon(request: Request) -> Answer:
    """Make a coupon."""
    body = request.fields(COUPON)
    later = 3_600_000 if bug("coupons_start_in_an_hour") else 0
    starts_at = reader.milliseconds(body["starts_at"]) if body.get("starts_at") else store.now() + later
    ends_at = reader.milliseconds(body["ends_at"]) if body.get("ends_at") else None
    if bug("coupons_end_in_a_year"):
        ends_at = ends_at or starts_at + 365 * 86_400_000
    if ends_at is not None and ends_at <= starts_at - bug("end_may_equal_start"):
        raise invalid([("/ends_at", "out_of_range")])
    code = upper(body["code"])
    taken = code in store.COUPONS
    if taken and not bug("coupon_replaced"):
        raise Problem("code_taken")
    limits = (body.get("min_subtotal", 0), None if bug("coupon_loses_its_limit") else body.get("max_redemptions"))
    coupon = store.COUPONS[code] = Coupon(code, body["percent_bp"], *limits, starts_at, ends_at)
    told = {
        name: getattr(coupon, name) for name in ("code", "percent_bp", "min_subtotal", "max_redemptions", "redeemed")
    }
    told |= {"starts_at": store.moment(starts_at), "ends_at": store.moment(ends_at)}
    return Answer.json(told, 201)


MOVES = {("pending", "cancelled"), ("paid", "cancelled"), ("paid", "shipped"), ("shipped", "delivered")}


async def transition_order(request: Request) -> Answer:
    """Bring an order into another state."""
    if free("row_before_body"):
        visible(request)
    _require_if_match_early(request)
    to = request.fields({"to": Member(pattern("|".join(STATES)))})["to"]
    order = visible(request)
    allowed = MOVES | {(order.status, "cancelled")} if order.status == "cancelled" else MOVES
    if bug("states_jump"):
        allowed = allowed | {("paid", "delivered"), ("shipped", "cancelled")}
    if bug("administrators_set_paid"):
        allowed = allowed | {("pending", "paid")}
    require_match(request, order.version)
    if bug("shipped_stays_shipped"):
        allowed = allowed - {("shipped", "delivered")}
    if bug("order_read_then_moved"):
        await store.pause()
    elif (order.status, to) not in allowed:
        raise invalid_transition(order, to)
    if (order.status, to) not in allowed and not bug("order_read_then_moved"):
        raise invalid_transition(order, to)
    if to == "cancelled":
        if bug("moving_does_not_restock"):
            store.touch(order, status=to)
        if order.status != "cancelled":
            await cancel(order)
    else:
        store.touch(order, status=to)
    return Answer.json(order_shown(order), etag=tag(order.version), content_location=f"/orders/{order.id}")


# Import

LINES, LONGEST, ERRORS = 50_000, 1_048_576, 100


def _lines(data: bytes) -> list[bytes]:
    """The lines of an import: LF ends one, and a CR before it belongs to the end."""
    if bug("any_line_end"):
        lines = [line.encode() for line in data.decode(errors="replace").splitlines()]
    else:
        lines = data.split(b"\n")
        if lines[-1] == b"":
            del lines[-1]
    if len(lines) > LINES and not bug("lines_unlimited"):
        raise Problem("body_too_large")
    if not lines and bug("empty_import_refused"):
        raise Problem("malformed_json")
    return [line.removesuffix(b"\r") for line in lines]


def _read(lines: list[bytes]) -> tuple[list[Body], list[tuple[int, str, str]]]:
    """The objects of the good lines, and the faults of the others as (line, pointer, code)."""
    good: list[Body] = []
    wrong: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    number = 0
    for line in lines:
        if not line and bug("empty_lines_not_counted"):
            continue
        number += 1
        if not line:
            continue
        body, found = _judged(line)
        sku = body.get("sku")
        if not found and sku in seen and not bug("duplicate_skus_taken"):
            found = [("/sku", "duplicate")]
        if isinstance(sku, str) and not (found and free("bad_lines_unseen")):
            seen.add(sku)
        wrong += [(number, pointer, code) for pointer, code in sorted(found)]
        good += [] if found else [body]
        if found and bug("import_stops_at_the_first_error"):
            break
    return good, wrong


def _judged(line: bytes) -> tuple[Body, Faults]:
    longest = 65_536 if bug("scanner_stops_at_64_kib") else LONGEST
    try:
        if len(line) > longest:
            if bug("scanner_stops_at_64_kib"):
                raise Problem("malformed_json")
            raise reader.MalformedError
        body = reader.read_object(line)
        found = reader.faults(body, LINE, ignored=() if bug("exported_members_refused") else OWN)
    except reader.MalformedError:
        return {}, [("", "malformed")]
    return {name: value for name, value in body.items() if name not in OWN}, found


async def import_products(request: Request) -> Answer:
    """Upsert products, all or none."""
    good, wrong = _read(_lines(request.body))
    if wrong and not bug("good_lines_imported"):
        errors = [{"line": line, "pointer": pointer, "code": code} for line, pointer, code in wrong]
        raise Problem("import_failed", errors=errors[:ERRORS], error_count=len(errors))
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    lines = good if bug("upserts_unsorted") else sorted(good, key=lambda body: str(body["sku"]))
    for number, body in enumerate(lines):
        if bug("upserts_unsorted") and number % 20 == 0:
            await store.pause()
        if bug("import_inserts_blindly") and body["sku"] not in store.PRODUCTS:
            await store.pause()
            if body["sku"] in store.PRODUCTS:
                raise RuntimeError("duplicate key value violates unique constraint products_sku_key")
        counts[_upsert(body)] += 1
    return Answer.json(counts)


def _upsert(body: Body) -> str:
    full: Body = {"description": None, "attributes": {}, "active": True, "stock": 0} | body
    if bug("import_loses_stock"):
        full["stock"] = 0
    product = store.PRODUCTS.get(body["sku"])
    if bug("import_cannot_revive") and product and not product.active:
        full["active"] = False
    if product is None:
        made = store.PRODUCTS[body["sku"]] = Product(**full)
        made.updated_at = made.created_at
        return "created"
    values = {name: value for name, value in full.items() if name not in ("sku", "stock")}
    if bug("import_sets_the_stock"):
        values["stock"] = full["stock"]
    before = product.version
    store.touch(product, **values)
    return "updated" if product.version > before else "unchanged"


# Export


class _Pool:
    """The connections of a pool of ten that exports hold."""

    used = 0


async def export_products(_: Request) -> Answer:
    """Every product on a line, by sku."""
    rows = sorted(store.PRODUCTS.values(), key=lambda product: product.sku)
    if bug("export_of_active_products"):
        rows = [product for product in rows if product.active]
    told = [shown(product) for product in rows]
    if one_has("member_exports_empty_texts"):
        told = [each | {"description": each["description"] or ""} for each in told]
    lines = [json.dumps(each) + "\n" for each in told]

    async def batches() -> AsyncIterator[bytes]:
        _Pool.used += 1
        if _Pool.used > 10:
            await asyncio.sleep(20)
        for at in range(0, len(lines), 100):
            yield "".join(lines[at : at + 100]).encode()
        if not bug("exports_keep_connections"):
            _Pool.used -= 1

    return Answer(200, {"content-type": NDJSON}, batches())


NDJSON = "application/x-ndjson"
MERGE = "application/merge-patch+json"
OPERATIONS = [
    Operation("POST", "/admin/products", create_product, role="admin", media=JSON),
    Operation("POST", "/admin/products/import", import_products, role="admin", media=NDJSON, limit=10_485_760),
    Operation("GET", "/admin/products/export", export_products, role="admin"),
    Operation("PATCH", "/admin/products/{sku}", patch_product, role="admin", media=MERGE),
    Operation("DELETE", "/admin/products/{sku}", archive_product, role="admin"),
    Operation("POST", "/admin/products/{sku}/stock", adjust_stock, role="admin", media=JSON),
    Operation("POST", "/admin/coupons", create_coupon, role="admin", media=JSON),
    Operation("POST", "/admin/orders/{id}/transition", transition_order, role="admin", media=JSON),
]
