"""The application over a database of its own, for the tests of endpoints."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.app import create_app
from shop.platform.auth import Caller, issue_token
from shop.platform.config import MigrateConfig, ServeConfig
from shop.platform.database import db
from shop.platform.migrate import upgrade

ENVIRONMENT = {
    "DATABASE_URL": os.environ.get("DATABASE_URL") or "postgresql://nobody@127.0.0.1:1/nowhere",
    "JWT_SECRET": "development-jwt-secret-0123456789abcdef",
    "CURSOR_SECRET": "cursor-secret-of-the-vectors-0123456789",
    "WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=",
    "ADMIN_EMAIL": "admin@shop.example",
    "ADMIN_PASSWORD": "development-admin",
}
NUMBERS = count(1)

Headers = dict[str, str]


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """The application, which connects to nothing before it must."""
    app = create_app(ServeConfig().load(ENVIRONMENT))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated(app: Flask) -> Flask:
    """The application over a database that Alembic has migrated, which may have been empty."""
    if not os.environ.get("DATABASE_URL"):
        pytest.skip("DATABASE_URL is missing: endpoints are tested on a PostgreSQL database of their own")
    upgrade(MigrateConfig().load(ENVIRONMENT))
    return app


@pytest.fixture
def client(migrated: Flask) -> Iterator[FlaskClient]:
    with migrated.test_client() as client:
        yield client


@pytest.fixture(scope="session")
def admin(app: Flask) -> Headers:
    return bearer(app, Caller(UUID(int=1), "admin"))


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Headers:
    """The headers of somebody who has just registered."""
    document = {"email": f"ada-{os.getpid()}-{next(NUMBERS)}@shop.example", "password": "long enough", "name": "Ada"}
    user = client.post("/auth/register", json=document).get_json()
    return bearer(app, Caller(UUID(user["id"]), "customer"))


@pytest.fixture
def make_product(client: FlaskClient, admin: Headers) -> Callable[..., Any]:
    """Make products, each with a sku of its own."""

    def make(**members: Any) -> Any:
        sku = f"TEST-{os.getpid()}-{next(NUMBERS)}"
        document = {"sku": sku, "name": "Pen", "category": "tests", "price": 1000, "tax_rate_bp": 2000, "stock": 5}
        response = client.post("/admin/products", json=document | members, headers=admin)
        assert response.status_code == 201, response.text
        return response.get_json()

    return make


@pytest.fixture
def place_order(client: FlaskClient, customer: Headers, make_product: Callable[..., Any]) -> Callable[[], Any]:
    """Order one product."""

    def place() -> Any:
        client.put(f"/cart/items/{make_product()['sku']}", json={"quantity": 1}, headers=customer)
        total = client.get("/cart", headers=customer).get_json()["total"]
        key = {"Idempotency-Key": f"key-{next(NUMBERS)}"}
        return client.post("/checkout", json={"expected_total": total}, headers=customer | key).get_json()

    return place


def bearer(app: Flask, caller: Caller) -> Headers:
    with app.app_context():
        return {"Authorization": f"Bearer {issue_token(caller)}"}
