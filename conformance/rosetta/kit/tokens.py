"""Access tokens as rule AUTH-7 makes them, and wrong ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from rosetta.harness.environment import secrets

LIFE_SECONDS = 900


def encode(data: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(subject: str, role: str, **changes: Any) -> dict[str, Any]:
    """The claims of a fresh token; `changes` replaces some, ... takes one away."""
    now = int(time.time())
    merged = {"iss": "shop", "sub": subject, "role": role, "iat": now, "exp": now + LIFE_SECONDS, **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def sign(payload: dict[str, Any], *, secret: str | None = None, hash: str = "sha256", **header: Any) -> str:
    """A JWT of `payload`, signed by HMAC with `secret` or JWT_SECRET; `header` adds to or replaces alg and typ."""
    parts = [{"alg": "HS256", "typ": "JWT", **header}, payload]
    signed = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{signature(signed, secret, hash)}"


def signature(signed: str, secret: str | None = None, hash: str = "sha256") -> str:
    """The third part of a JWT whose first two are `signed`."""
    key = (secret or secrets()["JWT_SECRET"]).encode()
    return encode(hmac.new(key, signed.encode(), getattr(hashlib, hash)).digest())


def mint(subject: str, role: str = "customer") -> str:
    """A good token for the user with the id `subject`."""
    return sign(claims(subject, role))


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified."""
    header, payload, _ = token.split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (header, payload)]
    return decoded[0], decoded[1]


def is_signed(token: str) -> bool:
    """Whether the token is signed with JWT_SECRET."""
    signed, _, mac = token.rpartition(".")
    return signature(signed) == mac
