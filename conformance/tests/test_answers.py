"""What is told of an answer that breaks the contract names the operation, what came, and the rule of that check."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from rosetta.harness import contract
from rosetta.harness.contract import ContractViolation

JSON = {"content-type": "application/json", "cache-control": "no-cache"}
PRODUCT: dict[str, Any] = {
    "id": "00000000-0000-4000-8000-000000000000", "sku": "X-1", "name": "Thing", "description": None, "category": "c",
    "price": 100, "tax_rate_bp": 0, "attributes": {}, "stock": 1, "active": True, "version": 1,
    "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
}  # fmt: skip


def told(target: str, status: int, body: Any, headers: dict[str, str], method: str = "GET") -> tuple[str, str]:
    """The message and the rule for an answer; asserts that there is a hint."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = httpx.Request(method, "http://service", extensions={"target": target.encode()})
    with pytest.raises(ContractViolation) as caught:
        contract.check(httpx.Response(status, headers=headers, content=content, request=request), target)
    assert caught.value.hint
    return str(caught.value), caught.value.rule


def problem(code: str, **members: Any) -> dict[str, Any]:
    """A problem of the catalogue, with members replaced."""
    known = contract.problems()[code]
    return {
        "type": contract.TYPE + code,
        "title": known["title"],
        "status": known["status"],
        "detail": "So.",
        **members,
    }


def test_a_right_answer_is_not_told() -> None:
    request = httpx.Request("GET", "http://service")
    headers = {**JSON, "etag": '"1"'}
    contract.check(httpx.Response(200, headers=headers, json=PRODUCT, request=request), "/products/X-1")


def test_a_route_that_is_missing_is_told_before_all_else() -> None:
    page = {"content-type": "text/html", "cache-control": "public"}
    message, rule = told("/products", 404, b"<h1>Not found</h1>", page)
    assert (message, rule) == ("listProducts (GET /products) is not there: it is answered with 404", "QUERY-1")
    assert (
        "getCart (GET /cart) is not there"
        in told("/cart", 404, problem("not_found"), {"content-type": contract.PROBLEM})[0]
    )
    assert (
        "login (POST /auth/login) is not there: it is answered with 405"
        in told("/auth/login", 405, b"", page, "POST")[0]
    )


def test_a_404_that_is_documented_must_be_a_problem() -> None:
    assert "getProduct (GET /products/{sku}) is not there" in told("/products/X", 404, b"{}", JSON)[0]


def test_a_header_that_is_missing_is_told_with_its_rule() -> None:
    message, rule = told("/products/X-1", 200, PRODUCT, JSON)
    assert message.startswith("getProduct (GET /products/{sku}), status 200: Missing required response headers")
    assert "etag" in message.lower()
    assert rule == "HTTP-8"
    without = {"content-type": "application/json", "etag": '"1"'}
    assert told("/products/X-1", 200, PRODUCT, without) == (
        "Cache-Control of /products/X-1 is missing, not 'no-cache'",
        "HTTP-7",
    )


def test_a_type_a_status_and_a_body_are_told_with_their_rules() -> None:
    plain = {**JSON, "content-type": "text/plain", "etag": '"1"'}
    assert told("/products/X-1", 200, PRODUCT, plain)[1] == "HTTP-5"
    assert (
        told("/products/X-1", 418, problem("not_found", status=418), {"content-type": contract.PROBLEM})[1]
        == "PROBLEM-1"
    )
    assert told("/products/X-1", 202, PRODUCT, {**JSON, "etag": '"1"'})[1] == "HTTP-2"  # the operation's first
    message, rule = told("/products/X-1", 200, {**PRODUCT, "price": "1"}, {**JSON, "etag": '"1"'})
    assert rule == "JSON-9"
    assert message.endswith('Response violates schema: /price "1" is not of type "integer"')


def test_a_problem_is_held_against_the_catalogue() -> None:
    headers = {"content-type": contract.PROBLEM}
    message, rule = told("/products/X-1", 404, problem("not_found", title="Nope"), headers)
    assert rule == "PROBLEM-1"
    assert "title of not_found is 'Nope', not 'Not found'" in message
    assert "has the members" in told("/products/X-1", 404, problem("not_found", trace="at line 3"), headers)[0]
