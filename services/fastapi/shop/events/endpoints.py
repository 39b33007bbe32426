"""Server-sent events."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Security
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict
from starlette.requests import HTTPConnection

from shop.events import service
from shop.events.service import Follower
from shop.platform.auth import AccessToken, Caller
from shop.platform.database import Pool
from shop.platform.problem import Code, Problem
from shop.platform.requests import Route

router = APIRouter(tags=["events"], route_class=Route)

LAST_EVENT_ID = re.compile(r"[0-9]{1,18}")


class StreamQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: Literal["stock", "orders"]


class TopicToken(AccessToken):
    """Asks for a token if the topic is orders, before anything else about the query is judged."""

    async def __call__(self, request: HTTPConnection) -> Caller | None:  # type: ignore[override]
        return await super().__call__(request) if "orders" in request.query_params.getlist("topic") else None


async def last_event_id(request: Request) -> int | None:
    """Give the position that a client resumes from, if it does."""
    match request.headers.getlist("last-event-id"):
        case []:
            return None
        case [text] if LAST_EVENT_ID.fullmatch(text):
            return int(text)
        case _:
            raise Problem(Code.INVALID_HEADER)


async def begin_following(
    caller: Annotated[Caller | None, Security(TopicToken())],
    query: Annotated[StreamQuery, Query()],
    last: Annotated[int | None, Depends(last_event_id)],
    pool: Pool,
    request: Request,
) -> Follower:
    """Give what the client follows from where; after this, whatever is committed is told."""
    request.state.endless = True  # it ends when the client ends his side
    hub = request.state.hub
    connection = await hub.listening()
    position = await service.newest_id(pool) if last is None else last  # after LISTEN is active
    owner = caller.id if caller and not caller.is_admin else None
    return Follower(pool, hub, connection, query.topic, owner, position)


@router.get("/events", response_class=EventSourceResponse)
async def stream_events(
    follower: Annotated[Follower, Depends(begin_following)], request: Request
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(retry=2000)
    if request.method == "GET":
        async for event in follower.follow(request.state.settings.sse_ping_seconds):
            yield event
