"""Level 0: the database that `migrate` makes is the one that all services share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from rosetta.harness import database
from rosetta.harness.paths import CONTRACT
from rosetta.harness.subject import Subject
from rosetta.kit import catalogue
from rosetta.kit.case import case
from rosetta.kit.catalogue import Catalogue

LEVEL = 0
Pair = tuple[Catalogue, Catalogue]


@pytest.fixture(scope="module")
def reference() -> dict[str, Catalogue]:
    """What the contract's own files make, read once."""
    return {}


@pytest.fixture
def catalogues(subject: Subject, reference: dict[str, Catalogue]) -> Pair:
    """The catalogue of the contract and the one of the service."""
    reason = subject.require_quietly("migrate")
    if reason:
        pytest.skip(reason)
    assert subject.databases is not None
    assert subject.migrated is not None
    if "contract" not in reference:
        url = subject.databases.create("contract")
        for script in ("schema.sql", "functions.sql"):
            database.run_script(url, CONTRACT / script)
        reference["contract"] = catalogue.read(url)
        reference["service"] = catalogue.read(subject.migrated, list(reference["contract"].tables))
    return reference["contract"], reference["service"]


def same(compare: Callable[[Catalogue, Catalogue], Iterable[str]], pair: Pair) -> None:
    """Fail with every difference that `compare` tells."""
    differences = list(compare(*pair))
    assert not differences, "the migrated database differs from the contract's:\n  " + "\n  ".join(differences)


@case(
    "SCHEMA-001", rule="DB-1", hint="Where your migration tool has no word for something, write SQL in the migration."
)
def test_tables(catalogues: Pair) -> None:
    """Tables and columns

    Compares the migrated database with contract/schema.sql: tables, columns, types, NULL, defaults, collations.
    Twelve services share one database, so what one of them makes must suit all.
    """
    same(catalogue.compare_tables, catalogues)


@case(
    "SCHEMA-002", rule="DB-1", hint="Give each check and unique constraint the contract's name; names of keys are free."
)
def test_constraints(catalogues: Pair) -> None:
    """Constraints

    Compares checks and uniques by name, primary and foreign keys by definition. Services tell conflicts apart by
    these names.
    """
    same(catalogue.compare_constraints, catalogues)


@case("SCHEMA-003", rule="DB-1", hint="Write CREATE INDEX as schema.sql does, with its WHERE and its DESC.")
def test_indexes(catalogues: Pair) -> None:
    """Indexes

    Compares indexes by name and definition. Additional ones are allowed, unless they forbid rows.
    """
    same(catalogue.compare_indexes, catalogues)


@case("SCHEMA-004", rule="DB-1", hint="Execute contract/functions.sql as it is, in a migration after the tables.")
def test_programs(catalogues: Pair) -> None:
    """Triggers, functions and sequences

    Compares them by definition: versions, event ids and rate limits must not depend on who is asked.
    """
    same(catalogue.compare_programs, catalogues)


@case(
    "SCHEMA-005",
    rule="DB-1",
    hint="The message above is PostgreSQL's; compare the table that it names with schema.sql.",
)
def test_seed(subject: Subject) -> None:
    """The seed loads

    Loads contract/seed.sql into the migrated database, as `make run` does and as the catalog cases need.
    """
    reason = subject.require("seed")
    if reason:
        pytest.skip(reason)
