"""A service in containers: its image is built here, and its commands run on the network of the run's PostgreSQL.

Nothing of it is left behind: no container, no network, and no image or layer that was not there before.
"""

from __future__ import annotations

import contextlib
import functools
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rosetta.harness.database import ALIAS, Server
from rosetta.harness.environment import CONTRACT_VARIABLES
from rosetta.harness.errors import StepFailed
from rosetta.harness.link import Link
from rosetta.harness.paths import ROOT

POLL_SECONDS = 0.05


@functools.cache
def _client() -> Any:
    """The Docker engine."""
    import docker  # noqa: PLC0415 - a quarter of a second that runs without Docker need not spend

    return docker.from_env(timeout=60)


class Container:
    """A running command of a service, seen as a process."""

    def __init__(self, container: Any, log: Path) -> None:
        self._container, self._log = container, log
        self.returncode: int | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(Exception), self._log.open("ab", buffering=0) as output:
            for chunk in self._container.logs(stream=True, follow=True):
                output.write(chunk)

    @property
    def pid(self) -> int:
        """The number of its first process on this machine."""
        self._container.reload()
        return int(self._container.attrs["State"]["Pid"])

    def poll(self) -> int | None:
        """Its status, or None while it runs."""
        if self.returncode is None:
            self._container.reload()
            if self._container.status in ("exited", "dead"):
                self.returncode = int(self._container.attrs["State"]["ExitCode"])
                self._reader.join(2)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status, once it has ended; raises subprocess.TimeoutExpired."""
        end = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("container", timeout or 0)
            time.sleep(POLL_SECONDS)
        return status

    def terminate(self) -> None:
        """Send SIGTERM."""
        with contextlib.suppress(_errors()):
            self._container.kill(signal="SIGTERM")

    def kill_all(self) -> None:
        """Kill and remove it."""
        if self.returncode is None:
            with contextlib.suppress(_errors()):
                self._container.kill()
                self.wait(10)
        with contextlib.suppress(_errors()):
            self._container.remove(force=True, v=True)


def _errors() -> type[Exception]:
    import docker  # noqa: PLC0415 - see _client

    error: type[Exception] = docker.errors.APIError
    return error


@dataclass(frozen=True)
class Engine:
    """What starts the commands of a service: its image, the network, and where PostgreSQL is for this machine."""

    image: str
    network: str
    database_port: int

    def start(self, command: str, environment: dict[str, str], port: int, log: Path) -> Container:
        """Run a command of the image; what listens on `port` there does so here, on loopback. Raises StepFailed."""
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - see _client

        given = {name: value for name, value in environment.items() if name in CONTRACT_VARIABLES}
        if given.get("HOST") == "127.0.0.1":
            given["HOST"] = "0.0.0.0"
        if given.get("DATABASE_URL", "").startswith("postgresql://"):
            given["DATABASE_URL"] = self._reach(given["DATABASE_URL"])
        container = DockerContainer(self.image).with_envs(**given).with_command(command)
        container.with_kwargs(network=self.network)
        container.ports[f"{port}/tcp"] = ("127.0.0.1", port)  # type: ignore[assignment] # as the engine's client takes it
        try:
            container.start()
        except _errors() as error:
            raise StepFailed(f"{command}: the container does not start: {error}", "Check the Dockerfile.") from error
        return Container(container.get_wrapped_container(), log)

    def _reach(self, url: str) -> str:
        """A URL of a database on this machine's loopback, as containers of the network reach it."""
        parts = urlsplit(url)
        if parts.hostname not in ("127.0.0.1", "localhost"):
            return url
        if parts.port != self.database_port:
            return _relayed(url, self._gateway())
        account = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{account}@{ALIAS}:5432"))

    def _gateway(self) -> str:
        """The address of this machine on the network."""
        return str(_client().networks.get(self.network).attrs["IPAM"]["Config"][0]["Gateway"])


@functools.cache
def _relayed(url: str, host: str) -> str:
    """The URL of a relay to `url` that listens on `host`; it lives as long as this process."""
    return Link(url, host).url


def version() -> str:
    """The version of the Docker engine."""
    return str(_client().version()["Version"])


@contextlib.contextmanager
def built(key: str, folder: Path, log: Path, progress: Callable[[str], None]) -> Iterator[str]:
    """Build the image of the service in `folder` and give its name; afterwards it is gone with what it was made of.

    Layers that a cache had are left. Raises StepFailed.
    """
    dockerfile = folder / "Dockerfile"
    if not dockerfile.exists():
        raise StepFailed(f"services/{key} has no Dockerfile", "Write one, or use RUNTIME=local.")
    tag = f"rosetta-{key}"
    made: list[str] = []
    try:
        _build(dockerfile, tag, log, progress, made)
        yield tag
    finally:
        # After an interrupt the engine may still build, in a container of the last layer.
        for image in (tag, *made):
            for container in _client().containers.list(all=True, filters={"ancestor": image}):
                with contextlib.suppress(_errors()):
                    container.remove(force=True, v=True)
        with contextlib.suppress(_errors()):
            _client().images.remove(tag, force=True)
        for layer in reversed(made):
            with contextlib.suppress(_errors()):
                _client().images.remove(layer)


def _build(dockerfile: Path, tag: str, log: Path, progress: Callable[[str], None], made: list[str]) -> None:
    """Build an image; `made` takes the layers that no cache had."""
    log.parent.mkdir(parents=True, exist_ok=True)
    relative = str(dockerfile.relative_to(ROOT))
    step, cached = "", False
    with log.open("a", encoding="utf-8") as output:
        stream = _client().api.build(path=str(ROOT), dockerfile=relative, tag=tag, rm=True, forcerm=True, decode=True)
        for message in stream:
            if "error" in message:
                raise StepFailed(
                    f"build: {relative}: {message['error'].strip()}",
                    f"The whole output is in {log}. By hand: docker build -f {relative} .",
                    "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-15:]),
                )
            text = message.get("stream") or message.get("status") or ""
            output.write(text)
            output.flush()
            step = text.strip() if text.startswith("Step ") else step
            cached = "Using cache" in text or (cached and not text.startswith("Step "))
            layer = re.search(r"---> ([0-9a-f]{12})\s*$", text)
            if layer and not cached and not step.partition(" : ")[2].startswith("FROM"):
                made.append(layer[1])
            if text.strip():
                progress(f"{step.partition(' : ')[0]} {text.strip()[:100]}")


def added(image: str, dockerfile: Path) -> int:
    """Bytes of `image` beyond those of the base that the last stage of its Dockerfile names."""
    stages = re.findall(r"(?m)^FROM (\S+)(?: AS (\S+))?", dockerfile.read_text(encoding="utf-8"))
    base, bases = stages[-1][0], {name: below for below, name in stages if name}
    while base in bases:  # a stage before it
        base = bases[base]
    images = _client().images
    return int(images.get(image).attrs["Size"]) - (int(images.get(base).attrs["Size"]) if base != "scratch" else 0)


def engine(image: str, server: Server) -> Engine:
    """What starts commands of `image` beside the run's PostgreSQL."""
    return Engine(image, server.network, urlsplit(server.url).port or 5432)


def usable(server: Server) -> bool:
    """Whether containers reach the run's PostgreSQL, because it is in one, too."""
    return bool(server.network)
