"""Cursors as rule CURSOR-1 makes them, genuine and forged."""

from __future__ import annotations

import base64
import hashlib
import hmac

from rosetta.harness.environment import secrets


def encode(data: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def filter_hash(**filters: str) -> str:
    """The hash of the filters of listProducts; absent ones are empty."""
    names = ("q", "category", "price_min", "price_max", "in_stock")
    return hashlib.sha256("\n".join(filters.get(name, "") for name in names).encode()).hexdigest()[:16]


def payload(sort: str, hashed: str, key: str, id: str, resource: str = "products") -> bytes:
    """The signed part."""
    return "\n".join((resource, sort, hashed, key, id)).encode()


def seal(data: bytes, secret: str | None = None) -> str:
    """The cursor of a payload, signed with `secret` or with CURSOR_SECRET."""
    key = (secret or secrets()["CURSOR_SECRET"]).encode()
    return f"{encode(data)}.{encode(hmac.new(key, data, hashlib.sha256).digest()[:16])}"
