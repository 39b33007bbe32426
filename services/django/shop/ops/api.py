"""What operators and tools call."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from typing import Literal

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Router
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from shop.db.pool import give_back
from shop.http.problems import ServiceUnavailable
from shop.http.schemas import Resource

router = Router()
READ = ["GET", "HEAD"]

CONTRACT = (settings.CONTRACT_DIR / "openapi.yaml").read_bytes()
READY_SECONDS = 2

# Threads for questions that a silent database does not answer; there they wait, and no request does.
_askers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="ready")


class Health(Resource):
    status: Literal["ok", "ready"]


@router.api_operation(READ, "/healthz", response=Health)
def liveness(request: HttpRequest) -> Health:
    return Health(status="ok")


@router.api_operation(READ, "/readyz", response=Health)
def readiness(request: HttpRequest) -> Health:
    try:
        _askers.submit(ask_database).result(READY_SECONDS)
    except StillWaiting:
        raise ServiceUnavailable from None
    return Health(status="ready")


def ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        give_back()


@router.api_operation(READ, "/metrics")
def metrics(request: HttpRequest) -> HttpResponse:
    """Add up the metrics of all workers."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), "text/plain; version=0.0.4")


@router.api_operation(READ, "/openapi.yaml")
def contract(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONTRACT, "application/yaml")
