"""What a person is told of the line of a case that failed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from rosetta.harness.contract import ContractViolation
from rosetta.kit.case import ruled
from rosetta.runner.asked import Asked, asked
from rosetta.runner.plugin import INSIDES

SOURCE = """
def helper(value):
    assert value == [
        "MUG",
    ], "told"


def case():
    for value in (["MUG"], []):
        helper(value)


def header():
    for _ in nobody(): pass


def direct():
    assert raises().expect(200, 204) == {}


def raises(*_):
    raise ValueError


def through_a_helper():
    raises(
        1
    ).problem(409, "told")


def inside_another():
    print(raises(1)).expect(200)


def afterwards():
    raises(print(2).expect(201))
"""


def fails(folder: Path, name: str) -> BaseException:
    """The exception of a function of a module in `folder` that has SOURCE."""
    path = folder / "cases_of_a_test.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("cases_of_a_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind does not matter
        getattr(module, name)()
    return caught.value


def test_the_case_s_line_and_the_helper_s_are_told(tmp_path: Path) -> None:
    told = asked(fails(tmp_path, "case"), tmp_path)
    assert told == [
        Asked("cases_of_a_test.py:10", "helper(value)"),
        Asked("cases_of_a_test.py:3", 'assert value == [ "MUG", ], "told"'),
    ]


def test_of_a_block_its_line_is_told(tmp_path: Path) -> None:
    assert [line.text for line in asked(fails(tmp_path, "header"), tmp_path)] == ["for _ in nobody(): pass"]


def test_what_no_case_asked_has_no_line(tmp_path: Path) -> None:
    assert asked(fails(tmp_path, "case"), tmp_path / "elsewhere") == []


@pytest.mark.parametrize(
    ("name", "statuses"),
    [("direct", (200, 204)), ("through_a_helper", (409,)), ("inside_another", ()), ("afterwards", ())],
)
def test_the_statuses_that_a_line_expects_of_the_answer_that_it_did_not_get(
    tmp_path: Path, name: str, statuses: tuple[int, ...]
) -> None:
    assert asked(fails(tmp_path, name), tmp_path)[0].statuses == statuses


def test_the_words_of_pytest_for_the_suite_s_people_are_left_out() -> None:
    told = "it runs although X is missing\nassert not ['it runs although X is missing']"
    assert INSIDES.sub("", told) == "it runs although X is missing"
    told = "assert 500 in (200, 401)\n +    where 500 = Answer(varied=False).status\n +      where get = Client().get"
    assert INSIDES.sub("", told) == "assert 500 in (200, 401)"
    assert INSIDES.sub("", "assert []") == "assert []"


def test_an_assertion_may_be_about_another_rule_than_its_case() -> None:
    with pytest.raises(AssertionError) as caught, ruled("HTTP-6"):
        raise AssertionError
    assert caught.value.rule == "HTTP-6"  # type: ignore[attr-defined]
    with pytest.raises(ContractViolation) as violation, ruled("HTTP-6"):
        raise ContractViolation("", "AUTH-8", "")
    assert violation.value.rule == "AUTH-8"
