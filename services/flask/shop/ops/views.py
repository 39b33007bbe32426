"""What operators and tools call."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, text

from shop.platform.database import db
from shop.platform.problems import ServiceUnavailable

ops = Blueprint("ops", __name__)

CONTRACT = (Path(__file__).parents[4] / "contract" / "openapi.yaml").read_bytes()
READY_SECONDS = 2

# A silent database would keep the request's own thread; it keeps this one, and only one.
_asking = ThreadPoolExecutor(1, thread_name_prefix="readyz")


@ops.get("/healthz")
def liveness() -> dict[str, str]:
    return {"status": "ok"}


@ops.get("/readyz")
def readiness() -> dict[str, str]:
    try:
        _asking.submit(_ask, db.engine).result(READY_SECONDS)
    except TimeoutError:
        raise ServiceUnavailable from None
    return {"status": "ready"}


def _ask(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@ops.get("/metrics")
def metrics() -> Response:
    """Add up the metrics of all workers."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


@ops.get("/openapi.yaml")
def contract() -> Response:
    return Response(CONTRACT, mimetype="application/yaml")
