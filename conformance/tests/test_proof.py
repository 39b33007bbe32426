"""The proof's shop and its catalogue of bugs agree with each other and with the contract."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from proof import money, mutation, prove, reader
from proof.bugs import BUGS, bug
from proof.liberties import LIBERTIES, rounds
from rosetta.harness import contract
from rosetta.harness.paths import CONTRACT, ROOT, SERVICES
from rosetta.runner import run

PROOF = ROOT / "conformance" / "proof"
CALL = re.compile(r'(?:bug|one_has)\("(\w+)"\)')
FREE = re.compile(r'free\("(\w+)"\)')


def test_catalogue_and_code_agree() -> None:
    """Every switch of the code is in the catalogue, once, and every bug of the catalogue has a place in the code."""
    sources = [path.read_text(encoding="utf-8") for path in PROOF.glob("*.py")]
    names = [each.name for each in BUGS]
    assert len(names) == len(set(names))
    assert {name for source in sources for name in CALL.findall(source)} == set(names)


def test_liberties_agree_with_the_code_and_the_contract() -> None:
    """Every liberty has a place in the shop's code and stands at a rule that leaves something free."""
    sources = [path.read_text(encoding="utf-8") for path in PROOF.glob("*.py")]
    names = [each.name for each in LIBERTIES]
    assert len(names) == len(set(names))
    assert {name for source in sources for name in FREE.findall(source)} == set(names)
    texts = re.split(r'<a id="([a-z]+-\d+)"></a>', (CONTRACT / "README.md").read_text(encoding="utf-8"))
    freed = {rule.upper() for rule, text in zip(texts[1::2], texts[2::2], strict=True) if "**Free:**" in text}
    assert {each.rule for each in LIBERTIES} <= freed | {"HTTP-13", "HTTP-15"}, (
        "the two say in their own words what is free"
    )


def test_rounds_hold_each_liberty_once() -> None:
    """No two answers to one question are on together."""
    for each in rounds():
        questions = [liberty.question for liberty in each if liberty.question]
        assert len(questions) == len(set(questions))
    assert sorted(liberty.name for each in rounds() for liberty in each) == sorted(each.name for each in LIBERTIES)


def test_catalogue_and_contract_agree() -> None:
    """Each bug breaks a rule that there is, and names cases that there are, in one sentence."""
    cases = run.case_levels()
    for each in BUGS:
        assert each.rule in contract.rules(), each.name
        assert set(each.cases) <= cases.keys(), each.name
        assert re.fullmatch(r".+[^.]\.", each.sentence), each.name


def test_unknown_bug() -> None:
    """A misspelt switch is no bug that nobody catches."""
    with pytest.raises(LookupError, match="no_such_bug"):
        bug("no_such_bug")
    command = [sys.executable, "-m", "proof", "--bug", "no_such_bug"]
    ended = subprocess.run(command, cwd=PROOF.parent, capture_output=True, check=False, text=True)
    assert (ended.returncode, "no_such_bug" in ended.stderr) == (2, True)


def vectors(name: str) -> list[dict[str, Any]]:
    """The cases of a file of vectors."""
    found: list[dict[str, Any]] = json.loads((CONTRACT / "vectors" / name).read_text(encoding="utf-8"))["cases"]
    return found


def test_prices() -> None:
    """The clean shop's prices are the contract's."""
    for vector in vectors("prices.json"):
        lines = [
            money.Line(str(at), "X", each["unit_price"], each["quantity"], each["tax_rate_bp"], each["available"])
            for at, each in enumerate(vector["lines"])
        ]
        expected = vector["expected"]
        percent = vector["coupon"]["percent_bp"] if expected["applied"] else 0
        assert vars(money.price(lines, percent)) == {name: expected[name] for name in money.Figures.__annotations__}
        assert [line.discount for line in lines] == [each["discount"] for each in expected["lines"]], vector["name"]
        assert [line.tax for line in lines] == [each["tax"] for each in expected["lines"]], vector["name"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}{}", b"\xef\xbb\xbf{}", b'{"a":1,"\\u0061":1}', b'{"a":NaN}', b'{"a":"\xff"}']
)
def test_refused_bodies(body: bytes) -> None:
    """The clean shop's reader is strict."""
    with pytest.raises(reader.MalformedError):
        reader.read_object(body)


def test_numbers() -> None:
    """A number is an integer when its value is, and a huge one is not written out."""
    read = reader.read_object(b'{"a":1.0,"b":10e-1,"c":-0,"d":1e999999999,"e":9007199254740993}')
    assert read == {"a": 1, "b": 1, "c": 0, "d": 10**20, "e": 9007199254740993}


@contextmanager
def answers(*bugs: str) -> Iterator[httpx.Client]:
    """A client of a shop with these bugs."""
    with prove.shop(*bugs) as subject, httpx.Client(base_url=subject.url or "") as client:
        yield client


def test_a_bug_is_switched_on() -> None:
    """The shop answers rightly without a bug, and wrongly with one."""
    with answers() as right:
        assert right.get("/products?limit=1").json()["items"][0]["sku"] == "SEED-CRAYONS"
        assert right.get("/readyz").json() == {"status": "ready"}
    with answers("ready_says_ok", "html_404") as wrong:
        assert wrong.get("/readyz").json() == {"status": "ok"}
        assert wrong.get("/nope").headers["content-type"] == "text/html"


@pytest.mark.parametrize("key", mutation.services())
def test_mutants_fit_their_service(key: str) -> None:
    """What each mutant replaces stands in the service's code, once; its rule and cases are there; names differ."""
    cases, catalogue = run.case_levels(), mutation.load(key).mutant
    names = [mutant.name for mutant in catalogue]
    assert len(names) == len(set(names))
    for mutant in catalogue:
        assert mutant.rule in contract.rules(), mutant.name
        assert set(mutant.cases) <= cases.keys(), mutant.name
        assert re.fullmatch(r".+[^.]\.", mutant.sentence), mutant.name
        assert mutation.changed(mutant, SERVICES / key), mutant.name
