"""Products and coupons that a case makes for itself."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from rosetta.harness.database import connect
from rosetta.kit.people import People
from rosetta.kit.private import Private

Connection = psycopg.Connection[tuple[Any, ...]]
# What createProduct takes; the rest is the database's, and only a case with a database can choose it.
CREATABLE = {"sku", "name", "description", "category", "price", "tax_rate_bp", "attributes", "stock"}


@dataclass
class Products:
    """Makes products over `database` where there is one, else as the administrator; all share a random category."""

    people: People
    database: Connection | None
    category: str = field(default_factory=lambda: f"case-{secrets.token_hex(6)}")
    _prefix: str = field(default_factory=lambda: f"CASE-{secrets.token_hex(5).upper()}")
    _made: int = 0

    def sku(self) -> str:
        """A sku that nobody else uses; later ones sort after earlier ones."""
        self._made += 1
        return f"{self._prefix}-{self._made:04}"

    def add(self, *, active: bool = True, **members: Any) -> str:
        """Make a product of which `members` says what matters, and return its sku."""
        row: dict[str, Any] = {"sku": self.sku(), "name": "Thing", "category": self.category, "price": 1000}
        row |= {"tax_rate_bp": 2000, "stock": 5, **members}
        if self.database is not None:
            self._insert("products", row | {"active": active})
            return str(row["sku"])
        if not row.keys() <= CREATABLE:
            pytest.skip(f"needs a database to choose {', '.join(sorted(row.keys() - CREATABLE))}")
        self.people.through("createProduct")
        self.people.admin.post("/admin/products", body=row).expect(201)
        if not active:
            self.archive(row["sku"])
        return str(row["sku"])

    def change(self, sku: str, **members: Any) -> None:
        """Change members of the product `sku`; stock by what is missing."""
        if self.database is not None:
            pairs = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in members]
            update = sql.SQL("UPDATE products SET {} WHERE sku = %s").format(sql.SQL(", ").join(pairs))
            self.database.execute(update, [*members.values(), sku])
            return
        stock = members.pop("stock", None)
        if stock is not None:
            delta = stock - self.stock(sku)
            self.people.admin.post(f"/admin/products/{sku}/stock", body={"delta": delta}).expect(200)
        if members:
            self.people.admin.patch(f"/admin/products/{sku}", body=members, headers={"if-match": "*"}).expect(200)

    def archive(self, sku: str) -> None:
        """Archive the product `sku`."""
        if self.database is not None:
            self.database.execute("UPDATE products SET active = false WHERE sku = %s", (sku,))
        else:
            self.people.admin.delete(f"/admin/products/{sku}", headers={"if-match": "*"}).expect(204)

    def stock(self, sku: str) -> int:
        """The stock of the active product `sku`."""
        return int(self.people.shop.get(f"/products/{sku}").expect(200).json["stock"])

    def coupon(self, percent_bp: int = 1000, **members: Any) -> str:
        """Make a coupon of which `members` says what matters, and return its code."""
        row = {"code": f"C{secrets.token_hex(7).upper()}", "percent_bp": percent_bp, **members}
        if self.database is not None:
            self._insert("coupons", row)
        else:
            self.people.through("createCoupon")
            self.people.admin.post("/admin/coupons", body=row).expect(201)
        return str(row["code"])

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        assert self.database is not None
        values = {name: json.dumps(value) if name == "attributes" else value for name, value in row.items()}
        columns = sql.SQL(", ").join(map(sql.Identifier, values))
        marks = sql.SQL(", ").join(sql.Placeholder() * len(values))
        insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), columns, marks)
        self.database.execute(insert, list(values.values()))


def heavy_products(shop: Private, count: int) -> None:
    """Make products of 4 KB each for a private process: exports are then more than a network keeps."""
    with connect(shop.database_url) as database:
        database.execute(
            "INSERT INTO products (sku, name, category, price, tax_rate_bp, description) "
            "SELECT 'ZZ-' || n, 'Thing', 'things', 1, 0, repeat('a', 4000) FROM generate_series(1, %s) n",
            (count,),
        )


def moment(**distance: int) -> str:
    """The time at a distance from now, in the contract's form."""
    then = datetime.now(UTC) + timedelta(**distance)
    return then.strftime("%Y-%m-%dT%H:%M:%S.") + f"{then.microsecond // 1000:03}Z"
