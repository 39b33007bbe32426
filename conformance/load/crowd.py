"""Who and what a loaded shop holds: the products, the customers, and numbers that generator and database agree on."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import psycopg

from rosetta.kit.people import HASH

STOCK = 500_000
HOT = 1000  # the first products: what is bought and restocked. They cost the same, so that totals are known beforehand
HOT_TOTAL = 12_000  # 100.00 and 20 % tax; no shipping from 50.00 on
# One product in so many is found by a search: often enough for the statistics of PostgreSQL, a sample, to know of it.
SERIES = 10
SQL = Path(__file__).with_name("crowd.sql")


def sku(number: int) -> str:
    """The sku of a product, counted from 0."""
    return str(100_001 + number)


def customer_id(number: int) -> str:
    """The user id of a customer, as crowd.sql makes it."""
    return str(uuid.UUID(hashlib.md5(f"customer {number}".encode()).hexdigest()))


def email(number: int) -> str:
    """The address of a customer, whose password is rosetta.kit.people.PASSWORD."""
    return f"customer-{number}@shop.example"


def settle(url: str, products: int, customers: int) -> None:
    """Fill the migrated database at `url`, which no service uses yet."""
    with psycopg.connect(url, autocommit=True) as database:
        script = SQL.read_text(encoding="utf-8")
        values = {"products": products, "customers": customers, "hot": HOT, "stock": STOCK, "hash": f"'{HASH}'"}
        for name, value in values.items():
            script = script.replace(f":{name}", str(value))
        database.execute("SET statement_timeout = 0")
        database.execute(script.encode())
        # What the server would otherwise do at some moment in the middle of a window.
        database.execute("VACUUM (FREEZE, ANALYZE)")
