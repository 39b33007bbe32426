"""The inputs and right answers of contract/vectors, as parameters of tests."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shop.platform.schemas import field_errors

FOLDER = Path(__file__).parents[3] / "contract" / "vectors"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    """Each case of a file, with its name."""
    return [pytest.param(case, id=case["name"]) for case in load(name)["cases"]]


def faults(model: type[BaseModel], document: Any) -> dict[str, str]:
    """The code of each pointer of a document that is refused."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(document)
    errors = field_errors(refused.value.errors())
    assert len({error["pointer"] for error in errors}) == len(errors)
    return {error["pointer"]: error["code"] for error in errors}
