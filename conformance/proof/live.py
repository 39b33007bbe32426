"""What comes and goes by itself: payment webhooks, event streams, and what operators ask."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import os
import re
import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from proof import accounts, reader, store
from proof.bugs import bug, one_has
from proof.liberties import free
from proof.reader import Body, Check, Member, integer, text, word
from proof.web import UUID, Answer, Operation, Problem, Request, metrics
from rosetta.harness.environment import secrets
from rosetta.harness.paths import CONTRACT

# Webhooks

WEBHOOK_ID = re.compile("[A-Za-z0-9_-]{1,200}")
WEBHOOK_TIME = re.compile("[1-9][0-9]{0,11}")
TOLERANCE = 300
RANKS = ["none", "failed", "succeeded", "refunded"]
TYPES = {f"payment.{rank}": rank for rank in RANKS[1:]}
DATA = {
    "order_id": Member(lambda value: [] if isinstance(value, str) and UUID.fullmatch(value) else [("", "format")]),
    "payment_id": Member(text(1, 200)),
    "amount": Member(integer(0, 99_999_999_999)),
    "currency": Member(lambda value: [] if value == "EUR" else [("", "format")]),
}


def _verify(request: Request) -> str:
    """The webhook-id of a genuine delivery; raises Problem."""
    refusal = Problem("webhook_verification_failed", {"www-authenticate": "Webhook-Signature"})
    if bug("webhook_challenge_is_bearer"):
        refusal.headers = {}
    values = [request.header(f"webhook-{name}") for name in ("id", "timestamp", "signature")]
    if any(len(each) != 1 for each in values):
        raise refusal
    id, moment, signatures = (each[0] for each in values)
    if not WEBHOOK_ID.fullmatch(id):
        raise refusal
    if not WEBHOOK_TIME.fullmatch(moment):
        if not bug("webhook_time_by_int") or not (found := re.match(r"[+-]?\d+", moment)):
            raise refusal
        moment = found[0]
    if not _fresh(int(moment)):
        raise refusal
    body = request.body
    if bug("signature_of_parsed_json"):
        body = json.dumps(request.object()).encode()
    if bug("signature_of_text"):
        body = body.decode(errors="replace").encode()
    key = base64.b64decode(secrets()["WEBHOOK_SECRET"].removeprefix("whsec_"))
    signed = f"{id}." if bug("time_not_signed") else f"{id}.{values[1][0]}."
    mac = base64.b64encode(hmac.digest(key, signed.encode("latin-1") + body, "sha256")).decode()
    tokens = signatures.split(" ")
    if bug("first_signature_only"):
        tokens = tokens[:1]
    if bug("malformed_signature_refuses") and any(not re.fullmatch("v1,.{44}", token) for token in tokens):
        raise refusal
    right = [token for token in tokens if hmac.compare_digest(token.encode("latin-1"), f"v1,{mac}".encode())]
    if not right:
        raise refusal
    return id


def _fresh(seconds: int) -> bool:
    distance = int(time.time()) - seconds
    if bug("webhook_window_exclusive"):
        return abs(distance) < TOLERANCE - 1
    return abs(distance) <= TOLERANCE


async def payment_webhook(request: Request) -> Answer:
    """Take one event of the payment provider, once."""
    body = request.object() if bug("webhook_parsed_before_verified") else {}
    id = _verify(request)
    body = body or request.object()
    closed = bug("webhook_closed") and body.keys() - {"type", "data"}
    if closed or not isinstance(body.get("type"), str) or text(1, 100)(body["type"]):
        raise Problem("webhook_rejected")
    if bug("ids_count_with_their_body"):
        id += str(hash(request.body))
    if id in store.WEBHOOKS:
        return Answer.json({"result": "duplicate"})
    if bug("webhook_looked_up_then_inserted"):
        await store.pause()
    if bug("webhook_id_kept_on_rejection"):
        store.WEBHOOKS.add(id)
    result = await _apply(body)
    store.WEBHOOKS.add(id)
    return Answer.json({"result": result})


async def _apply(body: Body) -> str:
    """Raise the payment state of an order; raises Problem if the event does not fit one."""
    payment = TYPES.get(body["type"])
    if payment is None:
        return "ignored"
    data = body.get("data")
    if not isinstance(data, dict):
        raise Problem("webhook_rejected")
    if reader.faults(dict(data), DATA, ignored=data) or (order := store.ORDERS.get(data["order_id"])) is None:
        raise Problem("webhook_rejected")
    if data["amount"] != order.figures.total:
        raise Problem("webhook_rejected")
    status, before = order.status, order.payment_status
    if bug("payment_read_then_written"):
        await store.pause()
    if RANKS.index(payment) <= RANKS.index(before) and not bug("payment_status_falls"):
        return "ignored"
    if payment == "failed" and bug("failed_payment_cancels"):
        status = "cancelled"
    revived = status == "cancelled" and one_has("member_revives_orders")
    if payment == "succeeded" and (status == "pending" or revived):
        status = "paid"
    if payment == "refunded" and (status != "pending" or not bug("pending_orders_not_refunded")):
        status = "refunded"
    if bug("status_and_payment_in_two_updates"):
        store.touch(order, payment_status=payment)
    store.touch(order, status=status, payment_status=payment)
    if payment == "refunded" and bug("refund_restocks"):
        for line in order.lines:
            product = store.PRODUCTS[line.sku]
            store.touch(product, stock=product.stock + line.quantity)
    return "applied"


# Streams

TOPICS: dict[str, Check] = {"topic": word("stock", "orders")}
LAST_ID = re.compile("[0-9]{1,18}")


async def stream_events(request: Request) -> Answer:
    """A stream of what happens to stock, or to orders."""
    if free("topics_before_token") and request.query.count(b"topic=") > 1:
        request.parameters(TOPICS, "topic")
    user_id = _listener(request)
    topic = request.parameters(TOPICS, "topic")["topic"]
    given = request.header("last-event-id")
    if free("empty_last_event_id_is_none") and given == [""]:
        given = []
    if given and not (len(given) == 1 and LAST_ID.fullmatch(given[0])) and not bug("bad_last_event_id_ignored"):
        raise Problem("invalid_header")
    newest = max((event.id for event in store.EVENTS), default=0)
    digits = given[0] if given and LAST_ID.fullmatch(given[0]) else ""
    last = int(digits) if digits and not bug("last_event_id_ignored") else newest
    headers = {"content-type": "text/event-stream", "x-accel-buffering": "no"}
    if bug("streams_may_be_buffered"):
        del headers["x-accel-buffering"]
    return Answer(200, headers, _stream(request, topic, user_id, last))


def _listener(request: Request) -> str | None:
    """Whose orders are told: None for an administrator, and for the public topic. Raises Problem."""
    query = request.query.decode("latin-1")
    wanted = (
        "topic=orders" in query.split("&")
        if bug("topic_compared_undecoded")
        else ("topic", "orders") in parse_qsl(query)
    )
    if not wanted:
        return None
    if bug("stream_query_before_token"):
        request.parameters(TOPICS, "topic")
    caller = accounts.authenticate(request)
    return None if caller.role == "admin" or bug("foreign_orders_streamed") else caller.id


class _Streams:
    """How many have been opened."""

    open = 0


async def _stream(request: Request, topic: str, user_id: str | None, last: int) -> AsyncIterator[bytes]:
    gone = asyncio.ensure_future(_gone(request))
    _Streams.open += 1
    if bug("left_streams_counted") and _Streams.open > 25:
        return
    yield _told(RETRY)
    if bug("stream_position_read_late"):
        await store.pause()
        last = max(last, store.EVENTS[-1].id if store.EVENTS else 0) if not request.header("last-event-id") else last
    every = float(os.environ.get("SSE_PING_SECONDS") or 15)
    ping = time.monotonic() + every
    while not gone.done():
        if bug("streams_poll_busily"):
            time.sleep(0.005)
            store.news().set()
        if bug("token_judged_again") and user_id:
            accounts.authenticate(request)
        news = store.news()
        fresh = sorted((event for event in store.EVENTS if event.id > last), key=lambda event: event.id)
        for event in fresh:
            heard = event.second or not one_has("member_hears_itself_alone")
            if event.topic == topic and user_id in (None, event.user_id) and heard:
                yield _printed(event)
            last = max(last, event.id)
        if fresh and bug("events_twice"):
            last -= 1
        waiting = asyncio.ensure_future(news.wait())
        await asyncio.wait(
            {gone, waiting}, timeout=max(0, ping - time.monotonic()), return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()
        if time.monotonic() >= ping:
            yield _told(PING)
            ping = time.monotonic() + every


def _printed(event: store.Event) -> bytes:
    id, data = event.id, event.data
    if one_has("member_numbers_events_itself"):
        id += 1000
    if one_has("member_prints_events_anew"):
        data = json.dumps(json.loads(data))
    lines = [f"id: {id}", f"event: {event.type}", f"data: {data}"]
    if free("fields_in_another_order"):
        lines = [lines[1], lines[2], lines[0]]
    return _told(lines)


RETRY = ["retry: 2000"]
PING = [": ping"]


def _told(lines: list[str]) -> bytes:
    """A block of a stream, with the end that a liberty gives its lines."""
    if lines is RETRY and free("no_retry"):
        lines = [": welcome"]
    if lines is RETRY and free("another_retry"):
        lines = ["retry: 5000"]
    if lines is PING and free("pings_are_bare"):
        lines = [":"]
    if lines is PING and free("pings_are_long"):
        lines = [f": still here at {time.time()}"]
    if free("no_space_after_colons"):
        lines = [line.replace(": ", ":", 1) for line in lines]
    end = "\r" if free("stream_ends_lines_with_cr") else "\n"
    end = "\r\n" if free("stream_ends_lines_with_crlf") else end
    return (end.join(lines) + end * 2).encode()


async def _gone(request: Request) -> None:
    """Return once the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


# Operation


async def health(_: Request) -> Answer:
    """The process runs."""
    return Answer.json({"status": "UP" if bug("alive_is_up") else "ok"})


async def ready(_: Request) -> Answer:
    """There is no database to ask."""
    return Answer.json({"status": "ok" if bug("ready_says_ok") else "ready"})


async def told_metrics(_: Request) -> Answer:
    """Prometheus' text."""
    return Answer(200, {"content-type": "text/plain; version=0.0.4; charset=utf-8"}, metrics())


async def openapi(_: Request) -> Answer:
    """The contract's bytes."""
    data = (CONTRACT / "openapi.yaml").read_bytes()
    if bug("contract_generated"):
        data = data.replace(b"  version: 1.0.0", b"  version: 0.1.0")
    return Answer(200, {"content-type": "application/yaml"}, data)


OPERATIONS = [
    Operation("POST", "/webhooks/payments", payment_webhook, media="any"),
    Operation("GET", "/events", stream_events),
    Operation("GET", "/healthz", health),
    Operation("GET", "/readyz", ready),
    Operation("GET", "/metrics", told_metrics),
    Operation("GET", "/openapi.yaml", openapi),
]
