"""The schema comparison tells each kind of difference, and only differences that count."""

from __future__ import annotations

import pytest

from rosetta.harness import database
from rosetta.harness.database import Databases
from rosetta.harness.paths import CONTRACT
from rosetta.kit import catalogue


def contract(databases: Databases) -> str:
    """A database as the contract says."""
    url = databases.create("contract")
    for name in ("schema.sql", "functions.sql"):
        database.run_script(url, CONTRACT / name)
    return url


def differences(databases: Databases, change: str) -> str:
    """What the comparison tells of a database that `change` was done to."""
    expected = catalogue.read(contract(databases))
    changed = contract(databases)
    with database.connect(changed) as connection:
        connection.execute(change.encode())
    actual = catalogue.read(changed, list(expected.tables))
    compare = (
        catalogue.compare_tables,
        catalogue.compare_constraints,
        catalogue.compare_indexes,
        catalogue.compare_programs,
    )
    return "\n".join(line for each in compare for line in each(expected, actual))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE events", "the table events is missing"),
        ("ALTER TABLE users DROP COLUMN name CASCADE", "users.name is missing"),
        ("ALTER TABLE users ADD COLUMN phone text", "users has a column phone that the contract does not have"),
        ("ALTER TABLE carts ALTER updated_at TYPE timestamptz", "carts.updated_at is timestamp with time zone, not"),
        ("ALTER TABLE orders ALTER total DROP NOT NULL", "orders.total allows NULL"),
        ("ALTER TABLE products ALTER description SET NOT NULL", "products.description does not allow NULL"),
        ("ALTER TABLE products ALTER stock DROP DEFAULT", "products.stock has the default none, not 0"),
        ("ALTER TABLE products ALTER sku TYPE text", "sku has the collation the database's"),
        ("ALTER TABLE events ALTER id ADD GENERATED ALWAYS AS IDENTITY", "events.id is an identity or generated"),
        ("ALTER TABLE products DROP CONSTRAINT products_stock_ck", "products_stock_ck on products is missing"),
        ("ALTER TABLE products ADD CONSTRAINT odd CHECK (stock <> 7)", "odd on products is not in the contract"),
        ("ALTER TABLE users DROP CONSTRAINT users_email_key", "users_email_key on users is missing"),
        ("ALTER TABLE carts DROP CONSTRAINT carts_coupon_id_fkey", "carts lacks FOREIGN KEY (coupon_id)"),
        ("ALTER TABLE events DROP CONSTRAINT events_pkey", "events lacks PRIMARY KEY (id)"),
        ("DROP INDEX carts_one_open", "the index carts_one_open is missing"),
        ("DROP INDEX products_cat_idx; CREATE INDEX products_cat_idx ON products (category)", "products_cat_idx is"),
        ("CREATE UNIQUE INDEX odd ON products (name)", "unique index odd forbids rows"),
        ("DROP TRIGGER orders_version ON orders", "the trigger orders_version is missing"),
        ("CREATE TRIGGER odd BEFORE UPDATE ON carts FOR EACH ROW EXECUTE FUNCTION bump_version()", "odd is not"),
        ("DROP FUNCTION rate_take", "the function rate_take(p_key text, p_burst integer"),
        ("DROP SEQUENCE events_id_seq", "the sequence events_id_seq is missing"),
    ],
)  # fmt: skip
def test_a_difference_is_told(databases: Databases, change: str, told: str) -> None:
    assert told in differences(databases, change)


@pytest.mark.parametrize(
    "change",
    [
        "SELECT 1",
        "CREATE TABLE goose_db_version (id serial PRIMARY KEY, note text UNIQUE)",
        "CREATE INDEX more ON products (tax_rate_bp)",
        "ALTER TABLE carts RENAME CONSTRAINT carts_user_id_fkey TO another_name",
        "ALTER TABLE carts ALTER CONSTRAINT carts_user_id_fkey DEFERRABLE INITIALLY DEFERRED",
    ],
)
def test_what_does_not_count_is_not_told(databases: Databases, change: str) -> None:
    assert differences(databases, change) == ""
