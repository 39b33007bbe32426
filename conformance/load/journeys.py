"""What visitors of the shop do. This is the locustfile: stock Locust workers run it too."""

from __future__ import annotations

import json
import time
from typing import Any, ClassVar

from locust.contrib.fasthttp import FastHttpSession

from load import crowd
from load.engine import Astray, OpenUser, Visit, Window
from rosetta.kit import tokens
from rosetta.kit.people import PASSWORD

SORTS = ("newest", "price", "name")
THINK = 0.1
IMPORT_LINES = 2000
REPLAYED = 10  # one buyer in so many sends the check-out twice


# Single requests


def get_product(visit: Visit) -> None:
    """Read any product."""
    visit.ask("getProduct", "GET", f"/products/{visit.sku()}")


def list_products(visit: Visit) -> None:
    """Read the first page in one of the orders."""
    visit.ask("listProducts", "GET", f"/products?sort={visit.chance.choice(SORTS)}")


def search(visit: Visit) -> None:
    """Search by a part of the name that one product in ten has."""
    visit.ask("search", "GET", f"/products?q=s{visit.chance.randrange(crowd.SERIES):02}")


def log_in(visit: Visit, number: int | None = None) -> str:
    """Log in as a customer; returns the access token."""
    email = crowd.email(visit.customer() if number is None else number)
    token: str = visit.ask("login", "POST", "/auth/login", body={"email": email, "password": PASSWORD}).json[
        "access_token"
    ]
    return token


def put_cart_item(visit: Visit, token: str | None = None, think: float = 0) -> None:
    """Put one of the hot products into a cart."""
    bearer = token or tokens.mint(crowd.customer_id(visit.customer()))
    target = f"/cart/items/{visit.sku(count=crowd.HOT)}"
    visit.ask("putCartItem", "PUT", target, token=bearer, body={"quantity": 1}, think=think)


def checkout(visit: Visit, number: int | None = None, total: int = crowd.HOT_TOTAL) -> None:
    """Check out what is in the cart."""
    who = visit.customer() if number is None else number
    key, token = f"{visit.spec.seed}-{who}".replace(" ", "-"), tokens.mint(crowd.customer_id(who))
    given: dict[str, Any] = {"token": token, "body": {"expected_total": total}, "headers": {"Idempotency-Key": key}}
    seen = visit.window.measured
    seen.unknown.append(key)
    try:
        answer = visit.ask("checkout", "POST", "/checkout", status=201, **given)
    except Astray as astray:
        if astray.answered:
            seen.unknown.remove(key)
        raise
    seen.unknown.remove(key)
    seen.bought[key] = answer.json["id"]
    # Only a buyer of whom this is one step of many sends it again, as one does whose connection broke.
    if number is not None and who % REPLAYED == 0:
        again = visit.ask("checkout again", "POST", "/checkout", status=201, **given)
        if again.body != answer.body:
            visit.window.wrong("checkout again: another answer")


def adjust_stock(visit: Visit) -> None:
    """Add to, or take from, the stock of a hot product."""
    sku, delta = visit.sku(count=crowd.HOT), visit.chance.choice([-2, -1, 1, 2, 3])
    began = time.perf_counter()
    seen = visit.window.measured
    try:
        target = f"/admin/products/{sku}/stock"
        product = visit.ask("adjustStock", "POST", target, token=_admin(visit), body={"delta": delta}).json
    except Astray as astray:
        if not astray.answered:
            seen.unsure.setdefault(sku, []).append(delta)
        raise
    seen.added[sku] = seen.added.get(sku, 0) + delta
    visit.window.changes[sku, product["version"]] = began
    _delivered(visit.window, sku, product["version"])


# Journeys of several requests


