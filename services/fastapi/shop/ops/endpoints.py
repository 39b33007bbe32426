"""What operators and tools call."""

import asyncio
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pydantic import BaseModel

from shop.platform.database import Pool
from shop.platform.problem import Code, Problem
from shop.platform.requests import Route

router = APIRouter(tags=["ops"], route_class=Route)

CONTRACT = (Path(__file__).parents[4] / "contract" / "openapi.yaml").read_bytes()
READY_SECONDS = 2


class Health(BaseModel):
    status: Literal["ok", "ready"]


@router.get("/healthz")
async def liveness() -> Health:
    return Health(status="ok")


@router.get("/readyz")
async def readiness(pool: Pool) -> Health:
    asking = asyncio.create_task(pool.ping())
    # Not asyncio.timeout: it would wait for the end of the cancelled query, which a silent database does not tell.
    done, _ = await asyncio.wait({asking}, timeout=READY_SECONDS)
    if not done:
        asking.cancel()
        raise Problem(Code.SERVICE_UNAVAILABLE)
    await asking
    return Health(status="ready")


@router.get("/metrics")
async def metrics() -> Response:
    """Add up the metrics of all workers."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


@router.get("/openapi.yaml")
async def contract() -> Response:
    return Response(CONTRACT, media_type="application/yaml")
