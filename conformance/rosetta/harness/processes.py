"""What runs a command of a service: a process of this machine, or a container (see containers)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import psutil


class Process(Protocol):
    """What the harness needs of a process; the names are those of subprocess.Popen."""

    @property
    def pid(self) -> int:
        """Its number on this machine."""

    @property
    def returncode(self) -> int | None:
        """Its status, if it is known that it has ended."""

    def poll(self) -> int | None:
        """Its status, or None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its status, once it has ended; raises subprocess.TimeoutExpired."""

    def terminate(self) -> None:
        """Send SIGTERM."""

    def kill_all(self) -> None:
        """Kill it and its children with SIGKILL, and leave nothing of it behind."""


class Local(subprocess.Popen[bytes]):
    """A process of this machine, in a session of its own."""

    def kill_all(self) -> None:
        """Kill it and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def interrupt_workers() -> None:
    """Tell the workers of this run, if it has any, that it ends: a signal to this process alone does not reach them."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children():
            if "execnet" in " ".join(child.cmdline()):
                child.send_signal(signal.SIGINT)


def end_quickly(seconds: float = 2) -> None:
    """Let a worker that is interrupted end at once: what it has started is killed, so that nothing waits for it.

    What it has made, such as folders, goes as the stack unwinds, for which it has so many seconds.
    """

    def interrupt(_: int, __: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)  # Ctrl-C comes from the terminal and from the run
        last = threading.Timer(seconds, os._exit, [130])
        last.daemon = True
        last.start()
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        signal.signal(number, interrupt)


@contextlib.contextmanager
def alone(folder: Path, wait: Callable[[], None] | None = None) -> Iterator[None]:
    """No other process is in this part of the program for `folder`.

    If one is, `wait` is called and then it is waited for; without `wait` raises BlockingIOError.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if wait is None:
                raise
            wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def killed_at_end(process: Process) -> Iterator[None]:
    """Whatever happens inside, Ctrl-C too, the process and its children are gone afterwards."""
    try:
        yield
    finally:
        process.kill_all()
