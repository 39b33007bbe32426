"""The HTTP server: uvicorn with several workers, and how they end."""

import asyncio
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from shop.platform.config import LogLevel, ServeSettings

DRAIN_SECONDS = 6
MAX_HEAD_BYTES = 16_384
SILENCE_MILLISECONDS = 30_000


def log_config(level: LogLevel) -> dict[str, Any]:
    """Return the configuration of logging, for all processes: the service's own words, and warnings of libraries."""
    own = {"level": "WARNING" if level == "warn" else level.upper()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"shop": own, "uvicorn": own},
    }


def serve(settings: ServeSettings) -> None:
    with tempfile.TemporaryDirectory(prefix="shop-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # the workers add up their metrics here
        config = uvicorn.Config(
            "shop.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.web_concurrency,
            http="shop.platform.connection:Connection",  # by name: only the workers import it
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            ws="none",
            loop="uvloop",
            lifespan="on",
            log_config=log_config(settings.log_level),
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        listener = config.bind_socket()
        # Connections inherit this. The kernel gives up a client that takes no byte in this time, and no other.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_MILLISECONDS)
        # Also with one worker: a process that serves by itself is killed by its own SIGTERM in the end.
        Multiprocess(config, [listener]).run()


def on_stop(drain: Callable[[], None]) -> None:
    """Call `drain` in the event loop as soon as this process is told to stop.

    uvicorn ends the lifespan after the last answer, and an event stream has none: it must be told before. A worker of
    which the parent was killed is told to stop, too.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # of a test, whose client ends the lifespan alone
    loop = asyncio.get_running_loop()
    stop = signal.getsignal(signal.SIGTERM)

    def drain_and_stop(number: int, frame: object) -> None:
        loop.call_soon_threadsafe(drain)
        if callable(stop):
            stop(number, frame)  # type: ignore[arg-type]

    signal.signal(signal.SIGTERM, drain_and_stop)
    if parent := parent_process():
        loop.add_reader(parent.sentinel, _stop_orphan, loop, parent.sentinel)


def _stop_orphan(loop: asyncio.AbstractEventLoop, sentinel: int) -> None:
    loop.remove_reader(sentinel)
    signal.raise_signal(signal.SIGTERM)
