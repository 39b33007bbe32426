"""`make prove`: the suite against shops with bugs, one at a time. Each must be caught, and each case must catch one.

First the shop in memory without a bug, which must pass every case that needs only a URL. Then what the contract leaves
free: all these cases pass whichever legal way the shop goes. Then that shop with each bug: the cases that should catch
it, and if they do not, all others until one fails. Then a real service with one guard taken out at a time, for the
cases that need a database or a process (see mutants).
"""

from __future__ import annotations

import contextlib
import difflib
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping, Set
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

import httpx
from rich.table import Table

from proof import mutation
from proof.bugs import BUGS, Bug
from proof.liberties import LIBERTIES, Liberty, rounds
from proof.mutation import Mutant
from proof.serve import serve
from rosetta.harness import contract
from rosetta.harness.database import Server, embedded, free_port
from rosetta.harness.errors import HarnessError, ToolchainMissing
from rosetta.harness.report import BAD, CaseResult, Outcome
from rosetta.harness.subject import Member, Subject
from rosetta.kit.case import LEVELS
from rosetta.runner import run
from rosetta.runner.console import Screen
from rosetta.runner.outcome import Controller, Selection

PROVEN = "gin"  # the service whose guards are part of the whole proof
LEAST = 0.98
START_SECONDS = 20
WORKERS = 3 * (os.cpu_count() or 1)  # attacks wait for deadlines and processes more than they work
FORK = multiprocessing.get_context("fork")
ONE = ("--maxfail=1",)
SLICES = 3  # of all cases: several processes, which wait for each other's shop


@dataclass(frozen=True)
class Verdict:
    """What became of a bug: the cases that caught it; `error` is a fault of the shop or the suite."""

    name: str
    rule: str
    sentence: str
    caught_by: list[str]
    error: str = ""


@contextlib.contextmanager
def shop(*bugs: str) -> Iterator[Subject]:
    """Start the shop with these bugs in a copy of this process, which has imported all of it.

    It listens on two ports, as two members of a fleet.
    """
    port, second = free_port(), free_port()
    process = FORK.Process(target=_serve, args=(port, bugs, second), daemon=True)
    process.start()
    one, two = (f"http://127.0.0.1:{each}" for each in (port, second))
    try:
        _await(one, process)
        yield Subject("proof", url=one, members={"one": Member(one), "two": Member(two)})
    finally:
        process.kill()
        process.join()


def _serve(port: int, bugs: tuple[str, ...], second: int) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    serve(port, bugs, second)


