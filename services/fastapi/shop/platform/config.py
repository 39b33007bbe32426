"""The environment (OPS-1). Every bad variable is told at once, and no value is ever printed."""

import base64
import binascii
import sys
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


def _postgresql(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("postgresql", "postgres") and parts.port != 0
    except ValueError:  # a port that is none
        known = False
    if not known:
        raise ValueError("must be postgresql://user:password@host:port/database")
    return url


def _webhook_key(text: object) -> object:
    prefix, _, encoded = str(text).partition("_")
    try:
        if prefix == "whsec":
            return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        pass
    raise ValueError("must be whsec_ and base64")


DatabaseUrl = Annotated[str, AfterValidator(_postgresql)]
Secret = Annotated[bytes, Field(min_length=32, repr=False)]
WebhookKey = Annotated[bytes, BeforeValidator(_webhook_key), Field(min_length=24, max_length=64, repr=False)]
LogLevel = Literal["debug", "info", "warn", "error"]


# By their exact names: `host` and `Port` are no settings of this service.
ENVIRONMENT = SettingsConfigDict(env_ignore_empty=True, case_sensitive=True, alias_generator=str.upper)


class MigrateSettings(BaseSettings):
    model_config = ENVIRONMENT

    database_url: DatabaseUrl
    admin_email: str
    admin_password: SecretStr


class ServeSettings(BaseSettings):
    model_config = ENVIRONMENT

    database_url: DatabaseUrl = Field(repr=False)
    host: str = "0.0.0.0"  # noqa: S104 - the contract's default
    port: int = Field(default=8080, ge=1, le=65535)
    jwt_secret: Secret
    cursor_secret: Secret
    webhook_secret: WebhookKey
    db_pool_size: int = Field(default=10, ge=1, le=100)
    sse_ping_seconds: int = Field(default=15, ge=1, le=60)
    log_level: LogLevel = "info"
    web_concurrency: int = Field(default=2, ge=1, le=64)  # worker processes, by the name that ASGI servers use


Settings = TypeVar("Settings", MigrateSettings, ServeSettings)


def load(settings: type[Settings]) -> Settings:
    """Read the environment, or end the process with a line for each variable that is missing or wrong."""
    try:
        return settings()
    except ValidationError as error:
        # The errors' inputs are left out: they may be secrets.
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            print(f"{each['loc'][0]}: {each['msg']}", file=sys.stderr)
        sys.exit(1)
