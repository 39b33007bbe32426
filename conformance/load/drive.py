"""The generator as the harness sees it: a process of its own, so that gevent patches nothing here."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load.window import Measured, Spec
from rosetta.harness.database import free_port
from rosetta.harness.errors import HarnessError
from rosetta.harness.paths import ROOT
from rosetta.runner.console import Screen

JOURNEYS = ROOT / "conformance" / "load" / "journeys.py"
HERE = ("localhost", "127.0.0.1")
PORT = 5557


@dataclass
class Generator:
    """Sends windows of load, one after the other."""

    process: subprocess.Popen[str]
    log: Path
    workers: list[subprocess.Popen[bytes]]
    remote: bool = False

    @property
    def pids(self) -> list[int]:
        """Its processes on this machine."""
        return [self.process.pid, *(worker.pid for worker in self.workers)]

    def window(self, spec: Spec) -> Measured:
        """Send one window of load and wait for its end; raises HarnessError if the generator fails."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(spec.dump()) + "\n")
            self.process.stdin.flush()
        return Measured(**self.answer())

    def answer(self) -> dict[str, Any]:
        """The next line that it writes."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            told = self.log.read_text(errors="replace").strip()[-2000:]
            raise HarnessError("the generator ended", f"Its log is {self.log}:\n{told}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def generator(folder: Path, hosts: Sequence[str], screen: Screen) -> Iterator[Generator]:
    """Start the generator; `hosts` are those of Locust's workers, which run on this machine if they are named so.

    For each other host the command is told that somebody has to start there. Raises HarnessError.
    """
    local, remote = [host for host in hosts if host in HERE], [host for host in hosts if host not in HERE]
    port = PORT if remote else free_port()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "generator.log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "conformance")}
    command = [sys.executable, "-m", "load.generator", "--workers", str(len(hosts)), "--port", str(port)]
    command += ["--patience", "300" if remote else "60"]
    if remote:
        command += ["--host", "*"]
        for host in remote:
            screen.say(f"On {host}: make load-worker MASTER={address()}")
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("w"))
        process = stack.enter_context(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output, env=environment, text=True
            )
        )
        stack.callback(process.kill)
        worker = [sys.executable, "-m", "locust", "--worker", "--master-port", str(port), "-f", str(JOURNEYS)]
        workers = []
        for _ in local:
            workers.append(stack.enter_context(subprocess.Popen(worker, stdout=output, stderr=output, env=environment)))
            stack.callback(workers[-1].kill)
        started = Generator(process, log, workers, bool(remote))
        started.answer()
        yield started


def address() -> str:
    """The address under which other machines reach this one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Nothing is sent: connecting a datagram socket only chooses the interface.
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
