"""The contract's SQL on the oldest and on the embedded PostgreSQL, and the databases of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rosetta.harness import database
from rosetta.harness.database import Databases, Server
from rosetta.harness.paths import CONTRACT

OLDEST = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(params=["embedded", "oldest"])
def each_server(request: pytest.FixtureRequest, server: Server) -> Iterator[Server]:
    """The embedded PostgreSQL, and PostgreSQL 15 where it is installed."""
    if request.param == "embedded":
        yield server
        return
    if not OLDEST.exists():
        pytest.skip("NOT RUN: PostgreSQL 15 is not installed; on Debian 12: apt-get install postgresql-15")
    with database.embedded(OLDEST) as running:
        assert running.version().startswith("15.")
        yield running


def test_the_contract_loads(each_server: Server) -> None:
    with Databases(each_server) as databases:
        url = databases.create("contract")
        for name in ("schema.sql", "functions.sql", "seed.sql", "seed.sql"):
            database.run_script(url, CONTRACT / name)
        assert database.scalar(url, "SELECT count(*) FROM products") == 40
        assert database.scalar(url, "SELECT count(*) FROM users") == 0


def test_the_functions_do_what_the_rules_say(each_server: Server) -> None:
    with Databases(each_server) as databases:
        url = databases.create("contract")
        for name in ("schema.sql", "functions.sql", "seed.sql"):
            database.run_script(url, CONTRACT / name)
        with database.connect(url) as connection:
            taken = [connection.execute("SELECT * FROM rate_take('k', 5, 12)").fetchone() for _ in range(6)]
            connection.execute("UPDATE products SET name = name WHERE sku = 'SEED-LAMP'")
            connection.execute("UPDATE products SET stock = stock - 1, version = 77 WHERE sku = 'SEED-LAMP'")
            connection.execute("UPDATE products SET price = price + 1 WHERE sku = 'SEED-MUG'")
            version = connection.execute("SELECT version FROM products WHERE sku = 'SEED-LAMP'").fetchone()
            events = connection.execute("SELECT id, type, data::json ->> 'sku' FROM events").fetchall()
    assert [row is not None and row[0] for row in taken] == [True] * 5 + [False]
    assert taken[5] is not None
    assert taken[5][2] == 12
    assert version == (2,)
    assert events == [(1, "stock.changed", "SEED-LAMP")]


def test_a_database_has_the_encoding_and_the_settings_of_the_contract(databases: Databases) -> None:
    url = databases.create("settings")
    with database.connect(url) as connection:
        settings = [
            connection.execute(query).fetchone()
            for query in ("SHOW TimeZone", "SHOW lock_timeout", "SHOW statement_timeout", "SHOW server_encoding")
        ]
        order = connection.execute("SELECT string_agg(x, '' ORDER BY x) FROM unnest('{a,B,é,Z}'::text[]) x").fetchone()
        folded = connection.execute("SELECT 'École' ILIKE '%é%'").fetchone()
    assert settings == [("UTC",), ("5s",), ("15s",), ("UTF8",)]
    assert order == ("BZaé",)
    assert folded == (True,)


def test_a_copy_has_the_rows_and_the_settings(databases: Databases) -> None:
    source = databases.create("source")
    with database.connect(source) as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS x")
    copy = databases.create("copy", source)
    assert database.scalar(copy, "SELECT x FROM t") == 42
    assert database.scalar(copy, "SHOW lock_timeout") == "5s"


def test_databases_and_role_are_gone_afterwards(server: Server) -> None:
    with Databases(server) as databases:
        url = databases.create("one")
        name = databases.names()[0]
        lingering = database.connect(url)
    assert database.scalar(server.url, "SELECT count(*) FROM pg_database WHERE datname = %s", name) == 0
    assert database.scalar(server.url, "SELECT count(*) FROM pg_roles WHERE rolname = %s", databases.role) == 0
    with pytest.raises(psycopg.OperationalError):
        lingering.execute("SELECT 1")
    lingering.close()


def test_binaries_in_a_private_folder_are_copied(tmp_path: Path) -> None:
    """Root cannot run PostgreSQL itself, and `nobody` cannot look into root's folders."""
    install = tmp_path / "wheel" / "pginstall"
    (install / "bin").mkdir(parents=True)
    (install / "bin" / "postgres").touch()
    (tmp_path / "wheel.libs").mkdir()
    (tmp_path / "wheel").chmod(0o700)
    home = tmp_path / "home"
    home.mkdir()
    assert database._reachable(install / "bin", home, other_account=False) == install / "bin"
    copied = database._reachable(install / "bin", home, other_account=True)
    assert copied == home / "wheel" / "pginstall" / "bin"
    assert (copied / "postgres").exists()
    assert (home / "wheel.libs").exists()
