"""What a case of the suite is: a pytest function with an id, a level, a rule, a docstring and a hint.

The level is the number LEVEL of its module. It is the highest level of the operations that the case needs, which is
the `x-level` of their tag in contract/openapi.yaml. The docstring's first line is the title; the rest tells what is
sent, what is expected and why.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

LEVELS = {
    0: "boot",
    1: "catalog",
    2: "accounts",
    3: "cart",
    4: "checkout",
    5: "back office",
    6: "payments and events",
    7: "hardened",
    8: "fleet",
}


def case(id: str, *, rule: str, hint: str) -> pytest.MarkDecorator:
    """Mark a function as the case `id`, which checks `rule` of contract/README.md; `hint` helps the learner."""
    return pytest.mark.case(id=id, rule=rule, hint=hint)


@contextlib.contextmanager
def ruled(rule: str) -> Iterator[None]:
    """What is asserted inside is about `rule`, and not about the one of the case."""
    try:
        yield
    except AssertionError as error:
        if not hasattr(error, "rule"):
            error.rule = rule  # type: ignore[attr-defined]
        raise


@dataclass(frozen=True)
class Case:
    """The description of a collected case."""

    id: str
    level: int
    rule: str
    hint: str
    title: str
    text: str

    @property
    def link(self) -> str:
        """Where the rule stands."""
        return f"contract/README.md#{self.rule.lower()}"


def of(item: pytest.Item) -> Case:
    """The case that a pytest item is; raises pytest.UsageError if it is not properly one."""
    marker = item.get_closest_marker("case")
    module = item.getparent(pytest.Module)
    document = inspect.getdoc(getattr(item, "obj", None)) or ""
    title, _, text = document.partition("\n")
    if marker is None or module is None or not text.strip():
        raise pytest.UsageError(f"{item.nodeid} lacks @case(…) or a docstring with a title and a text")
    return Case(level=module.obj.LEVEL, title=title.rstrip("."), text=text.strip(), **marker.kwargs)
