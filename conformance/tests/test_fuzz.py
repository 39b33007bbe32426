"""The fuzzing finds what is wrong with a shop, tells how to repeat it, and finds nothing where nothing is wrong."""

from __future__ import annotations

import re

import pytest

from proof import prove
from rosetta.fuzz.run import Run, run
from rosetta.fuzz.scope import CONFIG, EXCUSED, GOODS, document, is_excused
from rosetta.harness import contract
from rosetta.kit.client import Client
from rosetta.kit.people import People

EXAMPLES = 3
SEED = 1


def fuzz(*bugs: str, most: int = 1) -> Run:
    """Fuzz a shop with these bugs."""
    with prove.shop(*bugs) as subject:
        url = str(subject.url)
        return run(url, People(Client(url), None), EXAMPLES, SEED, most)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    told: list[str] = []
    with prove.shop() as subject:
        url = str(subject.url)
        done = run(url, People(Client(url), None), EXAMPLES, SEED, progress=told.append)
    assert (done.errors, [finding.text() for finding in done.findings]) == ([], [])
    assert done.calls > 800
    assert done.calls == sum(sum(statuses.values()) for statuses in done.reached.values())
    assert len(done.accepted()) > 20
    assert told


@pytest.mark.parametrize(
    ("bug", "said", "rule"),
    [
        ("nul_reaches_the_database", "the service answered 500", "http-12"),
        ("unknown_members_ignored", "object with unexpected properties", "contract/openapi.yaml"),
        ("no_allow", "without required `Allow` header", "http-3"),
        ("unknown_parameters_ignored", "An unknown parameter was taken", "query-1"),
        ("role_forgotten", "Expected 403 for a customer", "admin-1"),
        ("foreign_orders_shown", "`ben` received the `Order` that `ada` owns", "order-1"),
    ],
)
def test_a_bug_is_found_and_told(bug: str, said: str, rule: str) -> None:
    done = fuzz(bug)
    assert done.errors == []
    text = "\n".join(finding.text() for finding in done.findings)
    assert said in text
    assert rule in text
    assert re.search(r"^curl -sS -i .* '?http://127\.0\.0\.1:\d+/", text, re.MULTILINE)
    assert re.search(r"^HTTP/1\.1 \d{3} ", text, re.MULTILINE)


def test_exclusions_name_what_there_is() -> None:
    operations = {each.partition(" ")[0] for each in contract.documented()}
    assert EXCUSED.keys() <= operations
    for configured in CONFIG["operations"]:
        chosen = configured["include-operation-id"]
        assert {chosen} if isinstance(chosen, str) else set(chosen) <= operations
    codes = {code for codes in EXCUSED.values() for code in codes if not code.startswith("/")}
    assert codes <= contract.problems().keys()
    sku = contract.document()["components"]["schemas"]["Sku"]["pattern"]
    assert all(re.fullmatch(sku, each) for each in GOODS)


def test_only_what_is_listed_is_excused() -> None:
    problem = {"type": f"{contract.TYPE}validation_failed"}
    end = {"pointer": "/ends_at", "code": "out_of_range"}
    assert is_excused("createCoupon", {**problem, "errors": [end]})
    assert not is_excused("createCoupon", {**problem, "errors": [end, {"pointer": "/code", "code": "format"}]})
    assert not is_excused("createProduct", {**problem, "errors": [end]})
    assert is_excused("listOrders", {"type": f"{contract.TYPE}invalid_cursor"})
    assert not is_excused("listOrders", {"type": f"{contract.TYPE}invalid_query", "errors": [{"parameter": "limit"}]})
    stock = {"pointer": "/stock", "code": "type"}
    assert is_excused("createProduct", {**problem, "errors": [stock]}, b'{"stock": 1937.0}')
    assert not is_excused("createProduct", {**problem, "errors": [stock]}, b'{"stock": 1937}')
    assert not is_excused(
        "createProduct", {**problem, "errors": [stock, {**stock, "pointer": "/price"}]}, b'{"stock": 1.0}'
    )
    assert is_excused("importProducts", {**problem, "errors": [{**stock, "line": 2}]}, b'{}\n{"stock": 1.0}\n')
    lines = b'{}\n{"id": "\\u0000"}\n'
    nul = {"pointer": "", "code": "malformed", "line": 2}
    assert is_excused("importProducts", {**problem, "errors": [nul]}, lines)
    assert not is_excused("importProducts", {**problem, "errors": [{**nul, "line": 1}, nul]}, lines)
    malformed = {"type": f"{contract.TYPE}malformed_json"}
    assert is_excused("paymentWebhook", malformed, b'{"data": {"x": "\\u0000"}}')
    assert not is_excused("paymentWebhook", malformed, b'{"data": {"x": "0000"}}')
    assert not is_excused("listOrders", {})
    assert not is_excused("listOrders", None)


def test_the_contract_itself_is_not_changed() -> None:
    before = repr(contract.document())
    assert document() != contract.document()
    assert repr(contract.document()) == before
