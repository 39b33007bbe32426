"""What is signed and hashed, by the contract's vectors."""

import base64
from typing import Any
from unittest import mock

import pytest
from pydantic import ValidationError

from shop.accounts.passwords import verify_password
from shop.accounts.schemas import Login
from shop.http.auth import read_token
from shop.webhooks.signature import Headers, is_genuine
from tests.conftest import vectors

TOKENS = vectors("tokens")


@pytest.mark.parametrize("case", TOKENS["cases"], ids=lambda case: case["name"])
def test_tokens(case: dict[str, Any], settings: Any) -> None:
    settings.JWT_SECRET = TOKENS["secret"].encode()
    with mock.patch("jwt.api_jwt.datetime") as clock:
        clock.now.return_value.timestamp.return_value = case["now"]
        caller = read_token(case["token"])
    if case["valid"] is not None:  # what is left free
        assert (caller is not None) == case["valid"]


@pytest.mark.parametrize("case", vectors("password_hashes")["cases"], ids=lambda case: case["name"])
def test_password_hashes(case: dict[str, Any]) -> None:
    assert verify_password(case["hash"], case["password"]) == case["matches"]


@pytest.mark.parametrize("case", vectors("emails")["cases"], ids=lambda case: case["name"])
def test_emails(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert Login(email=case["email"], password="x").email == case["stored"]
    else:
        with pytest.raises(ValidationError):
            Login(email=case["email"], password="x")


@pytest.mark.parametrize("case", vectors("webhook_signatures")["cases"], ids=lambda case: case["name"])
def test_webhook_signatures(case: dict[str, Any]) -> None:
    sent = Headers(*(case[name] or "" for name in ("id", "timestamp", "signature")))
    secret = base64.b64decode(case["secret"].removeprefix("whsec_"))
    assert is_genuine(secret, sent, base64.b64decode(case["body_base64"]), case["now"]) == case["valid"]
