"""The way from a product to an order."""

from __future__ import annotations

import secrets
from typing import Any

from rosetta.kit import payments
from rosetta.kit.client import Answer
from rosetta.kit.people import User
from rosetta.kit.products import Products

BURST = 20  # check-outs of a user before the rate limit begins, RATE-1


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return f"key-{secrets.token_hex(8)}"


def put(user: User, sku: str, quantity: int = 1) -> Answer:
    """Set the quantity of a line."""
    return user.put(f"/cart/items/{sku}", body={"quantity": quantity})


def fill(user: User, *lines: str | tuple[str, int]) -> dict[str, Any]:
    """Put lines, a sku or a sku and its quantity each, into the cart and return the cart."""
    for line in lines:
        sku, quantity = (line, 1) if isinstance(line, str) else line
        put(user, sku, quantity).expect(200)
    cart: dict[str, Any] = user.get("/cart").expect(200).json
    return cart


def checkout(user: User, total: int | None = None, key: str | None = None, **options: Any) -> Answer:
    """Check out with `key` or a new one, expecting `total` or what the cart says now."""
    if total is None:
        total = user.get("/cart").expect(200).json["total"]
    given = {"idempotency-key": key or new_key(), **options.pop("headers", {})}
    return user.post("/checkout", body={"expected_total": total}, headers=given, **options)


def order(user: User, products: Products, **members: Any) -> dict[str, Any]:
    """Make a product of `members`, check one of it out, and return the pending order."""
    cart = fill(user, products.add(**members))
    made: dict[str, Any] = checkout(user, cart["total"]).expect(201).json
    return made


def paid_order(user: User, products: Products, **members: Any) -> dict[str, Any]:
    """An order like `order`, paid."""
    made = order(user, products, **members)
    payments.deliver(user.shop, payments.event("payment.succeeded", made)).expect(200)
    paid: dict[str, Any] = user.get(f"/orders/{made['id']}").expect(200).json
    return paid
