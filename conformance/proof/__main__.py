"""Start the shop: `python -m proof --port 8080 [--bug NAME …] [--liberty NAME …]`.

The environment is that of rule OPS-1.
"""

from __future__ import annotations

import argparse
import os

from proof import bugs, liberties, serve


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m proof", description="A small shop in memory, with bugs.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8080))
    names = sorted(bug.name for bug in bugs.BUGS)
    parser.add_argument("--bug", action="append", default=[], choices=names, metavar="NAME", help="switch a bug on")
    names = sorted(liberty.name for liberty in liberties.LIBERTIES)
    told = "switch another legal way on"
    parser.add_argument("--liberty", action="append", default=[], choices=names, metavar="NAME", help=told)
    given = parser.parse_args()
    serve.serve(given.port, [*given.bug, *given.liberty])


main()
