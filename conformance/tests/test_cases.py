"""The cases themselves: described, numbered once, linked to rules that exist."""

from __future__ import annotations

import re
import tomllib

import pytest

from rosetta.harness import contract
from rosetta.harness.paths import CASES
from rosetta.kit import case
from rosetta.runner.run import case_levels, described_cases


@pytest.fixture(scope="module")
def cases() -> list[case.Case]:
    """All cases of the suite."""
    return described_cases()


def test_ids_are_unique_and_read_alike_from_the_sources(cases: list[case.Case]) -> None:
    ids = [each.id for each in cases]
    assert len(ids) > 150
    assert len(ids) == len(set(ids))
    assert {each.id: each.level for each in cases} == case_levels()
    assert all(re.fullmatch(r"[A-Z]{3,8}-\d{3}", each) for each in ids)


def test_retired_ids_stay_retired(cases: list[case.Case]) -> None:
    retired = tomllib.loads((CASES / "retired.toml").read_text(encoding="utf-8"))
    ids = {each.id for each in cases}
    assert retired.keys() & ids == set(), "a retired id is given again"
    successors = {id for why in retired.values() for id in re.findall(r"[A-Z]+-\d{3}", why.rpartition("):")[2])}
    assert successors
    assert successors <= ids | retired.keys(), "a successor is no case"
    assert list(retired) == sorted(retired)


def test_rules_exist_and_hints_help(cases: list[case.Case]) -> None:
    rules = contract.rules()
    assert len(rules) > 100
    assert [each.id for each in cases if each.rule not in rules] == []
    assert [each.id for each in cases if len(each.hint) < 20 or len(each.text) < 40] == []
    assert [each.id for each in cases if each.level not in case.LEVELS] == []


# A rule that no case has for its own, and why.
UNREACHED_RULES: dict[str, str] = {}


def test_every_rule_has_a_case(cases: list[case.Case]) -> None:
    missing = contract.rules() - {each.rule for each in cases}
    assert missing == UNREACHED_RULES.keys(), "a rule lacks a case, or is listed although it has one"


def test_no_case_knows_a_framework() -> None:
    known = "gin|echo|actix|rocket|express|django|flask|fastapi|spring|laravel|phoenix|dotnet"
    for path in CASES.glob("*.py"):
        text = path.read_text(encoding="utf-8").replace("services/gin/service.toml", "")
        assert not re.search(rf"\b({known})\b", text, re.IGNORECASE), f"{path.name} names a framework"
