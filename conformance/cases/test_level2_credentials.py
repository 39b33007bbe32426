"""Level 2: credentials in the database that are odd: hashes that nobody can read, refresh tokens that have expired."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import psycopg

from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.people import HASH, PASSWORD, People

LEVEL = 2
Connection = psycopg.Connection[tuple[Any, ...]]

PARAMETERS = "m=32768,t=2,p=1"
SALT, TAG = HASH.split("$")[-2:]
UNREADABLE = [
    "", "x", "!", "*", PASSWORD, "$", "$$", "$argon2id", "$argon2id$", HASH[:-1], HASH[:-20], HASH.rpartition("$")[0],
    HASH.rpartition("$")[0] + "$", HASH + "!", HASH[1:], HASH.replace("v=19", "v=99"),
    HASH.replace("v=19", "v="), HASH.replace(PARAMETERS, ""), HASH.replace("m=32768", "m=x"),
    HASH.replace("m=32768", "m=-1"), HASH.replace("m=32768", "m=0"), HASH.replace("t=2", "t=0"),
    HASH.replace("p=1", "p=0"), HASH.replace("m=32768", "m=99999999999999999999"), HASH.replace(",p=1", ""),
    HASH.replace(SALT, ""), HASH.replace(SALT, "===="), HASH.replace(TAG, "not/base64!"), HASH.replace("id", "i"),
    HASH.replace("id", "d"), HASH.replace("id", "x"), "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZbXvSxH0oP6X0t0p4n1cN0rQbGmB1e",
    "$1$abcdefgh$0000000000000000000000",
    "{noop}" + PASSWORD, "pbkdf2_sha256$600000$abc$def", "a" * 5000, "\u00e9",
    hashlib.sha256(PASSWORD.encode()).hexdigest(),
]  # fmt: skip


def stored(database: Connection, id: str, hashed: str) -> None:
    """Write what stands in the place of a user's hash."""
    database.execute("UPDATE users SET password_hash = %s WHERE id = %s", (hashed, id))


def logged_in(shop: Client, email: str, password: str = PASSWORD) -> tuple[Answer, float]:
    """The answer of a log-in, and its seconds."""
    began = time.monotonic()
    answer = shop.post("/auth/login", body={"email": email, "password": password})
    return answer, time.monotonic() - began


@case("LOGIN-012", rule="AUTH-4", hint="A hash that cannot be read is a wrong password: verify the dummy, then 401.")
def test_unreadable_hashes(shop: Client, people: People, database: Connection) -> None:
    """Hashes that nobody can read

    Logs in users whose password_hash is empty, cut off, of another scheme, or no hash at all, with their password, and
    with that text where it is short: 401 each, after the time of a verification, as for any wrong password. One bad row
    is no 5xx, and tells nobody about itself.
    """
    usual, told = [], dict[str, float]()
    for text in UNREADABLE:
        usual.append(logged_in(shop, people.customer().email, "wrong")[1])
        user = people.customer()
        stored(database, user.id, text)
        for password in {PASSWORD, text if 0 < len(text) < 20 else PASSWORD}:
            answer, seconds = logged_in(shop, user.email, password)
            assert answer.status == 401, f"a log-in against the hash {text[:60]!r} is answered with {answer.status}"
            answer.problem(401, "invalid_credentials")
            told[text] = seconds
    for text, seconds in told.items():
        assert seconds > min(usual) / 3, (
            f"the hash {text[:60]!r} is told by its time: {seconds:.3f} s, not {min(usual):.3f} s"
        )


@case("LOGIN-013", rule="AUTH-3", hint="Read the parameters of a PHC string by their names.")
def test_parameters_in_any_order(shop: Client, people: People, database: Connection) -> None:
    """Parameters of a hash in any order

    Logs in users whose hash names its parameters in other orders, as other libraries write them: 200 with the right
    password, 401 with a wrong one.
    """
    for text in ("m=32768,p=1,t=2", "t=2,m=32768,p=1", "t=2,p=1,m=32768", "p=1,m=32768,t=2", "p=1,t=2,m=32768"):
        user = people.customer()
        stored(database, user.id, HASH.replace(PARAMETERS, text))
        answer = logged_in(shop, user.email)[0]
        assert answer.status == 200, f"a right password against {text} is answered with {answer.status}"
        logged_in(shop, user.email, PASSWORD + "x")[0].problem(401, "invalid_credentials")


@case("SESS-011", rule="AUTH-5", hint="Look first whether a token was used, then whether it has expired.")
def test_expired_sessions(shop: Client, people: People, database: Connection) -> None:
    """Expired refresh tokens, used and unused

    An unused token that has expired is 401 and ends nothing. A used one that has expired is 401 and revokes its
    session, as any used one. Logging out with an expired token, used or not, revokes the session too.
    """

    def expire(token: str, seconds: int) -> None:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        moved = "UPDATE refresh_tokens SET expires_at = now() + make_interval(secs => %s) WHERE token_hash = %s"
        assert database.execute(moved, (seconds, hashed)).rowcount == 1, "no row has the SHA-256 of the token"

    def pair() -> tuple[str, str]:
        """A used token and the unused one that it gave."""
        first = logged_in(shop, people.customer().email)[0].expect(200).json["refresh_token"]
        return first, refresh(first).expect(200).json["refresh_token"]

    def refresh(token: str) -> Answer:
        return shop.post("/auth/refresh", body={"refresh_token": token})

    def log_out(token: str) -> None:
        shop.post("/auth/logout", body={"refresh_token": token}).expect(204)

    _, unused = pair()
    expire(unused, -1)
    refresh(unused).problem(401, "invalid_refresh_token")
    expire(unused, 60)
    assert refresh(unused).status == 200, "an unused token that had expired has revoked its session"
    used, unused = pair()
    expire(used, -1)
    refresh(used).problem(401, "invalid_refresh_token")
    assert refresh(unused).status == 401, "a used token that has expired does not revoke its session"
    for ending in (0, 1):
        tokens = pair()
        expire(tokens[ending], -1)
        log_out(tokens[ending])
        expire(tokens[ending], 60)
        assert refresh(tokens[1]).status == 401, "logging out with an expired token does not revoke its session"
