"""The process's one LISTEN connection, which is not of the pool, and what it has read (EVENT-4)."""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg.rows import class_row

from shop.http.problems import ServiceUnavailable

logger = logging.getLogger(__name__)

KEPT = 1000  # events, of which a stream needs those that have come since it looked last
BATCH = 500
POLL_SECONDS = 5  # a hint may get lost
CONNECT_SECONDS = 5
RECONNECT_SECONDS = 1
WAIT_SECONDS = 2  # of a new stream, for the connection


@dataclass(frozen=True)
class Told:
    """A row of events."""

    id: int
    topic: str
    user_id: UUID | None
    type: str
    data: str


READ = "SELECT id, topic, user_id, type, data FROM events WHERE id > %s ORDER BY id LIMIT %s"


class Hub:
    """Reads each event once for all streams of the process, in a thread that the first of them starts.

    A thread does not survive fork(), by which the server makes its workers.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._events: deque[Told] = deque(maxlen=KEPT)
        self._newest = 0
        self._before = 0  # the id after which all events are kept
        self._connections = 0
        self._listening = False
        self._stopped = False

    def join(self) -> int:
        """Wait until LISTEN is active; return the number of the connection. Raises service_unavailable."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="events", daemon=True)
                self._thread.start()
            if not self._changed.wait_for(lambda: self._listening or self._stopped, WAIT_SECONDS):
                raise ServiceUnavailable
            return self._connections

    def wait(self, connection: int, last: int, seconds: float) -> "list[Told] | None":
        """Return the events after `last`, waiting for one; None when the stream is to end, and its client resumes.

        It ends with the service, with the connection that it began with, and when it is too slow for what is kept.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest > last or not self._is_live(connection), seconds)
            if not self._is_live(connection) or last < self._before:
                return None
            return [*takewhile(lambda event: event.id > last, reversed(self._events))][::-1]

    def stop(self) -> None:
        """End all streams."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _is_live(self, connection: int) -> bool:
        return self._listening and not self._stopped and self._connections == connection

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._listen()
            except psycopg.Error as error:
                logger.warning("not listening for events: %s", type(error).__name__)
            with self._changed:
                self._listening = False
                self._changed.notify_all()
            time.sleep(RECONNECT_SECONDS)

    def _listen(self) -> None:
        with (
            psycopg.connect(settings.LISTEN_URL, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection,
            connection.cursor(row_factory=class_row(Told)) as cursor,
        ):
            connection.execute("LISTEN shop_events")
            newest = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
            with self._changed:
                self._newest = self._before = newest[0] if newest else 0
                self._events.clear()
                self._connections += 1
                self._listening = True
                self._changed.notify_all()
            while not self._stopped:
                for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
                while self._take(cursor.execute(READ, [self._newest, BATCH]).fetchall()) == BATCH:
                    pass

    def _take(self, events: list[Told]) -> int:
        if events:
            with self._changed:
                self._events += events
                self._newest = events[-1].id
                self._before = max(self._before, self._events[0].id - 1 if len(self._events) == KEPT else 0)
                self._changed.notify_all()
        return len(events)


hub = Hub()
