import asyncio

import pytest

from shop.events.hub import Hub


def test_a_hint_is_for_its_topic_and_counts_once() -> None:
    hub = Hub("postgresql://nowhere")
    stock, orders = hub.hint("stock"), hub.hint("orders")
    hub.on_notification(None, 0, "shop_events", "stock:7")
    hub.on_notification(None, 0, "shop_events", "unknown:8")
    assert stock.is_set()
    assert not orders.is_set()
    assert not hub.hint("stock").is_set()


def test_streams_end_with_the_service() -> None:
    hub = Hub("postgresql://nowhere")
    hint = hub.hint("orders")
    hub.stop()
    assert hint.is_set()
    assert not hub.is_live(0)


def test_a_stream_waits_for_listen() -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(Hub("postgresql://nowhere").listening())
