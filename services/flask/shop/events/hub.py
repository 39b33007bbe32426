"""The process's one LISTEN connection, which is not of the pool, and the streams that it wakes (EVENT-4)."""

import logging
import time
from threading import Condition, Event, Lock, Thread

import psycopg
from flask import Flask
from sqlalchemy import URL

from shop.platform.database import CONNECT_ARGS
from shop.platform.problems import ServiceUnavailable

logger = logging.getLogger(__name__)

TOPICS = ("stock", "orders")
RECONNECT_SECONDS = 1
WAIT_SECONDS = 2  # of a new stream, for the connection


class Hub:
    """Wakes streams when something happens to their topic. A hint holds no data, so that none can be lost."""

    def __init__(self, url: URL) -> None:
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._starting = Lock()
        self._thread: Thread | None = None
        self._listening = Event()
        self._happened = Condition()
        self._hints = dict.fromkeys(TOPICS, 0)
        self.stopped = False

    def await_listening(self) -> None:
        """Return once LISTEN is active, or raise service_unavailable.

        The first stream starts the thread: one that began before gunicorn forks would not be in its workers.
        """
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="listen", daemon=True)
                self._thread.start()
        if not self._listening.wait(WAIT_SECONDS):
            raise ServiceUnavailable

    def hint(self, topic: str) -> int:
        """Return what changes when something happens from now on; take it before the table is read."""
        return self._hints[topic]

    def wait(self, topic: str, hint: int, seconds: float) -> bool:
        """Wait until the hint is no longer this one, and tell whether that came in time."""
        with self._happened:
            return self._happened.wait_for(lambda: self.stopped or self._hints[topic] != hint, seconds)

    def stop(self) -> None:
        """End all streams. A handler of signals calls this."""
        with self._happened:
            self.stopped = True
            self._happened.notify_all()

    def _wake(self, *topics: str) -> None:
        with self._happened:
            for topic in topics:
                self._hints[topic] += 1
            self._happened.notify_all()

    def _run(self) -> None:
        while not self.stopped:
            try:
                self._listen()
            except psycopg.Error as error:
                logger.warning("not listening for events: %s", type(error).__name__)
            self._listening.clear()
            time.sleep(RECONNECT_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True, **CONNECT_ARGS) as connection:  # type: ignore[arg-type]
            connection.execute("LISTEN shop_events")
            self._listening.set()
            self._wake(*TOPICS)  # for what was missed
            for notification in connection.notifies():
                topic = notification.payload.partition(":")[0]
                if topic in TOPICS:
                    self._wake(topic)


def init_app(app: Flask) -> None:
    app.extensions["events"] = Hub(app.config["DATABASE_URL"])
