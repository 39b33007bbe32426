"""Of Phoenix, what can be told without Elixir and its packages, which not every machine can have."""

from __future__ import annotations

import re

import yaml

from rosetta.harness import handlers, service
from rosetta.harness.paths import CONTRACT, SERVICES

PHOENIX = SERVICES / "phoenix"


def test_each_operation_has_its_function() -> None:
    assert handlers.wrong(service.load(PHOENIX)) == []


def test_its_problems_are_the_contracts() -> None:
    text = (PHOENIX / "lib/shop_web/problem.ex").read_text(encoding="utf-8")
    ours = {code: (int(status), title) for code, status, title in re.findall(r'(\w+):\s+{(\d+), "([^"]+)"', text)}
    contract = yaml.safe_load((CONTRACT / "problems.yaml").read_text(encoding="utf-8"))
    assert ours == {code: (each["status"], each["title"]) for code, each in contract.items()}


def test_its_lock_has_what_it_names() -> None:
    named = re.findall(r"{:(\w+), \"~> ", (PHOENIX / "mix.exs").read_text(encoding="utf-8"))
    locked = re.findall(r'^  "(\w+)": {:hex,', (PHOENIX / "mix.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) > 5
    assert set(named) <= set(locked)
