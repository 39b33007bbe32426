"""Access tokens (AUTH-7, AUTH-8): issued and read by PyJWT, asked for by django-ninja's HttpBearer."""

import re
import time
from dataclasses import dataclass
from uuid import UUID

import jwt
from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict, ValidationError

from shop.http.problems import Forbidden
from shop.http.schemas import UuidText

LIFETIME_SECONDS = 900
ALGORITHM = "HS256"

# PyJWT's decoder would skip characters that are not base64url.
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, as the token says."""

    id: UUID
    role: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class Claims(BaseModel):
    """What PyJWT does not check by itself: types and forms."""

    model_config = ConfigDict(strict=True)

    sub: UuidText
    role: str
    exp: float


def issue_token(caller: Caller) -> str:
    now = int(time.time())
    claims = {"iss": "shop", "sub": str(caller.id), "role": caller.role, "iat": now, "exp": now + LIFETIME_SECONDS}
    return jwt.encode(claims, settings.JWT_SECRET, ALGORITHM)


def read_token(token: str) -> Caller | None:
    """Return whose token this is, or None if it is not good."""
    if not COMPACT.fullmatch(token):
        return None
    try:
        payload = jwt.decode(
            token,
            settings.JWT_SECRET,
            [ALGORITHM],
            issuer="shop",
            # The shop issues neither `aud` nor `nbf`: they are ignored.
            options={"require": ["exp"], "verify_aud": False, "verify_nbf": False, "verify_iat": False},
        )
        claims = Claims.model_validate(payload)
    except (jwt.InvalidTokenError, ValidationError, OverflowError, RecursionError):
        return None
    return Caller(UUID(claims.sub), claims.role) if claims.role in ("customer", "admin") else None


class CallerRequest(HttpRequest):
    """A request whose token was good."""

    auth: Caller


class AccessToken(HttpBearer):
    """Anybody who has logged in: an administrator may do whatever a customer may."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        return read_token(token)


class AdministratorToken(AccessToken):
    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        caller = super().authenticate(request, token)
        if caller and not caller.is_admin:
            raise Forbidden
        return caller


customer = AccessToken()
administrator = AdministratorToken()
