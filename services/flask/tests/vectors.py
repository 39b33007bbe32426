"""The inputs and right answers of contract/vectors, as parameters of tests."""

import json
from pathlib import Path
from typing import Any

import pytest

CONTRACT = Path(__file__).parents[3] / "contract"


def cases(name: str) -> list[Any]:
    """Give each case of a file, with its name."""
    document = json.loads((CONTRACT / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in document["cases"]]
