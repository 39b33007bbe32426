"""Columns that many tables have."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TIMESTAMP

NOW = sa.text("now()")


def key() -> sa.Column[UUID]:
    """Return the usual primary key."""
    return sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()"))


def reference(name: str, table: str, *, nullable: bool = False, cascade: bool = False) -> sa.Column[UUID]:
    """Return a foreign key to a table."""
    target = sa.ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else None)
    return sa.Column(name, sa.Uuid, target, nullable=nullable)


def moment(name: str, *, nullable: bool = False, now: bool = True) -> sa.Column[datetime]:
    """Return a time with milliseconds, by default that of the insertion."""
    kind = TIMESTAMP(timezone=True, precision=3)
    return sa.Column(name, kind, nullable=nullable, server_default=NOW if now else None)


def text(
    name: str, *, nullable: bool = False, default: str | None = None, collation: str | None = None
) -> sa.Column[str]:
    """Return a text without a length; checks bound it."""
    return sa.Column(name, sa.Text(collation=collation), nullable=nullable, server_default=default)


def integer(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[int]:
    """Return a 32-bit integer."""
    return sa.Column(name, sa.Integer, nullable=nullable, server_default=default and sa.text(default))


def bigint(name: str, *, default: str | None = None) -> sa.Column[int]:
    """Return a 64-bit integer."""
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=default and sa.text(default))


def check(name: str, condition: str) -> sa.CheckConstraint:
    """Return a check that keeps its name; services tell conflicts apart by names."""
    return sa.CheckConstraint(condition, name=name)
