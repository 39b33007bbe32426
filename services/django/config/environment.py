"""The environment (OPS-1), read once by settings.py. Faults are kept until a command asks for them, all together."""

import base64
import binascii
import os

from environs import Env, ValidationError

# An empty value counts as missing, and libpq's own variables (PGOPTIONS, PGHOST) must not reach it.
for name in [name for name, value in os.environ.items() if not value or name.startswith("PG")]:
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
