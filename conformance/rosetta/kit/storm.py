"""A storm of buyers and editors over one shop, and those who listen to it.

Everything random comes from one seed. What clients saw is kept; `books` compares it with the tables.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import httpx

from rosetta.harness.contract import ContractViolation
from rosetta.harness.database import connect
from rosetta.kit import payments
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import new_key
from rosetta.kit.people import People, User
from rosetta.kit.products import Products
from rosetta.kit.streams import listen

PRODUCTS = 8
# A quarter of the products is soon sold out, the others never.
STOCKS = (40, 1000, 1000, 1000)
REDEMPTIONS = 30
TRY_SECONDS = 30
LONGEST_SECONDS = 90


@dataclass(frozen=True)
class Bought:
    """A check-out that was answered with 201."""

    key: str
    user_id: str
    order: dict[str, Any]
    body: bytes


@dataclass
class Seen:
    """What the clients of a storm saw."""

    bought: list[Bought] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # keys whose last request had no answer
    added: dict[str, list[int]] = field(default_factory=dict)  # stock adjustments by sku that were answered with 200
    perhaps: dict[str, list[int]] = field(default_factory=dict)  # those that had no answer
    statuses: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # requests without an answer


class Follower:
    """A client of /events that hears everything from the first event on: it resumes whenever its stream ends, at the
    next of several processes.
    """

    def __init__(self, shops: Callable[[], Sequence[Client]], query: str, token: str | None) -> None:
        self.ids: list[int] = []
        self._shops, self._query, self._token = shops, query, token
        self._last = 0
        self._stop = threading.Event()
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        assert self._began.wait(10), "no stream could be opened"

    def _follow(self) -> None:
        turns = itertools.count()
        while not self._stop.is_set():
            shops = self._shops()
            with contextlib.suppress(AssertionError, httpx.HTTPError, OSError):
                self._read(shops[next(turns) % len(shops)])
            self._stop.wait(0.05)

    def _read(self, shop: Client) -> None:
        # A stream has a client of its own, since its exchanges are of no use to the reader of a failure.
        client = Client(shop.base_url)
        try:
            with listen(client, self._query, self._token, self._last) as stream:
                self._began.set()
                told = 0
                while not (stream.ended or self._stop.is_set()):
                    told = self._take(stream.events(), told)
                    time.sleep(0.1)
                self._take(stream.events(), told)
        finally:
            client.close()

    def _take(self, events: list[tuple[int, str, str]], told: int) -> int:
        for id, _, _ in events[told:]:
            self.ids.append(id)
            self._last = id
        return len(events)

    def finish(self, newest: int, seconds: float = 20) -> list[int]:
        """All ids that were told, once `newest` is among them or the time is over."""
        deadline = time.monotonic() + seconds
        while (not self.ids or self.ids[-1] < newest) and time.monotonic() < deadline:
            time.sleep(0.02)
        self._stop.set()
        self._thread.join(10)
        return self.ids


@dataclass
class Storm:
    """A storm over the shop behind `shops`, processes over the database at `url`, which nobody else uses.

    Args:
        shops: asked again before every request, because processes die and come back.
        checkouts: how many each buyer tries; the limit of check-outs lets 20 pass at once.
        calm: nothing is broken on purpose, so stock is adjusted by small amounts, of which every one is known.
        breaks: requests may stay without an answer; otherwise one ends the storm with its error.
    """

    shops: Callable[[], Sequence[Client]]
    url: str
    buyers: int
    seed: int
    checkouts: int
    calm: bool = False
    breaks: bool = False
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        with connect(self.url) as database:
            people = People(self.shops()[0], database)
            products = Products(people, database)
            self.stocks = {
                products.add(stock=STOCKS[number % 4], price=700 + 100 * number): STOCKS[number % 4]
                for number in range(PRODUCTS)
            }
            self.skus = list(self.stocks)
            self.category = products.category
            self.code = products.coupon(1000, max_redemptions=REDEMPTIONS)
            self.customers = [people.customer() for _ in range(self.buyers)]
            self.admin = people.admin
        self._dearer = ""
        self._over = threading.Event()
        self._end = float("inf")
        self._lock = threading.Lock()
        self._local = threading.local()

    # Requests

    def _client(self, chance: random.Random) -> Client:
        """A connection of this thread's own to one of the processes."""
        shops = self.shops()
        url = shops[chance.randrange(len(shops))].base_url
        clients: dict[str, Client] = vars(self._local).setdefault("clients", {})
        if url not in clients:
            clients[url] = Client(url, timeout=TRY_SECONDS)
        clients[url].exchanges.clear()
        return clients[url]

    def ask(self, chance: random.Random, user: User | None, method: str, target: str, **options: Any) -> Answer | None:
        """One request as `user`; None if it broke and may."""
        assert time.monotonic() < self._end, (
            f"the storm is not over after {LONGEST_SECONDS} s: {dict(self.seen.statuses)}"
        )
        client = self._client(chance)
        sender = User(client, user.id, user.email, user.token).request if user else client.request
        try:
            answer = sender(method, target, **options)
        except ContractViolation as violation:
            told = f"{violation}\n{client.exchanges[-1].command()}"
            raise ContractViolation(told, violation.rule, violation.hint) from violation
        except httpx.TransportError:
            if not self.breaks:
                raise
            with self._lock:
                self.seen.lost += 1
            time.sleep(0.05)
            return None
        operation = client.exchanges[-1].reached
        with self._lock:
            self.seen.statuses[operation] += 1
        return answer

    def _insist(
        self, chance: random.Random, user: User | None, method: str, target: str, **options: Any
    ) -> Answer | None:
        """The same request again until it has an answer other than 503 and `in progress`, or time is over."""
        deadline = time.monotonic() + TRY_SECONDS
        answer = None
        while time.monotonic() < deadline and not (self._over.is_set() and answer is not None):
            answer = self.ask(chance, user, method, target, **options)
            if answer is not None and not _later(answer):
                return answer
            time.sleep(0.1)
        return answer

    # Who takes part

    def run(self, meanwhile: Callable[[], None] | None = None) -> Seen:
        """Let all loose, with `meanwhile` beside them; returns what was seen. Raises the first error of anybody."""
        self._end = time.monotonic() + LONGEST_SECONDS
        rounds: list[Callable[[random.Random], None]] = [self._stocker, self._editor, self._importer, self._cashier]
        with ThreadPoolExecutor(self.buyers + len(rounds) + 1) as pool:
            buying = [pool.submit(self._buyer, customer, self.seed + at) for at, customer in enumerate(self.customers)]
            others: list[Future[None]] = [pool.submit(self._rounds, each, at) for at, each in enumerate(rounds)]
            if meanwhile is not None:
                buying.append(pool.submit(meanwhile))
            wait(buying, return_when=FIRST_EXCEPTION)
            self._over.set()
        for future in (*buying, *others):
            future.result()
        return self.seen

    def _rounds(self, act: Callable[[random.Random], None], number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")
        while not self._over.is_set():
            act(chance)
            time.sleep(chance.uniform(0.01, 0.1))

    def _buyer(self, customer: User, seed: int) -> None:
        chance = random.Random(seed)
        coupon = chance.random() < 0.8
        for _ in range(self.checkouts):
            if self._over.is_set():
                return
            total = self._fill(chance, customer, coupon)
            answer = self._buy(chance, customer, total) if total is not None else None
            if answer is None or answer.status in (429, 503):
                continue
            if answer.status == 201:
                if chance.random() < 0.3:
                    self._insist(chance, customer, "POST", f"/orders/{answer.json['id']}/cancel")
            elif not _is(answer, "total_changed"):
                coupon = False
                self._insist(chance, customer, "DELETE", "/cart/coupon")
                for line in answer.expect(409).json.get("lines", []):
                    self._insist(chance, customer, "DELETE", f"/cart/items/{line['sku']}")

    def _buy(self, chance: random.Random, customer: User, total: int) -> Answer | None:
        """Check out with a new key, and with the same again until there is an answer."""
        key = new_key()
        self.seen.unknown.add(key)
        body, headers = {"expected_total": total}, {"idempotency-key": key}
        answer = self._insist(chance, customer, "POST", "/checkout", body=body, headers=headers)
        if answer is None or _later(answer):
            return None
        self.seen.unknown.discard(key)
        if answer.status == 201:
            self.seen.bought.append(Bought(key, customer.id, answer.json, answer.body))
        return answer

    def _fill(self, chance: random.Random, customer: User, coupon: bool) -> int | None:
        """Put two or three lines into the cart, in random order; its total."""
        cart = None
        for sku in chance.sample(self.skus, chance.randint(2, 3)):
            quantity = {"quantity": chance.randint(1, 2)}
            cart = self._insist(chance, customer, "PUT", f"/cart/items/{sku}", body=quantity)
        if coupon and chance.random() < 0.5:
            cart = self._insist(chance, customer, "PUT", "/cart/coupon", body={"code": self.code})
        if cart is None or cart.status != 200:
            return None
        return int(cart.json["total"])

    def _stocker(self, chance: random.Random) -> None:
        """Add to a stock, or take from it. Where answers are lost, by thousands: no lost sale hides behind one."""
        sku = chance.choice(self.skus)
        delta = chance.choice((-2, -1, 1, 2, 3)) if self.calm else 1000
        answer = self.ask(chance, self.admin, "POST", f"/admin/products/{sku}/stock", body={"delta": delta})
        if answer is None or answer.status == 503:
            self.seen.perhaps.setdefault(sku, []).append(delta)
        elif answer.status == 200:
            self.seen.added.setdefault(sku, []).append(delta)

    def _editor(self, chance: random.Random) -> None:
        """Change a product by patch, or read what customers read."""
        sku = chance.choice(self.skus)
        patch = {"description": f"edited {chance.random()}"}
        headers = {"content-type": "application/merge-patch+json", "if-match": "*"}
        self.ask(chance, self.admin, "PATCH", f"/admin/products/{sku}", body=patch, headers=headers)
        self.ask(chance, None, "GET", f"/products?limit=5&category={self.category}")
        self.ask(chance, None, "GET", f"/products/{sku}")

    def _importer(self, chance: random.Random) -> None:
        """Import all products in random order. Each third time another is dearer, so that carts can be bought."""
        if not self._dearer or chance.random() < 0.3:
            self._dearer = chance.choice(self.skus)
        lines = [
            {"sku": sku, "name": "Thing", "category": self.category, "price": 700 + 100 * at, "tax_rate_bp": 2000}
            | ({"price": 800 + 100 * at} if sku == self._dearer else {})
            for at, sku in enumerate(self.skus)
        ]
        chance.shuffle(lines)
        content = "\n".join(map(json.dumps, lines)).encode()
        headers = {"content-type": "application/x-ndjson"}
        self.ask(chance, self.admin, "POST", "/admin/products/import", content=content, headers=headers)

    def _cashier(self, chance: random.Random) -> None:
        """Pay, refund, cancel or ship one of the latest orders, as the payment provider and the administrator."""
        if not self.seen.bought:
            return
        order = chance.choice(self.seen.bought[-50:]).order
        kind = chance.choice(("succeeded", "succeeded", "failed", "refunded"))
        body = json.dumps(payments.event(f"payment.{kind}", order)).encode()
        self._insist(chance, None, "POST", payments.PATH, content=body, headers=payments.headers(body))
        to, match = chance.choice(("shipped", "cancelled")), {"if-match": "*"}
        path = f"/admin/orders/{order['id']}/transition"
        self.ask(chance, self.admin, "POST", path, body={"to": to}, headers=match)


def _is(answer: Answer, code: str) -> bool:
    return answer.status >= 400 and str(answer.json["type"]).endswith(f"/{code}")


def _later(answer: Answer) -> bool:
    """Whether the same request may have another answer a moment later."""
    return _is(answer, "service_unavailable") or _is(answer, "idempotency_in_progress")
