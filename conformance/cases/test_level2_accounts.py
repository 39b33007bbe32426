"""Level 2: registration, log-in, sessions and access tokens."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import statistics
import threading
import time
from functools import partial
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher, extract_parameters

from rosetta.kit import tokens
from rosetta.kit.bodies import refused_bodies, unstorable, wrong
from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.people import PASSWORD, People, new_email
from rosetta.kit.race import together

LEVEL = 2
Connection = psycopg.Connection[tuple[Any, ...]]


def register(shop: Client, **changes: Any) -> Answer:
    """Register somebody new; `changes` replaces members, ... takes one away."""
    body = {"email": new_email(), "password": PASSWORD, "name": "Ada", **changes}
    return shop.post("/auth/register", body={name: value for name, value in body.items() if value is not ...})


def login(shop: Client, email: str, password: str = PASSWORD) -> Answer:
    """Log in."""
    return shop.post("/auth/login", body={"email": email, "password": password})


def refresh(shop: Client, token: str) -> Answer:
    """Use a refresh token."""
    return shop.post("/auth/refresh", body={"refresh_token": token})


def registered(shop: Client) -> str:
    """The e-mail of somebody who has just registered."""
    return str(register(shop).expect(201).json["email"])


# Registration


@case("REG-001", rule="AUTH-2", hint="Answer 201 with the user and Location: /me; leave the password hash where it is.")
def test_register(shop: Client) -> None:
    """Registration

    Registers somebody: 201 with the User, Location: /me, no tokens. The user can log in and sees the same with /me.
    """
    email = new_email()
    answer = register(shop, email=email, name="Ada Lovelace").expect(201)
    assert answer.headers["location"] == "/me"
    assert (answer.json["email"], answer.json["name"], answer.json["role"]) == (email, "Ada Lovelace", "customer")
    token = login(shop, email).expect(200).json["access_token"]
    assert shop.get("/me", token=token).expect(200).json == answer.json


@case("REG-002", rule="AUTH-1", hint="Lower-case A to Z by hand; not with your language's Unicode lower().")
def test_email_is_lower_cased(shop: Client) -> None:
    """E-mails are lower-cased

    Registers with capitals in the local part and in the domain. The stored address is lower-case, and log-in takes
    any case.
    """
    email = new_email()
    assert register(shop, email=email.upper()).expect(201).json["email"] == email
    login(shop, email.title()).expect(200)


@case("REG-003", rule="AUTH-2", hint="Let the unique constraint decide, and map its violation to 409.")
def test_email_taken(shop: Client) -> None:
    """A taken e-mail is 409

    Registers an address twice, the second time in capitals: 409 email_taken.
    """
    email = registered(shop)
    register(shop, email=email).problem(409, "email_taken")
    register(shop, email=email.upper()).problem(409, "email_taken")


@case("REG-004", rule="AUTH-2", hint="Insert and look at the constraint; SELECT before INSERT loses this race.")
def test_email_taken_at_the_same_time(shop: Client) -> None:
    """One address, registered eight times at once

    Registers one address over eight connections at the same moment: one 201, seven 409, no 5xx.
    """
    email = new_email()
    answers = together([partial(register, shop.apart(), email=email) for _ in range(8)])
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7


GOOD_EMAILS = ["a@b.co", "!#$%&'*+-/=?^_`{|}~@shop.example", "a.b+c@sub.shop.example", "x@" + "d" * 180 + ".example"]
BAD_EMAILS = [
    "",
    "a",
    "a@",
    "@b.co",
    "a@b",
    "a@b.c",
    "a@@b.co",
    "a@b.co ",
    " a@b.co",
    "a@b.co\n",
    "a b@c.de",
    "a@b c.de",
    "é@b.co",
    "a@é.co",
    "a@b.é",
    "\u212a@b.co",
    "a@b.co\u200b",
    "a" * 65 + "@b.co",
    "a@" + "b" * 250 + ".co",
    "a@b_c.co",
    "a@b." + "c" * 25,
    "\ta@b.co",
]


@case("REG-005", rule="AUTH-1", hint="Take the contract's pattern, on the whole string, ASCII only.")
def test_emails(shop: Client) -> None:
    """E-mails have their form

    Registers with addresses that are odd but right, then with wrong ones: spaces, line feeds, two @, non-ASCII, the
    Kelvin sign, too long. Each wrong one is 422 with format at /email.
    """
    for email in GOOD_EMAILS:
        assert register(shop, email=email).status in (201, 409), f"{email} is refused"
    for email in BAD_EMAILS:
        wrong(register(shop, email=email), ("/email", "format"))


@case("REG-006", rule="AUTH-1", hint="Check the length before the pattern; use a pattern without nested repetition.")
def test_monstrous_emails(shop: Client) -> None:
    """Monstrous e-mails are refused in time

    Registers with 50,000 characters and with 30,000 labels, which make some patterns run for minutes. Each is 422, at
    once.
    """
    for email in ("a" * 50_000 + "@", "a@" + "a." * 30_000, "!" * 60_000):
        began = time.monotonic()
        wrong(register(shop, email=email), ("/email", "format"))
        assert time.monotonic() - began < 2, "it took more than 2 s"


@case("REG-007", rule="AUTH-3", hint="Count code points, not bytes or UTF-16 units; trim nothing.")
def test_password_lengths(shop: Client) -> None:
    """Passwords have 8 to 128 characters

    Registers with 7, 8, 128 and 129 characters, also of emoji and of spaces. Characters are code points.
    """
    for password in ("a" * 8, "\U0001f600" * 8, " " * 8, "\U0001f600" * 128):
        register(shop, password=password).expect(201)
    for password in ("a" * 7, "\U0001f600" * 7):
        wrong(register(shop, password=password), ("/password", "too_short"))
    for password in ("a" * 129, "\U0001f600" * 129):
        wrong(register(shop, password=password), ("/password", "too_long"))


@case("REG-008", rule="JSON-6", hint="Keep strings as they are: no trimming, no normalisation, lengths in code points.")
def test_names(shop: Client) -> None:
    """Names are kept as sent

    Registers names with spaces around, combining accents, 100 emoji, markup. Each comes back as sent; 101 emoji are
    too long.
    """
    for name in (
        "  x  ",
        "e\u0301",
        "\u00e9",
        "\U0001f600" * 100,
        "<b>&amp;</b>",
        "O'Brien; DROP TABLE",
        " ",
        "\t\r\n",
    ):
        assert register(shop, name=name).expect(201).json["name"] == name
    wrong(register(shop, name="\U0001f600" * 101), ("/name", "too_long"))
    wrong(register(shop, name=""), ("/name", "too_short"))


@case("REG-009", rule="JSON-6", hint="Look for U+0000 before the database does; it is a format error.")
def test_nul_in_strings(shop: Client) -> None:
    """U+0000 is refused

    Registers with U+0000 in name, password and e-mail: 422 with format, or 400, not 500 from the database.
    """
    unstorable(register(shop, name="a\u0000b"), "/name")
    unstorable(register(shop, password="longenough\u0000"), "/password")
    unstorable(register(shop, email="a\u0000@b.co"), "/email")


@case("REG-010", rule="JSON-4", hint="Refuse members that the operation does not name; never copy a body into a row.")
def test_mass_assignment(shop: Client) -> None:
    """Nobody registers as an administrator

    Registers with role, id and other members that a row has, and with a member in another case. Each is 422 unknown.
    """
    extra: dict[str, Any] = {
        "role": "admin",
        "id": "x",
        "created_at": None,
        "Email": "a@b.co",
        "__proto__": {},
        "": 1,
    }
    for name, value in extra.items():
        wrong(register(shop, **{name: value}), (f"/{name}", "unknown"))


@case("REG-011", rule="PROBLEM-3", hint="One pass over all members collects all errors.")
def test_all_errors_of_a_body(shop: Client) -> None:
    """All wrong members are told at once

    Registers with nothing, with nulls, with wrong types, and with a pointer that needs escaping. Every member is
    told, once.
    """
    wrong(
        register(shop, email=..., password=..., name=...),
        ("/email", "required"),
        ("/password", "required"),
        ("/name", "required"),
    )
    nulls = [("/email", "null_not_allowed"), ("/password", "null_not_allowed"), ("/name", "null_not_allowed")]
    wrong(register(shop, email=None, password=None, name=None), *nulls)
    wrong(
        register(shop, email=1, password=True, name=["x"]), ("/email", "type"), ("/password", "type"), ("/name", "type")
    )
    wrong(register(shop, **{"a/b~c": 1}, name=""), ("/a~1b~0c", "unknown"), ("/name", "too_short"))


@case("REG-012", rule="AUTH-3", hint="Store the PHC string of your Argon2 library, with the contract's parameters.")
def test_stored_hash(shop: Client, database: Connection) -> None:
    """The stored hash

    Registers with a Unicode password and reads the row: Argon2id with the contract's parameters over the UTF-8 bytes
    as sent, another salt for each user. So every service of a fleet can check it.
    """
    seen = set()
    for _ in range(2):
        email = new_email()
        register(shop, email=email, password="pa\u0301sswörd \U0001f600").expect(201)
        row = database.execute("SELECT password_hash FROM users WHERE email = %s", (email,)).fetchone()
        assert row is not None
        expected = "$argon2id$v=19$m=32768,t=2,p=1$"
        assert row[0].startswith(expected), f"the stored hash begins {row[0][:31]}, not {expected}"
        assert (extract_parameters(row[0]).salt_len, extract_parameters(row[0]).hash_len) == (16, 32)
        assert PasswordHasher().verify(row[0], "pa\u0301sswörd \U0001f600")
        seen.add(row[0])
    assert len(seen) == 2, "both users have one salt"


@case("REG-016", rule="HTTP-1", hint="Each check is one of its own; which comes first is your framework's.")
def test_several_faults(shop: Client) -> None:
    """Type, size, syntax, members

    Registers with bodies that are wrong in one way: 415, 413, 400, 422; and in several: one of theirs.
    """
    good = json.dumps({"email": new_email(), "password": PASSWORD, "name": "Ada"}).encode()
    json_type, plain = {"content-type": "application/json"}, {"content-type": "text/plain"}
    big = b"[" * 65_537
    shop.post("/auth/register", content=good, headers=plain).problem(415, "unsupported_media_type")
    shop.post("/auth/register", content=good.ljust(65_537), headers=json_type).problem(413, "body_too_large")
    shop.post("/auth/register", content=b'{"x":1', headers=json_type).problem(400, "malformed_json")
    shop.post("/auth/register", body={}).problem(422, "validation_failed")
    shop.post("/auth/register", content=big, headers=plain).expect(415, 413, 400)
    shop.post("/auth/register", content=big, headers=json_type).expect(413, 400)
    shop.post("/auth/register", content=b"{}", headers=plain).expect(415, 422)


MEDIA_TYPES = [
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonx",
    "application/merge-patch+json",
    "json",
    "",
]


@case("REG-014", rule="HTTP-5", hint="Compare the type before the semicolon, without regard to case.")
def test_media_types(shop: Client) -> None:
    """The body is application/json

    Registers with other types, none, and with spellings of the right one: 415, whatever the body is like.
    """
    good = json.dumps({"email": new_email(), "password": PASSWORD, "name": "Ada"}).encode()
    for media_type in MEDIA_TYPES:
        headers = {} if media_type is None else {"content-type": media_type}
        shop.post("/auth/register", content=good, headers=headers).problem(415, "unsupported_media_type")
    for media_type in (
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;x=y",
        "application/json ; a=b",
    ):
        shop.post("/auth/register", content=b"{}", headers={"content-type": media_type}).problem(
            422, "validation_failed"
        )
    encoded = {"content-type": "application/json", "content-encoding": "gzip"}
    shop.post("/auth/register", content=good, headers=encoded).problem(415, "unsupported_media_type")
    identity = {"content-type": "application/json", "content-encoding": "identity"}
    shop.post("/auth/register", content=b"{}", headers=identity).problem(422, "validation_failed")


@case("REG-015", rule="HTTP-6", hint="Bound what you read, not what Content-Length says.")
def test_body_sizes(shop: Client) -> None:
    """65,536 bytes and no more

    Registers with bodies of 65,536 and 65,537 bytes, padded with spaces, with Content-Length and chunked. The first
    are read, the others 413.
    """
    small = b'{"x":1}'.ljust(65_536)
    headers = {"content-type": "application/json"}
    shop.post("/auth/register", content=small, headers=headers).problem(422, "validation_failed")
    shop.post("/auth/register", content=small + b" ", headers=headers).problem(413, "body_too_large")
    shop.post("/auth/register", content=iter([small]), headers=headers).problem(422, "validation_failed")
    shop.post("/auth/register", content=iter([small, b" "]), headers=headers).problem(413, "body_too_large")
    shop.get("/healthz").expect(200)


# Log-in


@case("LOGIN-001", rule="AUTH-7", hint="Sign iss, sub, role, iat and exp, nothing else, with HS256.")
def test_login(shop: Client) -> None:
    """Log-in gives a pair of tokens

    Logs in: token_type Bearer, expires_in 900, an access token whose claims are exactly the contract's, and a refresh
    token of 43 characters.
    """
    answer = register(shop).expect(201)
    pair = login(shop, answer.json["email"]).expect(200).json
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", pair["refresh_token"])
    header, claims = tokens.read(pair["access_token"])
    assert header["alg"] == "HS256"
    assert sorted(claims) == ["exp", "iat", "iss", "role", "sub"], "the claims of the access token"
    assert (claims["iss"], claims["sub"], claims["role"]) == ("shop", answer.json["id"], "customer")
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 10
    assert tokens.is_signed(pair["access_token"]), "the token is not signed with JWT_SECRET"


@case("LOGIN-002", rule="AUTH-4", hint="Verify a dummy hash for unknown addresses; answer both with the same problem.")
def test_wrong_credentials(shop: Client) -> None:
    """Wrong credentials tell nothing

    Logs in with a wrong password, and with an address that nobody has. Both are 401 with the same body and the same
    names of headers.
    """
    known = login(shop, registered(shop), "not the password")
    unknown = login(shop, new_email(), "not the password")
    assert known.problem(401, "invalid_credentials") == unknown.problem(401, "invalid_credentials")
    if not shop.varied:
        assert set(known.headers) == set(unknown.headers)
    assert known.headers["www-authenticate"].startswith("Bearer")


@case("LOGIN-003", rule="AUTH-3", hint="Compare the password's bytes as sent.")
def test_passwords_are_exact(shop: Client) -> None:
    """A password is its bytes

    Registers with a composed accent and logs in with the decomposed one, in other case, with spaces around: 401 each.
    """
    email = new_email()
    register(shop, email=email, password="Pässwört ").expect(201)
    for password in ("Pa\u0308sswo\u0308rt ", "pässwört ", "Pässwört"):
        login(shop, email, password).problem(401, "invalid_credentials")
    login(shop, email, "Pässwört ").expect(200)


@case("LOGIN-004", rule="AUTH-3", hint="Read m, t and p from the stored string; do not compare with your own settings.")
def test_other_parameters(shop: Client, database: Connection) -> None:
    """Hashes with other parameters

    Stores a hash made with m=8192, t=3 and logs in: 200. The parameters in the string count, so that they can be
    raised one day.
    """
    email = new_email()
    stored = PasswordHasher(time_cost=3, memory_cost=8192, parallelism=1).hash(PASSWORD)
    database.execute("INSERT INTO users (email, password_hash, name) VALUES (%s, %s, 'x')", (email, stored))
    login(shop, email).expect(200)
    login(shop, email, "another password").problem(401, "invalid_credentials")


@case(
    "LOGIN-005",
    rule="PROBLEM-3",
    hint="Log-in takes passwords of 1 to 128 characters: old ones may be shorter than new ones.",
)
def test_login_bodies(shop: Client) -> None:
    """Log-in checks its body

    Logs in without members, with a malformed e-mail, with empty and too long passwords, with unknown members: 422
    each. A password of one character is a wrong password.
    """
    wrong(shop.post("/auth/login", body={}), ("/email", "required"), ("/password", "required"))
    wrong(login(shop, "nobody", "x" * 129), ("/email", "format"), ("/password", "too_long"))
    wrong(login(shop, new_email(), ""), ("/password", "too_short"))
    wrong(shop.post("/auth/login", body={"email": new_email(), "password": "x", "role": "admin"}), ("/role", "unknown"))
    login(shop, new_email(), "x").problem(401, "invalid_credentials")


@case(
    "LOGIN-006",
    rule="RATE-3",
    hint="Take the limit before the verification, keyed by the hash of the lower-cased e-mail.",
)
def test_login_limit(shop: Client) -> None:
    """Six log-ins are one too many

    Logs in five times with wrong passwords, in different case and with forged client addresses, then once with the
    right one: five 401, then 429 with Retry-After 1 to 12 and the rate limit's headers.
    """
    email = registered(shop)
    for number in range(5):
        address = email.upper() if number % 2 else email
        answer = shop.post(
            "/auth/login", body={"email": address, "password": "wrong"}, headers={"x-forwarded-for": f"10.0.0.{number}"}
        )
        answer.problem(401, "invalid_credentials")
    limited(login(shop, email), "login", 5, 12)


def limited(answer: Answer, policy: str, quota: int, longest: int) -> None:
    """Assert a 429 with the headers of rule RATE-3."""
    answer.problem(429, "rate_limited")
    retry = int(answer.headers["retry-after"])
    assert 1 <= retry <= longest, f"Retry-After is {retry}"
    assert answer.headers["ratelimit-policy"] == f'"{policy}";q={quota};w=60'
    assert answer.headers["ratelimit"] == f'"{policy}";r=0;t={retry}'


@case("LOGIN-007", rule="RATE-1", hint="The limit knows nothing of users: it counts addresses.")
def test_login_limit_of_unknown_addresses(shop: Client) -> None:
    """The limit holds for unknown addresses and for successes

    Logs in six times with an address that nobody has, and six times rightly: the sixth is 429 both times. A limit
    that only known addresses have tells which exist.
    """
    unknown, known = new_email(), registered(shop)
    for _ in range(5):
        login(shop, unknown, "wrong").expect(401)
        login(shop, known).expect(200)
    limited(login(shop, unknown, "wrong"), "login", 5, 12)
    limited(login(shop, known), "login", 5, 12)


@case(
    "LOGIN-008",
    rule="RATE-2",
    hint="rate_take decides in the database, in a transaction of its own that always commits.",
)
def test_login_limit_at_the_same_time(shop: Client) -> None:
    """Twelve log-ins at once

    Logs in twelve times at the same moment: five are judged, seven are 429. Counters that are read, then written let
    more through.
    """
    email = new_email()
    began = time.monotonic()
    answers = together([partial(login, shop.apart(), email, "wrong") for _ in range(12)])
    assert {answer.status for answer in answers} == {401, 429}
    judged = [answer for answer in answers if answer.status == 401]
    assert 5 <= len(judged) <= 5 + (time.monotonic() - began) // 12


@case("LOGIN-009", rule="HTTP-1", hint="Validate the body before the limit: its key is in the body.")
def test_bad_bodies_cost_nothing(shop: Client) -> None:
    """A bad body costs no log-in

    Sends ten log-ins without a password, then five with wrong ones: ten 422 and five 401.
    """
    email = new_email()
    for _ in range(10):
        wrong(shop.post("/auth/login", body={"email": email}), ("/password", "required"))
    for _ in range(5):
        login(shop, email, "wrong").problem(401, "invalid_credentials")


@case("LOGIN-010", rule="AUTH-4", hint="Hash on a bounded pool of threads, never where requests are accepted.")
def test_hashing_holds_nobody_up(shop: Client) -> None:
    """Log-ins do not hold up others

    Sends twenty log-ins at once and asks /healthz all the while. Its 95th percentile stays under half a second.
    """
    logins = [threading.Thread(target=login, args=(shop.apart(), new_email(), "wrong")) for _ in range(20)]
    for thread in logins:
        thread.start()
    durations: list[float] = []
    while any(thread.is_alive() for thread in logins) or len(durations) < 20:
        began = time.monotonic()
        shop.get("/healthz").expect(200)
        durations.append(time.monotonic() - began)
    assert statistics.quantiles(durations, n=20)[-1] < 0.5


@case("LOGIN-011", rule="AUTH-4", hint="An unknown address costs one verification, like a known one.")
def test_timing_of_login(shop: Client, people: People) -> None:
    """Log-in takes as long for unknown addresses

    Logs in with fifteen addresses that exist and fifteen that do not, in turn, once each. The medians differ by less
    than a factor of two.
    """
    times: dict[bool, list[float]] = {True: [], False: []}
    known = [people.customer().email for _ in range(15)]
    for email in known:
        for exists, address in ((True, email), (False, new_email())):
            began = time.perf_counter()
            login(shop, address, "wrong").expect(401)
            times[exists].append(time.perf_counter() - began)
    ratio = statistics.median(times[True]) / statistics.median(times[False])
    assert 0.5 < ratio < 2, f"known addresses take {ratio:.2f} times as long"


# Refresh and log-out


def pair_of(shop: Client, people: People) -> tuple[str, dict[str, Any]]:
    """A customer's e-mail and a fresh pair of tokens."""
    email = people.customer().email
    pair: dict[str, Any] = login(shop, email).expect(200).json
    return email, pair


