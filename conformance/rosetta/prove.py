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
from collections.abc import Iterable, Iterator, MutableMapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

import httpx
from rich.table import Table

from proof.bugs import BUGS, Bug
from proof.liberties import LIBERTIES, Liberty, rounds
from proof.serve import serve
from rosetta import contract, mutants, run
from rosetta.console import Screen
from rosetta.database import Server, embedded, free_port
from rosetta.errors import HarnessError, ToolchainMissing
from rosetta.mutants import Mutant
from rosetta.outcome import Controller, Selection
from rosetta.report import BAD, CaseResult, Outcome
from rosetta.subject import Subject

LEVEL = 7
PROVEN = "gin"  # the service whose guards are part of the whole proof
LEAST = 0.98
START_SECONDS = 20
WORKERS = 2 * (os.cpu_count() or 1)  # attacks wait for deadlines and processes more than they work
FORK = multiprocessing.get_context("fork")
ONE = ("--maxfail=1",)


@dataclass(frozen=True)
class Verdict:
    """What became of a bug: the cases that caught it; `error` is a fault of the shop or the suite."""

    name: str
    rule: str
    sentence: str
    caught_by: list[str]
    error: str = ""


@contextlib.contextmanager
def shop(*bugs: str) -> Iterator[str]:
    """Start the shop with these bugs in a copy of this process, which has imported all of it; gives its URL."""
    port = free_port()
    process = FORK.Process(target=_serve, args=(port, bugs), daemon=True)
    process.start()
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.join()


def _serve(port: int, bugs: tuple[str, ...]) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    serve(port, bugs)


def _await(url: str, process: BaseProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.is_alive() and time.monotonic() < deadline:
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
        with shop(bug.name) as url:
            for ids, options in ((fresh, ()), ([*set(likely) - set(fresh)], ONE), (others, ONE)):
                caught = _failed(results(url, list(ids), 0, *options)) if ids else []
                if caught:
                    credited.update(dict.fromkeys(caught, True))
                    break
    except HarnessError as harness:
        error = str(harness)
    return Verdict(bug.name, bug.rule, bug.sentence, caught, error)


def refusals(liberties: list[Liberty], usable: dict[str, str]) -> dict[Liberty, list[str]]:
    """The liberties that cases refuse, and these cases: all cases run on the shop with all of `liberties` on.

    What fails there runs again with each of them alone, so that the one at fault is found.
    """
    with shop(*(each.name for each in liberties)) as url:
        wrong = [case.id for case in results(url, list(usable), run.WORKERS) if case.outcome is not Outcome.passed]
    if not wrong:
        return {}
    found: dict[Liberty, list[str]] = {}
    for each in liberties:
        with shop(each.name) as url:
            told = [case for case in results(url, wrong, 0) if case.outcome is not Outcome.passed]
        if told:
            found[each] = [f"{case.id}: {case.message}" for case in told]
    return found or {key: [f"only together: {', '.join(wrong)}"] for key in liberties}


def attack_service(key: str, mutant: Mutant, server: Server) -> Verdict:
    """Run the cases named for a mutant of a service against it."""
    return Verdict(mutant.name, mutant.rule, mutant.sentence, *mutants.attack(key, mutant, server))


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


def prove(names: list[str], screen: Screen) -> bool:
    """The whole proof, or that of the bugs `names`; prints the score and returns whether it holds."""
    catalogue = mutants.load(PROVEN)
    require_known(names, [*BUGS, *LIBERTIES, *catalogue.mutant])
    began = time.monotonic()
    verdicts: list[Verdict] = []
    bugs, guards = chosen(BUGS, names), chosen(catalogue.mutant, names)
    tried = [chosen(each, names) for each in rounds()]
    accepted = True
    if bugs or any(tried):
        clean = _clean(screen)
        if clean is None:
            return False
        accepted = _try_liberties([each for each in tried if each], clean, screen)
    if bugs:
        with FORK.Manager() as manager:
            credited = manager.dict()
            # The slow ones stand last in the catalogue: begun first, none is waited for alone.
            verdicts += _attacked([(attack, bug, clean, credited) for bug in reversed(bugs)], "bugs", screen)
    if guards:
        verdicts += prove_service(PROVEN, guards, screen)
    return _tell(verdicts, time.monotonic() - began, screen, whole=not names) and accepted


def _try_liberties(tried: list[list[Liberty]], clean: dict[str, str], screen: Screen) -> bool:
    """Run all cases on each liberty; prints the score and returns whether no case refuses one."""
    refused: dict[Liberty, list[str]] = {}
    with screen.step("liberties") as progress:
        for number, liberties in enumerate(tried, 1):
            progress(f"round {number} of {len(tried)}, {len(liberties)} at once")
            refused |= refusals(liberties, clean)
    for each, told in refused.items():
        screen.say(f"  {each.name} ({each.rule}) is legal, and refused by {'; '.join(told)}")
    count = sum(map(len, tried))
    screen.say(f"Liberties: {count - len(refused)} of {count} accepted by all {len(clean)} cases")
    return not refused


def prove_service(key: str, guards: list[Mutant], screen: Screen) -> list[Verdict]:
    """Take each of the guards out of a service; without its toolchain nothing is proven, and that is told."""
    try:
        with screen.step(f"{key} itself"):
            mutants.make_ready(key)
    except ToolchainMissing as missing:
        screen.say(f"NOT RUN: {len(guards)} guards of {key}: {missing}\n{missing.hint}")
        return []
    with embedded() as server:
        return _attacked([(attack_service, key, guard, server) for guard in guards], f"guards of {key}", screen)


def prove_only(key: str, names: list[str], screen: Screen) -> bool:
    """The guards of one service alone."""
    catalogue = mutants.load(key)
    require_known(names, catalogue.mutant)
    began = time.monotonic()
    verdicts = prove_service(key, chosen(catalogue.mutant, names), screen)
    return _tell(verdicts, time.monotonic() - began, screen, whole=False)


def _attacked(attacks: list[tuple[Any, ...]], what: str, screen: Screen) -> list[Verdict]:
    """Run attacks, a function and its arguments each, in several processes."""
    verdicts: list[Verdict] = []
    contract.schema()  # imported and read once, before the workers are forked
    with ProcessPoolExecutor(WORKERS, mp_context=FORK) as pool, screen.step(what) as progress:
        try:
            for future in as_completed([pool.submit(*each) for each in attacks]):
                verdict = future.result()
                verdicts.append(verdict)
                progress(f"{len(verdicts)} of {len(attacks)}: {verdict.name}")
        except BaseException:
            pool.shutdown(cancel_futures=True)  # else Ctrl-C would wait for all that has not begun
            raise
    return verdicts


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
