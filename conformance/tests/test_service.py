"""Processes of services that do not do what they should, seen from inside the harness."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import httpx
import psutil
import pytest
import yaml
from conftest import describe

from rosetta.harness import fleet, lifecycle, service
from rosetta.harness.errors import StepFailed
from rosetta.harness.paths import ROOT
from rosetta.harness.service import Service


@pytest.fixture
def stub(tmp_path: Path) -> Service:
    """The stub as a service."""
    return service.load(describe(tmp_path / "services"))


def test_a_service_that_never_gets_ready_is_told_with_its_last_answer(stub: Service, tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    with lifecycle.running(stub, "none", log, STUB="never-ready") as instance:
        with pytest.raises(StepFailed, match=re.escape("not ready after 1 s: /readyz answers 503")) as failure:
            instance.await_ready(1)
        assert failure.value.log == "stub: serve"
    assert not psutil.pid_exists(instance.process.pid)


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="there is no haproxy")
def test_a_member_is_asked_for_its_pages(tmp_path: Path) -> None:
    folders = [
        describe(tmp_path / "services", "one", data='"none"\npages = ["/shop", "/board"]'),
        describe(tmp_path / "services", "two"),
    ]
    members = [service.load(folder) for folder in folders]
    with fleet.serving(members, "none", tmp_path / "logs") as made, httpx.Client(base_url=made.url) as client:
        assert {client.get(path).headers["X-Served-By"] for path in ("/shop", "/shop/x", "/board") * 3} == {"one"}
        assert {client.get("/readyz").headers["X-Served-By"] for _ in range(4)} == {"one", "two"}


def test_load_has_commands_of_its_own_if_the_service_says_so(tmp_path: Path) -> None:
    folder = describe(tmp_path / "services")
    assert service.load(folder).for_speed() == service.load(folder)
    with (folder / "service.toml").open("a", encoding="utf-8") as file:
        file.write('[load]\nbuild = [["make", "fast"]]\nmigrate = ["fast", "migrate"]\nserve = ["fast", "serve"]\n')
    assert service.load(folder).for_speed().description.commands.serve == ["fast", "serve"]


def test_a_readyz_that_is_not_routed_is_not_waited_for(stub: Service, tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        lifecycle.running(stub, "none", tmp_path / "serve.log", STUB="routes-nothing") as instance,
        pytest.raises(StepFailed, match="/readyz answers 404"),
    ):
        instance.await_ready(60)
    assert time.monotonic() - began < 30


def test_a_service_that_does_not_listen_is_told(stub: Service, tmp_path: Path) -> None:
    with (
        lifecycle.running(stub, "none", tmp_path / "serve.log", STUB="serve-hangs") as instance,
        pytest.raises(StepFailed, match="not ready after 1 s: nothing listens on PORT"),
    ):
        instance.await_ready(1)


def test_a_service_that_exits_at_once_is_told_at_once(stub: Service, tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        lifecycle.running(stub, "none", tmp_path / "serve.log", STUB="serve-fails") as instance,
        pytest.raises(StepFailed, match="ended with status 1") as failure,
    ):
        instance.await_ready(30)
    assert time.monotonic() - began < 10
    assert "stub: cannot do it" in failure.value.log


def test_a_migration_that_does_not_end_is_stopped(
    stub: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "MIGRATE_SECONDS", 0.5)
    with pytest.raises(StepFailed, match="did not end within"):
        lifecycle.migrate(stub, "none", tmp_path / "migrate.log", STUB="migrate-hangs")
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "stub.py" in " ".join(child.cmdline())]


def test_memory_that_was_given_back_counts_for_the_peak_alone(stub: Service, tmp_path: Path) -> None:
    with lifecycle.running(stub, "none", tmp_path / "serve.log", STUB="greedy") as instance:
        instance.await_ready(10)
        now, peak = instance.memory(), instance.peak_memory()
    assert now > 1_000_000
    assert peak is not None
    assert peak - now > 60 << 20  # of the 64 MiB that it held: the kernel's counters are not exact to a page


def test_memory_that_processes_share_counts_once(stub: Service, tmp_path: Path) -> None:
    with lifecycle.running(stub, "none", tmp_path / "serve.log", STUB="sharing") as instance:
        instance.await_ready(10)
        now, peak = instance.memory(), instance.peak_memory()
    assert peak is not None
    assert 64 << 20 < now < 120 << 20
    assert 64 << 20 < peak < 120 << 20


def test_a_huge_log_is_told_by_its_first_and_excerpt(tmp_path: Path) -> None:
    log = tmp_path / "log"
    lines = [f"line {number}" for number in range(50)]
    log.write_text("\n".join([*lines, "x" * 5_000_000, *lines]) + "\n", encoding="utf-8")
    told = lifecycle.excerpt(log).splitlines()
    assert told == [*lines[:5], f"… the rest is in {log}", *lines[-10:]]
    assert lifecycle.excerpt(log, log.stat().st_size) == ""
    log.write_text("\n".join(lines[:15]), encoding="utf-8")
    assert lifecycle.excerpt(log).splitlines() == lines[:15]


def test_each_service_is_in_the_workflow() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["service"] == service.names()
    called = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert all(each.startswith("make ") for each in called), "what CI does must be what people do"
