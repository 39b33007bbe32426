"""`make fuzz`: as many generated requests as one likes, to a service on a database of its own or to a URL."""

from __future__ import annotations

import time

import psycopg

from rosetta.fuzz.run import Run, run
from rosetta.harness import database, service
from rosetta.harness.contract import documented
from rosetta.harness.database import Databases
from rosetta.harness.errors import HarnessError
from rosetta.harness.subject import Subject, prepared
from rosetta.kit.client import Client
from rosetta.kit.people import People
from rosetta.runner.console import Screen
from rosetta.runner.run import require_answer


def fuzz_service(key: str, examples: int, seed: int, choice: str, screen: Screen) -> Run:
    """Make the service `key` ready on an empty database and fuzz it. Raises HarnessError."""
    with database.server(choice) as server, Databases(server) as databases:
        subject = Subject(key, databases=databases)
        with prepared(subject, service.find(key), screen.step):
            for step, failure in subject.failures.items():
                raise HarnessError(f"{key} is not ready: {step}: {failure}", f"{failure.hint}\n{failure.log}")
            assert subject.url is not None
            assert subject.database_url is not None
            with database.connect(subject.database_url) as connection:
                return _fuzz(subject.url, connection, f"SERVICE={key}", examples, seed, screen)


def fuzz_url(url: str, examples: int, seed: int, screen: Screen) -> Run:
    """Fuzz what runs at `url`. It changes and archives products that it finds there. Raises HarnessError."""
    require_answer(url)
    return _fuzz(url, None, f"URL={url}", examples, seed, screen)


def _fuzz(
    url: str,
    connection: psycopg.Connection[tuple[object, ...]] | None,
    target: str,
    examples: int,
    seed: int,
    screen: Screen,
) -> Run:
    began = time.monotonic()
    with screen.step("fuzz") as progress:
        try:
            done = run(url, People(Client(url), connection), examples, seed, progress=progress)
        except AssertionError as error:  # somebody cannot register, log in, fill a cart or check out
            raise HarnessError(f"the fuzzing cannot begin: {error}", f"make test {target} LEVEL=4") from error
    for number, finding in enumerate(done.findings, 1):
        screen.say(f"\n{number}. {finding.text()}")
    for trouble in sorted(set(done.errors)):
        screen.say(f"\nNot judged: {trouble}")
    operations = {each.partition(" ")[0] for each in documented()}
    missed = sorted(operations - set(done.accepted()))
    screen.say(
        f"\n{done.calls:,} requests in {time.monotonic() - began:.0f} s, {len(done.accepted())} of {len(operations)} "
        f"operations succeeded{f' (not {chr(44).join(missed)})' if missed else ''}: {len(done.findings)} findings"
    )
    screen.say(f"Again: make fuzz {target} EXAMPLES={examples} SEED={seed}")
    return done
