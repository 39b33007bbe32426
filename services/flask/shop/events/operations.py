"""One client's stream of events (EVENT-1 to EVENT-3)."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Row, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

from shop.events.hub import Hub
from shop.events.models import Event
from shop.platform.database import db, is_unavailable

BATCH = 500
POLL_SECONDS = 5  # a hint may get lost

NEXT = (
    select(Event.id, Event.type, Event.data)
    .where(Event.topic == bindparam("topic"), Event.id > bindparam("last"))
    .order_by(Event.id)
    .limit(BATCH)
)
NEXT_OF_OWNER = NEXT.where(Event.user_id == bindparam("owner"))


def newest_id() -> int:
    with db.session.begin():
        return db.session.scalar(select(func.coalesce(func.max(Event.id), 0))) or 0


@dataclass
class Follower:
    """What a client follows, and how far it got: `owner` is whose orders, None is everybody's.

    It lives longer than its request's context, so it has all that it needs.
    """

    engine: Engine
    hub: Hub
    topic: str
    owner: uuid.UUID | None
    last: int

    def follow(self, ping_seconds: int) -> Iterator[str]:
        """Give events, and a comment where none comes, until the service stops or the database is lost."""
        yield "retry: 2000\n\n"
        while not self.hub.stopped:
            hint = self.hub.hint(self.topic)
            try:
                events = self._read()
            except SQLAlchemyError as error:
                if is_unavailable(error):
                    return  # clients resume
                raise
            for id, type, data in events:
                yield f"id: {id}\nevent: {type}\ndata: {data}\n\n"
            if len(events) < BATCH and not self.hub.wait(self.topic, hint, min(ping_seconds, POLL_SECONDS)):
                yield ": ping\n\n"

    def _read(self) -> Sequence[Row[int, str, str]]:
        """Return the next events; a connection is held no longer than that."""
        statement = NEXT_OF_OWNER if self.owner else NEXT
        parameters = {"topic": self.topic, "last": self.last, **({"owner": self.owner} if self.owner else {})}
        with self.engine.connect() as connection:
            events = connection.execute(statement, parameters).all()
        if events:
            self.last = events[-1].id
        return events
