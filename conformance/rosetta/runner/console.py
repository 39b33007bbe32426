"""What a person sees of a run."""

from __future__ import annotations

import contextlib
import os
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from rosetta.harness.errors import HarnessError, StepFailed
from rosetta.harness.report import BAD, CaseResult, Outcome, Report
from rosetta.harness.subject import NO_STEP
from rosetta.kit.case import LEVELS
from rosetta.runner.outcome import Failure

MARKS = {
    Outcome.passed: "[green].[/]",
    Outcome.failed: "[bold red]F[/]",
    Outcome.known: "[yellow]k[/]",
    Outcome.stale: "[bold red]S[/]",
    Outcome.not_run: "[yellow]-[/]",
    Outcome.error: "[bold red]E[/]",
}
QUIET_SECONDS = 0.5
MOST_IDS = 10
LONGEST_REQUEST = 2000


def again(where: str) -> str:
    """The command that serves what was tested."""
    return f"make run {where}".replace("run FLEET=1", "fleet")


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:MOST_IDS]) + (f" and {len(ids) - MOST_IDS} more" if len(ids) > MOST_IDS else "")


def _cut(request: str) -> str:
    """A request that is longer than a screen is told by its beginning; the script of the case has all of it."""
    more = len(request) - LONGEST_REQUEST
    return f"{request[:LONGEST_REQUEST]}… ({more:,} characters more)" if more > 0 else request


