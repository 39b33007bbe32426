"""Server-sent events."""

import re
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Router
from pydantic import BaseModel

from shop.events.streams import Follower
from shop.http.auth import Caller, customer
from shop.http.problems import InvalidHeader, Unauthenticated
from shop.http.query import StrictQuery

router = Router()

LAST_EVENT_ID = re.compile("[0-9]{1,18}")
HEADERS = {"X-Accel-Buffering": "no"}


class StreamQuery(BaseModel):
    topic: Literal["stock", "orders"]


def listener(request: HttpRequest) -> Caller | str:
    """Ask for a token if the topic is orders, before anything else about the query is judged."""
    if "orders" not in request.GET.getlist("topic"):
        return "anybody"
    caller: Caller | None = customer(request)
    if caller is None:
        raise Unauthenticated
    return caller


@router.api_operation(["GET", "HEAD"], "", auth=listener)
def stream_events(request: HttpRequest, query: Annotated[StreamQuery, StrictQuery(...)]) -> HttpResponseBase:
    caller: Caller | str = request.auth  # type: ignore[attr-defined]
    owner = caller.id if isinstance(caller, Caller) and not caller.is_admin else None
    sent = request.headers.get("Last-Event-ID")
    if sent is not None and not LAST_EVENT_ID.fullmatch(sent):
        raise InvalidHeader
    follower = Follower(query.topic, owner, None if sent is None else int(sent))
    if request.method == "HEAD":
        return HttpResponse(content_type="text/event-stream", headers=HEADERS)
    return StreamingHttpResponse(follower.follow(), content_type="text/event-stream", headers=HEADERS)
