"""The load suite's arithmetic: schedules, histograms, intervals, gates, and how much a profile takes."""

from __future__ import annotations

import itertools
import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

from load import histogram, machine, pacing, profiles, statements
from load.bench import Budget, Taken, dirt, kept
from load.estimates import estimate, ratio
from load.machine import Meter, Usage, places
from load.results import compare, operation
from load.window import Measured, add
from rosetta.harness.errors import HarnessError
from rosetta.harness.paths import ROOT


def usage(others: float = 0.0, waited: float = 0.0, cpu: float = 0.5) -> Usage:
    """A window of two seconds."""
    return Usage(2.0, {"service": cpu, "database": 0.2, "generator": 0.3}, {"generator": waited}, others)


def taken(cpu: float = 0.5, requests: int = 1000, dirty: str = "", measured: Measured | None = None) -> Taken:
    """A window of so many requests."""
    return Taken(usage(cpu=cpu), requests, measured, dirty=dirty)


def times(*milliseconds: float) -> str:
    """A dumped histogram."""
    made = histogram.empty()
    for each in milliseconds:
        histogram.record(made, each / 1000)
    return histogram.dump(made)


# Schedules


def test_even_arrivals_are_as_many_and_as_far_apart_as_asked() -> None:
    moments = list(pacing.arrivals(100, 5, "seed", even=True))
    assert len(moments) == 500
    gaps = {round(after - before, 9) for before, after in itertools.pairwise(moments)}
    assert gaps == {0.01}
    assert pacing.dispersion(moments, 5) < 0.01


def test_poisson_arrivals_disperse_as_poisson_does() -> None:
    moments = list(pacing.arrivals(500, 60, "seed"))
    assert len(moments) == pytest.approx(30_000, rel=0.02)
    assert pacing.dispersion(moments, 60) == pytest.approx(1, abs=0.1)


def test_bursts_disperse_more() -> None:
    assert pacing.dispersion([second for second in range(10) for _ in range(100)], 10) > 50


def test_equal_seeds_send_equal_crowds() -> None:
    rates = {"browse": 20.0, "buy": 5.0}
    first, again = (list(pacing.schedule(rates, 10, "7")) for _ in range(2))
    assert first == again
    assert first == sorted(first)
    assert first != list(pacing.schedule(rates, 10, "8"))
    assert {name for _, name in first} == {"browse", "buy"}


# Histograms


def test_a_freeze_is_seen_by_those_who_would_have_come() -> None:
    # 5,500 requests in 11 s, and nothing is answered for one second: who is due then waits until its end.
    made = histogram.empty()
    for at in pacing.arrivals(500, 11, "freeze", even=True):
        histogram.record(made, 6 - at if 5 <= at < 6 else 0.001)
    assert histogram.milliseconds(made, 99) == pytest.approx(890, rel=0.01)
    assert histogram.milliseconds(made, 50) == pytest.approx(1, rel=0.01)


def test_merging_loses_nothing() -> None:
    chance = random.Random(1)
    samples = [chance.expovariate(200) for _ in range(3000)]
    whole, parts = histogram.empty(), [histogram.empty() for _ in range(3)]
    for at, sample in enumerate(samples):
        histogram.record(whole, sample)
        histogram.record(parts[at % 3], sample)
    together = histogram.merged(map(histogram.dump, parts))
    assert histogram.count(together) == 3000
    for percentile in (1, 50, 95, 99.9, 100):
        assert histogram.milliseconds(together, percentile) == histogram.milliseconds(whole, percentile)


def test_times_out_of_range_are_kept_at_its_border() -> None:
    made = histogram.empty()
    for each in (0.0, -0.001, 1000.0):
        histogram.record(made, each)
    assert histogram.count(made) == 3
    assert histogram.milliseconds(made, 100) == pytest.approx(60_000, rel=0.001)


@pytest.mark.parametrize(
    ("samples", "names"),
    [
        (19, []),
        (20, ["p50"]),
        (999, ["p50"]),
        (1_000, ["p50", "p95"]),
        (9_999, ["p50", "p95"]),
        (10_000, ["p50", "p95", "p99"]),
        (100_000, ["p50", "p95", "p99", "p99.9"]),
    ],
)
def test_percentiles_without_enough_samples_are_not_told(samples: int, names: list[str]) -> None:
    made = histogram.empty()
    made.record_value(1000, samples)
    assert list(histogram.percentiles(made)) == names
    assert all(histogram.enough(samples, percentile) for percentile, _ in histogram.curve(made))


