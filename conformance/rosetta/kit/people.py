"""Customers and the administrator, as the cases need them: quickly, and each case its own."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import psycopg
import pytest

from rosetta.harness import contract
from rosetta.harness.environment import secrets
from rosetta.kit import tokens
from rosetta.kit.case import LEVELS
from rosetta.kit.client import Answer, Client

PASSWORD = "a right password"
# The hash of PASSWORD: hashing it for each of hundreds of customers would be most of a run.
HASH = "$argon2id$v=19$m=32768,t=2,p=1$cm9zZXR0YS1zaG9wLXNsdA$Tr1uKypPhKJnGVxHKN0GjULw6sa2/zDFS3Z1g5vnF6E"


@dataclass(frozen=True)
class User:
    """Somebody with a token; sends requests as that user. `headers` and the other options are the client's."""

    shop: Client
    id: str
    email: str
    token: str

    def request(self, method: str, target: str, **options: Any) -> Answer:
        """Send a request with this user's token."""
        return self.shop.request(method, target, token=self.token, **options)

    def get(self, target: str, **options: Any) -> Answer:
        """GET as this user."""
        return self.request("GET", target, **options)

    def head(self, target: str, **options: Any) -> Answer:
        """HEAD as this user."""
        return self.request("HEAD", target, **options)

    def post(self, target: str, **options: Any) -> Answer:
        """POST as this user."""
        return self.request("POST", target, **options)

    def put(self, target: str, **options: Any) -> Answer:
        """PUT as this user."""
        return self.request("PUT", target, **options)

    def patch(self, target: str, **options: Any) -> Answer:
        """PATCH as this user, with the type of a merge patch."""
        given = {"content-type": "application/merge-patch+json", **options.pop("headers", {})}
        return self.request("PATCH", target, headers=given, **options)

    def delete(self, target: str, **options: Any) -> Answer:
        """DELETE as this user."""
        return self.request("DELETE", target, **options)

    def at(self, shop: Client) -> User:
        """The same user before another member of a fleet."""
        return replace(self, shop=shop)

    def apart(self) -> User:
        """The same user over a connection of its own, for requests at the same time."""
        return User(self.shop.apart(), self.id, self.email, self.token)


@dataclass
class People:
    """Makes users over `database` where there is one, else by registering them; tokens are made by rule AUTH-7.

    `level` is the highest that is asked for: what belongs to later ones need not exist yet.
    """

    shop: Client
    database: psycopg.Connection[tuple[Any, ...]] | None
    known: dict[str, str] = field(default_factory=dict)
    level: int = max(LEVELS)

    def through(self, operation: str) -> None:
        """Skip the case if something must be made by an operation that need not exist yet."""
        needed = contract.levels()[operation]
        if self.level < needed:
            pytest.skip(f"without DATABASE it needs {operation}, which is of level {needed}")

    def customer(self) -> User:
        """A new customer, whose password is PASSWORD."""
        email = new_email()
        if self.database is None:
            self.through("register")
            body = {"email": email, "password": PASSWORD, "name": "Ada"}
            identity = self.shop.post("/auth/register", body=body).expect(201).json["id"]
        else:
            insert = "INSERT INTO users (email, password_hash, name) VALUES (%s, %s, 'Ada') RETURNING id::text"
            row = self.database.execute(insert, (email, HASH)).fetchone()
            assert row is not None
            identity = row[0]
        return User(self.shop, identity, email, tokens.mint(identity))

    @cached_property
    def admin(self) -> User:
        """The administrator of the environment. Logged in once a run, and only where there is no database to ask."""
        email = secrets()["ADMIN_EMAIL"]
        if email not in self.known:
            if self.database is None:
                self.through("login")
                body = {"email": email, "password": secrets()["ADMIN_PASSWORD"]}
                token = self.shop.post("/auth/login", body=body).expect(200).json["access_token"]
                self.known[email] = tokens.read(token)[1]["sub"]
            else:
                row = self.database.execute("SELECT id::text FROM users WHERE email = %s", (email,)).fetchone()
                assert row is not None, "there is no administrator"
                self.known[email] = row[0]
        identity = self.known[email]
        return User(self.shop, identity, email, tokens.mint(identity, "admin"))


def new_email() -> str:
    """An address that nobody has."""
    return f"case-{random.token_hex(8)}@shop.example"
