import asyncio
from typing import Any

import pytest
from argon2 import extract_parameters

from shop.accounts.passwords import DUMMY_HASH, hash_password, verify_password
from shop.accounts.schemas import Register
from shop.platform.problem import Problem
from shop.platform.validation import validate
from tests.vectors import cases


@pytest.mark.parametrize("case", cases("emails"))
def test_emails(case: dict[str, Any]) -> None:
    document = {"email": case["email"], "password": "long enough", "name": "Ada"}
    if case["valid"]:
        assert validate(Register, document).email == case["stored"]
    else:
        with pytest.raises(Problem) as refused:
            validate(Register, document)
        assert refused.value.body["errors"] == [{"pointer": "/email", "code": "format"}]


@pytest.mark.parametrize("case", cases("password_hashes"))
def test_passwords(case: dict[str, Any]) -> None:
    assert asyncio.run(verify_password(case["hash"], case["password"])) == case["matches"]


def test_new_hashes() -> None:
    encoded = asyncio.run(hash_password("pässword\U0001f600"))
    assert encoded.startswith("$argon2id$v=19$m=32768,t=2,p=1$")
    parameters = extract_parameters(encoded)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert asyncio.run(verify_password(encoded, "pässword\U0001f600"))


def test_nobody_has_the_dummy() -> None:
    assert not asyncio.run(verify_password(None, ""))
    assert extract_parameters(DUMMY_HASH) == extract_parameters(asyncio.run(hash_password("x")))
