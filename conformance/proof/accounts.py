"""Users, passwords, sessions, access tokens and the limit of log-ins."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import hmac
import json
import secrets
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from proof import store
from proof.bugs import bug, one_has
from proof.liberties import free
from proof.reader import MalformedError, Member, pattern, read_object, text
from proof.store import RefreshToken, Session, User
from proof.web import UUID, Answer, Caller, Operation, Problem, Request
from rosetta.harness.environment import secrets as environment

EMAIL = r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}"
LIFE_SECONDS = 900
LAST_SECOND = 253_402_300_799  # of the year 9999
# Two hashes at a time bound the memory, and a thread keeps them off the event loop.
HASHING = ThreadPoolExecutor(2)

REGISTER = {
    "email": Member(pattern(EMAIL, 254)),
    "password": Member(text(8, 128)),
    "name": Member(text(1, 100)),
}
LOGIN = {"email": Member(pattern(EMAIL, 254)), "password": Member(text(1, 128))}
REFRESH = {"refresh_token": Member(text(1, 512))}


@functools.cache
def hasher() -> PasswordHasher:
    """Argon2id at a quarter of the contract's cost, which no case that has only a URL can see: hundreds register."""
    if bug("hashing_on_the_event_loop"):  # a bug that only the whole cost shows
        return PasswordHasher(time_cost=2, memory_cost=32768, parallelism=1)
    return PasswordHasher(time_cost=1, memory_cost=16384, parallelism=1)


@functools.cache
def dummy() -> str:
    """What the password of an unknown address is verified against."""
    return hasher().hash("nobody's password")


def make_administrator() -> None:
    """Make the user of ADMIN_EMAIL and ADMIN_PASSWORD."""
    known = environment()
    _insert(User(known["ADMIN_EMAIL"], hasher().hash(known["ADMIN_PASSWORD"]), "Administrator", "admin"))


def _insert(user: User) -> None:
    store.USERS[user.id] = store.USERS_BY_EMAIL[user.email] = user


