"""The checks of levels and of what the cases reach can fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rosetta.commands import check, cli
from rosetta.commands.cli import commands
from rosetta.harness import contract
from rosetta.harness.paths import ROOT
from rosetta.harness.report import Report


def report(folder: Path, reached: list[str], level: int = 7, postgresql: str | None = "18.4") -> Path:
    """A report of one case of `level` that reached these statuses."""
    machine = {"system": "x", "processor": "x", "cores": 2, "memory": 1}
    versions = {"suite": "1", "contract": "x", "python": "3.11", "postgresql": postgresql, "toolchain": None}
    figures = {"start": None, "memory_idle": None, "memory_after": None, "memory_peak": None}
    case = {"id": "X-001", "level": level, "title": "x", "rule": "x", "outcome": "passed", "duration": 0, "requests": 1}
    whole = {
        "service": "x", "framework": None, "language": None, "url": None, "level": 0, "started": "2026-01-01T00:00:00Z",
        "duration": 1, "versions": versions, "machine": machine, "figures": figures,
        "trouble": [],
        "cases": [{**case, "reached": reached, "message": ""}],
    }  # fmt: skip
    file = folder / "gin.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    Report.model_validate(whole)
    return file


def test_a_status_that_nobody_reached_is_told(tmp_path: Path) -> None:
    every = sorted(contract.documented())
    assert "getProduct 304" in every
    assert check.coverage(check.read([report(tmp_path, every)])) == []
    every.remove("getProduct 304")
    assert check.coverage(check.read([report(tmp_path, every)])) == ["getProduct 304 is reached by no case"]


def early(folder: Path, level: int, reached: str, postgresql: str | None = "18.4") -> list[str]:
    """What is told of a case of `level` that reached this."""
    return check.too_early(check.read([report(folder, ["getProduct 200", reached], level, postgresql)]))


def test_a_case_that_needs_a_higher_level_is_told(tmp_path: Path) -> None:
    move = "on: move the case there, or split it"
    assert early(tmp_path, 3, "checkout 401") == [
        f"X-001 is a case of level 3, but reached checkout, which exists from level 4 {move}"
    ]
    assert early(tmp_path, 2, "/cart/items/{sku} 405") == [
        f"X-001 is a case of level 2, but reached /cart/items/{{sku}}, which exists from level 3 {move}"
    ]
    assert early(tmp_path, 4, "checkout 401") == early(tmp_path, 3, "/cart/items/{sku} 405") == []
    assert early(tmp_path, 3, "checkout 401", postgresql=None) == []


def test_a_wrong_method_is_told_by_its_path() -> None:
    assert contract.place("GET", "/cart/items/X?a=b") == "/cart/items/{sku}"
    assert contract.place("PUT", "/cart/items/X?a=b") == "putCartItem"
    assert contract.place("GET", "/nowhere") is None


def test_coverage_fails_for_a_case_that_needs_a_higher_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "REPORTS", tmp_path)
    every = sorted(contract.documented())
    ended = CliRunner().invoke(commands, ["coverage", "--service", report(tmp_path, every, level=6).stem])
    assert ended.exit_code == 0, ended.output
    ended = CliRunner().invoke(commands, ["coverage", "--service", report(tmp_path, every, level=5).stem])
    assert ended.exit_code == 1


def test_checks_that_cannot_run_are_told_and_fail(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "cobol"
    folder.mkdir(parents=True)
    tool = '[toolchain]\nversion = ["no-such-cobol", "--version"]\nminimum = "1"\ninstall = "get it somewhere"\n'
    top = 'name = "x"\nlanguage = "x"\nframework = "x"\ndata = "x"\n'
    (folder / "service.toml").write_text(top + tool + '[commands]\nmigrate = ["x"]\nserve = ["x"]\n', encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "rosetta", "check"],
        cwd=ROOT / "conformance",
        env={**os.environ, "ROSETTA_SERVICES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "cobol: NOT RUN: cobol needs `no-such-cobol`" in ended.stdout
    assert "get it somewhere" in ended.stdout
