"""The checks of regions and of what the cases reach can fail."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from rosetta import check, contract
from rosetta.report import Report


def report(folder: Path, reached: list[str]) -> Path:
    """A report of one case that reached these statuses."""
    machine = {"system": "x", "processor": "x", "cores": 2, "memory": 1}
    versions = {"suite": "1", "contract": "x", "python": "3.11", "postgresql": None, "toolchain": None}
    figures = {"start": None, "memory_idle": None, "memory_after": None, "memory_peak": None}
    case = {"id": "X-001", "level": 0, "title": "x", "rule": "x", "outcome": "passed", "duration": 0, "requests": 1}
    whole = {
        "service": "x", "framework": None, "language": None, "url": None, "level": 0, "started": "2026-01-01T00:00:00Z",
        "duration": 1, "versions": versions, "machine": machine, "figures": figures,
        "trouble": [],
        "cases": [{**case, "reached": reached, "message": ""}],
    }  # fmt: skip
    file = folder / "x.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    Report.model_validate(whole)
    return file


def test_a_status_that_nobody_reached_is_told(tmp_path: Path) -> None:
    every = sorted(contract.documented())
    assert "getProduct 304" in every
    assert check.coverage([report(tmp_path, every)]) == []
    every.remove("getProduct 304")
    assert check.coverage([report(tmp_path, every)]) == ["getProduct 304 is reached by no case"]


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A service whose operations all have their region."""
    operations = sorted({each.partition(" ")[0] for each in contract.documented()})
    assert len(operations) == 30
    (tmp_path / "shop.go").write_text(
        "".join(f"// region {name}\n// endregion\n" for name in operations), encoding="utf-8"
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def test_regions_are_counted(marked: Path) -> None:
    assert check.regions(marked) == []
    (marked / "more.py").write_text("# region getMe\n# endregion\n# region nonsense\n", encoding="utf-8")
    assert check.regions(marked) == ["getMe has 2 regions, not one", "the region nonsense is no operation"]
    (marked / "shop.go").unlink()
    assert "checkout has 0 regions, not one" in check.regions(marked)
