from flask.testing import FlaskClient

from tests.conftest import Headers

ADA = {"email": "Ada.Accounts@shop.example", "password": "long enough", "name": "Ada"}


def test_a_session_ends_when_a_token_is_used_twice(client: FlaskClient) -> None:
    assert client.post("/auth/register", json=ADA).status_code in (201, 409)
    assert client.post("/auth/register", json=ADA).get_json()["type"].endswith("/email_taken")
    pair = client.post("/auth/login", json={"email": ADA["email"].upper(), "password": ADA["password"]}).get_json()
    first = {"refresh_token": pair["refresh_token"]}
    second = client.post("/auth/refresh", json=first).get_json()
    assert client.post("/auth/refresh", json=first).status_code == 401
    assert client.post("/auth/refresh", json={"refresh_token": second["refresh_token"]}).status_code == 401
    assert client.post("/auth/logout", json=first).status_code == 204


def test_logging_in_is_limited(client: FlaskClient) -> None:
    wrong = {"email": "nobody@shop.example", "password": "wrong"}
    answers = [client.post("/auth/login", json=wrong) for _ in range(6)]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12


def test_me(client: FlaskClient, customer: Headers, admin: Headers) -> None:
    assert client.get("/me", headers=customer).get_json()["role"] == "customer"
    assert client.get("/me").headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/me", headers=admin).status_code == 401  # a genuine token of nobody
