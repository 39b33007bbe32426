"""Start the shop: `python -m proof --port 8080 [--bug NAME …]`, with the environment of rule OPS-1."""

from __future__ import annotations

import argparse
import os

import uvicorn

from proof import accounts, backoffice, bugs, live, shop, store, web


def main() -> None:
    """Read the command line, fill the tables and serve."""
    parser = argparse.ArgumentParser(prog="python -m proof", description="A small shop in memory, with bugs.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8080))
    names = sorted(bug.name for bug in bugs.BUGS)
    parser.add_argument("--bug", action="append", default=[], choices=names, metavar="NAME", help="switch a bug on")
    given = parser.parse_args()
    bugs.switch_on(given.bug)
    store.load_seed()
    accounts.make_administrator()
    operations = accounts.OPERATIONS + shop.OPERATIONS + backoffice.OPERATIONS + live.OPERATIONS
    web.serve(operations, accounts.authenticate)
    uvicorn.run(
        web.application,
        host=os.environ.get("HOST") or "127.0.0.1",
        port=given.port,
        http="h11",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_graceful_shutdown=1,
    )


main()
