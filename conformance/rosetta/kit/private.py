"""A process of the service for one case alone, with a connection to its database that can be cut."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rosetta.harness import lifecycle
from rosetta.harness.link import Link
from rosetta.kit.client import Client

if TYPE_CHECKING:
    from rosetta.harness.lifecycle import Instance
    from rosetta.harness.subject import Subject


@dataclass
class Private:
    """A process of the service on its own copy of the migrated database, or on that of another one.

    Nothing runs before `start`. One that is `linked` reaches its database through a relay, which can be cut and slows
    it down.
    """

    subject: Subject
    label: str
    beside: Private | None = None
    linked: bool = False

    def __post_init__(self) -> None:
        assert self.subject.databases is not None
        if self.beside is None:
            self.database_url = self.subject.databases.create(self.label, self.subject.migrated)
        else:
            self.database_url = self.beside.database_url
        self._link = Link(self.database_url) if self.linked else None
        self.client: Client | None = None
        self.instance: Instance | None = None
        self._stack = contextlib.ExitStack()

    @property
    def log(self) -> Path:
        """Where the process writes."""
        return self.subject.logs / f"{self.label}.log"

    def start(self, **changes: str | None) -> Instance:
        """Start the process, after an earlier one has ended; whether it gets ready is the case's to see.

        `changes` replaces variables of the environment; None takes one away.
        """
        assert self.subject.service is not None
        self._stack.close()
        url = self._link.url if self._link else self.database_url
        environment = {**self.subject.service.description.conformance.brief, **changes}
        running = lifecycle.running(self.subject.service, url, self.log, **environment)
        self.instance = self._stack.enter_context(running)
        self.client = Client(self.instance.url)
        self._stack.callback(self.client.close)
        return self.instance

    @property
    def link(self) -> Link:
        """The connection to the database."""
        assert self._link is not None, "it has no link"
        return self._link

    def kill(self) -> None:
        """Kill the process and its children, as a machine that loses its power does."""
        assert self.instance is not None, "start() comes first"
        self.instance.process.kill_all()

    @property
    def shop(self) -> Client:
        """A client of the process."""
        assert self.client is not None, "start() comes first"
        return self.client

    def close(self) -> None:
        """End the process and the link."""
        if self._link is not None:
            self._link.flow()
        self._stack.close()
        if self._link is not None:
            self._link.cut()