@case(
    "SESS-001", rule="AUTH-5", hint="Mark the token used and insert a new one of the same session, in one transaction."
)
def test_refresh(shop: Client, people: People) -> None:
    """Refresh gives a new pair

    Uses a refresh token: 200 with another refresh token and an access token of the same user, which works. The new
    one can be used in turn.
    """
    email, pair = pair_of(shop, people)
    second = refresh(shop, pair["refresh_token"]).expect(200).json
    assert second["refresh_token"] != pair["refresh_token"]
    assert shop.get("/me", token=second["access_token"]).expect(200).json["email"] == email
    refresh(shop, second["refresh_token"]).expect(200)


@case("SESS-002", rule="AUTH-5", hint="Commit the revocation, then answer 401: an exception would roll it back.")
def test_a_token_used_twice(shop: Client, people: People) -> None:
    """A token used twice ends the session

    Uses a refresh token twice, then the token that the first use gave: 200, 401, 401. A thief and an owner cannot
    both go on. Services that raise the 401 inside the transaction roll the revocation back, and the last one is 200.
    """
    _, pair = pair_of(shop, people)
    second = refresh(shop, pair["refresh_token"]).expect(200).json
    refresh(shop, pair["refresh_token"]).problem(401, "invalid_refresh_token")
    refresh(shop, second["refresh_token"]).problem(401, "invalid_refresh_token")


