from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
import pytest

from shop.platform.auth import Caller, Tokens
from tests.vectors import cases, load

SECRET = load("tokens")["secret"].encode()


def set_clock(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(now, tz or UTC)

    monkeypatch.setattr("jwt.api_jwt.datetime", Clock)
    monkeypatch.setattr("time.time", lambda: now)


@pytest.mark.parametrize("case", cases("tokens"))
def test_vectors(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, case["now"])
    caller = Tokens(SECRET).read(case["token"])
    got = (str(caller.id), caller.role) if caller else (None, None)
    assert got == (case["sub"], case["role"])
    assert (caller is not None) == case["valid"]


@pytest.mark.parametrize("exp", ["1e400", "Infinity", "NaN", "9" * 5000, "true", "0e99999999999999999999", "[" * 9000])
def test_no_times(exp: str) -> None:
    claims = f'{{"iss":"shop","sub":"{UUID(int=1)}","role":"admin","exp":{exp}}}'
    assert Tokens(SECRET).read(jwt.PyJWS().encode(claims.encode(), SECRET, "HS256")) is None


def test_own_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_767_603_600.9
    tokens, caller = Tokens(SECRET), Caller(UUID(int=1), "admin")
    set_clock(monkeypatch, now)
    token = tokens.issue(caller)
    assert tokens.read(token) == caller
    set_clock(monkeypatch, now + 899)
    assert tokens.read(token) == caller
    set_clock(monkeypatch, now + 900)
    assert tokens.read(token) is None
