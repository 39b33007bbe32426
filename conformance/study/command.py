"""`make study`: build the site, check it, and show it."""

from __future__ import annotations

import functools
import http.server
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from load import builds
from rosetta.harness import service
from rosetta.harness.errors import HarnessError, StepFailed
from rosetta.harness.paths import REPORTS, ROOT, SERVICES
from rosetta.runner.console import Screen
from study import cases, links, operations, shops, words, wrongs
from study import reports as ended
from study.shops import Shop
from study.site import Facts, Site

FIGURES = ROOT / "conformance" / "load" / "figures"
SHOWN = 20  # wrong links that are told by name


def build(out: Path, screen: Screen, services: Path = SERVICES, reports: Path = REPORTS) -> None:
    """Write the site of the folders `services` and `reports` into the folder `out`, and check it.

    Raises HarnessError: `out` holds something else, a report cannot be read, a link leads nowhere, a page is too large.
    """
    if out.exists() and any(out.iterdir()) and not (out / "study.css").exists():
        raise HarnessError(f"{out} holds something else, which would be lost", "Let OUT name a new or empty folder.")
    read, absent = _shops(services, screen)
    keys = [shop.key for shop in read]
    with screen.step("contract, cases, proof, reports"):
        facts = Facts(
            shops=read,
            absent=absent,
            operations=operations.operations(),
            rules=words.rules(),
            cases=cases.cases(),
            wrongs=[*wrongs.bugs(), *(each for shop in read for each in wrongs.guards(shop.key, shop.sources))],
            runs=ended.runs(reports, keys),
            measurement=ended.measurement([FIGURES, reports / "load"], keys),
            builds={key: each for key, each in builds.read().items() if key in keys},
        )
    with screen.step("pages"):
        Site(facts, out).write()
    with screen.step("links"):
        wrong = links.wrong(out)
    if wrong:
        more = f"\n… and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise HarnessError(
            f"the site has {len(wrong)} faults:\n" + "\n".join(wrong[:SHOWN]) + more,
            "Links come from the templates in conformance/study/templates, and from the texts that they show.",
        )
    pages = sorted(out.rglob("*.html"))
    largest = max(pages, key=lambda page: page.stat().st_size)
    screen.say(
        f"{len(pages)} pages in {out}; every link resolves. "
        f"The largest is {largest.relative_to(out)}, {largest.stat().st_size:,} bytes."
    )


def _shops(services: Path, screen: Screen) -> tuple[list[Shop], dict[str, str]]:
    """Every service, and why some cannot be shown."""
    keys = service.names(services)
    with ProcessPoolExecutor() as pool:
        # Its processes are forked here, before a step is shown by a thread.
        coming = pool.map(_shop, [service.find(key, services) for key in keys])
        with screen.step("services"):
            found = dict(zip(keys, coming, strict=True))
    read = [each for each in found.values() if isinstance(each, Shop)]
    absent = {key: each for key, each in found.items() if isinstance(each, str)}
    for key, reason in absent.items():
        screen.say(f"{key} is left out: {reason}")
    if not read:
        raise HarnessError("there is no service to show", "Each has a service.toml in its folder under services/.")
    return read, absent


def _shop(folder: Path) -> Shop | str:
    """A service, or why it cannot be shown."""
    try:
        return shops.read(service.load(folder))
    except StepFailed as failure:
        return str(failure)


def study(out: Path | None, port: int, screen: Screen) -> None:
    """Write the site into `out`; without it into the reports, and show it on localhost until Ctrl-C.

    Raises HarnessError as `build` does, and if the port is taken.
    """
    if out is not None:
        build(out.resolve(), screen)
        return
    site = REPORTS / "study"
    try:  # before all else, so that a port that is taken is told at once
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Quiet, directory=site))
    except OSError as error:
        raise HarnessError(
            f"port {port} cannot be had: {error.strerror}", "Another one: make study PORT=8090"
        ) from error
    with server:
        build(site, screen)
        screen.say(f"\nhttp://127.0.0.1:{port} (Ctrl-C ends it), or open {site / 'index.html'}")
        server.serve_forever()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