@case("SESS-003", rule="AUTH-5", hint="UPDATE … WHERE used_at IS NULL … RETURNING decides who was first.")
def test_a_token_used_at_the_same_time(shop: Client, people: People) -> None:
    """Eight uses at once

    Uses one token over eight connections at the same moment: exactly one 200, the others 401; and the winner's new
    token is dead.
    """
    for _ in range(3):
        _, pair = pair_of(shop, people)
        answers = together([partial(refresh, shop.apart(), pair["refresh_token"]) for _ in range(8)])
        assert sorted(answer.status for answer in answers) == [200] + [401] * 7
        winner = next(answer for answer in answers if answer.status == 200)
        refresh(shop, winner.json["refresh_token"]).problem(401, "invalid_refresh_token")


@case("SESS-004", rule="AUTH-5", hint="A log-in is a session of its own.")
def test_sessions_are_apart(shop: Client, people: People) -> None:
    """Other sessions go on

    Logs in twice and has one session revoked by a reused token. The other session's token still works.
    """
    email, pair = pair_of(shop, people)
    other = login(shop, email).expect(200).json
    refresh(shop, pair["refresh_token"]).expect(200)
    refresh(shop, pair["refresh_token"]).expect(401)
    refresh(shop, other["refresh_token"]).expect(200)


