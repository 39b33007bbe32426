"""The process's one LISTEN connection, which is not of the pool, and the streams that it wakes (EVENT-4)."""

import asyncio
import logging

import asyncpg

from shop.platform.database import connect

logger = logging.getLogger(__name__)

TOPICS = ("stock", "orders")
RECONNECT_SECONDS = 1
WAIT_SECONDS = 1  # of a new stream, for the connection


class Hub:
    """Wakes streams when something happens to their topic. A hint holds no data, so that none can be lost.

    Args:
        url: as in DATABASE_URL.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._hints = {topic: asyncio.Event() for topic in TOPICS}
        self._listening = asyncio.Event()
        self._connections = 0
        self._stopped = False

    async def run(self) -> None:
        """Listen, again and again when the connection is lost, until cancelled."""
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("not listening for events: %s: %s", type(error).__name__, error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener("shop_events", self.on_notification)
            self._connections += 1
            self._listening.set()
            await lost.wait()
        finally:
            self._listening.clear()
            self._wake(*TOPICS)
            connection.terminate()

    def on_notification(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self._wake(payload.partition(":")[0])

    def _wake(self, *topics: str) -> None:
        for topic in topics:
            if topic in self._hints:
                self._hints[topic].set()
                self._hints[topic] = asyncio.Event()

    def stop(self) -> None:
        self._stopped = True
        self._wake(*TOPICS)

    async def listening(self) -> int:
        """Wait until LISTEN is active; return the number of the connection. Raises TimeoutError."""
        async with asyncio.timeout(WAIT_SECONDS):
            await self._listening.wait()
        return self._connections

    def is_live(self, connection: int) -> bool:
        """Tell whether the stream that began with this connection may go on. Others end, and their clients resume."""
        return not self._stopped and self._listening.is_set() and self._connections == connection

    def hint(self, topic: str) -> asyncio.Event:
        """Return what is set when something happens from now on; take it before the table is read."""
        return self._hints[topic]
