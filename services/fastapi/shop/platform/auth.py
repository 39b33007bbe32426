"""Access tokens (AUTH-7, AUTH-8), and the dependencies that ask for one."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import jwt
from fastapi import Depends, Request

from shop.platform.problem import Problem
from shop.platform.routing import UUID_TEXT

LIFETIME_SECONDS = 900

MAX_TIME = 2**53 - 1  # of `exp`; beyond it are numbers that are no time, infinity among them

# PyJWT's decoder would skip characters that are not base64url.
BEARER = re.compile(r"bearer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.IGNORECASE)

Role = Literal["customer", "admin"]


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, as the token says."""

    id: UUID
    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether the caller may see and do everything."""
        return self.role == "admin"


class Tokens:
    """Makes and checks access tokens with JWT_SECRET.

    Args:
        now: the clock, in seconds since 1970.
    """

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now
        self._signatures = jwt.PyJWS()

    def issue(self, caller: Caller) -> str:
        """Return a new access token."""
        now = int(self._now())
        claims = {"iss": "shop", "sub": str(caller.id), "role": caller.role, "iat": now, "exp": now + LIFETIME_SECONDS}
        return jwt.encode(claims, self._secret, "HS256")

    def read(self, token: str) -> Caller | None:
        """Return whose token this is, or None if it is not good."""
        try:
            # The signature is the library's to check. Its checks of claims are more than the contract's (nbf, aud) and
            # less (exp in whole seconds).
            claims = json.loads(self._signatures.decode(token, self._secret, ["HS256"]))
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            return None
        match claims:
            case {
                "iss": "shop",
                "sub": str(sub),
                "role": "customer" | "admin" as role,
                "exp": int() | float() as expires,
            }:
                good = UUID_TEXT.fullmatch(sub) and not isinstance(expires, bool) and self._now() < expires <= MAX_TIME
                return Caller(UUID(sub), role) if good else None
            case _:
                return None


async def get_caller(request: Request) -> Caller:
    """Give the caller of a request with a good token, or raise unauthenticated."""
    match request.headers.getlist("authorization"):
        case [text] if found := BEARER.fullmatch(text):
            caller: Caller | None = request.state.tokens.read(found[1])
        case _:
            caller = None
    if caller is None:
        raise Problem("unauthenticated")
    return caller


async def require_admin(caller: Annotated[Caller, Depends(get_caller)]) -> None:
    """Raise unauthenticated or forbidden unless the caller is an administrator."""
    if not caller.is_admin:
        raise Problem("forbidden")


Customer = Annotated[Caller, Depends(get_caller)]
"""Anybody with a good token; an administrator may do whatever a customer may."""