@case("SESS-005", rule="AUTH-5", hint="Hash whatever string came and look for it: an odd one is simply not found.")
def test_unknown_refresh_tokens(shop: Client) -> None:
    """Unknown refresh tokens are 401

    Uses tokens that nobody was given, ill-formed ones among them: 401 with WWW-Authenticate. Empty, too long or
    missing ones are 422.
    """
    for token in ("A" * 43, "x", "a b", "\U0001f600", "%", "A" * 512):
        answer = refresh(shop, token)
        answer.problem(401, "invalid_refresh_token")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    wrong(refresh(shop, ""), ("/refresh_token", "too_short"))
    wrong(refresh(shop, "A" * 513), ("/refresh_token", "too_long"))
    wrong(shop.post("/auth/refresh", body={}), ("/refresh_token", "required"))
    wrong(shop.post("/auth/refresh", body={"refresh_token": 1}), ("/refresh_token", "type"))
    wrong(shop.post("/auth/refresh", body={"refresh_token": "x", "x": 1}), ("/x", "unknown"))


@case("SESS-006", rule="AUTH-5", hint="Store the SHA-256 of the token, and look for that.")
def test_stored_refresh_tokens(shop: Client, people: People, database: Connection) -> None:
    """Refresh tokens are stored as hashes, for 30 days

    Logs in and reads the row: the hexadecimal SHA-256 of the token, and a life of 30 days. A leaked table must not
    open sessions.
    """
    _, pair = pair_of(shop, people)
    hashed = hashlib.sha256(pair["refresh_token"].encode()).hexdigest()
    query = "SELECT extract(epoch FROM expires_at - now())::bigint, used_at FROM refresh_tokens WHERE token_hash = %s"
    row = database.execute(query, (hashed,)).fetchone()
    assert row is not None, "there is no row with the SHA-256 of the token"
    assert abs(row[0] - 30 * 86_400) < 60
    assert row[1] is None


