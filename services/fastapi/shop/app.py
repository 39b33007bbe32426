"""The application: what a worker holds while it lives, and its routes."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from shop.accounts import endpoints as accounts
from shop.admin import endpoints as admin
from shop.bulk import endpoints as bulk
from shop.carts import endpoints as carts
from shop.catalog import endpoints as catalog
from shop.checkout import endpoints as checkout
from shop.events import endpoints as events
from shop.events.hub import Hub
from shop.ops import endpoints as ops
from shop.orders import endpoints as orders
from shop.platform.auth import Tokens
from shop.platform.config import ServeSettings, load
from shop.platform.cursor import Sealer
from shop.platform.database import Database
from shop.platform.framing import Framing
from shop.platform.observe import Observe
from shop.platform.problem import HANDLERS
from shop.platform.server import on_stop
from shop.webhooks import endpoints as webhooks

# The catalog first: routes are tried in this order. Of bulk and admin, whose paths overlap, bulk must win.
FEATURES = (catalog, carts, checkout, orders, accounts, bulk, admin, webhooks, events, ops)


class State(TypedDict):
    """What dependencies find at request.state."""

    settings: ServeSettings
    database: Database
    tokens: Tokens
    sealer: Sealer
    hub: Hub


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
    """Hold what all requests of this process share. Nothing is connected here, so the database may be away."""
    settings = load(ServeSettings)
    database = Database(settings.database_url, settings.db_pool_size)
    hub = Hub(settings.database_url)
    on_stop(hub.stop)
    listening = asyncio.create_task(hub.run())
    # All that was imported stays; without this each full collection walks it, and all requests wait for 50 ms.
    gc.freeze()
    yield {
        "settings": settings,
        "database": database,
        "tokens": Tokens(settings.jwt_secret),
        "sealer": Sealer(settings.cursor_secret),
        "hub": hub,
    }
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await database.close()


def create_app() -> FastAPI:
    app = FastAPI(
        openapi_url=None,  # the contract is served instead
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.add_middleware(Observe)
    app.add_middleware(Framing)
    for feature in FEATURES:
        app.include_router(feature.router)
    return app