# Intervals and verdicts


def test_an_interval_holds_the_median() -> None:
    chance = random.Random(3)
    found = estimate([chance.gauss(10, 1) for _ in range(20)])
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.high - found.low < 2
    assert estimate([]) is None


def test_few_windows_give_no_interval_and_no_verdict() -> None:
    found = estimate([1.0, 2.0, 3.0])
    assert found is not None
    assert (found.value, found.low, found.high) == (2.0, None, None)
    told = ratio([(1.0, 2.0)] * 5)
    assert told is not None
    assert told.verdict == "unknown"


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "tie"), (1.03, "tie"), (1.1, "more"), (0.8, "less")])
def test_a_difference_counts_from_five_percent(factor: float, verdict: str) -> None:
    chance = random.Random(5)
    pairs = [(base, base * factor * chance.uniform(0.99, 1.01)) for base in (chance.uniform(1, 2) for _ in range(12))]
    told = ratio(pairs)
    assert told is not None
    assert told.verdict == verdict
    assert told.estimate.value == pytest.approx(factor, rel=0.02)


def test_a_difference_that_noise_could_make_is_a_tie() -> None:
    told = ratio([(1.0, math.exp(power)) for power in (-0.5, 0.6, -0.4, 0.5, 0.3, -0.6, 0.4, 0.7, -0.3, 0.2)])
    assert told is not None
    assert told.verdict == "tie"


# Gates


def test_a_window_is_dirty_when_others_work_or_the_generator_waits() -> None:
    assert dirt(usage(), queued=True) == ""
    assert "others" in dirt(usage(others=0.2), queued=False)
    assert "waited" in dirt(usage(waited=0.2), queued=True)
    assert dirt(usage(waited=0.2), queued=False) == ""


def test_clean_rounds_count_if_they_are_enough() -> None:
    windows = {"a": [taken() for _ in range(10)], "b": [taken(dirty="x" if at < 3 else "") for at in range(10)]}
    assert kept(windows) == ([3, 4, 5, 6, 7, 8, 9], False)
    windows["a"] = [taken(dirty="x" if at > 7 else "") for at in range(10)]
    assert kept(windows) == (list(range(10)), True)
    assert kept({"a": [taken(), taken()]}) == ([0, 1], False)
    assert kept({"a": [taken(dirty="x"), taken(dirty="x")]}) == ([0, 1], True)


def test_repeats_stop_when_the_plan_needs_the_time() -> None:
    budget = Budget(planned=60, limit=100)
    assert budget.spare(30)
    assert not budget.spare(50)
    budget.spend(50)
    assert budget.spare(50)
    assert budget.left() == "10 s left"


def test_the_generator_at_its_limit_voids_the_latencies_but_not_the_cpu() -> None:
    good = Measured({"getProduct": times(*[5.0] * 10_000)}, {"getProduct": 10_000}, lateness=times(0.5))
    late = Measured(good.times, good.sent, lateness=times(3.0))
    found = operation("getProduct", 500, {"a": [taken(measured=good)]}, "a", places([0, 1]), 0.4)
    assert found.percentiles["p99"] == pytest.approx(5, rel=0.01)
    assert found.cpu_ms is not None
    assert found.cpu_ms.value == 0.5
    void = operation("getProduct", 500, {"a": [taken(measured=late)]}, "a", places([0, 1]), 0.4)
    assert void.percentiles == {}
    assert "3.0 ms late" in void.void
    assert void.cpu_ms is not None
    busy = Taken(Usage(2.0, {"service": 0.5, "database": 0.2, "generator": 1.6}, {}, 0.0), 1000, good)
    assert "generator limit" in operation("getProduct", 500, {"a": [busy]}, "a", places([0, 1]), 0.4).void


