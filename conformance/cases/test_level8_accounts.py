"""Level 8: several services are one shop. Accounts, sessions and limits."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

from rosetta.kit.case import case
from rosetta.kit.client import Answer, Client
from rosetta.kit.fleet import Members
from rosetta.kit.orders import new_key
from rosetta.kit.people import PASSWORD, People, User, new_email
from rosetta.kit.race import together

LEVEL = 8
BURST, EVERY_SECONDS = 20, 3  # of check-outs, by rule RATE-1


def login(shop: Client, email: str, password: str = PASSWORD) -> Answer:
    """Log in."""
    return shop.post("/auth/login", body={"email": email, "password": password})


def register(shop: Client) -> str:
    """The address of somebody who has registered with PASSWORD."""
    email = new_email()
    shop.post("/auth/register", body={"email": email, "password": PASSWORD, "name": "Ada"}).expect(201)
    return email


def refresh(shop: Client, token: str) -> Answer:
    """Use a refresh token."""
    return shop.post("/auth/refresh", body={"refresh_token": token})


@case("FLEET-001", rule="AUTH-3", hint="Hash with the rule's parameters, and verify by those that stand in the string.")
def test_registered_here_logged_in_there(fleet: Members) -> None:
    """Who registers on one member logs in on each other

    For each member and each other one: registers on the first; the second takes the password, and refuses another.
    """
    for named, here, there in fleet.pairs():
        email = register(here)
        assert login(there, email).status == 200, f"{named}: the right password is refused"
        assert login(there, email, "a wrong password").status == 401, f"{named}: a wrong password is taken"


@case("FLEET-002", rule="AUTH-7", hint="Sign with the bytes of JWT_SECRET; take the claims of the rule and no others.")
def test_a_token_is_good_everywhere(fleet: Members) -> None:
    """An access token of one member is good on each other

    For each member: logs in there and asks every other one who that is, which all say alike.
    """
    for named, here, there in fleet.pairs():
        token = login(here, register(here)).expect(200).json["access_token"]
        mine = here.get("/me", token=token).expect(200).json
        answer = there.get("/me", token=token)
        assert answer.status == 200, f"{named}: the token is refused"
        assert answer.json == mine, f"{named}: getMe tells another user"


@case("FLEET-003", rule="AUTH-2", hint="Lower-case A-Z alone, and let the unique index decide.")
def test_one_address_over_all(fleet: Members) -> None:
    """An address is taken everywhere, whatever its case

    Registers on one member; every other one answers the same address in capitals with 409. Then all members are asked
    for one new address at the same moment: one answers 201.
    """
    for named, here, there in fleet.pairs():
        body = {"email": register(here).upper(), "password": PASSWORD, "name": "Ada"}
        assert there.post("/auth/register", body=body).status == 409, f"{named}: the address is given again"
    body = {"email": new_email(), "password": PASSWORD, "name": "Ada"}
    answers = together([partial(shop.apart().post, "/auth/register", body=body) for shop in fleet.all])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: len(fleet.all) - 1}


@case("FLEET-004", rule="AUTH-5", hint="Store the hexadecimal SHA-256 of the 43 characters, and nothing of your own.")
def test_a_session_travels(fleet: Members) -> None:
    """A session goes round all members, and is revoked for all

    Logs in on one member and refreshes on each in turn, twice around. Then uses the very first token once more, on
    each member: 401, and the newest one is dead everywhere.
    """
    first = login(fleet.first, register(fleet.first)).expect(200).json["refresh_token"]
    newest = first
    for name, shop in [*fleet.named(), *fleet.named()]:
        answer = refresh(shop, newest)
        assert answer.status == 200, f"{name} refuses the session"
        newest = answer.json["refresh_token"]
    for name, shop in fleet.named():
        assert refresh(shop, first).status == 401, f"{name} takes a used token"
        assert refresh(shop, newest).status == 401, f"{name} does not know that the session is revoked"


@case("FLEET-005", rule="AUTH-5", hint="One UPDATE … WHERE it is unused … RETURNING decides who was first.")
def test_one_token_used_on_all_at_once(fleet: Members) -> None:
    """A refresh token that is used on all members at once

    Uses one token on every member at the same moment, twice each. One use succeeds, the others are 401, and what it
    gave is dead, since a token was used twice.
    """
    for _ in range(3):
        token = login(fleet.first, register(fleet.first)).expect(200).json["refresh_token"]
        answers = together([partial(refresh, shop, token) for shop in fleet.turns(2 * len(fleet.all))])
        assert Counter(answer.status for answer in answers) == {200: 1, 401: len(answers) - 1}
        given = next(answer.json["refresh_token"] for answer in answers if answer.status == 200)
        for name, shop in fleet.named():
            assert refresh(shop, given).status == 401, f"{name} goes on with a revoked session"


@case("FLEET-006", rule="AUTH-6", hint="Revoke the session in the database, by the hash of the token.")
def test_logged_out_everywhere(fleet: Members) -> None:
    """Who logs out on one member is logged out on each other

    For each member and each other one: logs in and out on the first; the second refuses the session.
    """
    for named, here, there in fleet.pairs():
        token = login(here, register(here)).expect(200).json["refresh_token"]
        here.post("/auth/logout", body={"refresh_token": token}).expect(204)
        assert refresh(there, token).status == 401, f"{named}: the session goes on"


@case(
    "FLEET-007", rule="RATE-2", hint="Ask rate_take with the key of rule RATE-1: the hash of the lower-cased address."
)
def test_one_limit_of_log_ins(fleet: Members) -> None:
    """Log-ins are limited once for the whole fleet

    Begins with another member each time: tries to log in five times, on the members in turn. Then every member answers
    429, whatever the address's case.
    """
    for name, shop in fleet.named():
        email = new_email()
        for one in fleet.turns(5):
            login(one, email).expect(401)
        began = time.monotonic()
        answer = login(shop, email.upper())
        if time.monotonic() - began < EVERY_SECONDS:
            assert answer.status == 429, f"{name} has a limit of its own"


@case("FLEET-008", rule="RATE-2", hint="rate_take has its own transaction, and its key has the user's id as text.")
def test_one_limit_of_checkouts(fleet: Members, people: People) -> None:
    """Check-outs are limited once for the whole fleet, also when all come at once

    A customer sends 28 check-outs of an empty cart to all members at the same moment: 20 are judged, and one more for
    every three seconds that it took. The others are 429.
    """
    user = people.customer()

    def send(by: User) -> int:
        given = {"idempotency-key": new_key()}
        return by.post("/checkout", body={"expected_total": 0}, headers=given).expect(409, 429).status

    began = time.monotonic()
    statuses = Counter(together([partial(send, user.at(shop)) for shop in fleet.turns(BURST + 8)]))
    more = int((time.monotonic() - began) / EVERY_SECONDS)
    assert BURST <= statuses[409] <= BURST + more, f"{statuses[409]} check-outs were judged"
