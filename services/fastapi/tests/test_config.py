import pytest

from shop.platform.config import MigrateSettings, ServeSettings, load

GOOD = {
    "DATABASE_URL": "postgresql://shop:secret@localhost:5432/shop",
    "JWT_SECRET": "j" * 32,
    "CURSOR_SECRET": "é" * 16,
    "WEBHOOK_SECRET": "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [*ServeSettings.model_fields, *MigrateSettings.model_fields]
    for name in names:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    settings = load(ServeSettings)
    assert (settings.host, settings.port, settings.db_pool_size) == ("0.0.0.0", 8080, 10)
    assert (settings.sse_ping_seconds, settings.log_level) == (15, "info")
    assert settings.webhook_secret == b"development-webhook-secret-01"
    assert not any(secret in repr(settings) for secret in ("secret", "jjjj", "\\xc3"))


def test_other_names_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("host", "Port", "PORTS", "SERVER_PORT", "DEBUG"):
        monkeypatch.setenv(name, "1")
    settings = load(ServeSettings)
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://localhost/shop"),
        ("DATABASE_URL", "postgresql://localhost:port/shop"),
        ("JWT_SECRET", "j" * 31),
        ("CURSOR_SECRET", "é" * 15),
        ("WEBHOOK_SECRET", "ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE="),
        ("WEBHOOK_SECRET", "whsec_not base64"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("DB_POOL_SIZE", "101"),
        ("SSE_PING_SECONDS", "-1"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_bad_values(name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        load(ServeSettings)
    told = capsys.readouterr().err
    assert told.startswith(f"{name}: ")
    assert len(told.splitlines()) == 1
    assert not value or value not in told


def test_all_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit):
        load(MigrateSettings)
    told = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["DATABASE_URL", "ADMIN_EMAIL", "ADMIN_PASSWORD"]