@case("SESS-007", rule="AUTH-5", hint="Compare expires_at with the database's clock.")
def test_expired_refresh_tokens(shop: Client, people: People, database: Connection) -> None:
    """Expired refresh tokens are 401

    Lets a token expire in the database and uses it: 401.
    """
    _, pair = pair_of(shop, people)
    hashed = hashlib.sha256(pair["refresh_token"].encode()).hexdigest()
    database.execute(
        "UPDATE refresh_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = %s", (hashed,)
    )
    refresh(shop, pair["refresh_token"]).problem(401, "invalid_refresh_token")


@case("SESS-008", rule="AUTH-6", hint="Revoke the session that the token belongs to; answer 204 whatever was found.")
def test_logout(shop: Client, people: People) -> None:
    """Log-out ends the session

    Logs out with the newest token, with a used one, and with one that nobody has: 204 each, with no body. The
    session's tokens are dead; the access token is good until it expires.
    """
    _, pair = pair_of(shop, people)
    second = refresh(shop, pair["refresh_token"]).expect(200).json
    assert logout(shop, pair["refresh_token"]).expect(204).body == b""
    refresh(shop, second["refresh_token"]).problem(401, "invalid_refresh_token")
    shop.get("/me", token=second["access_token"]).expect(200)
    logout(shop, second["refresh_token"]).expect(204)
    logout(shop, "A" * 43).expect(204)
    logout(shop, "not a token").expect(204)