def browse(visit: Visit) -> None:
    """Look through two pages and at three products."""
    page = visit.ask("listProducts", "GET", f"/products?category=shelf-{visit.chance.randrange(50)}", think=THINK).json
    visit.ask("getProduct", "GET", f"/products/{visit.chance.choice(page['items'])['sku']}", think=THINK)
    target = f"/products?category={page['items'][0]['category']}&cursor={page['next_cursor']}"
    page = visit.ask("listProducts", "GET", target, think=THINK).json
    for each in visit.chance.sample(page["items"], 2):
        visit.ask("getProduct", "GET", f"/products/{each['sku']}", think=THINK)


def find(visit: Visit) -> None:
    """Search, and read what was found."""
    found = visit.ask("search", "GET", f"/products?q=s{visit.chance.randrange(crowd.SERIES):02}", think=THINK).json
    visit.ask("getProduct", "GET", f"/products/{found['items'][0]['sku']}")


def buy(visit: Visit) -> None:
    """Log in, fill the cart, look at it, check out, and read the order."""
    number = visit.customer()
    token = log_in(visit, number)
    for _ in range(2):
        put_cart_item(visit, token, THINK)
    total = visit.ask("getCart", "GET", "/cart", token=token, think=THINK).json["total"]
    checkout(visit, number, total)
    visit.ask("listOrders", "GET", "/orders?limit=5", token=token)


def edit(visit: Visit) -> None:
    """Read a product in the back office and change its name, as nobody else has changed it meanwhile; then restock."""
    sku = visit.sku(crowd.HOT, visit.spec.products - crowd.HOT - IMPORT_LINES)
    tag = visit.ask("getProduct", "GET", f"/products/{sku}", think=THINK).headers["etag"]
    headers = {"If-Match": tag, "Content-Type": "application/merge-patch+json"}
    body = {"name": f"Renamed {visit.spec.seed} {visit.number} S{visit.chance.randrange(crowd.SERIES):02}"}
    target = f"/admin/products/{sku}"
    visit.ask("patchProduct", "PATCH", target, token=_admin(visit), body=body, headers=headers, think=THINK)
    adjust_stock(visit)


def bulk(visit: Visit) -> None:
    """Replace the last products by an import."""
    lines = [
        json.dumps(
            {
                "sku": crowd.sku(visit.spec.products - IMPORT_LINES + number),
                "name": f"Imported {visit.spec.seed} {visit.number}",
                "category": "imported",
                "price": 1000 + number,
                "tax_rate_bp": 1900,
            }
        )
        for number in range(IMPORT_LINES)
    ]
    headers = {"Content-Type": "application/x-ndjson"}
    content = "\n".join(lines)
    visit.ask("importProducts", "POST", "/admin/products/import", token=_admin(visit), content=content, headers=headers)


def _admin(visit: Visit) -> str:
    return tokens.mint(visit.spec.admin, "admin")


def _delivered(window: Window, sku: str, version: int) -> None:
    """Note how long after the request for a change a watcher has heard of it, once both are known."""
    if (sku, version) in window.changes and (sku, version) in window.heard:
        window.record("stock.changed", max(window.heard[sku, version] - window.changes.pop((sku, version)), 0))


class Shop(OpenUser):
    """The shop's visitors."""

    journeys: ClassVar = {
        "getProduct": get_product,
        "listProducts": list_products,
        "search": search,
        "login": log_in,
        "putCartItem": put_cart_item,
        "checkout": checkout,
        "adjustStock": adjust_stock,
        "browse": browse,
        "find": find,
        "buy": buy,
        "edit": edit,
        "bulk": bulk,
    }
    alone: ClassVar = frozenset(
        {"getProduct", "listProducts", "search", "login", "putCartItem", "checkout", "adjustStock"}
    )

    def watch(self, window: Window, session: FastHttpSession, ids: list[int]) -> None:
        """Watch the stock."""
        stream = session.get("/events?topic=stock", stream=True).stream
        while line := stream.readline(b"\n"):
            field, _, value = line.partition(b":")
            if field == b"id":
                ids.append(int(value))
            elif field == b"data":
                change = json.loads(value)
                key = change["sku"], change["version"]
                window.heard.setdefault(key, time.perf_counter())
                _delivered(window, *key)
