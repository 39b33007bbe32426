"""Make .venv, which every command needs. `make` runs this with the system's Python; of two at once, one waits."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "conformance" / "requirements.txt"
PIP = ["install", "-q", "--disable-pip-version-check", "--require-hashes", "-r"]


def main() -> None:
    """Make it, unless another has done that meanwhile."""
    if sys.version_info < (3, 11):  # noqa: UP036 - anybody's Python comes here
        sys.exit("Python 3.11 or later is needed: install it, or name it: make PYTHON=python3.12 …")
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"{ROOT} may not be written, and .venv and reports lie there: clone it to a folder of your own.")
    fcntl.flock(os.open(ROOT, os.O_RDONLY), fcntl.LOCK_EX)  # the end of this process lets go
    ready = VENV / "ready"
    if ready.exists() and ready.stat().st_mtime >= REQUIREMENTS.stat().st_mtime:
        return
    print("Setting up .venv (once, about half a minute) …", flush=True)
    if not runs(sys.executable, "-m", "venv", "--clear", str(VENV)):
        sys.exit("Python has no venv here; on Debian and Ubuntu: apt-get install python3-venv")
    if not runs(str(VENV / "bin" / "pip"), *PIP, str(REQUIREMENTS)):
        sys.exit("The packages could not be installed; pip says why above. The next call tries again.")
    ready.touch()


def runs(*command: str) -> bool:
    """Whether a command succeeds; one that is interrupted is gone with its children and its temporary files."""
    with tempfile.TemporaryDirectory(prefix="rosetta-set-up-", ignore_cleanup_errors=True) as scratch:
        process = subprocess.Popen(command, env={**os.environ, "TMPDIR": scratch}, start_new_session=True)
        try:
            return not process.wait()
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, interrupt)
try:
    main()
except KeyboardInterrupt:
    sys.exit("\nStopping … The next call sets up .venv anew.")
