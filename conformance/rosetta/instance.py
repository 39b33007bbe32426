"""A process of the service for one case alone, with a connection to its database that can be cut."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from rosetta import service
from rosetta.client import Client

if TYPE_CHECKING:
    from rosetta.service import Instance
    from rosetta.subject import Subject


class Link:
    """A TCP relay on loopback to a database. Cut, it is for the service as if the database had been stopped."""

    def __init__(self, url: str, connected: bool = True) -> None:
        parts = urlsplit(url)
        self._there = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._listener: socket.socket | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])
        account = parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(parts._replace(netloc=f"{account}@127.0.0.1:{self._port}"))
        if connected:
            self.restore()

    def restore(self) -> None:
        """Accept connections, again or for the first time."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        with self._lock:
            sockets = [*self._open, *([self._listener] if self._listener else [])]
            self._open.clear()
            self._listener = None
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def stall(self) -> None:
        """Let nothing through, without breaking anything: as a network that swallows packets does."""
        self._flows.clear()

    def flow(self) -> None:
        """Let everything through again, what was held back first."""
        self._flows.set()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._there)
            except OSError:
                near.close()
                continue
            with self._lock:
                if self._listener is not listener:
                    near.close()
                    far.close()
                    return
                self._open |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._relay, args=pair, daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@dataclass
class Private:
    """A process of the service on its own copy of the migrated database, or on that of another one.

    Nothing runs before `start`. Unless it is `linked`, there is no link that could be cut: a relay slows a database
    down.
    """

    subject: Subject
    label: str
    beside: Private | None = None
    linked: bool = True

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
        running = service.running(self.subject.service, url, self.log, **changes)
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
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.instance.process.pid, signal.SIGKILL)
        self.instance.process.wait()

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
