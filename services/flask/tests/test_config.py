from typing import Any

import pytest
from marshmallow import ValidationError

from shop.platform.config import ServeConfig, read_environment
from tests.conftest import ENVIRONMENT


def test_defaults() -> None:
    config = ServeConfig().load(ENVIRONMENT)
    assert (config["HOST"], config["PORT"], config["LOG_LEVEL"]) == ("0.0.0.0", 8080, "info")
    assert config["WEBHOOK_SECRET"] == b"development-webhook-secret-01"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://a@b/c"),
        ("DATABASE_URL", "postgresql://a@b:x/c"),
        ("JWT_SECRET", "short"),
        ("WEBHOOK_SECRET", "whsec_!"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("PORT", "0"),
        ("DB_POOL_SIZE", "many"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_bad_values(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ServeConfig().load(ENVIRONMENT | {name: value})
    assert list(refused.value.messages_dict) == [name]
    assert value not in str(refused.value)


def test_an_empty_value_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JWT_SECRET", "")
    monkeypatch.delenv("CURSOR_SECRET")
    with pytest.raises(SystemExit, match=r"JWT_SECRET.*\n.*CURSOR_SECRET|CURSOR_SECRET.*\n.*JWT_SECRET"):
        read_environment(ServeConfig())