def logout(shop: Client, token: str) -> Answer:
    """Log out."""
    return shop.post("/auth/logout", body={"refresh_token": token})


@case("SESS-009", rule="PROBLEM-3", hint="Log-out's body is that of refresh.")
def test_logout_bodies(shop: Client) -> None:
    """Log-out checks its body

    Logs out without a token, with a wrong type, with an unknown member: 422 each.
    """
    wrong(shop.post("/auth/logout", body={}), ("/refresh_token", "required"))
    wrong(shop.post("/auth/logout", body={"refresh_token": None}), ("/refresh_token", "null_not_allowed"))
    wrong(shop.post("/auth/logout", body={"refresh_token": "x", "all": True}), ("/all", "unknown"))


@case("SESS-010", rule="HTTP-5", hint="One strict reader for all operations with a body.")
def test_bodies_of_sessions(shop: Client) -> None:
    """The same checks for log-in, refresh and log-out

    Sends each a body of another type, one too large, one that is no JSON, and a list: 415, 413, 400, and 400 or 422.
    """
    login = json.dumps({"email": new_email(), "password": "x"}).encode()
    token = b'{"refresh_token": "x"}'
    for path, good in (("/auth/login", login), ("/auth/refresh", token), ("/auth/logout", token)):
        refused_bodies(partial(shop.post, path), good)