@dataclass
class Screen:
    """Prints a run as it goes on: steps, a mark for each case, the failures, the sum.

    `only` is whether the run has chosen cases instead of levels.
    """

    verbose: bool = False
    only: bool = False
    console: Console = field(
        default_factory=lambda: Console(highlight=False, soft_wrap=True, force_terminal=None if os.isatty(1) else False)
    )
    _levels: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    _failures: list[Failure] = field(default_factory=list)
    _bar: Progress = field(default_factory=Progress)
    _task: TaskID = field(default=TaskID(0))

    def say(self, text: str) -> None:
        """Print a line as it is."""
        self.console.print(escape(text))

    def trouble(self, error: HarnessError | StepFailed) -> None:
        """Print what stops a run, what to do, and what was written last."""
        self.console.print(f"[bold red]Cannot go on:[/] {escape(str(error))}")
        if error.hint:
            self.say(error.hint)
        if isinstance(error, StepFailed) and error.log:
            self._part("its last lines", error.log)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Show a step while it runs: its time and the last line that it gave."""
        began = time.monotonic()
        if not self.console.is_terminal:
            self.say(f"{name} …")
        columns = (SpinnerColumn(), TextColumn(f"{name} {{task.description}}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as bar:
            task = bar.add_task("")
            yield lambda line: bar.update(task, description=escape(line[:100]))
        seconds = time.monotonic() - began
        if seconds > QUIET_SECONDS:
            self.say(f"{name}: {seconds:.1f} s")

    @contextlib.contextmanager
    def cases(self, levels: Counter[int]) -> Iterator[None]:
        """Take in so many cases of each level; a level is printed when all of its cases are there.

        On a terminal a bar shows how far they are.
        """
        self._levels = {level: (count, []) for level, count in sorted(levels.items())}
        columns = (
            SpinnerColumn(),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as bar:
            self._bar, self._task = bar, bar.add_task("", total=levels.total())
            yield

    def case(self, result: CaseResult, failure: Failure | None) -> None:
        """Keep the mark of a case until those of its level and of the levels below are there; and its failure."""
        self._levels[result.level][1].append(MARKS[result.outcome])
        if failure is not None:
            self._failures.append(failure)
        failed = f"[bold red]{len(self._failures)} failed[/]" if self._failures else ""
        self._bar.update(self._task, advance=1, description=f"{result.id} {failed}")
        for level, (count, marks) in list(self._levels.items()):
            if len(marks) < count:
                break
            self.console.print(f"Level {level} {LEVELS[level]:<20} {''.join(marks)}")
            del self._levels[level]

    def end(self, report: Report, where: str, last: int) -> None:
        """Print the failures, what was not run and why, and the sum.

        `where` is what chose the subject, such as `SERVICE=gin`; `last` is the highest level that it may have.
        """
        self.console.print()
        bad = sorted((case.level, case.id) for case in report.cases if case.outcome in BAD)
        begin = f"Begin with {bad[0][1]}: make test {where} CASE={bad[0][1]}" if bad else ""
        if len(bad) > 1:
            self.say(f"{len(bad)} cases failed. {begin}\n")
        level = {case.id: case.level for case in report.cases}
        groups: dict[str, list[Failure]] = {}
        for failure in sorted(self._failures, key=lambda one: (level[one.id], one.id)):
            groups.setdefault(failure.cause or f"{failure.rule}: {failure.message}", []).append(failure)
        for first, *others in groups.values():
            self._explain(first, [other.id for other in others])
        reasons: dict[str, list[str]] = {}
        for case in report.cases:
            if case.outcome in (Outcome.not_run, Outcome.known):
                word = "NOT RUN" if case.outcome is Outcome.not_run else "not passing yet, as service.toml says"
                reasons.setdefault(f"{word}: {case.message.partition(chr(10))[0]}", []).append(case.id)
        for reason, ids in reasons.items():
            self.say(f"{reason}\n  {_some(ids)}")
        if begin:
            self.say(f"\n{begin}")
            served = not any(case.message.startswith(NO_STEP) for case in report.cases)
            if served and not report.url:
                self.say(f"To send its requests by hand: {again(where)}")
        memory = report.figures
        if memory.memory_idle and memory.memory_peak:
            self.say(f"Memory: {memory.memory_idle >> 20} MiB idle, {memory.memory_peak >> 20} MiB at its peak")
        for trouble in report.trouble:
            self.console.print(f"[bold red]Trouble:[/] {escape(trouble)}")
        if report.ok() and report.level < last and not self.only:
            self.say(f"Next, {LEVELS[report.level + 1]}: make test {where} LEVEL={report.level + 1}")
        self.say(f"\n{report.line()}")

    def slowest(self, report: Report, count: int) -> None:
        """Print the cases that took longest."""
        if not count:
            return
        table = Table("case", "seconds", "requests", "title", box=None)
        for case in sorted(report.cases, key=lambda one: -one.duration)[:count]:
            table.add_row(case.id, f"{case.duration:.2f}", str(case.requests), escape(case.title))
        self.console.print(table)

    def _explain(self, failure: Failure, others: list[str]) -> None:
        word = {"failed": "FAILED", "stale": "STALE", "error": "ERROR of the suite"}[failure.outcome]
        self.console.rule(f"[bold red]{word}[/] {failure.id} {escape(failure.title)}", align="left", style="red")
        self.say(textwrap.fill(" ".join(failure.text.split()), 110))
        self._part("difference", failure.message)
        self._part("the case asks", "\n".join(failure.asked))
        if failure.requests:
            where = f", the last of those in {failure.script}" if failure.script else ""
            self._part(f"request{where}", _cut(failure.requests[-1]))
            self._part("answer", failure.answer)
        self._part("rule", f"{failure.rule}, contract/README.md#{failure.rule.lower()}")
        self._part("hint", failure.hint)
        self._part("the service's log", failure.log)
        if self.verbose:
            self._part("traceback", failure.traceback)
        if others:
            self._part(f"the same difference in {len(others)} more", _some(others))
        self.console.print()

    def _part(self, title: str, text: str) -> None:
        if text.strip():
            self.console.print(f"[bold]{escape(title)}[/]")
            self.say(textwrap.indent(text.rstrip(), "  "))

    def table(self, reports: list[Report], absent: dict[str, str]) -> None:
        """Print one row a service; `absent` holds those that did not run and why."""
        table = Table("service", "framework", "passed", "failed", "not run", "known", "seconds", box=None)
        for report in reports:
            counts = report.counts()
            bad = sum(counts[outcome] for outcome in BAD)
            numbers = [counts[Outcome.passed], bad, counts[Outcome.not_run], counts[Outcome.known]]
            table.add_row(report.service, report.framework, *map(str, numbers), f"{report.duration:.1f}")
        for key, reason in absent.items():
            table.add_row(key, f"NOT RUN: {escape(reason)}")
        self.console.print(table)
