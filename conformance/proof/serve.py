"""The shop's process."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from proof import accounts, backoffice, bugs, liberties, live, shop, store, web, wire
from proof.bugs import bug
from proof.liberties import free
from rosetta.harness.database import free_port


class _Protocol(H11Protocol):
    """uvicorn's, but a client that has said everything gets its answer; uvicorn takes it for one that has gone."""

    def eof_received(self) -> bool | None:  # type: ignore[override]
        whole = self.conn.their_state in (h11.DONE, h11.MUST_CLOSE)
        if free("half_closed_clients_cut") or not whole or self.scope["path"] == "/events":
            return None
        if bug("half_closed_clients_refused"):
            self.transport.write(wire.BAD_REQUEST)
            return None
        if not self.conn.trailing_data[0]:
            self.cycle.keep_alive = False
        return True


def _listening(host: str, port: int) -> socket.socket:
    """A socket of which asyncio knows that it is TCP's: else it lets Nagle's algorithm wait with each answer."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    return made


def serve(port: int, names: Iterable[str], second: int | None = None) -> None:
    """Fill the tables and serve, with these bugs and liberties switched on, until the process is ended.

    On the port `second` it is the other member of a fleet, which has the bugs that one member has.
    """
    bugs.switch_on(names)
    liberties.switch_on(names)
    store.load_seed()
    accounts.make_administrator()
    operations = accounts.OPERATIONS + shop.OPERATIONS + backoffice.OPERATIONS + live.OPERATIONS
    web.serve(operations, accounts.authenticate, second)
    host = os.environ.get("HOST") or "127.0.0.1"
    relayed = {each.name for each in bugs.BUGS if each.wire} | {each.name for each in liberties.LIBERTIES if each.wire}
    if not relayed.isdisjoint(names):
        wire.start(host, port, port := free_port())
        host = "127.0.0.1"
    sockets = [_listening(host, each) for each in (port, second) if each is not None]
    config = uvicorn.Config(
        web.application,
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets)
