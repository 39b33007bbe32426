"""The HTTP server: gunicorn with workers of many threads, since each open stream keeps one."""

import gc
import os
import shutil
import socket
import struct
import time
from concurrent.futures import Future
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import InvalidHeader, ParseException, UnsupportedTransferCoding
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker
from prometheus_client.multiprocess import mark_process_dead

from shop.app import create_app
from shop.platform.problems import MalformedJson, answer_http_exception

THREADS = 128
DRAIN_SECONDS = 6
SILENCE_SECONDS = 30
REST_SECONDS = 5
REST_BYTES = 12 << 20
MAX_DIGITS = 18  # of a length


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's worker, of which a loop gives connections to threads and nothing holds up the loop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the event streams first: gunicorn waits for all answers, and these have no end."""
        self.wsgi.extensions["events"].stop()
        super().handle_exit(sig, frame)

    def handle(self, conn: TConn) -> Any:
        """Close in this thread. gunicorn does it in the loop, for up to two seconds, in which it accepts nobody."""
        keep = super().handle(conn)
        if not keep:
            conn.close(graceful=True)
        return keep

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Read what a view has not read, and more of it than gunicorn: else a client that writes sees no refusal."""
        deadline = time.monotonic() + REST_SECONDS
        return keepalive and bool(conn.parser.finish_body(deadline, REST_BYTES))

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        if fs.cancelled() or fs.exception() or not fs.result():
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)


class AskedFor:
    """The reader of a body that the client sends when it is asked to: when a view first reads (HTTP-14)."""

    def __init__(self, reader: Any, client: socket.socket) -> None:
        self._reader = reader
        self._client: socket.socket | None = client

    def read(self, size: int) -> bytes:
        if self._client:
            self._client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._client = None
        data: bytes = self._reader.read(size)
        return data


def read_strictly(_worker: Worker, request: Request) -> None:
    """Judge a head, which gunicorn has read, by what it leaves to others, and take away what nobody may act on."""
    lines: dict[str, list[str]] = {}
    for name, value in request.headers:
        lines.setdefault(name, []).append(value)
    if len(lines.get("HOST", [])) != 1 and request.version >= (1, 1):
        raise InvalidHeader("HOST")
    if len(lines.get("CONTENT-LENGTH", [""])[0]) > MAX_DIGITS:
        raise InvalidHeader("CONTENT-LENGTH")
    for coding in lines.get("TRANSFER-ENCODING", []):
        if coding.lower() != "chunked":
            raise UnsupportedTransferCoding(coding)
    # werkzeug has no route for who asks for a WebSocket.
    request.headers = [header for header in request.headers if header[0] != "UPGRADE"]
    # Lines of one header are joined by a comma alone, which a key may hold; it may hold no space (HTTP-15).
    if len(lines.get("IDEMPOTENCY-KEY", [])) > 1:
        request.headers.append(("IDEMPOTENCY-KEY", " "))
    if request._expected_100_continue:
        request._expected_100_continue = False
        request.body.reader = AskedFor(request.body.reader, request.unreader.sock)
        request.force_close()  # whether a body comes that nobody has asked for is not known


def give_up_silent_clients(arbiter: Arbiter) -> None:
    """Let the kernel give up who sends or takes nothing for 30 seconds; connections inherit it from their listener."""
    for listener in arbiter.LISTENERS:
        listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_SECONDS * 1000)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_SECONDS, 0))


def forget_metrics(_arbiter: Arbiter, worker: Worker) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told by the environment of the contract and by nothing else: no file, no command line."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        super().__init__()

    def load_config(self) -> None:
        level = self.config["LOG_LEVEL"]
        settings = {
            "bind": f"{self.config['HOST']}:{self.config['PORT']}",
            "workers": self.config["WEB_CONCURRENCY"],
            "worker_class": Worker,
            "threads": THREADS,
            "preload_app": True,
            "graceful_timeout": DRAIN_SECONDS,
            "keepalive": 75,
            "limit_request_line": 8190,
            "loglevel": "warning" if level == "warn" else level,
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
            "when_ready": give_up_silent_clients,
            "pre_request": read_strictly,
            "child_exit": forget_metrics,
            "on_exit": lambda _arbiter: shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        app = create_app(self.config)
        # A chunk that is none is found out while a view reads; gunicorn then closes the connection.
        app.register_error_handler(ParseException, lambda _error: answer_http_exception(MalformedJson()))
        # What was imported stays, in memory that the workers share; a collection need not walk it.
        gc.freeze()
        return app
