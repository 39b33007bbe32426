"""Requests that are released together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
WAIT_SECONDS = 30


def together(actions: Sequence[Callable[[], T]]) -> list[T]:
    """Run all `actions` in threads that start at the same moment; returns their results in order.

    Raises the first exception of one of them.
    """
    gate = threading.Barrier(len(actions))

    def released(action: Callable[[], T]) -> T:
        gate.wait(WAIT_SECONDS)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(released, action) for action in actions]]


def later(seconds: float, action: Callable[[], T]) -> T:
    """Run `action`, that many seconds later if the number is positive."""
    time.sleep(max(seconds, 0))
    return action()