# Access tokens


@case("TOKEN-001", rule="AUTH-8", hint="Read the scheme without regard to case, then one space, then the token.")
def test_me(shop: Client, people: People) -> None:
    """GET /me

    Asks /me with a good token, the scheme written in several cases: the user. HEAD works too.
    """
    user = people.customer()
    me = shop.get("/me", token=user.token).expect(200).json
    assert (me["id"], me["email"], me["role"]) == (user.id, user.email, "customer")
    for scheme in ("bearer", "BEARER", "bEaReR"):
        shop.get("/me", headers={"authorization": f"{scheme} {user.token}"}).expect(200)
    shop.head("/me", token=user.token).expect(200)
    assert people.admin.get("/me").expect(200).json["role"] == "admin"


def unauthenticated(answer: Answer, what: str) -> None:
    """Assert a 401 with its header."""
    assert answer.status == 401, f"{what} is {answer.status}"
    answer.problem(401, "unauthenticated")
    assert answer.headers.get("www-authenticate", "").startswith("Bearer")


@case("TOKEN-002", rule="AUTH-8", hint="No token, or one that is not accepted: 401 with WWW-Authenticate: Bearer.")
def test_no_token(shop: Client, people: People) -> None:
    """Without a token it is 401

    Asks /me without Authorization and with other schemes and empty tokens: 401 with WWW-Authenticate: Bearer each.
    """
    token = people.customer().token
    unauthenticated(shop.get("/me"), "no Authorization")
    for value in (
        "",
        "Bearer",
        "Bearer ",
        token,
        f"Basic {token}",
        f"Token {token}",
        f"Bearer{token}",
        "Bearer a b",
        f"Bearer {token} x",
    ):
        unauthenticated(shop.get("/me", headers={"authorization": value.strip()}), f"Authorization: {value[:20]}")


@case("TOKEN-003", rule="AUTH-7", hint="Name the one algorithm that you accept; never take it from the token.")
def test_forged_algorithms(shop: Client, people: People) -> None:
    """The algorithm is HS256

    Sends tokens with alg none, in all spellings, unsigned; HS512 and HS384 with the right secret; RS256 over an HMAC:
    401 each.
    """
    user = people.customer()
    good = tokens.claims(user.id, "customer")
    for name in ("none", "None", "NONE", "nOnE", ""):
        signed = tokens.sign(good, alg=name)
        unauthenticated(shop.get("/me", token=signed), f"alg {name!r}")
        unauthenticated(shop.get("/me", token=signed.rpartition(".")[0] + "."), f"alg {name!r} without a signature")
    for name, function in (("HS512", "sha512"), ("HS384", "sha384"), ("RS256", "sha256"), ("hs256", "sha256")):
        unauthenticated(shop.get("/me", token=tokens.sign(good, alg=name, hash=function)), f"alg {name}")


