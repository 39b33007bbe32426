"""`make prove`: the suite against a shop with bugs, one at a time. Each must be caught.

First the shop without a bug, which must pass every case that needs only a URL; then the shop with each bug: the cases
that should catch it, and if they do not, all others until one fails.
"""

from __future__ import annotations

import contextlib
import difflib
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

import httpx
from rich.table import Table

from proof.bugs import BUGS, Bug
from rosetta import contract, run
from rosetta.console import Screen
from rosetta.database import free_port
from rosetta.environment import service_environment
from rosetta.errors import HarnessError
from rosetta.outcome import Controller, Selection
from rosetta.paths import ROOT
from rosetta.report import BAD, CaseResult, Outcome
from rosetta.subject import Subject

LEVEL = 6
LEAST = 0.95
START_SECONDS = 20


@dataclass(frozen=True)
class Verdict:
    """What became of a bug: the cases that caught it; `error` is a fault of the shop or the suite."""

    bug: Bug
    caught_by: list[str]
    error: str = ""


@contextlib.contextmanager
def shop(*bugs: str) -> Iterator[str]:
    """Start the shop with these bugs; gives its URL."""
    port = free_port()
    switches = [part for bug in bugs for part in ("--bug", bug)]
    command = [sys.executable, "-m", "proof", "--port", str(port), *switches]
    environment = {**service_environment("none", port), "PYTHONPATH": str(ROOT / "conformance")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        # A bug may be in /readyz itself: any answer will do.
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{url}/readyz", timeout=1, verify=False)
            return
        time.sleep(0.02)
    raise HarnessError("the proof's shop does not start", f"{sys.executable} -m proof --port 8080")


def results(url: str, ids: list[str], workers: int, *options: str) -> list[CaseResult]:
    """Run the cases `ids` against `url`."""
    controller = Controller(Subject("proof", url=url).dump(), Selection(LEVEL, ids), lambda _, __: None)
    run.execute(controller, workers, *options)
    return controller.results


def attack(bug: Bug, usable: dict[str, str]) -> Verdict:
    """Run the cases against the shop with `bug`; `usable` holds the cases that run with a URL, and their rules."""
    likely = [id for id, rule in usable.items() if rule == bug.rule or id in bug.cases]
    try:
        with shop(bug.name) as url:
            caught = _failed(results(url, likely, 0)) if likely else []
            others = [id for id in usable if id not in likely]
            return Verdict(bug, caught or _failed(results(url, others, 0, "--maxfail=1")))
    except HarnessError as error:
        return Verdict(bug, [], str(error))


def _failed(cases: list[CaseResult]) -> list[str]:
    return [case.id for case in cases if case.outcome is Outcome.failed]


def chosen(names: list[str]) -> list[Bug]:
    """The bugs of these names, or all; raises HarnessError with the nearest name."""
    known = {bug.name: bug for bug in BUGS}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3)
            raise HarnessError(f"there is no bug {name}", f"Did you mean {' or '.join(near)}?" if near else "")
    return [known[name] for name in names] or list(BUGS)


def prove(names: list[str], screen: Screen) -> bool:
    """Print the score, the bugs that survive and the cases that catch none; returns whether the proof holds."""
    bugs = chosen(names)
    clean = _clean(screen)
    if clean is None:
        return False
    contract.schema()  # imported and read once, before the workers are forked
    verdicts: list[Verdict] = []
    began = time.monotonic()
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=forked) as pool, screen.step("bugs") as progress:
        for future in as_completed([pool.submit(attack, bug, clean) for bug in bugs]):
            verdict = future.result()
            verdicts.append(verdict)
            progress(f"{len(verdicts)} of {len(bugs)}: {verdict.bug.name}")
            if verdict.error or not verdict.caught_by:
                screen.say(f"  {verdict.bug.name} {verdict.error or 'survives'}")
    return _tell(verdicts, clean, time.monotonic() - began, screen, whole=not names)


def _clean(screen: Screen) -> dict[str, str] | None:
    """The cases that pass against the shop without a bug, with their rules; None if one does not."""
    with screen.step("the shop without a bug"), shop() as url:
        ran = results(url, [], run.WORKERS)
    counts = Counter(case.outcome for case in ran)
    screen.say(f"Without a bug: {counts[Outcome.passed]} pass, {counts[Outcome.not_run]} need more than a URL")
    wrong = [case for case in ran if case.outcome in BAD]
    for case in wrong:
        screen.say(f"  {case.id} {case.outcome}: {case.message}")
    return None if wrong else {case.id: case.rule for case in ran if case.outcome is Outcome.passed}


def _tell(verdicts: list[Verdict], clean: dict[str, str], seconds: float, screen: Screen, *, whole: bool) -> bool:
    caught = [verdict for verdict in verdicts if verdict.caught_by]
    survivors = [verdict for verdict in verdicts if not verdict.caught_by]
    if survivors:
        table = Table("survives", "rule", "bug", box=None)
        for verdict in survivors:
            table.add_row(verdict.bug.name, verdict.bug.rule, verdict.error or verdict.bug.sentence)
        screen.console.print(table)
    if whole:
        idle = sorted(clean.keys() - {id for verdict in verdicts for id in verdict.caught_by})
        screen.say(f"{len(idle)} of {len(clean)} cases catch no bug: {', '.join(idle)}")
    else:
        for verdict in caught:
            screen.say(f"{verdict.bug.name}: {', '.join(verdict.caught_by)}")
    score = len(caught) / len(verdicts)
    screen.say(f"\nMutation score: {len(caught)} of {len(verdicts)} bugs caught, {score:.1%}, in {seconds:.0f} s")
    return score >= LEAST
