"""Access tokens (AUTH-7, AUTH-8), and the decorator and the hook that ask for them."""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import jwt
from flask import current_app, g, request

from shop.platform.problems import Forbidden, Unauthenticated
from shop.platform.schemas import UUID

LIFETIME_SECONDS = 900

# PyJWT would skip characters that are not base64url.
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
P = ParamSpec("P")
R = TypeVar("R")

ROLES = ("customer", "admin")


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, as the token says."""

    id: uuid.UUID
    role: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


def issue_token(caller: Caller) -> str:
    now = int(time.time())
    claims = {
        "iss": "shop",
        "sub": str(caller.id),
        "role": caller.role,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return jwt.encode(claims, current_app.config["JWT_SECRET"], "HS256")


def read_token(token: str) -> Caller | None:
    """Return whose token this is, or None if it is not good."""
    if not COMPACT.fullmatch(token):
        return None
    try:
        claims = jwt.decode(
            token,
            current_app.config["JWT_SECRET"],
            ["HS256"],
            issuer="shop",
            # The shop issues neither `aud` nor `nbf`: they are ignored.
            options={"require": ["exp"], "verify_aud": False, "verify_nbf": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, OverflowError, RecursionError):
        return None
    subject, role, expires = claims.get("sub"), claims.get("role"), claims["exp"]
    # PyJWT takes an expiry that is a text.
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        return None
    if not isinstance(subject, str) or not re.fullmatch(UUID, subject) or role not in ROLES:
        return None
    return Caller(uuid.UUID(subject), role)


def authenticate() -> None:
    """Find out who asks, or raise unauthenticated."""
    sent = request.authorization
    caller = read_token(sent.token) if sent and sent.type == "bearer" and sent.token else None
    if caller is None:
        raise Unauthenticated
    g.caller = caller


def current_caller() -> Caller:
    return cast("Caller", g.caller)


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        authenticate()
        return view(*args, **kwargs)

    return guarded


def require_admin() -> None:
    """Guard a blueprint, as its `before_request`."""
    authenticate()
    if not current_caller().is_admin:
        raise Forbidden