def shown(user: User) -> dict[str, Any]:
    """The User of the contract."""
    told = {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
    return told | {"created_at": store.moment(user.created_at)}


def lower(email: str) -> str:
    """The address as it is stored and compared: a pattern has made sure that it is ASCII."""
    return email if bug("emails_as_typed") or one_has("member_keeps_addresses_as_typed") else email.lower()


# Registration and log-in


async def register(request: Request) -> Answer:
    """Make a customer."""
    body = request.fields(REGISTER | ({"role": Member(text(1, 10), required=False)} if bug("role_assigned") else {}))
    email = lower(body["email"])
    taken = email in store.USERS_BY_EMAIL
    hashed = await _in_thread(hasher().hash, body["password"])
    if not bug("email_checked_before_insert"):
        taken = email in store.USERS_BY_EMAIL
    if taken:
        raise Problem("email_taken")
    user = User(email, hashed, body["name"], body.get("role", "customer"))
    _insert(user)
    return Answer.json(shown(user), 201, location=absolute(request, "/me"))


def absolute(request: Request, path: str) -> str:
    """A Location: only with a bug it has a host."""
    return f"http://{request.header('host')[0]}{path}" if bug("location_with_host") else path


async def login(request: Request) -> Answer:
    """Open a session."""
    if bug("limit_before_the_body"):
        limit("login:body:" + str(request.object().get("email")), "login", 5, 12)
    body = request.fields(LOGIN)
    email = lower(body["email"])
    user = store.USERS_BY_EMAIL.get(email)
    if user or not bug("login_limit_of_known_addresses"):
        if bug("login_limit_read_then_written"):
            await _limit_late(request, email)
        else:
            _limit_logins(request, email)
    hashed = user.password_hash if user else dummy()
    if user is None and bug("no_dummy_hash"):
        raise Problem("invalid_credentials")
    right = await _in_thread(_matches, hashed, body["password"])
    if user is None or not right:
        raise Problem("invalid_credentials")
    if bug("log_in_clears_the_limit"):
        store.RATES.pop(_login_key(request, email), None)
    return Answer.json(_pair(Session(user)))


def _login_key(request: Request, email: str) -> str:
    if bug("login_limit_by_client_address"):
        email = (request.header("x-forwarded-for") or ["127.0.0.1"])[0] + email
    return "login:" + hashlib.sha256(email.encode()).hexdigest()


def _limit_logins(request: Request, email: str) -> None:
    limit(_login_key(request, email), "login", 5, 12)


async def _limit_late(request: Request, email: str) -> None:
    key = _login_key(request, email)
    before = store.RATES.get(key, 0.0)
    await store.pause()
    store.RATES[key] = before
    _limit_logins(request, email)


def limit(key: str, policy: str, burst: int, interval: int) -> None:
    """Take one of the requests that `key` may make; raises the 429 of rule RATE-3."""
    if one_has("member_counts_for_itself"):
        key += " here"
    wait = store.take(key, burst, interval)
    if not wait:
        return
    headers = {"retry-after": str(wait), "ratelimit-policy": f'"{policy}";q={burst};w=60'}
    if not bug("no_rate_limit_headers"):
        headers["ratelimit"] = f'"{policy}";r=0;t={wait}'
    raise Problem("rate_limited", headers)


def _matches(hashed: str, password: str) -> bool:
    try:
        return hasher().verify(hashed, password)
    except VerifyMismatchError:
        return False


async def _in_thread(function: Any, *given: str) -> Any:
    if bug("passwords_normalised"):
        given = (*given[:-1], unicodedata.normalize("NFKC", given[-1]))
    if one_has("member_peppers_passwords"):
        given = (*given[:-1], given[-1] + "pepper")
    if bug("hashing_on_the_event_loop"):
        return function(*given)
    return await asyncio.get_running_loop().run_in_executor(HASHING, function, *given)


# Sessions


def _pair(session: Session) -> dict[str, Any]:
    token = secrets.token_urlsafe(32)
    store.REFRESH_TOKENS[_hashed(token)] = RefreshToken(session)
    access = mint(session.user)
    life = LIFE_SECONDS * 4 if bug("expires_in_of_another_token") else LIFE_SECONDS
    return {"access_token": access, "token_type": "Bearer", "expires_in": life, "refresh_token": token}


def _hashed(token: str) -> str:
    if one_has("member_salts_refresh_tokens"):
        token += "salt"
    return hashlib.sha256(token.encode()).hexdigest()


async def refresh(request: Request) -> Answer:
    """Exchange a refresh token, once."""
    body = request.fields(REFRESH)
    token = store.REFRESH_TOKENS.get(_hashed(body["refresh_token"]))
    if token is None or token.session.revoked:
        raise Problem("invalid_refresh_token")
    if token.used:
        if not bug("revocation_rolled_back"):
            _revoke(token.session)
        raise Problem("invalid_refresh_token")
    if bug("refresh_read_then_written"):
        await store.pause()
    token.used = not bug("refresh_tokens_used_again")
    pair = _pair(token.session)
    if bug("refresh_token_stays"):
        token.used = False
        pair["refresh_token"] = body["refresh_token"]
    return Answer.json(pair)


def _revoke(session: Session) -> None:
    session.revoked = True
    if bug("all_sessions_revoked"):
        for token in store.REFRESH_TOKENS.values():
            token.session.revoked |= token.session.user is session.user


async def logout(request: Request) -> Answer:
    """End the session of a token, whatever was found."""
    body = request.fields(REFRESH)
    token = store.REFRESH_TOKENS.get(_hashed(body["refresh_token"]))
    if token is not None and not one_has("member_logs_out_alone"):
        if bug("log_out_ends_the_token_alone"):
            token.used = True
        else:
            _revoke(token.session)
    return Answer(204)


# Access tokens


def mint(user: User) -> str:
    """An access token, as rule AUTH-7 says."""
    issued = int(time.time())
    claims: dict[str, Any] = {
        "iss": "shop",
        "sub": user.id,
        "role": user.role,
        "iat": issued,
        "exp": issued + LIFE_SECONDS,
    }
    signed = ".".join(_encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{_signature(signed)}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(signed: str, function: str = "sha256") -> str:
    key = environment()["JWT_SECRET"].encode()
    if one_has("member_signs_with_its_own_key"):
        key = b"a key of its own"
    return _encode(hmac.new(key, signed.encode(), function).digest())


def _read(part: str) -> dict[str, Any]:
    return read_object(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def authenticate(request: Request) -> Caller:
    """The caller by the Authorization header; raises Problem."""
    given = request.header("authorization")
    if len(given) > 1 and bug("repeated_authorization_is_500"):
        raise TypeError("a list where a text was expected")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if free("spaces_after_bearer"):
        token = token.lstrip()
    bearer = scheme == "Bearer" if bug("bearer_in_one_case") else scheme.lower() == "bearer"
    caller = verified(token) if bearer else None
    if caller is None or (free("gone_users_refused") and caller.id not in store.USERS):
        raise Problem("unauthenticated")
    return caller


def verified(token: str) -> Caller | None:
    """The caller of an access token, or None if it is not accepted."""
    try:
        signed, _, mac = token.rpartition(".")
        header, _, payload = signed.partition(".")
        members, claims = _read(header), _read(payload)
    except (ValueError, MalformedError):
        return None
    algorithm = str(members.get("alg"))
    if bug("keys_fetched_for_tokens") and "jku" in members:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(str(members["jku"]), timeout=0.2, verify=False)
    if free("foreign_claims_refused") and (members.keys() - {"alg", "typ"} or members.get("typ", "JWT") != "JWT"):
        return None
    unsigned = bug("alg_none_accepted") and algorithm.lower() == "none"
    by_header = bug("algorithm_of_the_token") and algorithm in ("HS384", "HS512")
    function = f"sha{algorithm[2:]}" if by_header else "sha256"
    alg_good = algorithm == "HS256" or by_header
    mac_good = hmac.compare_digest(_signature(signed, function).encode(), mac.encode()) or bug("signature_not_checked")
    if not unsigned and not (alg_good and mac_good):
        return None
    return _caller(claims)


def _caller(claims: dict[str, Any]) -> Caller | None:
    """Judge the claims of a token whose signature is right."""
    subject, role, expiry = claims.get("sub"), claims.get("role"), claims.get("exp")
    if claims.get("iss") != "shop" or role not in ("customer", "admin"):
        return None
    if not isinstance(subject, str) or not (UUID.fullmatch(subject) or bug("subject_not_checked")):
        return None
    if free("foreign_claims_refused") and claims.keys() - {"iss", "sub", "role", "iat", "exp"}:
        return None
    if expiry is None and bug("expiry_optional"):
        return Caller(subject, str(role))
    # No clock has an exponent of more than 20, and some arithmetic fails on it.
    if isinstance(expiry, Decimal) and expiry.adjusted() > 20 and not bug("expiry_overflows"):
        expiry = None
    if isinstance(expiry, bool) or not isinstance(expiry, int | Decimal):
        return None
    if bug("expiry_overflows"):
        datetime.fromtimestamp(float(expiry), UTC)
    leeway = 60 if bug("leeway_of_a_minute") else 0
    return Caller(subject, str(role)) if time.time() < expiry + leeway <= LAST_SECOND else None


async def me(request: Request) -> Answer:
    """The caller, as the table has it."""
    return Answer.json(shown(present(request)))


def present(request: Request) -> User:
    """The caller's row; raises Problem if the user is gone."""
    user = store.USERS.get(request.caller.id)
    if user is None:
        raise Problem("unauthenticated")
    return user


OPERATIONS = [
    Operation("POST", "/auth/register", register, media="application/json"),
    Operation("POST", "/auth/login", login, media="application/json"),
    Operation("POST", "/auth/refresh", refresh, media="application/json"),
    Operation("POST", "/auth/logout", logout, media="application/json"),
    Operation("GET", "/me", me, role="customer"),
]
