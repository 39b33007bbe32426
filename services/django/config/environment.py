"""The environment (OPS-1), read once by settings.py. Faults are kept until a command asks for them, all together."""

import base64
import binascii
import os
from typing import Any

import dj_database_url
from environs import Env, ValidationError

# An empty value counts as missing. What libpq and gunicorn read by themselves (PGOPTIONS, SCRIPT_NAME) is none of it.
for name in [name for name, value in os.environ.items() if not value or name.startswith(("PG", "SCRIPT_NAME"))]:
    del os.environ[name]

env = Env(eager=False)


@env.parser_for("secret")
def parse_secret(text: str) -> bytes:
    secret = text.encode()
    if len(secret) < 32:  # noqa: PLR2004
        raise ValidationError("Shorter than 32 bytes of UTF-8.")
    return secret


@env.parser_for("webhook_key")
def parse_webhook_key(text: str) -> bytes:
    prefix, _, encoded = text.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if prefix != "whsec" or not 24 <= len(key) <= 64:  # noqa: PLR2004
        raise ValidationError("Not whsec_ and base64 of 24 to 64 bytes.")
    return key


@env.parser_for("database")
def parse_database_url(text: str) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(text))
    except ValueError:
        parsed = {}
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed["NAME"]:
        raise ValidationError("Not postgresql://user:password@host:port/database.")
    return parsed
