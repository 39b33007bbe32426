"""Fuzzing: schemathesis makes requests from openapi.yaml, with every check of its own and the suite's on each answer.

The same for the case of level 7, which makes few, and for `make fuzz`, which makes as many as one likes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData
from schemathesis.schemas import BaseSchema
from schemathesis.transport import SerializationContext

from rosetta.fuzz.cast import Cast, operation_id
from rosetta.fuzz.checks import RULES, RuleBroken, keeps_the_contract, query_is_closed, role_is_asked_for
from rosetta.fuzz.scope import CONFIG, document, is_excused
from rosetta.fuzz.wire import content_of, exchange_of
from rosetta.kit.client import Exchange
from rosetta.kit.people import People

NDJSON = "application/x-ndjson"
# Sequences of requests for each request to an operation alone: they go deeper.
SEQUENCES = 4


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: what was expected and not so, the rules behind it, and the requests that show it."""

    operation: str
    said: list[str]
    rules: list[str]
    exchanges: list[Exchange]

    def text(self) -> str:
        """All of it, with the requests as curl, oldest first."""
        *before, last = self.exchanges
        rules = ", ".join(f"contract/README.md#{rule.lower()}" for rule in self.rules)
        parts = [*self.said, f"rule: {rules or f'x-rules of {self.operation} in contract/openapi.yaml'}"]
        for exchange in before:
            status = exchange.response.status_code if exchange.response else "nothing"
            parts.append(f"{exchange.command()}  # answered {status}")
        return "\n".join([f"{self.operation}:", *parts, last.command(), last.answer()])


@dataclass
class Run:
    """What a run sent and found. `reached` counts the answers of each operation by status."""

    calls: int = 0
    reached: dict[str, Counter[int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def accepted(self) -> list[str]:
        """The operations of which at least one request was done."""
        return [name for name, statuses in self.reached.items() if any(200 <= status < 300 for status in statuses)]


def run(
    url: str,
    people: People,
    examples: int,
    seed: int,
    most: int = 20,
    progress: Callable[[str], None] | None = None,
    told: Callable[[Exchange], None] | None = None,
) -> Run:
    """Fuzz the service at `url`.

    Args:
        people: makes the customers and the administrator.
        examples: how many random requests for each operation at most, beside those that do not depend on chance (the
            contract's examples and the borders of its schemas); and SEQUENCES times as many sequences.
        seed: what chance begins with; the same seed sends the same requests to the same service in the same state.
        most: stop after so many failures; one finding may be several.
        progress: is told how far it came.
        told: is given each exchange.
    """
    done = Run()
    found: dict[Failure, tuple[str, list[Exchange], str]] = {}
    cast = Cast(people)
    schema = _schema(url, examples, seed, most, cast)
    with _registered(cast):
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    _count(done, event.recorder, url, told)
                    _collect(found, event.recorder, url)
                    if progress is not None:
                        progress(f"{done.calls:,} requests, {event.phase.value}, {event.label or 'sequences'}")
                case events.NonFatalError():
                    done.errors.append(f"{event.label}: {type(event.value).__name__}: {event.value}")
                case events.FatalError():
                    done.errors.append(repr(event.exception))
    done.findings = _grouped(found)
    return done


def _schema(url: str, examples: int, seed: int, most: int, cast: Cast) -> BaseSchema:
    config = SchemathesisConfig.from_dict({**CONFIG, "seed": seed, "max-failures": most, "base-url": url})
    schema = schemathesis.openapi.from_dict(document(), config=config)
    schema.config.generation.update(max_examples=examples)
    schema.config.phases.stateful.generation.update(max_examples=SEQUENCES * examples)
    schema.auth.providers.append(
        cast.provider([one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)])
    )
    build = schema.build_state_machine

    def build_state_machine(*, feedback: FeedbackSources, **options: Any) -> type[APIStateMachine]:
        # What other sequences left behind would make this one go another way each time that it is tried.
        machine = build(feedback=replace(feedback, extra_data_source=None), **options)

        class Sequence(machine):  # type: ignore[misc,valid-type]
            def __init__(self) -> None:
                cast.begin_sequence()
                super().__init__()

        return Sequence

    schema.build_state_machine = build_state_machine  # type: ignore[method-assign]

    @schema.hook
    def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
        cast.after(case, response)

    @schema.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        match failure:
            case RejectedPositiveData():
                # Without an identity, schemathesis has made up the credentials too.
                made_up = case.auth_identity is None and response.status_code == 401
                return not (made_up or _is_excused(case, response))
            case EnsureResourceAvailability():
                return not cast.is_astray(case)
            case _:
                return True

    return schema


@contextmanager
def _registered(cast: Cast) -> Iterator[None]:
    """What schemathesis takes for all schemas alone; taken away again, since the suite uses it for its other checks."""
    checks: list[Any] = [keeps_the_contract, query_is_closed, role_is_asked_for(cast)]
    for check in checks:
        schemathesis.check(check)

    @schemathesis.hook
    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        cast.before(case, kwargs)

    schemathesis.serializer(NDJSON)(_lines)
    try:
        yield
    finally:
        for check in checks:
            CHECKS.unregister(check.__name__)
        schemathesis.hooks.unregister(before_call)
        schemathesis.transport.requests.REQUESTS_TRANSPORT.unregister_serializer(NDJSON)


def _lines(context: SerializationContext, value: Any) -> bytes:
    """The body of an import: a list is written line by line."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return b"".join(json.dumps(line).encode() + b"\n" for line in (value if isinstance(value, list) else [value]))


def _is_excused(case: Case[Any], response: Response) -> bool:
    try:
        return is_excused(operation_id(case.operation), response.json(), content_of(response.request))
    except ValueError:
        return False


def _count(done: Run, recorder: ScenarioRecorder, url: str, told: Callable[[Exchange], None] | None) -> None:
    for id, interaction in recorder.interactions.items():
        done.calls += 1
        if interaction.response is not None:
            name = operation_id(recorder.cases[id].value.operation)
            done.reached.setdefault(name, Counter())[interaction.response.status_code] += 1
        if told is not None:
            told(exchange_of(interaction, url))


def _collect(found: dict[Failure, tuple[str, list[Exchange], str]], recorder: ScenarioRecorder, url: str) -> None:
    """Keep the smallest requests that show each failure: schemathesis records all the ways to them."""
    for id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            chain = recorder.iter_chain_cases(
                case_id=failure.case_id or id, related_case_ids=failure.related_case_ids()
            )
            steps = [recorder.interactions[case.id] for case in chain if case.id in recorder.interactions]
            exchanges = [exchange_of(step, url) for step in steps]
            if failure not in found or _size(exchanges) < _size(found[failure][1]):
                found.pop(failure, None)
                found[failure] = (operation_id(recorder.cases[id].value.operation), exchanges, check.name)


def _size(exchanges: list[Exchange]) -> tuple[int, int]:
    return len(exchanges), sum(len(each.target) + len(each.request.content) for each in exchanges)


def _grouped(found: dict[Failure, tuple[str, list[Exchange], str]]) -> list[Finding]:
    """One finding for all that is wrong with the same requests."""
    groups: dict[tuple[str, str], Finding] = {}
    for failure, (operation, exchanges, check) in found.items():
        key = (operation, "\n".join(each.command() for each in exchanges))
        finding = groups.setdefault(key, Finding(operation, [], [], exchanges))
        finding.said.append(": ".join(filter(None, [failure.title, failure.message])))
        rule = failure.rule if isinstance(failure, RuleBroken) else RULES.get(check)
        if rule and rule not in finding.rules:
            finding.rules.append(rule)
    return list(groups.values())
