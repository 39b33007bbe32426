"""One client's stream of events (EVENT-1 to EVENT-3)."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from shop.events.hub import Hub
from shop.models import Event
from shop.platform.database import Database, is_unavailable

BATCH = 500
POLL_SECONDS = 5  # a hint may get lost


@dataclass
class Follower:
    """What a client follows, and how far it got.

    Args:
        owner: whose orders; None is everybody's.
        last: the id of the last event that was sent.
    """

    pool: Database
    topic: str
    owner: UUID | None
    last: int

    async def read(self) -> Sequence[Row[int, str, str]]:
        """Return the next events; a pool connection is held no longer than that."""
        events = select(Event.id, Event.type, Event.data).where(Event.topic == self.topic, Event.id > self.last)
        if self.owner:
            events = events.where(Event.user_id == self.owner)
        async with self.pool.reading() as session:
            rows = (await session.execute(events.order_by(Event.id).limit(BATCH))).all()
        if rows:
            self.last = rows[-1][0]
        return rows


async def newest_id(pool: Database) -> int:
    """Return the id of the newest event."""
    async with pool.reading() as session:
        return await session.scalar(select(func.coalesce(func.max(Event.id), 0))) or 0


async def follow(client: Follower, hub: Hub, connection: int, ping_seconds: int) -> AsyncGenerator[bytes, None]:
    """Give the bytes of a stream until the service stops or the database is lost."""
    yield b"retry: 2000\n\n"
    ping_at = time.monotonic() + ping_seconds
    while hub.is_live(connection):
        hint = hub.hint(client.topic)
        try:
            events = await client.read()
        except (SQLAlchemyError, OSError) as error:
            if is_unavailable(error):
                return  # clients resume
            raise
        if events:
            yield "".join(f"id: {id}\nevent: {type}\ndata: {data}\n\n" for id, type, data in events).encode()  # noqa: A001
        if len(events) == BATCH:
            continue
        poll_at = time.monotonic() + POLL_SECONDS
        while not hint.is_set() and time.monotonic() < poll_at:
            try:
                async with asyncio.timeout(min(ping_at, poll_at) - time.monotonic()):
                    await hint.wait()
            except TimeoutError:
                if time.monotonic() >= ping_at:
                    yield b": ping\n\n"
                    ping_at = time.monotonic() + ping_seconds
