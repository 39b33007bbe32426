"""One client's stream of events (EVENT-1 to EVENT-3)."""

import time
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from shop.db.pool import give_back
from shop.events.hub import BATCH, Told, hub
from shop.events.models import Event


class Follower:
    """What a client follows, and how far it got: `owner` is whose orders, None is everybody's."""

    def __init__(self, topic: str, owner: UUID | None, last: int | None) -> None:
        self._topic = topic
        self._owner = owner
        self._connection = hub.join()
        # After LISTEN is active: whatever is committed from now on will be told.
        self._began = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
        self._last = self._began if last is None else last

    def follow(self) -> Iterator[bytes]:
        """Give events, and a comment where none comes for a while."""
        yield b"retry: 2000\n\n"
        while self._last < self._began:
            yield from self._missed()
        ping = time.monotonic() + settings.SSE_PING_SECONDS
        while (events := hub.wait(self._connection, self._last, ping - time.monotonic())) is not None:
            told = [event for event in events if event.topic == self._topic and self._owner in (None, event.user_id)]
            if events:
                self._last = events[-1].id
            if told:
                yield b"".join(_text(event) for event in told)
            elif time.monotonic() >= ping:
                yield b": ping\n\n"
            else:
                continue
            ping = time.monotonic() + settings.SSE_PING_SECONDS

    def _missed(self) -> Iterator[bytes]:
        """Give a batch of what came before the stream began."""
        events = Event.objects.filter(topic=self._topic, id__gt=self._last, id__lte=self._began).order_by("id")
        if self._owner:
            events = events.filter(user_id=self._owner)
        batch = list(events[:BATCH])
        give_back()  # the client may be slow
        self._last = batch[-1].id if len(batch) == BATCH else self._began
        yield from map(_text, batch)


def _text(event: Told | Event) -> bytes:
    return f"id: {event.id}\nevent: {event.type}\ndata: {event.data}\n\n".encode()
