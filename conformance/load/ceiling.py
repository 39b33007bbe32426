"""The most that goes through: wrk against a service, and pgbench with the same statement against PostgreSQL alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from load.machine import on
from rosetta.harness.errors import HarnessError

WRK = "wrk"
GET_WRK = "Install it: `apt-get install wrk` on Debian and Ubuntu, `brew install wrk` elsewhere."
SCRIPT = Path(__file__).with_name("ceiling.lua")
STATEMENT = Path(__file__).with_name("product.sql")
CLIENTS = 8


@dataclass(frozen=True)
class Through:
    """What went through, how many of it without a 200, in how many seconds, for how many CPU seconds of the sender."""

    requests: int
    errors: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def require_wrk() -> str:
    """Where wrk is; raises HarnessError if it is not installed."""
    found = shutil.which(WRK)
    if found is None:
        raise HarnessError("wrk is not installed; it measures the ceiling", GET_WRK)
    return found


def wrk_version() -> str:
    """The version of wrk."""
    told = subprocess.run([require_wrk(), "-v"], check=False, capture_output=True, text=True).stdout
    found = re.search(r"wrk \S+", told)
    return found[0] if found else "wrk"


def requests(url: str, operation: str, connections: int, seconds: int, products: int, seed: int) -> Through:
    """Send as much as `connections` connections can, each a request as soon as the one before is answered."""
    command = [require_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", str(SCRIPT), url]
    told, cpu = _run([*command, operation, str(products), str(seed)])
    summary = json.loads(told.splitlines()[-1])
    return Through(summary["requests"], summary["errors"], summary["microseconds"] / 1e6, cpu)


def statements(binaries: Path, database_url: str, seconds: int, products: int, cores: Sequence[int]) -> Through:
    """The statement of getProduct, prepared, over TCP, from the service's cores: a service that does nothing else."""
    url = urlsplit(database_url)
    command = [binaries / "pgbench", "-n", "-M", "prepared", f"-c{CLIENTS}", "-j1", f"-T{seconds}"]
    command += ["-D", f"last={100_000 + products}", "-f", str(STATEMENT), "-h", str(url.hostname), "-p", str(url.port)]
    command += ["-U", str(url.username), url.path[1:]]
    with on(cores):
        told, cpu = _run(list(map(str, command)), PGPASSWORD=str(url.password))
    done, rate = (re.search(pattern, told) for pattern in (r"processed: (\d+)", r"tps = ([\d.]+)"))
    if done is None or rate is None:
        raise HarnessError("pgbench does not tell its rate", told[-500:])
    return Through(int(done[1]), 0, int(done[1]) / float(rate[1]), cpu)


def _run(command: list[str], **variables: str) -> tuple[str, float]:
    """What a command writes, and the CPU seconds that it took; raises HarnessError if it fails."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **variables}
    )
    with process:
        try:
            assert process.stdout is not None
            told = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise HarnessError(f"{Path(command[0]).name} ended with status {process.returncode}", told[-500:])
    return told, used.ru_utime + used.ru_stime
