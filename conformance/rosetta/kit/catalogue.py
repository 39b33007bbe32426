"""The semantic comparison of two databases: what `migrate` made against what schema.sql and functions.sql make.

Checks, uniques and indexes go by name, foreign keys by definition (rule DB-1). Differences are told as a person would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg

from rosetta.harness.database import connect

COLUMNS: LiteralString = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname ELSE '' END,
       a.attidentity::text || a.attgenerated::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS: LiteralString = """
SELECT c.relname, k.contype::text, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND k.contype IN ('c', 'u', 'p', 'f', 'x')
"""
INDEXES: LiteralString = """
SELECT i.relname, pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
  AND c.relname = ANY(%s)
"""
TRIGGERS: LiteralString = """
SELECT t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND NOT t.tgisinternal AND c.relname = ANY(%s)
"""
FUNCTIONS: LiteralString = """
SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
SEQUENCES: LiteralString = """
SELECT c.relname, format_type(s.seqtypid, NULL) || ' from ' || s.seqstart || ' by ' || s.seqincrement
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public'
"""


@dataclass(frozen=True)
class Column:
    """A column; `default` is its expression, `collation` is empty for the database's own."""

    type: str
    not_null: bool
    default: str
    collation: str
    generated: str


@dataclass
class Catalogue:
    """What counts of a database."""

    tables: dict[str, dict[str, Column]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, str] = field(default_factory=dict)


def read(url: str, tables: list[str] | None = None) -> Catalogue:
    """Read the catalogue of the database at `url`, of all tables or of some; what is on other tables is left out."""
    found = Catalogue()
    with connect(url) as connection:
        for table, column, kind, not_null, default, collation, generated in _rows(connection, COLUMNS):
            described = Column(str(kind), bool(not_null), str(default), str(collation), str(generated))
            if tables is None or table in tables:
                found.tables.setdefault(str(table), {})[str(column)] = described
        kept = list(found.tables)
        for table, kind, name, definition in _rows(connection, CONSTRAINTS):
            if table not in kept:
                continue
            if kind in ("p", "f"):  # by definition: their names are free
                found.keys.setdefault(str(table), set()).add(_free_of_deferral(str(definition)))
            else:
                found.named[f"{name} on {table}"] = str(definition)
        found.indexes = _pairs(connection, INDEXES, kept)
        found.triggers = _pairs(connection, TRIGGERS, kept)
        found.functions = _pairs(connection, FUNCTIONS)
        found.sequences = _pairs(connection, SEQUENCES)
    return found


def _rows(connection: psycopg.Connection[tuple[object, ...]], query: LiteralString) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def _pairs(
    connection: psycopg.Connection[tuple[object, ...]], query: LiteralString, tables: list[str] | None = None
) -> dict[str, str]:
    rows = connection.execute(query, None if tables is None else (tables,)).fetchall()
    return {str(name): str(definition) for name, definition in rows}


def _free_of_deferral(definition: str) -> str:
    return definition.removesuffix(" INITIALLY DEFERRED").removesuffix(" DEFERRABLE")


def compare_tables(expected: Catalogue, actual: Catalogue) -> list[str]:
    """Differences of tables and columns, a sentence each."""
    told: list[str] = []
    for table, columns in expected.tables.items():
        if table not in actual.tables:
            told.append(f"the table {table} is missing")
            continue
        there = actual.tables[table]
        told += [f"{table} has a column {name} that the contract does not have" for name in there.keys() - columns]
        for name, column in columns.items():
            if name not in there:
                told.append(f"{table}.{name} is missing")
            else:
                told += [f"{table}.{name} {difference}" for difference in _compare_columns(column, there[name])]
    return told


def _compare_columns(expected: Column, actual: Column) -> list[str]:
    told = []
    if actual.type != expected.type:
        told.append(f"is {actual.type}, not {expected.type}")
    if actual.not_null != expected.not_null:
        told.append("allows NULL" if expected.not_null else "does not allow NULL")
    if actual.default != expected.default:
        told.append(f"has the default {actual.default or 'none'}, not {expected.default or 'none'}")
    if actual.collation != expected.collation:
        ours, theirs = expected.collation or "the database's", actual.collation or "the database's"
        told.append(f"has the collation {theirs}, not {ours}")
    if actual.generated != expected.generated:
        told.append("is an identity or generated column" if actual.generated else "is not generated")
    return told


def compare_constraints(expected: Catalogue, actual: Catalogue) -> list[str]:
    """Differences of checks and uniques (by name), primary and foreign keys (by definition)."""
    told = _compare_named("constraint", expected.named, actual.named, extra=True)
    for table in expected.tables.keys() & actual.tables.keys():
        ours, theirs = expected.keys.get(table, set()), actual.keys.get(table, set())
        told += [f"{table} lacks {key}" for key in sorted(ours - theirs)]
        told += [f"{table} has {key}, which the contract does not have" for key in sorted(theirs - ours)]
    return told


def compare_indexes(expected: Catalogue, actual: Catalogue) -> list[str]:
    """Differences of indexes; an additional one is none, unless it is unique and so forbids rows."""
    told = _compare_named("index", expected.indexes, actual.indexes, extra=False)
    for name, definition in actual.indexes.items():
        if name not in expected.indexes and definition.startswith("CREATE UNIQUE"):
            told.append(f"the unique index {name} forbids rows that the contract allows")
    return told


def compare_programs(expected: Catalogue, actual: Catalogue) -> list[str]:
    """Differences of triggers, functions and sequences."""
    return [
        *_compare_named("trigger", expected.triggers, actual.triggers, extra=True),
        *_compare_named("function", expected.functions, actual.functions, extra=False),
        *_compare_named("sequence", expected.sequences, actual.sequences, extra=False),
    ]


def _compare_named(kind: str, expected: Mapping[str, str], actual: Mapping[str, str], *, extra: bool) -> list[str]:
    told = [f"the {kind} {name} is missing" for name in expected.keys() - actual.keys()]
    if extra:
        unknown = actual.keys() - expected.keys()
        told += [f"the {kind} {name} is not in the contract" for name in unknown]
    for name in expected.keys() & actual.keys():
        if actual[name] != expected[name]:
            told.append(f"the {kind} {name} is\n    {actual[name]}\n  and not\n    {expected[name]}")
    return sorted(told)
