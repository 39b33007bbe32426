import asyncio
from typing import Any, ClassVar, Literal

import pytest
from argon2 import PasswordHasher, extract_parameters

from shop.accounts.passwords import DUMMY_HASH, hash_password, verify_password
from shop.accounts.schemas import Register
from tests.vectors import cases, faults


@pytest.mark.parametrize("case", cases("emails"))
def test_emails(case: dict[str, Any]) -> None:
    document = {"email": case["email"], "password": "long enough", "name": "Ada"}
    if case["valid"]:
        assert Register.model_validate(document).email == case["stored"]
    else:
        assert faults(Register, document) == {"/email": "format"}


@pytest.mark.parametrize("case", cases("password_hashes"))
def test_passwords(case: dict[str, Any]) -> None:
    assert asyncio.run(verify_password(case["hash"], case["password"])) == case["matches"]


def test_new_hashes() -> None:
    encoded = asyncio.run(hash_password("pässword\U0001f600"))
    assert encoded.startswith("$argon2id$v=19$m=32768,t=2,p=1$")
    parameters = extract_parameters(encoded)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert asyncio.run(verify_password(encoded, "pässword\U0001f600"))


def test_parameters_in_any_order() -> None:
    encoded = asyncio.run(hash_password("long enough"))
    for order in ("m=32768,p=1,t=2", "p=1,t=2,m=32768"):
        assert asyncio.run(verify_password(encoded.replace("m=32768,t=2,p=1", order), "long enough"))


@pytest.mark.parametrize(
    "phc", ["", "x", "\xe9", "$2b$12$abc", "$argon2id$v=19$m=32768,t=2,p=1$$", DUMMY_HASH.replace(",p=1", "")]
)
def test_an_unreadable_hash_takes_as_long(phc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Recorder(PasswordHasher):
        verified: ClassVar[list[str | bytes]] = []

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            self.verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr("shop.accounts.passwords.HASHER", Recorder())
    assert not asyncio.run(verify_password(phc, "long enough"))
    assert Recorder.verified[-1] == DUMMY_HASH


def test_nobody_has_the_dummy() -> None:
    assert not asyncio.run(verify_password(None, ""))
    assert extract_parameters(DUMMY_HASH) == extract_parameters(asyncio.run(hash_password("x")))
