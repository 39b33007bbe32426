"""Django's settings. What the environment decides is in capitals of the same name (OPS-1)."""

import hashlib
from pathlib import Path
from typing import Any

from environs import validate

from config.environment import env

BASE_DIR = Path(__file__).resolve().parents[1]
CONTRACT_DIR = BASE_DIR.parents[1] / "contract"

HOST = env.str("HOST", "0.0.0.0")  # noqa: S104 - the contract's default
PORT = env.int("PORT", 8080, validate=validate.Range(1, 65535))
JWT_SECRET: bytes = env.secret("JWT_SECRET")
CURSOR_SECRET: bytes = env.secret("CURSOR_SECRET")
WEBHOOK_SECRET: bytes = env.webhook_key("WEBHOOK_SECRET")
ADMIN_EMAIL = env.str("ADMIN_EMAIL", "")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")
DB_POOL_SIZE = env.int("DB_POOL_SIZE", 10, validate=validate.Range(1, 100))
SSE_PING_SECONDS = env.int("SSE_PING_SECONDS", 15, validate=validate.Range(1, 60))
LOG_LEVEL = env.str("LOG_LEVEL", "info", validate=validate.OneOf(["debug", "info", "warn", "error"]))
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", 2, validate=validate.Range(1, 64))
# Not of the contract: pages for the back office at /live/admin, for people with a browser.
SHOP_ADMIN_SITE = env.bool("SHOP_ADMIN_SITE", False)

_database: dict[str, Any] = env.database("DATABASE_URL") or {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}
LISTEN_URL = env.str("DATABASE_URL", "")
_database["OPTIONS"] = {"application_name": "shop-django", "connect_timeout": 5, "server_side_binding": True}
DATABASES = {
    # Each connection prepares a statement when it sees it for the second time.
    "default": {
        **_database,
        "OPTIONS": {
            **_database["OPTIONS"],
            "prepare_threshold": 1,
            "pool": {"min_size": 1, "max_size": DB_POOL_SIZE, "timeout": 5, "reconnect_timeout": 1},
        },
    },
    # Connections for as long as a client reads, which the pool must not lend out (BULK-7).
    "exports": {**_database, "TEST": {"MIRROR": "default"}},
}
DATABASE_ROUTERS = ["config.routers.ContractRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "shop.accounts",
    "shop.catalog",
    "shop.carts",
    "shop.orders",
    "shop.checkout",
    "shop.webhooks",
    "shop.events",
    "shop.ops",
]
MIDDLEWARE = [
    "shop.ops.middleware.observe",
    "shop.http.middleware.release_connection",
    "shop.http.middleware.limit_body",
    "shop.http.middleware.default_headers",
]
if SHOP_ADMIN_SITE:
    # Without the app of sessions, which are signed cookies; routers.py keeps the tables of the others from being made.
    INSTALLED_APPS += [
        "shop.admin",
        "django.contrib.admin.apps.SimpleAdminConfig",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ]
    MIDDLEWARE += [
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    AUTHENTICATION_BACKENDS = ["shop.admin.backends.StaffBackend"]
    SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    SESSION_COOKIE_AGE = 8 * 3600
    SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/live/"
    SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
    STATIC_URL = "/live/static/"
    WHITENOISE_USE_FINDERS = True
    TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        },
    ]
ROOT_URLCONF = "config.urls"
AUTH_USER_MODEL = "accounts.User"
SECRET_KEY = hashlib.sha256(b"django:" + (JWT_SECRET or b"")).hexdigest()
ALLOWED_HOSTS = ["*"]  # no address is built from what a client says of hosts
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING" if LOG_LEVEL == "warn" else (LOG_LEVEL or "info").upper()},
    # Every 4xx would be a line there.
    "loggers": {"django": {"level": "INFO"}, "django.request": {"level": "ERROR"}, "psycopg.pool": {"level": "ERROR"}},
}
