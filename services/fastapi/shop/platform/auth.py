"""Access tokens (AUTH-7, AUTH-8): issued and read by PyJWT, asked for by FastAPI's security schemes."""

import re
import time
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import jwt
from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import HTTPConnection

from shop.platform.problem import Code, Problem
from shop.platform.schemas import UuidText

LIFETIME_SECONDS = 900
ALGORITHM = "HS256"

# PyJWT's decoder would skip characters that are not base64url.
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)

Role = Literal["customer", "admin"]


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, as the token says."""

    id: UUID
    role: Role

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class Claims(BaseModel):
    """What PyJWT does not check by itself: types and forms."""

    model_config = ConfigDict(strict=True)

    sub: UuidText
    role: Role
    exp: float


class Tokens:
    """Makes and reads access tokens with JWT_SECRET."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, caller: Caller) -> str:
        now = int(time.time())
        claims = {"iss": "shop", "sub": str(caller.id), "role": caller.role, "iat": now, "exp": now + LIFETIME_SECONDS}
        return jwt.encode(claims, self._secret, ALGORITHM)

    def read(self, token: str) -> Caller | None:
        """Return whose token this is, or None if it is not good."""
        if not COMPACT.fullmatch(token):
            return None
        try:
            payload = jwt.decode(
                token,
                self._secret,
                [ALGORITHM],
                issuer="shop",
                # The shop issues neither `aud` nor `nbf`: they are ignored.
                options={"require": ["exp"], "verify_aud": False, "verify_nbf": False, "verify_iat": False},
            )
            claims = Claims.model_validate(payload)
        except (jwt.InvalidTokenError, ValidationError, OverflowError, RecursionError):
            return None
        return Caller(UUID(claims.sub), claims.role)


class AccessToken(HTTPBearer):
    """A security scheme that gives the caller, or raises unauthenticated or forbidden."""

    def __init__(self, role: Role | None = None) -> None:
        super().__init__(bearerFormat="JWT", scheme_name="bearer")
        self._role = role

    async def __call__(self, request: HTTPConnection) -> Caller:  # type: ignore[override]
        caller: Caller | None = request.scope.get("user")
        if caller is None:
            credentials = await super().__call__(request)
            if credentials and len(request.headers.getlist("authorization")) == 1:
                caller = request.state.tokens.read(credentials.credentials)
            if caller is None:
                raise self.make_not_authenticated_error()
            request.scope["user"] = caller  # a route with a body asks before the body, and again for its parameter
        if self._role and caller.role != self._role:
            raise Problem(Code.FORBIDDEN)
        return caller

    def make_not_authenticated_error(self) -> Problem:
        return Problem(Code.UNAUTHENTICATED)


customer = AccessToken()  # an administrator may do whatever a customer may
administrator = AccessToken("admin")

Customer = Annotated[Caller, Security(customer)]
Administrator = Annotated[Caller, Security(administrator)]


async def get_tokens(request: HTTPConnection) -> Tokens:
    tokens: Tokens = request.state.tokens
    return tokens


Issuer = Annotated[Tokens, Depends(get_tokens)]
