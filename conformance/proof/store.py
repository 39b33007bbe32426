"""The tables, in memory. What the database's triggers do stands here too: versions, moments and events.

One event loop serves all requests, and no operation awaits between reading and writing: that is the lock. A bug that
needs a race awaits `pause()` there.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from proof.bugs import SECOND, bug, one_has
from proof.money import Figures, Line
from proof.reader import milliseconds
from rosetta.harness.paths import CONTRACT

Row = dict[str, Any]


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class User:
    """A row of users."""

    email: str
    password_hash: str
    name: str
    role: str = "customer"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: int = field(default_factory=now)


@dataclass
class Session:
    """One log-in."""

    user: User
    revoked: bool = False


@dataclass
class RefreshToken:
    """A token of a session, which is good for one use."""

    session: Session
    used: bool = False


@dataclass
class Product:
    """A row of products."""

    sku: str
    name: str
    category: str
    price: int
    tax_rate_bp: int
    description: str | None = None
    attributes: Row = field(default_factory=dict)
    stock: int = 0
    active: bool = True
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    version: int = 1
    created_at: int = field(default_factory=now)
    updated_at: int = 0


@dataclass
class Coupon:
    """A row of coupons; `users` are those who redeemed it."""

    code: str
    percent_bp: int
    min_subtotal: int
    max_redemptions: int | None
    starts_at: int
    ends_at: int | None
    redeemed: int = 0
    users: set[str] = field(default_factory=set)


@dataclass
class Cart:
    """An open cart: quantities by sku, and a coupon's code."""

    lines: dict[str, int] = field(default_factory=dict)
    coupon: str | None = None


@dataclass
class Order:
    """A row of orders with its lines."""

    user_id: str
    lines: list[Line]
    figures: Figures
    coupon_code: str | None
    status: str = "pending"
    payment_status: str = "none"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    version: int = 1
    created_at: int = field(default_factory=now)
    updated_at: int = 0


@dataclass(frozen=True)
class Event:
    """A row of events; `data` is the JSON text that is sent as it is."""

    id: int
    topic: str
    user_id: str | None
    type: str
    data: str
    second: bool  # whether the second member of a fleet did it


USERS: dict[str, User] = {}
USERS_BY_EMAIL: dict[str, User] = {}
REFRESH_TOKENS: dict[str, RefreshToken] = {}
PRODUCTS: dict[str, Product] = {}
COUPONS: dict[str, Coupon] = {}
CARTS: dict[str, Cart] = {}
ORDERS: dict[str, Order] = {}
WEBHOOKS: set[str] = set()
EVENTS: list[Event] = []
RATES: dict[str, float] = {}


class _Clock:
    """Hands out ids of events, and wakes the streams."""

    last_id = 0
    news = asyncio.Event()


def moment(milliseconds: int | None) -> str | None:
    """The timestamp of rule JSON-8."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    if bug("timestamp_zeros_dropped"):
        return f"{text}.{rest:03}".rstrip("0").rstrip(".") + "Z"
    return f"{text}.{rest:03}Z"


async def pause() -> None:
    """Let the other requests go first, as a database without the right lock does."""
    await asyncio.sleep(random.uniform(0.05, 0.1))


async def overtaken(row: Product | Order) -> None:
    """Wait until another request has changed the row, half a second at most: a race that does not hang on luck."""
    version, end = row.version, time.monotonic() + 0.5
    while row.version == version and time.monotonic() < end:
        await asyncio.sleep(0.005)


def news() -> asyncio.Event:
    """What is set at the next event."""
    return _Clock.news


def touch(row: Product | Order, **values: Any) -> None:
    """Change a row as the trigger bump_version does: what is equal is no change."""
    changed = {name: value for name, value in values.items() if not _equal(getattr(row, name), value)}
    if not changed and not bug("version_bumped_by_nothing"):
        return
    stock_changed = "stock" in changed
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now()
    if isinstance(row, Product) and bug("every_update_is_an_event"):
        stock_changed = True
    if isinstance(row, Order):
        if {"status", "payment_status"} & changed.keys():
            emit_order(row)
    elif stock_changed:
        _emit("stock", None, product_id=row.id, sku=row.sku, stock=row.stock, version=row.version)


def _equal(one: Any, other: Any) -> bool:
    """As IS NOT DISTINCT FROM: in jsonb, true is not 1, and the order of keys means nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return bool(one == other)


def emit_order(order: Order) -> None:
    """Tell that an order is new, or that its state has changed."""
    values = {"order_id": order.id, "status": order.status, "payment_status": order.payment_status}
    _emit("orders", order.user_id, **values, version=order.version)


def _emit(topic: str, user_id: str | None, **values: Any) -> None:
    if topic == "stock" and values["stock"] % 2 and bug("events_of_a_batch_merged"):
        return
    if topic == "stock" and one_has("member_sells_in_silence"):
        return
    _Clock.last_id += 1
    separators = (",", ":") if bug("event_data_printed_again") else (", ", " : ")
    type = {"stock": "stock.changed", "orders": "order.changed"}[topic]
    event = Event(_Clock.last_id, topic, user_id, type, json.dumps(values, separators=separators), SECOND.get())
    if bug("event_ids_before_commit"):
        asyncio.get_running_loop().call_later(random.uniform(0, 0.05), _publish, event)
    else:
        _publish(event)


def _publish(event: Event) -> None:
    EVENTS.append(event)
    _Clock.news.set()
    _Clock.news = asyncio.Event()


def take(key: str, burst: int, interval: float) -> int:
    """GCRA as rate_take of functions.sql; gives 0, or the whole seconds until the next request is allowed."""
    at = time.time()
    arrival = max(RATES.get(key, at), at)
    excess = arrival + interval - at - interval * burst
    if excess <= 0:
        RATES[key] = arrival + interval
        return 0
    return max(1, -int(-excess // 1))


# One row of the VALUES of seed.sql: literals of PostgreSQL, which but for the strings are JSON's.
SEED_ROW = re.compile(r"^  \(('.*?)\),?$", re.MULTILINE | re.DOTALL)
LITERAL = re.compile(r"(?:U&)?'(?:[^']|'')*'|\bNULL\b|\btrue\b|\bfalse\b|-?\d+")


def load_seed() -> None:
    """Read the products of contract/seed.sql."""
    for match in SEED_ROW.finditer((CONTRACT / "seed.sql").read_text(encoding="utf-8")):
        found = [_literal(each) for each in LITERAL.findall(match[1])]
        id, sku, name, description, category, price, rate, attributes, stock, active, created = found
        product = Product(sku, name, category, price, rate, description, json.loads(attributes), stock, active, id)
        product.created_at = product.updated_at = milliseconds(created)
        PRODUCTS[sku] = product


def _literal(text: str) -> Any:
    if text.startswith("U&"):
        return re.sub(r"\\([0-9A-F]{4})", lambda match: chr(int(match[1], 16)), _literal(text[2:]))
    return text[1:-1].replace("''", "'") if text[0] == "'" else json.loads(text.lower())
