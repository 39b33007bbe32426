"""gunicorn: two processes, in each a thread for every request and every stream that is open."""

import gc
import logging
import os
import shutil
import socket
import struct
import sys
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.http.body import Body
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker
from prometheus_client.multiprocess import mark_process_dead

from shop.events.hub import hub

THREADS = 128  # of a process: streams, clients that are slow, and more requests than the pool has connections
CLIENTS_FAULTS = ("Invalid request", "Socket error")
LINGERING_SECONDS = 5
LINGERING_BYTES = 12 << 20  # more than an import may have
SILENT_SECONDS = 30  # after which a client that sends nothing, or takes nothing, is given up


class Worker(ThreadWorker):
    def handle_exit(self, sig: int, frame: Any) -> None:
        """End the streams before gunicorn waits for the requests that run."""
        hub.stop()
        super().handle_exit(sig, frame)

    def handle(self, conn: Any) -> Any:
        """Close here what is not kept, and take in more than gunicorn, whose loop would wait: else a client, or a
        balancer, that still sends a refused body sees no refusal."""
        kept = super().handle(conn)
        if not kept:
            conn.sock.setblocking(True)
            close_graceful(conn.sock, LINGERING_SECONDS, LINGERING_BYTES)
        return kept

    def finish_request(self, conn: Any, fs: Any) -> None:
        if fs.cancelled() or fs.exception() or not fs.result():
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)


class LazyBody(Body):
    """A body for which a client that asked first is told to go on when it is read, and not before (HTTP-14)."""

    def __init__(self, request: Any) -> None:
        super().__init__(request.body.reader)
        self._awaited: bool = request._expected_100_continue
        request._expected_100_continue = False
        self._send = request.unreader.sock.sendall
        self.give_up = request.force_close
        """What the middleware calls when it leaves a long body where it is; a view has no way to the connection."""

    def read(self, size: int | None = None) -> bytes:
        if self._awaited:
            self._awaited = False
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        data: bytes = super().read(size)
        return data


def prepare(_worker: Worker, request: Any) -> None:
    """Mend what WSGI's environ would hide, before it is made of the request."""
    codings = [value.lower() for name, value in request.headers if name == "TRANSFER-ENCODING"]
    if codings not in ([], ["chunked"]):  # gunicorn reads `gzip, chunked` as chunks
        raise UnsupportedTransferCoding(", ".join(codings))
    names = [name for name, _ in request.headers]
    if request.version > (1, 0) and names.count("HOST") != 1:
        raise InvalidHeader("HOST", req=request)
    # An encoded slash never separates (HTTP-2): PATH_INFO has it as one.
    request.path = request.path.replace("%2F", "%252F").replace("%2f", "%252f")
    request.body = LazyBody(request)
    # Trailers are dropped, whatever they name (HTTP-16); gunicorn has bounded them, and would refuse some.
    request.parse_headers = lambda _data, from_trailer: []
    # Of two lines of Content-Type environ would have the last; others it joins with a comma, which a key may hold. With
    # a tab behind it, which nothing but a list may hold, they are refused by whoever reads them (HTTP-15).
    if len(set(names)) < len(names):
        joined: dict[str, str] = {}
        for name, value in request.headers:
            joined[name] = f"{joined[name]},\t{value}" if name in joined else value
        request.headers = list(joined.items())


def set_timeouts(server: Any) -> None:
    """Let the kernel give up silent clients: connections inherit this from the socket that accepts them."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENT_SECONDS, 0))
        if sys.platform == "linux":
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)


def after_fork(_server: Any, _worker: Worker) -> None:
    sys.setswitchinterval(0.001)  # others wait no longer than that for a thread that computes


def forget_worker(_server: Any, worker: Worker) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def remove_metrics(_server: Any) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])


def close_pool(_server: Any, _worker: Worker) -> None:
    connections["default"].close_pool()  # type: ignore[attr-defined]


class Server(BaseApplication):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self._address,
            "workers": settings.WEB_CONCURRENCY,
            "worker_class": Worker,
            "threads": THREADS,
            "preload_app": True,
            "graceful_timeout": 7,
            "keepalive": 75,
            "loglevel": {"warn": "warning"}.get(settings.LOG_LEVEL, settings.LOG_LEVEL),
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # nor may anybody set SCRIPT_NAME by a header
            "pre_request": prepare,
            "when_ready": set_timeouts,
            "post_fork": after_fork,
            "worker_exit": close_pool,
            "child_exit": forget_worker,
            "on_exit": remove_metrics,
            "limit_request_line": 8190,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # What clients do wrong is no line of the log: it could hold what was a body, with a password in it (OPS-7).
        logging.getLogger("gunicorn.error").addFilter(lambda record: not str(record.msg).startswith(CLIENTS_FAULTS))
        application = get_wsgi_application()
        gc.freeze()  # what was imported is for ever: no collection walks through it, and workers share its memory
        return application
