"""The application over a database of its own, for the tests of endpoints."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from shop.app import create_app
from shop.migrate import migrate
from shop.platform.auth import Caller, Tokens
from shop.platform.config import MigrateSettings, load

ENVIRONMENT = {
    "JWT_SECRET": "development-jwt-secret-0123456789abcdef",
    "CURSOR_SECRET": "development-cursor-secret-0123456789abcdef",
    "WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=",
    "ADMIN_EMAIL": "admin@shop.example",
    "ADMIN_PASSWORD": "development-admin",
}
NUMBERS = count(1)

Headers = dict[str, str]


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A client of the whole application. Alembic migrates the database, which may have been empty."""
    if not os.environ.get("DATABASE_URL"):
        pytest.skip("DATABASE_URL is missing: endpoints are tested on a PostgreSQL database of their own")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        migrate(load(MigrateSettings))
        with TestClient(create_app(), base_url="http://shop.example") as client:
            yield client


@pytest.fixture(scope="session")
def admin() -> Headers:
    return bearer(Caller(UUID(int=1), "admin"))


@pytest.fixture
def customer(client: TestClient) -> Headers:
    """The headers of somebody who has just registered."""
    document = {"email": f"ada-{os.getpid()}-{next(NUMBERS)}@shop.example", "password": "long enough", "name": "Ada"}
    user = client.post("/auth/register", json=document).json()
    return bearer(Caller(UUID(user["id"]), "customer"))


@pytest.fixture
def make_product(client: TestClient, admin: Headers) -> Callable[..., Any]:
    """Make products, each with a sku of its own."""

    def make(**members: Any) -> Any:
        sku = f"TEST-{os.getpid()}-{next(NUMBERS)}"
        document = {"sku": sku, "name": "Pen", "category": "tests", "price": 1000, "tax_rate_bp": 2000, "stock": 5}
        response = client.post("/admin/products", json=document | members, headers=admin)
        assert response.status_code == 201, response.text
        return response.json()

    return make


@pytest.fixture
def place_order(client: TestClient, customer: Headers, make_product: Callable[..., Any]) -> Callable[[], Any]:
    """Order one product."""

    def place() -> Any:
        client.put(f"/cart/items/{make_product()['sku']}", json={"quantity": 1}, headers=customer)
        total = client.get("/cart", headers=customer).json()["total"]
        key = {"Idempotency-Key": f"key-{next(NUMBERS)}"}
        return client.post("/checkout", json={"expected_total": total}, headers=customer | key).json()

    return place


def bearer(caller: Caller) -> Headers:
    return {"Authorization": f"Bearer {Tokens(ENVIRONMENT['JWT_SECRET'].encode()).issue(caller)}"}
