"""Server-sent events."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, request

from shop.events.operations import Follower, newest_id
from shop.platform.auth import authenticate, current_caller
from shop.platform.database import db
from shop.platform.problems import InvalidHeader
from shop.platform.requests import use_args
from shop.platform.schemas import Schema, String, one_of

events = Blueprint("events", __name__)

LAST_EVENT_ID = re.compile(r"[0-9]{1,18}")


class StreamQuerySchema(Schema):
    topic = String(required=True, validate=one_of("stock", "orders"))


@events.before_request
def guard_orders() -> None:
    """Ask for a token if the topic is orders, before anything else about the query is judged."""
    if "orders" in request.args.getlist("topic"):
        authenticate()


@events.get("/events")
@use_args(StreamQuerySchema(), location="query")
def stream_events(query: dict[str, Any]) -> Response:
    resumed = _last_event_id()
    hub = current_app.extensions["events"]
    hub.await_listening()
    position = newest_id() if resumed is None else resumed  # after LISTEN is active
    private = query["topic"] == "orders" and not current_caller().is_admin
    owner = current_caller().id if private else None
    follower = Follower(db.engine, hub, query["topic"], owner, position)
    response = Response(follower.follow(current_app.config["SSE_PING_SECONDS"]), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _last_event_id() -> int | None:
    """Return the position that a client resumes from, if it does."""
    sent = request.headers.get("Last-Event-ID")
    if sent is None:
        return None
    if not LAST_EVENT_ID.fullmatch(sent):
        raise InvalidHeader
    return int(sent)
