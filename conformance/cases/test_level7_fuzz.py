"""Level 7: generated requests."""

from __future__ import annotations

from collections.abc import Callable

from rosetta.harness.contract import documented
from rosetta.harness.database import connect
from rosetta.kit.case import case
from rosetta.kit.people import People
from rosetta.kit.private import Private

LEVEL = 7
SEED = 1
EXAMPLES = 3


@case(
    "FUZZ-001",
    rule="HTTP-12",
    hint="Each finding is printed as curl. `make fuzz SERVICE=… EXAMPLES=50` sends more requests, and can be repeated.",
)
def test_generated_requests(private: Callable[..., Private]) -> None:
    """Generated requests

    Schemathesis makes requests from openapi.yaml for every operation, right ones and wrong ones, alone and one after
    the other along the contract's links, as two customers and as the administrator. Each answer must be one that the
    contract has for the request. The seed is fixed, so that every service gets the same.
    """
    from rosetta.fuzz.run import run  # noqa: PLC0415 - its libraries take a second to import

    shop = private()
    shop.start().await_ready()
    told = shop.shop.exchanges
    with connect(shop.database_url) as database:
        done = run(str(shop.shop.base_url), People(shop.shop, database), EXAMPLES, SEED, told=told.append)
    assert not done.errors, "\n".join(done.errors)
    if done.findings:
        told.extend(done.findings[0].exchanges)
        raise AssertionError("\n\n".join(finding.text() for finding in done.findings))
    never = {each.partition(" ")[0] for each in documented()} - set(done.accepted())
    assert len(never) < 5, f"no request was a success for {', '.join(sorted(never))}"
