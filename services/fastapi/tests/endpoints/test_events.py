import asyncio
import json
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.conftest import Headers


def test_what_happened_since(client: TestClient, admin: Headers, make_product: Callable[..., Any]) -> None:
    product = make_product()
    client.post(f"/admin/products/{product['sku']}/stock", json={"delta": 1}, headers=admin)
    # The test's client gives an answer that has ended: the service stops after what has happened.
    hub = client.app_state["hub"]
    assert client.portal
    client.portal.start_task_soon(_stop_soon, hub)
    stream = client.get("/events?topic=stock", headers={"Last-Event-ID": "0"})
    hub._stopped = False
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert (stream.headers["Cache-Control"], stream.headers["X-Accel-Buffering"]) == ("no-store", "no")
    told = [block for block in stream.text.split("\n\n") if "event: stock.changed" in block]
    assert json.loads(told[-1].partition("data: ")[2].splitlines()[0])["sku"] == product["sku"]


async def _stop_soon(hub: Any) -> None:
    await asyncio.sleep(0.5)
    hub.stop()


def test_who_may_follow_orders(client: TestClient) -> None:
    assert client.get("/events?topic=orders&x=1&x=2").status_code == 401
    assert client.get("/events?topic=stock&topic=stock").status_code == 400
    assert client.get("/events").json()["errors"] == [{"parameter": "topic", "code": "required"}]
    assert client.get("/events?topic=stock", headers={"Last-Event-ID": "x"}).status_code == 400
