"""One client's stream of events (EVENT-1 to EVENT-3)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi.sse import ServerSentEvent
from sqlalchemy import Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from shop.events.hub import Hub
from shop.models import Event
from shop.platform.database import Database, is_unavailable

BATCH = 500
POLL_SECONDS = 5  # a hint may get lost


@dataclass
class Follower:
    """What a client follows, and how far it got: `owner` is whose orders, None is everybody's."""

    pool: Database
    hub: Hub
    connection: int
    topic: str
    owner: UUID | None
    last: int

    async def follow(self, ping_seconds: int) -> AsyncIterator[ServerSentEvent]:
        """Give events, and a comment where none comes, until the service stops or the database is lost."""
        while self.hub.is_live(self.connection):
            hint = self.hub.hint(self.topic)
            try:
                events = await self._read()
            except (SQLAlchemyError, OSError) as error:
                if is_unavailable(error):
                    return  # clients resume
                raise
            for id, type, data in events:
                yield ServerSentEvent(id=str(id), event=type, raw_data=data)
            if len(events) == BATCH:
                continue
            try:
                async with asyncio.timeout(min(ping_seconds, POLL_SECONDS)):
                    await hint.wait()
            except TimeoutError:
                yield ServerSentEvent(comment="ping")

    async def _read(self) -> Sequence[Row[int, str, str]]:
        """Return the next events; a pool connection is held no longer than that."""
        events = select(Event.id, Event.type, Event.data).where(Event.topic == self.topic, Event.id > self.last)
        if self.owner:
            events = events.where(Event.user_id == self.owner)
        async with self.pool.connect() as connection:
            rows = (await connection.execute(events.order_by(Event.id).limit(BATCH))).all()
        if rows:
            self.last = rows[-1][0]
        return rows


async def newest_id(pool: Database) -> int:
    async with pool.connect() as connection:
        return await connection.scalar(select(func.coalesce(func.max(Event.id), 0))) or 0
