"""`make load-selftest`: what the load suite must see, shown on servers of which the truth is known."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from load import drive, histogram, machine, null, pacing
from load.drive import Generator
from load.estimates import ratio
from load.machine import Meter, Places
from load.window import Measured, Spec
from rosetta.harness.paths import REPORTS
from rosetta.runner.console import Screen

RATE = 500.0
TRIES = 5  # noise can spoil a good generator's window, but cannot make a bad one's good
PACE_SECONDS = 4.0
FREEZE_SECONDS, FREEZE_WINDOW = 1.0, 11.0
WORK_SECONDS = 0.0004
PLANTED = 0.10
ROUNDS, ROUND_SECONDS, ROUND_RATE = 12, 1.0, 300.0


@dataclass
class Proof:
    """The self-test as it goes on."""

    screen: Screen
    generator: Generator
    places: Places
    held: bool = True

    def say(self, good: bool, what: str) -> bool:
        """Print one result, and keep whether all were good."""
        self.held &= good
        self.screen.console.print(f"[{'green' if good else 'bold red'}]{'ok  ' if good else 'FAIL'}[/] {what}")
        return good

    def until_good(self, attempt: Callable[[], tuple[bool, str]]) -> None:
        """Print the first good attempt, or the last."""
        for left in reversed(range(TRIES)):
            good, what = attempt()
            if good or not left:
                self.say(good, what)
                return

    def window(self, url: str, rate: float, seconds: float, seed: str, *, even: bool = False) -> Measured:
        """A window of reads."""
        return self.generator.window(Spec(url, {"getProduct": rate}, seconds, 0.0, seed, 1000, even=even))


def prove(screen: Screen) -> bool:
    """Run the self-test; whether all of it holds."""
    places = machine.places()
    logs = REPORTS / "load" / "selftest"
    with machine.on(places.generator), _generator(logs, 0, screen) as generator, null.server(places.service) as server:
        proof = Proof(screen, generator, places)
        for name, step in (("pacing", _pacing), ("freeze", _freeze)):
            with screen.step(name):
                step(proof, *server)
        with screen.step("differences"):
            _differences(proof, server)
        with screen.step("two workers"), _generator(logs, 2, screen) as pair:
            proof.generator = pair
            _workers(proof, server[0])
    return proof.held


@contextlib.contextmanager
def _generator(logs: Path, workers: int, screen: Screen) -> Iterator[Generator]:
    with drive.generator(logs, ["localhost"] * workers, screen) as started:
        yield started


def _came(url: str) -> list[float]:
    found: list[float] = httpx.get(f"{url}/came").json()
    return found


def _pacing(proof: Proof, url: str, _: int) -> None:
    for even, low, high in ((True, 0.0, 0.2), (False, 0.8, 1.2)):

        def attempt(even: bool = even, low: float = low, high: float = high) -> tuple[bool, str]:
            _came(url)
            proof.window(url, RATE, PACE_SECONDS, f"pace {time.monotonic()}", even=even)
            came = _came(url)
            first = min(came, default=0.0)
            found = pacing.dispersion([moment - first for moment in came], PACE_SECONDS - 0.1)
            kind = "even arrivals" if even else "Poisson arrivals"
            return low <= found <= high, f"{kind}: dispersion {found:.2f}, wanted {low} to {high}"

        proof.until_good(attempt)


def _freeze(proof: Proof, url: str, process: int) -> None:
    sent: list[int] = []

    def attempt() -> tuple[bool, str]:
        stopped: list[float] = []

        def freeze() -> None:
            os.kill(process, signal.SIGSTOP)
            began = time.monotonic()
            time.sleep(FREEZE_SECONDS)
            os.kill(process, signal.SIGCONT)
            stopped.append(time.monotonic() - began)

        timer = threading.Timer(FREEZE_WINDOW / 2, freeze)
        timer.start()
        measured = proof.window(url, RATE, FREEZE_WINDOW, "freeze", even=True)
        timer.join()
        times = histogram.merged(measured.times.values())
        # Those that were due in the last 110 ms of the freeze waited less; they and all others are 99 of 100.
        expected = (stopped[0] - FREEZE_WINDOW / 100) * 1000
        found = histogram.milliseconds(times, 99)
        sent.append(histogram.count(times))
        told = f"a freeze of {stopped[0]:.2f} s: p99 {found:.0f} ms, wanted {expected:.0f} ± 5 %"
        return abs(found / expected - 1) <= 0.05, told

    proof.until_good(attempt)
    wanted = round(RATE * FREEZE_WINDOW)
    proof.say(set(sent) == {wanted}, f"{sent[-1]} requests were sent all the same, wanted {wanted}")


def _differences(proof: Proof, idle: tuple[str, int]) -> None:
    base = _cpu(proof, idle, "base")
    more = WORK_SECONDS + PLANTED * (WORK_SECONDS + base)
    with (
        null.server(proof.places.service, WORK_SECONDS) as first,
        null.server(proof.places.service, WORK_SECONDS) as same,
        null.server(proof.places.service, more) as slower,
    ):
        pairs: list[tuple[float, float, float]] = []
        for each in (first, same, slower):
            _cpu(proof, each, "warm")
        for number in range(ROUNDS):
            # Each round another order, so that what changes with time changes for all.
            order = [(first, 0), (same, 1), (slower, 2)]
            order = order[number % 3 :] + order[: number % 3]
            found = {at: _cpu(proof, each, f"round {number}") for each, at in order}
            pairs.append((found[0], found[1], found[2]))
    equal = ratio([(a, b) for a, b, _ in pairs])
    different = ratio([(a, c) for a, _, c in pairs])
    assert equal is not None
    assert different is not None
    proof.say(equal.verdict == "tie", f"the same server twice: ratio {equal.estimate.value:.3f}, {equal.verdict}")
    good = different.verdict == "more" and abs(different.estimate.value - 1 - PLANTED) <= PLANTED / 2
    low, high = different.estimate.low, different.estimate.high
    proof.say(
        good, f"10 % more work: ratio {different.estimate.value:.3f} [{low:.3f} to {high:.3f}], {different.verdict}"
    )


def _cpu(proof: Proof, server: tuple[str, int], seed: str) -> float:
    """CPU seconds of a server for each request."""
    url, process = server
    meter = Meter({"service": [process]})
    measured = proof.window(url, ROUND_RATE, ROUND_SECONDS, seed)
    return meter.read().cpu["service"] / sum(measured.sent.values())


def _workers(proof: Proof, url: str) -> None:
    _came(url)
    measured = proof.window(url, RATE, PACE_SECONDS, "workers")
    came, told = len(_came(url)), histogram.count(histogram.merged(measured.times.values()))
    about = abs(told - RATE * PACE_SECONDS) < 0.1 * RATE * PACE_SECONDS
    what = f"two workers: {told} times were merged, {came} requests came to the server"
    # No noise can excuse this one, so it has no second try.
    proof.say(came == told and about, what)