def _await(url: str, process: BaseProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.is_alive() and time.monotonic() < deadline:
        # A bug may be in /readyz itself: any answer will do.
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{url}/readyz", timeout=1, verify=False)
            return
        time.sleep(0.02)
    raise HarnessError("the proof's shop does not start", f"{sys.executable} -m proof --port 8080")


def results(subject: Subject, ids: list[str], *options: str) -> list[CaseResult]:
    """Run the cases `ids` against a shop in this process."""
    controller = Controller(subject.dump(), Selection(max(LEVELS), ids), lambda _, __: None)
    run.execute(controller, 0, *options)
    return controller.results


def _pool(workers: int) -> ProcessPoolExecutor:
    """Copies of this process, which have what it has imported and read."""
    contract.schema()
    return ProcessPoolExecutor(workers, mp_context=FORK)


def attack(bug: Bug, usable: dict[str, str], credited: MutableMapping[str, bool]) -> Verdict:
    """Run cases against the shop with `bug`: those that should catch it, and if they do not, all others until one does.

    Args:
        usable: the cases that run with a URL, and their rules.
        credited: those that have caught a bug already; of them one that catches this one is enough.
    """
    likely = [id for id, rule in usable.items() if rule == bug.rule or id in bug.cases]
    fresh = [id for id in likely if id not in credited]
    others = [id for id in usable if id not in likely]
    caught, error = [], ""
    try:
        with shop(bug.name) as subject:
            for ids, options in ((fresh, ()), ([*set(likely) - set(fresh)], ONE), (others, ONE)):
                caught = _failed(results(subject, list(ids), *options)) if ids else []
                if caught:
                    credited.update(dict.fromkeys(caught, True))
                    break
    except HarnessError as harness:
        error = str(harness)
    return Verdict(bug.name, bug.rule, bug.sentence, caught, error)


@dataclass(frozen=True)
class Trial:
    """What became of liberties that were on together: the cases that refuse one of them."""

    name: str
    refused: dict[str, list[str]]


def attempt(liberties: list[Liberty], ids: list[str]) -> Trial:
    """Run the cases `ids` on the shop with all of `liberties` on.

    What fails there runs again with each of them alone, so that the one at fault is found.
    """
    told = f"{len(liberties)} liberties"
    wrong = _refusing(liberties, ids)
    alone = {each.name: _refusing([each], [case.id for case in wrong]) for each in liberties} if wrong else {}
    refused = {name: [f"{case.id}: {case.message}" for case in cases] for name, cases in alone.items() if cases}
    if wrong and not refused:
        refused = {each.name: [f"{case.id}, but not alone" for case in wrong] for each in liberties}
    return Trial(told, refused)


def _refusing(liberties: list[Liberty], ids: list[str]) -> list[CaseResult]:
    with shop(*(each.name for each in liberties)) as subject:
        return [case for case in results(subject, ids) if case.outcome is not Outcome.passed]


def attack_service(key: str, mutant: Mutant, server: Server) -> Verdict:
    """Run the cases named for a mutant of a service against it."""
    return Verdict(mutant.name, mutant.rule, mutant.sentence, *mutation.attack(key, mutant, server))


def _failed(cases: list[CaseResult]) -> list[str]:
    return [case.id for case in cases if case.outcome is Outcome.failed]


class Named(Protocol):
    """A bug or a mutant."""

    @property
    def name(self) -> str:
        """Its name on the command line."""


T = TypeVar("T", bound=Named)


def chosen(known: Iterable[T], names: list[str]) -> list[T]:
    """Those of these names, or all."""
    return [each for each in known if not names or each.name in names]


def require_known(names: list[str], known: Iterable[Named]) -> None:
    """Raise HarnessError, with the nearest names, for a name that no bug has."""
    all_names = [each.name for each in known]
    for name in names:
        if name not in all_names:
            near = difflib.get_close_matches(name, all_names, n=3)
            raise HarnessError(f"there is no bug {name}", f"Did you mean {' or '.join(near)}?" if near else "")


def covering(guards: list[Mutant], cases: Set[str]) -> list[Mutant]:
    """So few of the guards that each of these cases, if any guard names it, is named by one of them."""
    found: list[Mutant] = []
    left = set(cases)
    while guards and left & set((best := max(guards, key=lambda each: len(left & set(each.cases)))).cases):
        found.append(best)
        left -= set(best.cases)
    return found


def prove(names: list[str], screen: Screen) -> bool:
    """The whole proof, or that of the bugs `names`; prints the scores and returns whether it holds."""
    catalogue = mutation.load(PROVEN)
    require_known(names, [*BUGS, *LIBERTIES, *catalogue.mutant])
    began = time.monotonic()
    bugs, guards = chosen(BUGS, names), chosen(catalogue.mutant, names)
    tried = list(filter(None, (chosen(each, names) for each in rounds())))
    with contextlib.ExitStack() as stack:
        attacks: list[tuple[Any, ...]] = []
        if bugs or tried:
            clean = _clean(screen)
            if clean is None:
                return False
            if not names:  # what a URL shows is proven by the shop
                guards = covering(guards, run.case_levels().keys() - clean.keys())
            credited = stack.enter_context(FORK.Manager()).dict()
            attacks += [(attempt, each, list(clean)[at::SLICES]) for each in tried for at in range(SLICES)]
            attacks += [(attack, bug, clean, credited) for bug in reversed(bugs)]
        # What waits most comes first, so that it is not waited for alone.
        attacks = [*(_on_guards(PROVEN, guards, stack, screen) if guards else []), *attacks]
        done = _run(attacks, "bugs, liberties and guards", screen)
    accepted = _tell_liberties([each for each in done if isinstance(each, Trial)], sum(map(len, tried)), screen)
    verdicts = [each for each in done if isinstance(each, Verdict)]
    return _tell(verdicts, time.monotonic() - began, screen, whole=not names) and accepted


def _tell_liberties(trials: list[Trial], count: int, screen: Screen) -> bool:
    """Print the score of the liberties and which cases refuse one; returns whether none does."""
    refused: dict[str, list[str]] = {}
    for trial in trials:
        for name, told in trial.refused.items():
            refused.setdefault(name, []).extend(told)
    for name, told in refused.items():
        screen.say(f"  {name} is legal, and refused by {'; '.join(told)}")
    if count:
        screen.say(f"Liberties: {count - len(refused)} of {count} accepted, {(count - len(refused)) / count:.1%}")
    return not refused


def _on_guards(key: str, guards: list[Mutant], stack: contextlib.ExitStack, screen: Screen) -> list[tuple[Any, ...]]:
    """The attacks on a service without each of its guards; without its toolchain there are none, and that is told."""
    try:
        with screen.step(f"{key} itself"):
            mutation.make_ready(key, guards)
    except ToolchainMissing as missing:
        screen.say(f"NOT RUN: {len(guards)} guards of {key}: {missing}\n{missing.hint}")
        return []
    server = stack.enter_context(embedded())
    return [(attack_service, key, guard, server) for guard in reversed(guards)]


def prove_only(key: str, names: list[str], screen: Screen) -> bool:
    """The guards of one service alone."""
    catalogue = mutation.load(key)
    require_known(names, catalogue.mutant)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        attacks = _on_guards(key, chosen(catalogue.mutant, names), stack, screen)
        verdicts = _run(attacks, f"guards of {key}", screen)
    return bool(verdicts) and _tell(verdicts, time.monotonic() - began, screen, whole=False)


def _run(attacks: list[tuple[Any, ...]], what: str, screen: Screen) -> list[Any]:
    """Run attacks, a function and its arguments each, in several processes; gives what they return."""
    done: list[Any] = []
    with _pool(WORKERS) as pool, screen.step(what) as progress:
        try:
            for future in as_completed([pool.submit(*each) for each in attacks]):
                done.append(future.result())
                progress(f"{len(done)} of {len(attacks)}: {done[-1].name}")
        except BaseException:
            pool.shutdown(cancel_futures=True)  # else Ctrl-C would wait for all that has not begun
            raise
    return done


def _clean(screen: Screen) -> dict[str, str] | None:
    """The cases that pass against the shop without a bug, with their rules; None if one does not."""
    ids = list(run.case_levels())
    slices = [ids[at::SLICES] for at in range(SLICES)]
    with screen.step("the shop without a bug"), shop() as subject, _pool(SLICES) as pool:
        ran = [case for part in pool.map(results, [subject] * SLICES, slices) for case in part]
    counts = Counter(case.outcome for case in ran)
    screen.say(f"Without a bug: {counts[Outcome.passed]} pass, {counts[Outcome.not_run]} need more than a URL")
    wrong = [case for case in ran if case.outcome in BAD]
    for case in wrong:
        screen.say(f"  {case.id} {case.outcome}: {case.message}")
    return None if wrong else {case.id: case.rule for case in ran if case.outcome is Outcome.passed}


def _tell(verdicts: list[Verdict], seconds: float, screen: Screen, *, whole: bool) -> bool:
    """Print the score, the bugs that survive and, after a whole proof, the cases that catch none."""
    caught = [verdict for verdict in verdicts if verdict.caught_by]
    survivors = [verdict for verdict in verdicts if not verdict.caught_by]
    if survivors:
        table = Table("survives", "rule", "bug", box=None)
        for verdict in survivors:
            table.add_row(verdict.name, verdict.rule, verdict.error or verdict.sentence)
        screen.console.print(table)
    idle: set[str] = set()
    if whole:
        idle = run.case_levels().keys() - {id for verdict in verdicts for id in verdict.caught_by}
        screen.say(f"{len(idle)} cases catch no bug: {', '.join(sorted(idle))}" if idle else "Each case catches a bug.")
    else:
        for verdict in caught:
            screen.say(f"{verdict.name}: {', '.join(verdict.caught_by)}")
    if not verdicts:
        return True
    score = len(caught) / len(verdicts)
    screen.say(f"\nMutation score: {len(caught)} of {len(verdicts)} bugs caught, {score:.1%}, in {seconds:.0f} s")
    return score >= LEAST and not idle
