"""The inputs and right answers of contract/vectors, as parameters of tests."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "contract" / "vectors"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    """Each case of a file, with its name."""
    return [pytest.param(case, id=case["name"]) for case in load(name)["cases"]]
