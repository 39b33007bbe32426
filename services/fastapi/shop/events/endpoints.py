"""Server-sent events."""

import re
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response

from shop.events.stream import Follower, follow, newest_id
from shop.platform.auth import Caller, get_caller
from shop.platform.database import Pool
from shop.platform.problem import Problem
from shop.platform.query import Query, parameters
from shop.platform.routing import router as feature_router
from shop.platform.streaming import Stream

router = feature_router("events")

LAST_EVENT_ID = re.compile(r"[0-9]{1,18}")


class StreamQuery(Query):
    """The query of streamEvents."""

    topic: Literal["stock", "orders"]


async def caller_of_topic(request: Request) -> Caller | None:
    """Give the caller that topic=orders needs, before anything else about the query is judged."""
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"))
    return await get_caller(request) if ("topic", "orders") in pairs else None


async def last_event_id(request: Request) -> int | None:
    """Give the position that a client resumes from, if it does."""
    match request.headers.getlist("last-event-id"):
        case []:
            return None
        case [text] if LAST_EVENT_ID.fullmatch(text):
            return int(text)
        case _:
            raise Problem("invalid_header")


# region streamEvents
@router.get("/events")
async def stream_events(
    caller: Annotated[Caller | None, Depends(caller_of_topic)],
    query: Annotated[StreamQuery, parameters(StreamQuery)],
    last: Annotated[int | None, Depends(last_event_id)],
    pool: Pool,
    request: Request,
) -> Response:
    """Follow stock or orders."""
    request.state.endless = True  # it ends when the client ends his side
    hub = request.state.hub
    connection = await hub.listening()
    # After LISTEN is active and before the first byte: what is committed from now on is told.
    position = await newest_id(pool) if last is None else last
    owner = caller.id if caller and not caller.is_admin else None
    client = Follower(pool, query.topic, owner, position)
    pieces = follow(client, hub, connection, request.state.settings.sse_ping_seconds)
    if request.method == "HEAD":
        await pieces.aclose()
    return Stream(pieces, "text/event-stream", headers={"X-Accel-Buffering": "no"})


# endregion
