"""The end of a run that is interrupted, as its workers see it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psutil
import pytest

from rosetta.harness.paths import ROOT

BEGIN = """
import subprocess, sys, time
from rosetta.harness import processes
"""
# One who does not end by the exception, as a case that waits for threads, must end by the time.
WORKER = f"""{BEGIN}
processes.end_quickly(1)
started = subprocess.Popen(["sleep", "60"], start_new_session=True)
try:
    print(started.pid, flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    if sys.argv[1] == "stubborn":
        time.sleep(60)
    print("unwound", flush=True)
    raise SystemExit(7)
"""
# Who runs the tests in the background may have them ignore SIGINT, and what they start, too.
SLEEPER = "import signal, time  # as execnet\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\ntime.sleep(60)"
RUN = f"""{BEGIN}
worker = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
time.sleep(0.5)
processes.interrupt_workers()
print(worker.wait(10))
"""


def script(text: str, *arguments: str) -> subprocess.Popen[str]:
    """A program that is running."""
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.Popen(command, cwd=ROOT / "conformance", stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("how", "status"), [("willing", 7), ("stubborn", 130)])
def test_a_worker_that_is_interrupted_leaves_nothing_behind(how: str, status: int, number: signal.Signals) -> None:
    with script(WORKER, how) as worker:
        assert worker.stdout is not None
        child = psutil.Process(int(worker.stdout.readline()))
        began = time.monotonic()
        worker.send_signal(number)
        told, _ = worker.communicate(timeout=20)
    assert (worker.returncode, told) == (status, "unwound\n" if how == "willing" else "")
    assert time.monotonic() - began < 10
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_run_tells_its_workers_of_its_end() -> None:
    with script(RUN) as run:
        told, _ = run.communicate(timeout=20)
    assert told == f"{-signal.SIGINT}\n"
