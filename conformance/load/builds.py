"""What a build costs: of a copy of a service from nothing, and again; and the size of its image.

`builds.json` beside this file holds what was measured last of each service, one machine's figures.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from rosetta.harness import containers, database, lifecycle, service
from rosetta.harness.environment import for_builds
from rosetta.harness.paths import REPORTS, ROOT
from rosetta.harness.report import Machine, Record, this_machine
from rosetta.harness.service import Service
from rosetta.runner.console import Screen

FILE = Path(__file__).with_name("builds.json")


class Cost(Record):
    """What the commands of a build took, in seconds."""

    wall: float
    cpu: float = Field(description="of all their processes")


class Build(Record):
    """The builds of one service."""

    toolchain: str
    measured: datetime
    clean: Cost = Field(description="of a fresh copy; packages come from the caches of whoever runs it")
    warm: Cost = Field(description="again, with nothing changed")
    image: int | None = Field(description="bytes of its image beyond those of the base; null where no engine answered")


class Builds(Record):
    """The file."""

    machine: Machine
    builds: dict[str, Build]


def read(file: Path = FILE) -> dict[str, Build]:
    """The builds that were measured, by service."""
    return Builds.model_validate_json(file.read_text(encoding="utf-8")).builds if file.exists() else {}


def measure(keys: list[str], screen: Screen, file: Path = FILE) -> None:
    """Measure the builds of `keys` and keep them in `file` beside those of others.

    Raises StepFailed if one does not build, ToolchainMissing if one cannot be built here.
    """
    known = read(file)
    for key in keys:
        with screen.step(f"build {key}") as progress:
            known[key] = _measured(service.load(service.find(key)), progress)
        file.write_text(Builds(machine=this_machine(), builds=known).model_dump_json(indent=1) + "\n", encoding="utf-8")
        clean, image = known[key].clean, known[key].image
        size = f", image {image / 1e6:.0f} MB" if image is not None else ""
        screen.say(f"{key}: {clean.cpu:.0f} s of CPU clean, {known[key].warm.cpu:.1f} warm{size}")


def _measured(subject: Service, progress: Callable[[str], None]) -> Build:
    toolchain = subject.toolchain()
    log = REPORTS / subject.key / "builds.log"
    with tempfile.TemporaryDirectory(prefix="rosetta-build-") as temporary:
        folder = _copied(subject, Path(temporary))
        # Go alone keeps outside of the folder what it compiled; all keep their packages there.
        environment = {**for_builds(), "GOCACHE": f"{temporary}/go"}
        clean, warm = (_cost(subject.description.commands.build, folder, log, progress, environment) for _ in range(2))
    image = None
    if database.docker_answers():
        with containers.built(subject.key, subject.folder, log, progress) as tag:
            image = containers.added(tag, subject.folder / "Dockerfile")
    return Build(toolchain=toolchain, measured=datetime.now(UTC), clean=clean, warm=warm, image=image)


def _copied(subject: Service, root: Path) -> Path:
    """The service's folder in a copy under `root`, beside one of the contract, without what git ignores."""
    places = ["contract", str(subject.folder.relative_to(ROOT))]
    listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places]
    listing = ["git", "-c", "safe.directory=*", *listed]  # the checkout may be another's
    for name in subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    return root / places[1]


def _cost(
    commands: list[list[str]], folder: Path, log: Path, progress: Callable[[str], None], environment: dict[str, str]
) -> Cost:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        lifecycle.run_logged(command, folder, log, progress, "build", environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall=round(time.monotonic() - began, 2), cpu=round(cpu, 2))
