"""`make live-test`: the live pages in a real browser, while another service sells from the same database."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rosetta.harness import database, fleet, lifecycle
from rosetta.harness.database import Cluster, Databases, Server
from rosetta.harness.environment import for_builds, secrets
from rosetta.harness.errors import ending
from rosetta.harness.lifecycle import Instance
from rosetta.harness.paths import REPORTS, ROOT
from rosetta.harness.processes import Local, killed_at_end
from rosetta.harness.service import Service
from rosetta.runner.console import Screen

PAGES, OTHER = "phoenix", "gin"
BROWSER = ROOT / "conformance" / "study" / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def live_test(pictures: Path | None, screen: Screen) -> bool:
    """Try the pages, and put pictures of them into the folder `pictures`; returns whether they are as they should be.

    Raises HarnessError: a step of a service fails.
    """
    if missing := _missing():
        for reason in missing:
            screen.say(f"make live-test: NOT RUN: {reason}")
        return False
    logs = REPORTS / "live"
    logs.mkdir(parents=True, exist_ok=True)
    with ending(), contextlib.ExitStack() as stack:
        pages, other = fleet.built([PAGES, OTHER], logs, screen.step)
        with screen.step("database"):
            cluster = stack.enter_context(database.cluster())
            databases = stack.enter_context(Databases(Server(cluster.url, "embedded")))
            url = fleet.migrated([pages, other], databases, logs)
        with screen.step(f"serve {PAGES} and {OTHER}"):
            seller = stack.enter_context(lifecycle.running(other, url, logs / f"{OTHER}.log"))
            seller.await_ready()
            stage = stack.enter_context(_stage(pages, url, cluster, logs))
        given = {
            "STORE": stage.url,
            "OTHER": seller.url,
            "STAGE": stage.control,
            "PICTURES": str(pictures.resolve()) if pictures else "",
            **secrets(),
        }
        return _npm("ci", "--silent") and _npm("run", "--silent", "live", **given)


def _missing() -> list[str]:
    """What the pages need and is not here."""
    absent = [f"{reason}; {reason.hint}" for reason in fleet.present([PAGES, OTHER])[1]]
    if not shutil.which("npm"):
        absent.append("there is no npm; install Node 20.11 or later")
    if not os.environ.get("CHROMIUM") and not any(map(shutil.which, BROWSERS)):
        absent.append("there is no chromium; install your system's package `chromium`")
    return absent


def _npm(*arguments: str, **given: str) -> bool:
    process = Local(["npm", *arguments], cwd=BROWSER, env={**for_builds(), **given}, start_new_session=True)
    with killed_at_end(process):
        return process.wait() == 0


class _Stage:
    """The service with the pages, and what the tests do to it and to its database, each a POST to `control`."""

    def __init__(self, pages: Service, database_url: str, cluster: Cluster, logs: Path) -> None:
        port = database.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.control = ""
        self._running = contextlib.ExitStack()
        self._serve = functools.partial(
            lifecycle.running, pages, database_url, logs / f"{PAGES}.log", PORT=str(port), SSE_PING_SECONDS=None
        )
        self._instance: Instance
        self.acts: dict[str, Callable[[], object]] = {
            "/database/stop": cluster.stop,
            "/database/start": cluster.start,
            "/pages/stop": self.stop,
            "/pages/start": self.start,
        }

    def start(self) -> None:
        """Serve the pages, and wait until they are there."""
        self._instance = self._running.enter_context(self._serve())
        self._instance.url = self.url
        self._instance.await_ready()

    def stop(self) -> dict[str, float | int | None]:
        """Send SIGTERM; returns the status and how many seconds that took."""
        began = time.monotonic()
        status = self._instance.stop()
        self.close()
        return {"status": status, "seconds": time.monotonic() - began}

    def close(self) -> None:
        """End what runs."""
        self._running.close()


@contextlib.contextmanager
def _stage(pages: Service, url: str, cluster: Cluster, logs: Path) -> Iterator[_Stage]:
    stage = _Stage(pages, url, cluster, logs)

    class Control(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(stage.acts[self.path]()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control) as server, contextlib.closing(stage):
        stage.control = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stage.start()
        try:
            yield stage
        finally:
            server.shutdown()
