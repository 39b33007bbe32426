"""What accounts take and give."""

import string
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from shop.http.auth import LIFETIME_SECONDS
from shop.http.schemas import Document, Moment, Resource, fault

MAX_EMAIL = 254
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def normal_email(email: str) -> str:
    if len(email) > MAX_EMAIL:
        raise fault("format")
    return email.translate(LOWER)  # ASCII alone: str.lower would make a `k` of the Kelvin sign


Email = Annotated[
    str,
    StringConstraints(pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$"),
    AfterValidator(normal_email),
]


class Register(Document):
    email: Email
    password: Annotated[str, StringConstraints(min_length=8, max_length=128)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Login(Document):
    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Refresh(Document):
    """A refresh token, or any text that claims to be one."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=512)]


class UserOut(Resource):
    id: UUID
    email: str
    name: str
    role: str
    created_at: Moment


class TokenPair(Resource):
    """An access token, and a refresh token that is good for one use."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int = LIFETIME_SECONDS
    refresh_token: str
