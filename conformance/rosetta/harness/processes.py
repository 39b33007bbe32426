"""What runs a command of a service: a process of this machine, or a container (see containers)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol


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
