"""Products that a case makes for itself, in a category of its own."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import psycopg


@dataclass
class Products:
    """Inserts products over `connection`; all of one case share the random category."""

    connection: psycopg.Connection[tuple[Any, ...]]
    category: str = field(default_factory=lambda: f"case-{secrets.token_hex(6)}")
    _prefix: str = field(default_factory=lambda: f"CASE-{secrets.token_hex(5).upper()}")
    _made: int = 0

    def sku(self) -> str:
        """A sku that nobody else uses; later ones sort after earlier ones."""
        self._made += 1
        return f"{self._prefix}-{self._made:04}"

    def add(self, **columns: Any) -> str:
        """Insert a product of which `columns` says what matters, and return its sku."""
        row: dict[str, Any] = {"sku": self.sku(), "name": "Thing", "category": self.category, "price": 1000}
        row |= {"tax_rate_bp": 2000, "stock": 5, **columns}
        if "attributes" in row:
            row["attributes"] = json.dumps(row["attributes"])
        names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, row))
        values = psycopg.sql.SQL(", ").join(psycopg.sql.Placeholder() * len(row))
        insert = psycopg.sql.SQL("INSERT INTO products ({}) VALUES ({})").format(names, values)
        self.connection.execute(insert, list(row.values()))
        return str(row["sku"])

    def change(self, sku: str, **columns: Any) -> None:
        """Update columns of the product `sku`."""
        pairs = [psycopg.sql.SQL("{} = %s").format(psycopg.sql.Identifier(name)) for name in columns]
        update = psycopg.sql.SQL("UPDATE products SET {} WHERE sku = %s").format(psycopg.sql.SQL(", ").join(pairs))
        self.connection.execute(update, [*columns.values(), sku])
