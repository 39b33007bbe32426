"""Every operation that takes a JSON document, with a good one: what level 7 makes bad in all ways."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rosetta.kit import payments
from rosetta.kit.client import Answer, Client
from rosetta.kit.orders import new_key, order
from rosetta.kit.people import PASSWORD, People, User, new_email
from rosetta.kit.products import Products

Content = bytes | Iterable[bytes]


@dataclass(frozen=True)
class Write:
    """An operation that takes a JSON document; `good` is one with all of its members, `by` is who may send it."""

    operation: str
    method: str
    path: str
    good: dict[str, Any]
    shop: Client
    by: User | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> bytes:
        """The good document."""
        return json.dumps(self.good).encode()

    @property
    def signed(self) -> bool:
        """Whether it is the webhook, which has a signature for its authentication and ignores types and members."""
        return self.operation == "paymentWebhook"

    def send(self, content: Content, headers: dict[str, str] | None = None, *, typed: bool = True) -> Answer:
        """Send `content` as somebody who may; `headers` come on top, `typed` says whether the type is told."""
        if not isinstance(content, bytes):
            content = list(content)
        given = dict(self.headers) | ({"content-type": self.media_type} if typed else {}) | (headers or {})
        if self.signed:
            given |= payments.headers(content if isinstance(content, bytes) else b"".join(content))
        token = self.by.token if self.by else None
        return self.shop.request(self.method, self.path, headers=given, token=token, content=content)

    def replaced(self, **members: Any) -> Answer:
        """Send the good document with some members replaced, or taken away by `...`."""
        changed = {name: value for name, value in {**self.good, **members}.items() if value is not ...}
        return self.send(json.dumps(changed).encode())


def writes(people: People, products: Products) -> list[Write]:
    """All operations that take a JSON document, on things of their own. A good document has every member."""
    shop, admin, customer = people.shop, people.admin, people.customer()
    made = order(customer, products)
    login = {"email": customer.email, "password": PASSWORD}
    product = {"sku": products.sku(), "name": "Thing", "category": products.category, "price": 100, "tax_rate_bp": 0}
    optional = {"description": "Text", "attributes": {"colour": "red"}, "stock": 3}
    coupon = {"code": f"C{secrets.token_hex(7).upper()}", "percent_bp": 1000, "min_subtotal": 0}
    window = {"max_redemptions": 5, "starts_at": "2026-01-01T00:00:00.000Z", "ends_at": "2999-01-01T00:00:00.000Z"}
    patched = {"name": "Other", "category": products.category, "price": 200, "tax_rate_bp": 100}
    patch = {**patched, "description": "Text", "attributes": {"colour": "blue"}}
    match = {"if-match": "*"}
    key = {"idempotency-key": new_key()}
    merge = "application/merge-patch+json"
    token = {"refresh_token": "A" * 43}
    sku = products.add()
    return [
        Write("register", "POST", "/auth/register", {**login, "email": new_email(), "name": "Ada"}, shop),
        Write("login", "POST", "/auth/login", login, shop),
        Write("refreshToken", "POST", "/auth/refresh", token, shop),
        Write("logout", "POST", "/auth/logout", token, shop),
        Write("putCartItem", "PUT", f"/cart/items/{products.add()}", {"quantity": 2}, shop, customer),
        Write("putCartCoupon", "PUT", "/cart/coupon", {"code": products.coupon()}, shop, customer),
        Write("checkout", "POST", "/checkout", {"expected_total": 0}, shop, customer, headers=key),
        Write("createProduct", "POST", "/admin/products", {**product, **optional}, shop, admin),
        Write("patchProduct", "PATCH", f"/admin/products/{sku}", patch, shop, admin, merge, match),
        Write("adjustStock", "POST", f"/admin/products/{sku}/stock", {"delta": 1}, shop, admin),
        Write("createCoupon", "POST", "/admin/coupons", {**coupon, **window}, shop, admin),
        Write(
            "transitionOrder",
            "POST",
            f"/admin/orders/{made['id']}/transition",
            {"to": "cancelled"},
            shop,
            admin,
            headers=match,
        ),
        Write("paymentWebhook", "POST", payments.PATH, payments.event("payment.failed", made), shop),
    ]
