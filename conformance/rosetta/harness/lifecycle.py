"""The life of a service: it is built, migrates, and runs as a process."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import psutil

from rosetta.harness import database
from rosetta.harness.deadline import Deadline, transport
from rosetta.harness.environment import for_builds, service_environment
from rosetta.harness.errors import StepFailed
from rosetta.harness.processes import Local, Process, alone, killed_at_end
from rosetta.harness.service import Service

READY_SECONDS = 60
STOP_SECONDS = 10
ODD_SECONDS = 3  # of answers that say neither yes nor not yet
MIGRATE_SECONDS = 120
LOG_LINES = 15
HALF_BYTES = 32 << 10
LONGEST_LOG = 256 << 20


def build(service: Service, log: Path, progress: Callable[[str], None]) -> None:
    """Run the build commands; each line that they print goes to `log` and to `progress`. Raises StepFailed."""
    with alone(service.folder, wait=lambda: progress("waiting for another run that builds it")):
        for command in service.description.commands.build:
            run_logged(command, service.folder, log, progress, "build")


def run_logged(
    command: list[str],
    folder: Path,
    log: Path,
    progress: Callable[[str], None],
    step: str,
    environment: dict[str, str] | None = None,
) -> None:
    """Run `command` in `folder`, appending to `log`; raises StepFailed if it cannot start or fails."""
    progress(" ".join(command))
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        process = Local(
            command,
            cwd=folder,
            env=environment or for_builds(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise StepFailed(f"{step}: `{command[0]}` does not run: {error.strerror}", "Check [commands].") from error
    assert process.stdout is not None
    with killed_at_end(process), log.open("ab") as output:
        for line in process.stdout:
            output.write(line)
            progress(line.decode(errors="replace").rstrip())
        process.wait()
    if process.returncode:
        raise StepFailed(
            f"{step}: `{' '.join(command)}` ended with status {process.returncode}",
            f"The whole output is in {log}. Run the command by hand in {folder}.",
            excerpt(log),
        )


def _start(
    service: Service,
    command: Literal["migrate", "serve"],
    url: str,
    port: int,
    log: Path,
    changes: dict[str, str | None],
) -> Process:
    """Start a command of the service, whose output is appended to `log`; raises StepFailed if it cannot start."""
    environment = service_environment(url, port, **changes)
    log.parent.mkdir(parents=True, exist_ok=True)
    if service.engine is not None:
        return service.engine.start(command, environment, port, log)
    given: list[str] = getattr(service.description.commands, command)
    with log.open("ab") as output:
        try:
            process = Local(
                given,
                cwd=service.folder,
                env=environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise StepFailed(f"{command}: `{given[0]}` does not run: {error.strerror}", "Check [commands].") from error
    _limit_files(process)
    return process


def migrate(service: Service, url: str, log: Path, **changes: str | None) -> None:
    """Run `migrate` against the database at `url`; raises StepFailed."""
    command = " ".join(service.description.commands.migrate)
    start = log.stat().st_size if log.exists() else 0
    process = _start(service, "migrate", url, 8080, log, changes)
    with killed_at_end(process):
        try:
            process.wait(MIGRATE_SECONDS)
        except subprocess.TimeoutExpired:
            raise StepFailed(
                f"migrate: `{command}` did not end within {MIGRATE_SECONDS} s",
                "migrate must end by itself; does it serve, or wait for input?",
                excerpt(log, start),
            ) from None
    if process.returncode:
        raise StepFailed(
            f"migrate: `{command}` ended with status {process.returncode}",
            f"It gets DATABASE_URL, ADMIN_EMAIL and ADMIN_PASSWORD and an empty database. Its output: {log}",
            excerpt(log, start),
        )


@dataclass
class Instance:
    """A running process of a service."""

    process: Process
    url: str
    log: Path

    def await_ready(self, seconds: float = READY_SECONDS) -> float:
        """Wait for 200 on /readyz; returns the seconds since the call. Raises StepFailed."""
        began = time.monotonic()
        answer, odd = "nothing listens on PORT", 0.0
        deadline = Deadline()
        with httpx.Client(base_url=self.url, timeout=2, transport=transport(deadline, verify=False)) as client:
            while time.monotonic() - began < seconds:
                if self.process.poll() is not None:
                    raise StepFailed(
                        f"serve: ended with status {self.process.returncode} after {time.monotonic() - began:.1f} s",
                        "serve must listen on HOST and PORT and stay; look at its last lines.",
                        excerpt(self.log),
                    )
                deadline.begin(2)
                try:
                    response = client.get("/readyz")
                    if response.status_code == 200:
                        return time.monotonic() - began
                    answer = f"/readyz answers {response.status_code}"
                    odd = odd or time.monotonic()
                    if response.status_code == 503:  # not yet
                        odd = 0.0
                    elif time.monotonic() - odd > ODD_SECONDS:
                        break
                except httpx.ConnectError:
                    pass
                except httpx.TimeoutException:
                    answer = "/readyz does not answer in time"
                except httpx.HTTPError as error:
                    answer = f"/readyz is answered with what is no HTTP: {error}"
                time.sleep(0.02)
        raise StepFailed(
            f"serve: not ready after {time.monotonic() - began:.0f} s: {answer}",
            "GET /readyz must answer 200 as soon as the service can reach the database at DATABASE_URL.",
            excerpt(self.log),
        )

    def memory(self) -> int:
        """Bytes of the process and its children; what several of them share counts once, where the system tells."""
        return sum(_taken(process) for process in self._processes())

    def peak_memory(self) -> int | None:
        """The most bytes that each process of it ever had, added up, less what they share now; None if not told.

        The system keeps the peak of what is resident alone, in which each process counts all that it shares.
        """
        processes = self._processes()
        try:
            resident = sum(process.memory_info().rss for process in processes)
            status = "".join(Path(f"/proc/{each.pid}/status").read_text() for each in processes)
        except (psutil.NoSuchProcess, OSError):
            return None
        peaks = [int(kilobytes) * 1024 for kilobytes in re.findall(r"VmHWM:\s+(\d+) kB", status)]
        return sum(peaks) - (resident - sum(map(_taken, processes))) if peaks else None

    def _processes(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> int | None:
        """Send SIGTERM and wait; returns the exit status, or None if it had to be killed."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.ended(STOP_SECONDS)

    def ended(self, seconds: float) -> int | None:
        """The exit status, or None if it does not end within so many seconds."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None


def _taken(process: psutil.Process) -> int:
    """Its proportional set size, in which pages of several processes count by shares; else what is resident."""
    try:
        return int(getattr(process.memory_full_info(), "pss", process.memory_info().rss))
    except psutil.AccessDenied:  # of a container's process the system tells others less
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


@contextlib.contextmanager
def running(service: Service, database_url: str, log: Path, **changes: str | None) -> Iterator[Instance]:
    """Start `serve` on a free port; at the end it is stopped, or killed with all its children."""
    port = database.free_port()
    log.unlink(missing_ok=True)
    process = _start(service, "serve", database_url, port, log, changes)
    instance = Instance(process, f"http://127.0.0.1:{port}", log)
    with killed_at_end(process):
        yield instance
        instance.stop()  # who is interrupted does not wait for that


def _limit_files(process: Process) -> None:
    """End a process that fills its log, before it fills the disk. Only Linux can limit another process."""
    if sys.platform == "linux":
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LONGEST_LOG, LONGEST_LOG))


def excerpt(log: Path, start: int = 0, count: int = LOG_LINES) -> str:
    """`count` lines of `log` from the byte `start` on: of more the first, which say what it was, and the last.

    A stack trace begins with its message in some languages and ends with it in others. Long lines are cut.
    """
    with log.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(start)
        head = file.read(HALF_BYTES)
        file.seek(max(file.tell(), end - HALF_BYTES))
        gap = file.tell() > start + len(head)
        tail = file.read()
    lines = [line[:400] for line in (head + (b"\n" if gap else b"") + tail).decode(errors="replace").splitlines()]
    if len(lines) <= count:
        return "\n".join(lines)
    first = count // 3
    return "\n".join([*lines[:first], f"… the rest is in {log}", *lines[first - count :]])
