"""The checks that the fuzzing adds to those of schemathesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from schemathesis import Case, Response
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi._auth_retry import send_probe

from rosetta.fuzz.cast import Cast, is_for_administrators, operation_id
from rosetta.fuzz.wire import answer_of, request_of
from rosetta.harness import contract

# The rules behind the checks, where one rule is behind all that a check finds.
RULES = {
    "not_a_server_error": "HTTP-12",
    "unsupported_method": "HTTP-3",
    "allow_header_conformance": "HTTP-3",
    "ignored_auth": "AUTH-8",
    "object_level_authorization": "ORDER-1",
    "role_is_asked_for": "ADMIN-1",
    "query_is_closed": "QUERY-1",
    "use_after_free": "PRODUCT-1",
}


class RuleBroken(Failure):
    """An answer breaks what `rosetta.harness.contract` asks of every answer."""

    def __init__(self, operation: str, violation: contract.ContractViolation) -> None:
        super().__init__(operation=operation, title="A rule is broken", message=str(violation))
        self.rule = violation.rule

    @property
    def _unique_key(self) -> str:
        return self.rule


def keeps_the_contract(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """The suite's own check as one of schemathesis'."""
    url = str(case.operation.schema.get_base_url())
    try:
        contract.check(answer_of(response, request_of(response)), str(response.request.url).removeprefix(url))
    except contract.ContractViolation as violation:
        raise RuleBroken(case.operation.label, violation) from None
    return None


class UnknownParameterTaken(Failure):
    """A parameter that the operation does not name was no fault."""


def query_is_closed(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """A check that unknown parameters are refused where a query is read; schemathesis takes them for harmless."""
    declared = {parameter.name for parameter in case.operation.query}
    sent = {name for name, _ in parse_qsl(urlsplit(str(response.request.url)).query, keep_blank_values=True)}
    if not declared or sent <= declared or case.method != case.operation.method.upper():
        return True
    if response.status_code < 400:
        raise UnknownParameterTaken(
            operation=case.operation.label,
            title="An unknown parameter was taken",
            message=f"Expected 400 for {', '.join(sorted(sent - declared))!r}, got {response.status_code}",
        )
    return None


class RoleNotAskedFor(Failure):
    """A customer may do what only an administrator may."""


def role_is_asked_for(cast: Cast) -> Callable[[CheckContext, Response, Case[Any]], bool | None]:
    """A check that sends what an administrator could do again as a customer, once for each operation."""
    asked: set[str] = set()

    def role_is_asked_for(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        name = operation_id(case.operation)
        done = response.status_code < 300 and case.auth_identity == "admin"
        if not done or name in asked or not is_for_administrators(case.operation):
            return True
        asked.add(name)
        probe = case.derive()
        probe.headers["Authorization"] = f"Bearer {cast.ada.token}"
        answer = send_probe(ctx, case, probe)
        if answer.status_code != 403:
            raise RoleNotAskedFor(
                operation=case.operation.label,
                title="A customer may do it too",
                message=f"Expected 403 for a customer, got {answer.status_code}",
                case_id=probe.id,
            )
        return None

    return role_is_asked_for
