"""The stages of a measurement: warm-up, statements, operations at their rates, ceilings, journeys."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from load import ceiling, histogram, results, statements
from load.arm import Arm
from load.bench import Bench, Progress, Taken, window_seconds
from load.profiles import (
    OVERHEAD_SECONDS,
    RATES,
    STATEMENT_RATE,
    STATEMENT_SECONDS,
    STORY,
    WARM_SHARE,
    WATCHERS,
)
from load.report import Ceiling, Comparison, Figure, Loaded, Operation, Statements, Step
from rosetta.runner.console import Screen

WARM_SECONDS = 3.0
WARM_CONNECTIONS = 8
AGREE = 0.05
PGBENCH = "pgbench"
CURVE = "getProduct"


class Measurement:
    """The windows of one measurement, stage by stage."""

    def __init__(self, bench: Bench, arms: Sequence[Arm], screen: Screen) -> None:
        self.bench, self.arms, self.screen, self.profile = bench, arms, screen, bench.profile
        self.keys = [each.key for each in arms]
        self.operations: dict[str, list[Operation]] = {key: [] for key in self.keys}
        self.ceilings: dict[str, list[Ceiling]] = {key: [] for key in self.keys}
        self.journeys: dict[str, list[Step]] = {key: [] for key in self.keys}
        self.statements: dict[str, dict[str, Statements]] = {key: {} for key in self.keys}
        self.comparisons: list[Comparison] = []
        self.floor_late = 0.0
        self.pgbench: Figure | None = None
        self.pgbench_busy = 0.0

    def run(self) -> None:
        """All stages."""
        for title, stage in (
            ("warm-up", self.warm),
            ("statements", self.count_statements),
            ("operations", self.at_rates),
            ("ceilings", self.press),
            ("journeys", self.tell_stories),
        ):
            with self.screen.step(title) as progress:
                stage(progress)

    def floor(self, url: str, process: int) -> dict[str, float]:
        """The generator's own time: the same load on a server that does nothing."""
        count, seconds = self.profile.null
        spec = self.arms[0].spec({CURVE: RATES[CURVE]}, seconds, "null")

        def act(number: int) -> Taken:
            return self.bench.window(replace(spec, host=url, seed=f"null {number}"), process)

        with self.screen.step("floor") as progress:
            taken = self.bench.rounds("null server", count, window_seconds(seconds), {"null": act}, progress)["null"]
        self.floor_late = results.late_ms(taken)
        return histogram.percentiles(
            histogram.merged(each.measured.times[CURVE] for each in taken if each.measured is not None)
        )

    def warm(self, progress: Progress) -> None:
        """Load each service until two rounds in a row cost the same, or the time for it is over; then let it rest."""
        for each in self.arms:
            before = 0.0
            while each.warm_seconds < self.profile.warm and not each.warmed:
                progress(f"{each.key}: {each.warm_seconds:.0f} s")
                cost = self._warm_round(each)
                each.warmed = abs(cost - before) <= AGREE * cost
                before = cost
            self.bench.budget.spend(self.profile.warm / 2)
        for each in self.arms:
            each.judge_rest()

    def _warm_round(self, each: Arm) -> float:
        """Press what will be pressed, so that compilers see enough of it, and send a little of all else."""
        rates = {name: rate * WARM_SHARE for name, rate in RATES.items()}
        seed = f"warm {each.warm_seconds}"
        taken = [self.bench.press(each, name, WARM_CONNECTIONS, 1, self.bench.seed) for name in self.profile.ceiling[0]]
        taken.append(self.bench.load(each, rates, 1.0, seed, even=True))
        each.warm_seconds += WARM_SECONDS
        return sum(window.cpu_ms for window in taken)

    def count_statements(self, progress: Progress) -> None:
        """Ask the database's log what a few requests of each operation took."""
        log = self.bench.cluster.log
        with statements.logged(self.bench.cluster.url):
            for each, name in itertools.product(self.arms, RATES):
                progress(f"{each.key}, {name}")
                found = statements.asked(log, each.database_url, partial(self._few, each, name))
                self.statements[each.key][name] = Statements(per_request=found.per_request, texts=found.texts)
                self.bench.budget.spend(STATEMENT_SECONDS + OVERHEAD_SECONDS)

    def _few(self, each: Arm, name: str) -> int:
        rates = {name: STATEMENT_RATE}
        taken = self.bench.load(each, rates, STATEMENT_SECONDS, f"few {name}", settle=0.0, even=True)
        return max(taken.requests, 1)

    def at_rates(self, progress: Progress) -> None:
        """Each operation alone, at the rate that is the same for all services."""
        points = [
            (name, rate, *(self.profile.main if name == CURVE else self.profile.others)) for name, rate in RATES.items()
        ]
        points += [(CURVE, rate, *self.profile.main) for rate in self.profile.curve]
        for name, rate, count, seconds in points:
            # Few requests are sent evenly, so that each window has as many: their latencies are no queue's.
            even = name != CURVE
            seed = f"{name} {rate:g}"
            acts = {each.key: self._load(each, {name: rate}, seconds, seed, even=even) for each in self.arms}
            taken = self.bench.rounds(f"{name} at {rate:g}/s", count, window_seconds(seconds), acts, progress)
            for key in self.keys:
                self.operations[key].append(
                    results.operation(name, rate, taken, key, self.bench.places, self.floor_late)
                )
            if rate == RATES[name]:
                self.comparisons += results.compare(name, "cpu", taken, self.keys)

    def _load(
        self, each: Arm, rates: dict[str, float], seconds: float, seed: str, **options: float
    ) -> Callable[[int], Taken]:
        return lambda number: self.bench.held(
            each, partial(self.bench.load, each, rates, seconds, f"{seed} {number}", **options)
        )

    def press(self, progress: Progress) -> None:
        """The ceiling of the two operations that are read most, and pgbench's beside the first."""
        counts, seconds = self.profile.ceiling
        for name, count in counts.items():
            best = {each.key: self._best(each, name, progress) for each in self.arms}
            acts = {each.key: self._press(each, name, best[each.key], seconds) for each in self.arms}
            if name == CURVE:
                acts[PGBENCH] = lambda _: self.bench.limit(self.arms[0], seconds)
            taken = self.bench.rounds(f"ceiling of {name}", count, seconds + OVERHEAD_SECONDS, acts, progress)
            limit = PGBENCH if PGBENCH in taken else None
            for key in self.keys:
                self.ceilings[key].append(results.ceiling(name, best[key], taken, key, limit))
            if limit:
                bound = results.ceiling(PGBENCH, ceiling.CLIENTS, taken, PGBENCH, None)
                self.pgbench, self.pgbench_busy = bound.rate, bound.rest_busy
            self.comparisons += results.compare(name, "rate", taken, self.keys)

    def _best(self, each: Arm, name: str, progress: Progress) -> int:
        """The number of connections that most goes through with."""
        counts, seconds = self.profile.sweep
        found: dict[int, float] = {}
        for count in counts:
            progress(f"{name}, {each.key}: {count} connections; {self.bench.budget.left()}")
            found[count] = results.rate(self._press(each, name, count, seconds)(count)) if len(counts) > 1 else 0.0
            self.bench.budget.spend(seconds)
        return max(found, key=lambda count: found[count])

    def _press(self, each: Arm, name: str, connections: int, seconds: int) -> Callable[[int], Taken]:
        return lambda number: self.bench.held(
            each, partial(self.bench.press, each, name, connections, seconds, self.bench.seed + number)
        )

    def tell_stories(self, progress: Progress) -> None:
        """All journeys at once, with imports running and event streams open."""
        count, seconds = self.profile.story
        acts = {each.key: self._load(each, STORY, seconds, "story", watchers=WATCHERS) for each in self.arms}
        taken = self.bench.rounds("all journeys", count, window_seconds(seconds), acts, progress)
        for key in self.keys:
            self.journeys[key] = results.steps(taken[key])

    def loaded(self, each: Arm, faults: list[str]) -> Loaded:
        """What was measured of one service."""
        described = each.service.description
        return Loaded(
            service=each.key,
            framework=described.framework,
            language=described.language,
            toolchain=each.toolchain,
            ready_seconds=each.ready_seconds,
            warm_seconds=each.warm_seconds,
            warmed=each.warmed,
            restless=each.restless,
            memory_idle=each.memory_idle,
            memory_loaded=each.instance.memory(),
            memory_peak=each.instance.peak_memory(),
            operations=self.operations[each.key],
            ceilings=self.ceilings[each.key],
            journeys=self.journeys[each.key],
            statements=self.statements[each.key],
            requests=each.ledger.requests,
            errors=each.ledger.errors,
            checked=each.ledger.checked,
            violations=each.ledger.violations,
            faults=faults,
        )