@case("TOKEN-004", rule="AUTH-7", hint="Verify the signature over the bytes as they came, before you read the claims.")
def test_forged_signatures(shop: Client, people: People) -> None:
    """The signature must be right

    Sends tokens signed with other secrets, with changed claims, without a signature, with parts missing or too many:
    401 each.
    """
    user = people.customer()
    header, payload, mac = user.token.split(".")
    admin = tokens.encode(b'{"iss":"shop","sub":"%s","role":"admin","iat":1,"exp":9999999999}' % user.id.encode())
    for forged in (
        tokens.sign(tokens.claims(user.id, "customer"), secret="another-secret-another-secret-another"),
        f"{header}.{admin}.{mac}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        header,
        f"{header}.{payload}.{mac}.{mac}",
        f"{header}.{payload}.{mac[:-4]}",
        f".{payload}.{mac}",
        f"{header}..{mac}",
        "..",
        "a.b.c",
    ):
        unauthenticated(shop.get("/me", token=forged), f"the token {forged[:30]}…")


@case("TOKEN-005", rule="AUTH-7", hint="exp is required, is a number, and has no leeway.")
def test_expiry(shop: Client, people: People) -> None:
    """Tokens expire to the second

    Sends tokens that expired a second ago, expire now, have no exp, or one that is no number: 401 each. Libraries
    allow minutes by default.
    """
    user = people.customer()
    now = int(time.time())
    for value in (now - 1, now, 0, -1, ..., str(now + 600), None, True, [now + 600]):
        unauthenticated(
            shop.get("/me", token=tokens.sign(tokens.claims(user.id, "customer", exp=value))), f"exp {value}"
        )
    for later in (now + 60, now + 60.5, now + 10**9):
        shop.get("/me", token=tokens.sign(tokens.claims(user.id, "customer", exp=later))).expect(200)


@case(
    "TOKEN-013",
    rule="AUTH-7",
    hint="Let the library judge what the shop never issues, but let nothing of it choose a key.",
)
def test_other_claims(shop: Client, people: People) -> None:
    """Other claims and header members are refused or ignored

    Sends rightly signed tokens with kid, jku, crit, with aud, nbf, jti and others, of another typ: 200 or 401 each, as
    the library likes. Nobody is asked for a key.
    """
    user = people.customer()
    claims = tokens.claims(user.id, "customer")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for signed in (
            tokens.sign(claims, kid="../../etc/passwd"),
            tokens.sign(claims, jku=here),
            tokens.sign(claims, x5u=here),
            tokens.sign(claims, crit=["exp"]),
            tokens.sign(claims, typ="at+jwt"),
            tokens.sign({**claims, "aud": "somebody"}),
            tokens.sign({**claims, "nbf": claims["iat"] + 600}),
            tokens.sign({**claims, "jti": "1", "scope": [], "email": None}),
        ):
            shop.get("/me", token=signed).expect(200, 401)
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


@case("TOKEN-008", rule="AUTH-8", hint="GET /me reads the row: without one, 401.")
def test_deleted_user(shop: Client, people: People, database: Connection) -> None:
    """The token of a deleted user

    Deletes a user and asks /me with the token: 401, not 404 or 500.
    """
    user = people.customer()
    database.execute("DELETE FROM users WHERE id = %s", (user.id,))
    unauthenticated(shop.get("/me", token=user.token), "a deleted user's token")


@pytest.fixture
def fresh(people: People) -> str:
    """The token of a new customer."""
    return people.customer().token


@case("TOKEN-012", rule="AUTH-8", hint="One Authorization header; two are no token.")
def test_repeated_authorization(shop: Client, fresh: str) -> None:
    """Authorization twice

    Sends two Authorization headers, a bad one and a good one. Whatever of 400, 401 and 200 a server makes of it, it
    is no 5xx, and two bad ones are never 200.
    """
    mixed = [("authorization", "Bearer bad"), ("authorization", f"Bearer {fresh}")]
    assert shop.get("/me", headers=mixed, checked=False).status in (200, 400, 401)
    bad = [("authorization", "Bearer bad"), ("authorization", "Bearer worse")]
    assert shop.get("/me", headers=bad, checked=False).status in (400, 401)