def test_services_are_compared_round_by_round() -> None:
    windows = {
        "a": [taken(cpu=0.5 + at / 10) for at in range(8)],
        "b": [taken(cpu=(0.5 + at / 10) * 1.5) for at in range(8)],
    }
    [found] = compare("getProduct", "cpu", windows, ["a", "b"])
    assert (found.service, found.against, found.verdict) == ("b", "a", "more")
    assert found.ratio.low == pytest.approx(1.5)


# Results of windows


def test_windows_add_up() -> None:
    first = Measured({"a": times(1, 2)}, {"a": 2}, {"a 503": 1}, times(0.1), 4, added={"1": 2}, unsure={"1": [3]})
    other = Measured({"a": times(3), "b": times(4)}, {"a": 1, "b": 1}, {}, times(0.2), 3, added={"1": -1})
    total = add([first, other])
    assert {name: histogram.count(histogram.merged([text])) for name, text in total.times.items()} == {"a": 3, "b": 1}
    assert (total.sent, total.errors, total.customers) == ({"a": 3, "b": 1}, {"a 503": 1}, 4)
    assert (total.added, total.unsure) == ({"1": 1}, {"1": [3]})


def test_statements_are_read_from_the_log() -> None:
    log = (
        "2026-01-01 00:00:00.000 UTC [12] mine LOG:  statement: begin\n"
        "2026-01-01 00:00:00.000 UTC [12] mine LOG:  execute stmt_1: SELECT 1\n\tFROM products\n"
        "2026-01-01 00:00:00.000 UTC [12] mine DETAIL:  Parameters: $1 = 'x: y'\n"
        "2026-01-01 00:00:00.000 UTC [13] other LOG:  execute <unnamed>: SELECT 2\n"
        "2026-01-01 00:00:00.000 UTC [12] mine LOG:  execute <unnamed>: SELECT 1 FROM products\n"
        "2026-01-01 00:00:00.000 UTC [9]  LOG:  checkpoint starting: time\n"
    )
    assert statements.entries(log, "mine") == {"begin": 1, "SELECT 1 FROM products": 2}


# The machine


def test_cores_are_shared_out() -> None:
    assert places([0, 1]).described() == {"service": [0], "database": [1], "generator": [1]}
    assert places([2, 3, 5]).described() == {"service": [2], "database": [3, 5], "generator": [3, 5]}
    eight = places(list(range(8)))
    assert (eight.service, eight.database, eight.generator) == ((0, 1, 2, 3), (4, 5), (6, 7))
    with pytest.raises(HarnessError, match="two cores"):
        places([0])


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's clocks")
def test_cpu_time_of_another_process_is_measured() -> None:
    code = "import time\nwhile time.process_time() < 0.2: pass\nprint(time.process_time(), flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        meter = Meter({"service": [process.pid]})
        assert process.stdout is not None
        told = float(process.stdout.readline())
        whole = machine.cpu_seconds(process.pid)
        assert meter.read().cpu["service"] <= whole
        assert whole == pytest.approx(told, abs=0.05)
        process.communicate(b"\n")
    assert machine.cpu_seconds(process.pid) == 0


# Profiles, and the harness's own process


def test_quick_takes_less_than_three_minutes_a_service() -> None:
    quick = profiles.PROFILES["quick"]
    assert quick.seconds(1) + 10 < quick.limit == 180, "ten seconds go by before the first window"
    assert quick.seconds(2) < 2 * quick.limit
    assert quick.main[0] * quick.main[1] * profiles.RATES["getProduct"] >= 10_000, "p99 of a product takes that many"
    assert profiles.PROFILES["smoke"].seconds(1) < 60
    full = profiles.PROFILES["full"]
    assert full.main[0] * full.main[1] * profiles.RATES["getProduct"] >= 100_000, "p99.9 of a product takes that many"


def test_gevent_does_not_touch_the_harness() -> None:
    code = "import sys, load.run, load.selftest; sys.exit('gevent' in sys.modules or 'locust' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT / "conformance")
    assert done.returncode == 0


def test_no_module_hides_one_of_python() -> None:
    # Locust puts the folder of its locustfile in front of all others.
    mine = {path.stem for path in (ROOT / "conformance" / "load").glob("*.py")}
    assert not mine & sys.stdlib_module_names


def test_no_file_is_long() -> None:
    for path in Path(ROOT / "conformance" / "load").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 260, path.name
