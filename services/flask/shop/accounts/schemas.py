"""What accounts take and give."""

import string
from typing import Any

from marshmallow import fields

from shop.platform.schemas import Schema, String, Timestamp, length, pattern

LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
EMAIL = pattern(r"(?=.{1,254}\Z)[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}")


class Email(String):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=EMAIL, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        # ASCII alone: str.lower would make a `k` of the Kelvin sign (AUTH-1).
        return super()._deserialize(value, *args, **kwargs).translate(LOWER)


class LoginSchema(Schema):
    email = Email(required=True)
    password = String(required=True, validate=length(1, 128))


class RegisterSchema(LoginSchema):
    password = String(required=True, validate=length(8, 128))
    name = String(required=True, validate=length(1, 100))


class RefreshSchema(Schema):
    refresh_token = String(required=True, validate=length(1, 512))


class UserSchema(Schema):
    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    role = fields.String()
    created_at = Timestamp()
