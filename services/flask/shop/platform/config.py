"""The environment (OPS-1), read by marshmallow like all that comes from outside; it becomes Flask's `app.config`."""

import base64
import binascii
import os
import sys
from typing import Any

import sqlalchemy as sa
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate


class DatabaseUrl(fields.Field[sa.URL]):
    """A URL of PostgreSQL, as SQLAlchemy takes it."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> sa.URL:
        try:
            url = sa.make_url(value)
        except (sa.exc.ArgumentError, ValueError):
            url = None
        if url is None or url.drivername not in ("postgresql", "postgres") or not url.host or url.port == 0:
            raise ValidationError("Must be postgresql://user:password@host:port/database.")
        return url.set(drivername="postgresql+psycopg")


class Secret(fields.Field[bytes]):
    """A secret, as its bytes."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bytes:
        return os.fsencode(value)


class WebhookSecret(fields.Field[bytes]):
    """The key behind `whsec_`."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bytes:
        prefix, _, encoded = value.partition("_")
        try:
            if prefix == "whsec":
                return base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            pass
        raise ValidationError("Must be whsec_ and base64.")


class Config(Schema):
    class Meta:
        unknown = EXCLUDE

    DATABASE_URL = DatabaseUrl(required=True)


class MigrateConfig(Config):
    ADMIN_EMAIL = fields.String(required=True)
    ADMIN_PASSWORD = fields.String(required=True)


class ServeConfig(Config):
    HOST = fields.String(load_default="0.0.0.0")  # noqa: S104 - the contract's default
    PORT = fields.Integer(load_default=8080, validate=validate.Range(1, 65535))
    JWT_SECRET = Secret(required=True, validate=validate.Length(min=32))
    CURSOR_SECRET = Secret(required=True, validate=validate.Length(min=32))
    WEBHOOK_SECRET = WebhookSecret(required=True, validate=validate.Length(24, 64))
    DB_POOL_SIZE = fields.Integer(load_default=10, validate=validate.Range(1, 100))
    SSE_PING_SECONDS = fields.Integer(load_default=15, validate=validate.Range(1, 60))
    LOG_LEVEL = fields.String(load_default="info", validate=validate.OneOf(["debug", "info", "warn", "error"]))
    WEB_CONCURRENCY = fields.Integer(load_default=2, validate=validate.Range(1, 64))


def read_environment(schema: Config) -> dict[str, Any]:
    """Read the variables that a command needs, or end the process with a line for each that is missing or bad.

    No value is ever printed: it may be a secret.
    """
    try:
        config: dict[str, Any] = schema.load({name: value for name, value in os.environ.items() if value})
    except ValidationError as error:
        sys.exit("\n".join(f"{name}: {' '.join(texts)}" for name, texts in error.messages_dict.items()))
    return config
