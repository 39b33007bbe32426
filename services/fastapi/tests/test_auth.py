from typing import Any
from uuid import UUID

import jwt
import pytest

from shop.platform.auth import BEARER, Caller, Tokens
from tests.vectors import cases, load

SECRET = load("tokens")["secret"].encode()


@pytest.mark.parametrize("case", cases("tokens"))
def test_vectors(case: dict[str, Any]) -> None:
    tokens = Tokens(SECRET, lambda: case["now"])
    match = BEARER.fullmatch(f"Bearer {case['token']}")
    caller = tokens.read(match[1]) if match else None
    got = (str(caller.id), caller.role) if caller else (None, None)
    assert got == (case["sub"], case["role"])
    assert (caller is not None) == case["valid"]


@pytest.mark.parametrize("exp", ["1e400", "Infinity", "NaN", "9" * 17, "9" * 5000, "true", "0e99999999999999999999"])
def test_no_times(exp: str) -> None:
    claims = f'{{"iss":"shop","sub":"{UUID(int=1)}","role":"admin","exp":{exp}}}'
    assert Tokens(SECRET).read(jwt.PyJWS().encode(claims.encode(), SECRET, "HS256")) is None


def test_own_tokens() -> None:
    now = 1_767_603_600.9
    tokens = Tokens(SECRET, lambda: now)
    caller = Caller(UUID(int=1), "admin")
    token = tokens.issue(caller)
    assert tokens.read(token) == caller
    now += 899
    assert tokens.read(token) == caller
    now += 1
    assert tokens.read(token) is None
