"""A service of the repository: what its service.toml says, and the toolchain that it needs."""

from __future__ import annotations

import difflib
import re
import subprocess
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rosetta.harness.errors import HarnessError, StepFailed, ToolchainMissing
from rosetta.harness.paths import SERVICES

if TYPE_CHECKING:
    from rosetta.harness.containers import Engine


class Closed(BaseModel):
    """A table of service.toml: closed, so that a misspelt key is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Toolchain(Closed):
    """What must be installed: a command that prints its version, the least version, and how to get it.

    `name` is what the version is of, if not of the language.
    """

    name: str = ""
    version: list[str] = Field(min_length=1)
    minimum: str
    install: str


class Commands(Closed):
    """Argument lists, run in the service's folder."""

    build: list[list[str]] = []
    migrate: list[str] = Field(min_length=1)
    serve: list[str] = Field(min_length=1)
    check: list[list[str]] = []


class Conformance(Closed):
    """What the suite must know of the service.

    `not_passing` are ids of cases that it does not pass yet; one that passes all the same is an error.
    `brief` are variables for the processes that a case has to itself, which live for seconds; an image gets none.
    """

    not_passing: list[str] = []
    brief: dict[str, str] = {}


class Memory(Closed):
    """The most MiB that the service may have resident: when ready, and at its peak during the run."""

    idle: int
    peak: int


class Description(Closed):
    """service.toml. `handlers` are patterns of the files in which each operation has a function of its name.
    `pages` are the beginnings of paths that it alone has, beside the contract: a balancer asks it for them.

    `load` takes the place of `commands` where speed is measured, if a build for speed is too slow for the cases.
    """

    name: str
    language: str
    framework: str
    data: str
    handlers: list[str] = []
    pages: list[str] = []
    toolchain: Toolchain
    commands: Commands
    conformance: Conformance = Conformance()
    memory: Memory | None = None
    load: Commands | None = None


TEMPLATE = """\
name = "My shop"
language = "…"
framework = "…"
data = "…"

[toolchain]
version = ["python3", "--version"]
minimum = "3.11"
install = "how to get it"

[commands]
build = []  # commands that run in this order: [["npm", "ci"], ["npm", "run", "build"]]
migrate = ["./shop", "migrate"]
serve = ["./shop", "serve"]
"""


@dataclass(frozen=True)
class Service:
    """A folder under services/ and what its service.toml says; it runs in containers if there is an `engine`."""

    folder: Path
    description: Description
    engine: Engine | None = None

    @property
    def key(self) -> str:
        """The name on the command line: the folder's."""
        return self.folder.name

    def toolchain(self) -> str:
        """The installed toolchain and its version; raises ToolchainMissing if it is missing or too old."""
        return f"{self.description.toolchain.name or self.description.language} {toolchain_version(self)}"

    def for_speed(self) -> Service:
        """The same service with the commands of its [load], if it has any."""
        commands = self.description.load or self.description.commands
        return replace(self, description=self.description.model_copy(update={"commands": commands}))


def names(services: Path = SERVICES) -> list[str]:
    """The services of the repository."""
    return sorted(path.name for path in services.iterdir() if path.is_dir()) if services.is_dir() else []


def find(key: str, services: Path = SERVICES) -> Path:
    """The folder of the service `key`; raises HarnessError with the nearest name."""
    known = names(services)
    if key in known:
        return services / key
    if not key:
        raise HarnessError("which service?", f"SERVICE is one of {', '.join(known) or 'none yet'}.")
    nearest = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.4)
    meant = f"Did you mean SERVICE={nearest[0]}? " if nearest else ""
    raise HarnessError(
        f"there is no service {key!r}",
        f"{meant}There are: {', '.join(known) or 'none'}. To begin a new one: mkdir services/{key}",
    )


def load(folder: Path) -> Service:
    """Read service.toml; raises StepFailed if it is missing or wrong."""
    file = folder / "service.toml"
    if not file.exists():
        raise StepFailed(
            f"services/{folder.name} has no service.toml",
            f"Write services/{folder.name}/service.toml, which says how to build, migrate and serve:\n\n{TEMPLATE}",
        )
    try:
        return Service(folder, Description.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))))
    except tomllib.TOMLDecodeError as error:
        raise StepFailed(f"services/{folder.name}/service.toml is not TOML: {error}", "Correct this line.") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise StepFailed(
            f"services/{folder.name}/service.toml: {wrong}",
            f"Correct these keys; the form is:\n\n{TEMPLATE}",
        ) from error


def toolchain_version(service: Service) -> str:
    """The version of the installed toolchain; raises ToolchainMissing if it is missing or too old."""
    tool = service.description.toolchain
    try:
        result = subprocess.run(
            tool.version, check=False, capture_output=True, text=True, cwd=service.folder, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainMissing(
            f"{service.key} needs `{tool.version[0]}`, which does not run here", tool.install
        ) from error
    found = re.search(r"\d+(?:\.\d+)+", result.stdout + result.stderr)
    if result.returncode or found is None:
        raise ToolchainMissing(f"{service.key}: `{' '.join(tool.version)}` gives no version", tool.install)
    if _numbers(found[0]) < _numbers(tool.minimum):
        raise ToolchainMissing(
            f"{service.key} needs {tool.version[0]} {tool.minimum} or later; here is {found[0]}", tool.install
        )
    return found[0]


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]
