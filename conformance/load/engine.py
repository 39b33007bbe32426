"""Open arrivals for Locust: journeys begin when they are due, and time is taken from the moment that was intended.

Locust's own pacing waits for the answer before it sends the next request, so a server that stops for a second is asked
less often, and the second shows in one request of each user instead of in all that would have come. Here one greenlet
keeps the schedule and each journey runs in a greenlet of its own. A window is asked for by a message `window` and
answered by a message `measured`, which Locust carries between the master and its workers.

Importing Locust patches the whole process for gevent: only the generator and workers import this.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable
from typing import Any, ClassVar

import gevent
from gevent.pool import Group
from gevent.queue import Queue
from locust import FastHttpUser, constant, events, task
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.runners import MasterRunner

from load import histogram, pacing
from load.window import Measured, Spec

LEAD_SECONDS = 0.05
WATCH_SECONDS = 0.5  # for the streams to open
DRAIN_SECONDS = 10
CROWD = 2000  # journeys at once; who comes when so many are waiting is turned away and counted as an error
SAMPLES = 15  # answers of a window that are kept for the contract's checks

_windows: Queue[Spec] = Queue()


@events.init.add_listener
def _listen(environment: Environment, **_: Any) -> None:
    if not isinstance(environment.runner, MasterRunner):
        assert environment.runner is not None
        environment.runner.register_message("window", lambda msg, **_: _windows.put(Spec(**msg.data)))


class Visit:
    """One journey: who goes it, and when its next request is due."""

    def __init__(self, window: Window, due: float, session: FastHttpSession, recorded: bool, number: int) -> None:
        self.spec = window.spec
        self.number = number
        self.chance = random.Random(f"{window.spec.seed} {number}")
        self.window, self._due, self._session, self._recorded = window, due, session, recorded

    def customer(self) -> int:
        """The number of a customer whom no other journey has."""
        return self.window.customer()

    def sku(self, first: int = 0, count: int | None = None) -> str:
        """Any of `count` products from the number `first` on."""
        return str(100_001 + first + self.chance.randrange(count or self.spec.products - first))

    def ask(
        self,
        operation: str,
        method: str,
        target: str,
        *,
        status: int = 200,
        token: str | None = None,
        body: Any = None,
        content: str | None = None,
        headers: dict[str, str] | None = None,
        think: float = 0.0,
    ) -> Answer:
        """Send a request when it is due, and note how long after that its answer came.

        The next request of the journey is due `think` seconds after this answer.
        """
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        if body is not None:
            content = json.dumps(body)
            given.setdefault("Content-Type", "application/json")
        with self._session.request(
            method, target, name=operation, data=content, headers=given, catch_response=True, allow_redirects=False
        ) as response:
            now = time.perf_counter()
            response.request_meta["response_time"] = (now - self._due) * 1000
            answer = Answer(response.status_code, response.headers, response.content or b"")
            if answer.status == status:
                response.success()
            else:
                response.failure(str(answer.status or response.request_meta["exception"]))
        self.window.note(operation, answer, status, now - self._due if self._recorded else None, (method, target))
        self._due = now + think
        if think:
            gevent.sleep(think)
        if answer.status != status:
            raise Astray(answer.status)
        return answer


class Answer:
    """Status, headers and body."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Astray(Exception):
    """An answer was not the expected one, so the journey cannot go on; it is counted already."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.answered = status not in (0, 500, 502, 503, 504)  # after those it may have been done all the same


Journey = Callable[[Visit], object]


class OpenUser(FastHttpUser):
    """Serves one window after the other. A subclass brings the journeys, functions by name.

    Those of `alone` are single requests, which share connections; each other journey is a person with an own one.
    """

    abstract = True
    host = "http://127.0.0.1"  # Locust wants one; each window names its own
    wait_time = constant(0)
    network_timeout = DRAIN_SECONDS
    connection_timeout = 5
    journeys: ClassVar[dict[str, Journey]] = {}
    alone: ClassVar[frozenset[str]] = frozenset()

    def watch(self, window: Window, session: FastHttpSession, ids: list[int]) -> None:
        """Read an event stream until killed; put the id of each event into `ids`."""
        raise NotImplementedError

    @task
    def serve(self) -> None:
        """Wait for a window, go through it, and tell."""
        measured = Window(self, _windows.get()).run()
        assert self.environment.runner is not None
        self.environment.runner.send_message("measured", measured.dump())

    def session(self, host: str, concurrency: int) -> FastHttpSession:
        """A client with connections of its own."""
        return FastHttpSession(
            base_url=host,
            request_event=self.environment.events.request,
            user=self,
            concurrency=concurrency,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
        )


class Window:
    """One window on one worker: its share of the load, and what it sees."""

    def __init__(self, user: OpenUser, spec: Spec) -> None:
        self.spec, self.measured = spec, Measured()
        self._user = user
        self._index = max(getattr(user.environment.runner, "worker_index", 0), 0) % spec.workers
        self._times: dict[str, Any] = {}
        self._lateness = histogram.empty()
        self._seen: dict[str, int] = {}
        self.changes: dict[tuple[str, int], float] = {}  # when a version of a product was asked for, by this worker
        self.heard: dict[tuple[str, int], float] = {}  # when the first watcher heard of it
        self._shared = user.session(spec.host, CROWD)

    def run(self) -> Measured:
        """Let all journeys begin when they are due; returns when each has ended."""
        spec = self.spec
        rates = {name: rate / spec.workers for name, rate in spec.rates.items()}
        due = pacing.schedule(rates, spec.settle + spec.seconds, f"{spec.seed} {self._index}", even=spec.even)
        streams = Group()
        for _ in range(self._index, spec.watchers, spec.workers):
            streams.spawn(self._stream)
        crowd = Group()
        began = time.perf_counter() + (WATCH_SECONDS if spec.watchers else LEAD_SECONDS)
        for number, (offset, name) in enumerate(due):
            at = began + offset
            if (early := at - time.perf_counter()) > 0:
                gevent.sleep(early)
            if len(crowd) >= CROWD:
                self.wrong(f"{name} turned away: {CROWD} are waiting")
                continue
            histogram.record(self._lateness, time.perf_counter() - at)
            crowd.spawn(self._visit, name, at, offset >= spec.settle, number)
        crowd.join(timeout=DRAIN_SECONDS + 2)
        crowd.kill()
        gevent.sleep(LEAD_SECONDS)  # the last events may still be on their way
        streams.kill()
        self._shared.client.clientpool.close()
        self.measured.times = {name: histogram.dump(each) for name, each in self._times.items()}
        self.measured.lateness = histogram.dump(self._lateness)
        return self.measured

    def customer(self) -> int:
        """The number of a customer whom no other journey of this window has."""
        taken = self.measured.customers
        self.measured.customers += self.spec.workers
        return self.spec.first + taken + self._index

    def note(self, operation: str, answer: Answer, status: int, seconds: float | None, asked: tuple[str, str]) -> None:
        """Note an answer; `seconds` is None while the window settles."""
        if answer.status != status:
            self.wrong(f"{operation} {answer.status or 'no answer'}")
        if answer.status:
            self.measured.sent[operation] = self.measured.sent.get(operation, 0) + 1
        if seconds is not None and answer.status == status:
            self.record(operation, seconds)
        self._seen[operation] = self._seen.get(operation, 0) + 1
        # The first of each operation, and then ever fewer.
        if answer.status and len(self.measured.samples) < SAMPLES and self._seen[operation].bit_count() == 1:
            headers = [[name, value] for name, value in answer.headers.items()]
            self.measured.samples.append([*asked, answer.status, headers, answer.body.decode("latin-1")])

    def record(self, name: str, seconds: float) -> None:
        """Add a time to the histogram of this name."""
        if name not in self._times:
            self._times[name] = histogram.empty()
        histogram.record(self._times[name], seconds)

    def wrong(self, error: str) -> None:
        """Count an error."""
        self.measured.errors[error] = self.measured.errors.get(error, 0) + 1

    def _visit(self, name: str, due: float, recorded: bool, number: int) -> None:
        alone = name in self._user.alone
        session = self._shared if alone else self._user.session(self.spec.host, 1)
        visit = Visit(self, due, session, recorded, number)
        with contextlib.suppress(Astray):
            self._user.journeys[name](visit)
            if not alone and recorded:
                self.record(name, time.perf_counter() - due)
        if not alone:
            session.client.clientpool.close()

    def _stream(self) -> None:
        ids: list[int] = []
        try:
            self._user.watch(self, self._user.session(self.spec.host, 1), ids)
        finally:
            self.measured.watched.append(ids)
