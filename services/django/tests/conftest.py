"""What all tests share. Those of endpoints run on the PostgreSQL database that DATABASE_URL names, which is empty."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from shop.accounts.models import Role, User
from shop.accounts.passwords import hash_password
from shop.catalog.models import Product
from shop.http.auth import Caller, issue_token

PASSWORD = "correct horse battery"


def vectors(name: str) -> Any:
    return json.loads(Path(settings.CONTRACT_DIR / "vectors" / f"{name}.json").read_text())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("DATABASE_URL"):
        for item in items:
            if item.get_closest_marker("django_db"):
                item.add_marker(pytest.mark.skip(reason="DATABASE_URL names no database to test on"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """Migrate the database itself, instead of making another beside it: its role need not be allowed to."""
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)


class Person:
    """A user with a token, and a client that sends it."""

    def __init__(self, user: User) -> None:
        self.user = user
        token = issue_token(Caller(user.pk, user.role))
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if method == "get":
            return self.client.get(path)
        kind = "application/merge-patch+json" if method == "patch" else "application/json"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(self.client, method)(path, content, content_type=kind, headers=named)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def customer(db: None, password_hash: str) -> Person:
    return Person(User.objects.create(email="ada@shop.example", name="Ada", password=password_hash, role=Role.CUSTOMER))


@pytest.fixture
def staff(db: None, password_hash: str) -> Person:
    return Person(
        User.objects.create(email="grace@shop.example", name="Grace", password=password_hash, role=Role.ADMIN)
    )


@pytest.fixture
def make_product(db: None) -> Callable[..., Product]:
    def make(sku: str, **changes: Any) -> Product:
        values = {"name": sku.title(), "category": "test", "price": 1000, "tax_rate_bp": 1900, "stock": 10} | changes
        return Product.objects.create(sku=sku, **values)

    return make
