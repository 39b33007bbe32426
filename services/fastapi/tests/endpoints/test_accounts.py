from fastapi.testclient import TestClient

from tests.conftest import Headers

ADA = {"email": "Ada.Lovelace@shop.example", "password": "long enough"}


def test_from_registration_to_log_out(client: TestClient) -> None:
    registered = client.post("/auth/register", json=ADA | {"name": "Ada"})
    if registered.status_code != 409:  # of an earlier run on the same database
        assert (registered.status_code, registered.headers["Location"]) == (201, "/me")
    assert client.post("/auth/register", json=ADA | {"name": "Ada"}).json()["type"].endswith("/email_taken")
    pair = client.post("/auth/login", json=ADA).json()
    me = client.get("/me", headers={"Authorization": f"bearer {pair['access_token']}"}).json()
    assert (me["email"], me["role"]) == ("ada.lovelace@shop.example", "customer")
    old = {"refresh_token": pair["refresh_token"]}
    new = {"refresh_token": client.post("/auth/refresh", json=old).json()["refresh_token"]}
    assert client.post("/auth/refresh", json=old).status_code == 401
    assert client.post("/auth/refresh", json=new).status_code == 401  # the second use revoked the session
    assert client.post("/auth/logout", json=new).status_code == 204


def test_every_fault_of_a_body_is_told(client: TestClient) -> None:
    response = client.post("/auth/register", json={"email": "no address", "password": "short", "x": 1})
    assert response.status_code == 422
    assert {error["pointer"]: error["code"] for error in response.json()["errors"]} == {
        "/email": "format",
        "/password": "too_short",
        "/name": "required",
        "/x": "unknown",
    }


def test_who_is_not_let_in(client: TestClient, customer: Headers) -> None:
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": customer["Authorization"] + "x"}):
        response = client.get("/me", headers=headers)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    twice = [("Authorization", customer["Authorization"])] * 2
    assert client.get("/me", headers=twice).status_code == 401
