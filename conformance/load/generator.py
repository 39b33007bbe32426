"""The generator's process: takes windows as lines of JSON, gives their results the same way.

Alone it is one of Locust's local runners; with `--workers` it is Locust's master and waits for that many workers,
which are nothing but `locust --worker -f conformance/load/journeys.py`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import click
import gevent
from gevent.queue import Queue
from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner

from load.engine import DRAIN_SECONDS
from load.journeys import Shop
from load.window import Measured, Spec, add


@click.command()
@click.option("--workers", type=click.IntRange(0), default=0)
@click.option("--host", default="127.0.0.1", help="Where the master listens.")
@click.option("--port", type=int, default=5557)
@click.option("--patience", type=float, default=300, help="Seconds to wait for the workers.")
def main(workers: int, host: str, port: int, patience: float) -> None:
    """Serve windows until the input ends."""
    environment = Environment(user_classes=[Shop], events=events)
    runner = environment.create_master_runner(host, port) if workers else environment.create_local_runner()
    events.init.fire(environment=environment, runner=runner, web_ui=None)
    results: Queue[Measured] = Queue()
    runner.register_message("measured", lambda msg, **_: results.put(Measured(**msg.data)))
    if isinstance(runner, MasterRunner):
        _await(runner, workers, patience)
    runner.start(workers or 1, spawn_rate=100)
    tell({"ready": True})
    while line := gevent.get_hub().threadpool.apply(sys.stdin.readline):
        spec = Spec(**json.loads(line) | {"workers": workers or 1})
        runner.send_message("window", spec.dump())
        limit = spec.settle + spec.seconds + 3 * DRAIN_SECONDS
        tell(add(_collected(results, spec.workers, limit, runner)).dump())
    runner.quit()


def _await(runner: MasterRunner, workers: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while runner.worker_count < workers:
        if time.monotonic() > deadline:
            sys.exit(f"{runner.worker_count} of {workers} workers came within {seconds:.0f} s")
        gevent.sleep(0.1)


def _collected(
    results: Queue[Measured], count: int, seconds: float, runner: LocalRunner | MasterRunner
) -> list[Measured]:
    found: list[Measured] = []
    try:
        with gevent.Timeout(seconds):
            while len(found) < count:
                found.append(results.get())
    except gevent.Timeout:
        told = "\n".join(f"{each['msg']}\n{each['traceback']}" for each in runner.exceptions.values())
        sys.exit(f"{len(found)} of {count} workers answered within {seconds} s\n{told}")
    return found


def tell(message: dict[str, Any]) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
