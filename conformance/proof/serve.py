"""The shop's process."""

from __future__ import annotations

import os
from collections.abc import Iterable

import uvicorn

from proof import accounts, backoffice, bugs, liberties, live, shop, store, web


def serve(port: int, names: Iterable[str]) -> None:
    """Fill the tables and serve, with these bugs and liberties switched on, until the process is ended."""
    bugs.switch_on(names)
    liberties.switch_on(names)
    store.load_seed()
    accounts.make_administrator()
    operations = accounts.OPERATIONS + shop.OPERATIONS + backoffice.OPERATIONS + live.OPERATIONS
    web.serve(operations, accounts.authenticate)
    uvicorn.run(
        web.application,
        host=os.environ.get("HOST") or "127.0.0.1",
        port=port,
        http="h11",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=1,
    )
