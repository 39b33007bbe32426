"""What operators and tools call."""

import asyncio
from pathlib import Path
from typing import Literal

from fastapi import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pydantic import BaseModel
from sqlalchemy import text

from shop.platform.database import Database, Pool
from shop.platform.problem import Problem
from shop.platform.routing import router as feature_router

router = feature_router("ops")

CONTRACT = (Path(__file__).parents[4] / "contract" / "openapi.yaml").read_bytes()
READY_SECONDS = 2


class Health(BaseModel):
    """How the process is."""

    status: Literal["ok", "ready"]


# region liveness
@router.get("/healthz")
async def liveness() -> Health:
    """Say that the process runs."""
    return Health(status="ok")


# endregion


# region readiness
@router.get("/readyz")
async def readiness(pool: Pool) -> Health:
    """Say whether the database answers in time."""
    asking = asyncio.create_task(_ask(pool))
    # Not asyncio.timeout: it would wait for the end of the cancelled query, which a silent database does not tell.
    done, _ = await asyncio.wait({asking}, timeout=READY_SECONDS)
    if not done:
        asking.cancel()
        raise Problem("service_unavailable")
    await asking
    return Health(status="ready")


# endregion


async def _ask(pool: Database) -> None:
    async with pool.reading() as session:
        await session.execute(text("SELECT 1"))


# region metrics
@router.get("/metrics")
async def metrics() -> Response:
    """Add up the metrics of all workers."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


# endregion


# region contract
@router.get("/openapi.yaml")
async def contract() -> Response:
    """Serve the contract's own file."""
    return Response(CONTRACT, media_type="application/yaml")


# endregion
