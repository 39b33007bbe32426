import json
from typing import Any

import pytest
from django.test import Client

from shop.accounts.models import Session, User
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_register_and_log_in(client: Client) -> None:
    answer = post(client, "/auth/register", {"email": "New@Shop.example", "password": PASSWORD, "name": "New"})
    assert (answer.status_code, answer["Location"]) == (201, "/me")
    assert answer.json()["email"] == "new@shop.example"
    assert User.objects.get(email="new@shop.example").password.startswith("$argon2id$v=19$m=32768,t=2,p=1$")
    pair = post(client, "/auth/login", {"email": "NEW@shop.example", "password": PASSWORD}).json()
    me = client.get("/me", headers={"Authorization": f"Bearer {pair['access_token']}"})
    assert (me.status_code, me.json()["role"]) == (200, "customer")


def test_a_token_used_twice_revokes_its_session(client: Client, customer: Person) -> None:
    first = post(client, "/auth/login", {"email": customer.user.email, "password": PASSWORD}).json()["refresh_token"]
    second = post(client, "/auth/refresh", {"refresh_token": first}).json()["refresh_token"]
    assert post(client, "/auth/refresh", {"refresh_token": first}).status_code == 401
    assert Session.objects.get(user=customer.user).revoked_at
    assert post(client, "/auth/refresh", {"refresh_token": second}).status_code == 401


def test_the_sixth_log_in_is_refused(client: Client, customer: Person) -> None:
    body = {"email": customer.user.email, "password": "wrong"}
    assert [post(client, "/auth/login", body).status_code for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        (b"", 400, None),
        (b'{"email": "a@b.cd", "email": "a@b.cd"}', 400, None),
        (b'{"email": "\\u0000", "password": "x"}', 400, None),
        (b'{"email": "a@b.cd", "role": "admin"}', 422, {"/password": "required", "/role": "unknown"}),
        (b'{"email": "a", "password": 1}', 422, {"/email": "format", "/password": "type"}),
    ],
)
def test_bad_bodies(client: Client, body: bytes, status: int, errors: Any) -> None:
    answer = client.post("/auth/login", body, content_type="application/json")
    assert answer.status_code == status
    if errors:
        assert {each["pointer"]: each["code"] for each in answer.json()["errors"]} == errors


def test_media_types(client: Client) -> None:
    assert client.post("/auth/login", b"{}", content_type="text/plain").status_code == 415
    assert client.post("/auth/login", b" " * 65_537, content_type="application/json").status_code == 413
    assert client.get("/auth/login").headers["Allow"] == "POST"
