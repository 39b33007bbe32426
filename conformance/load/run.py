"""`make load`: one measurement, from an empty machine to a page."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import rosetta
from load import arm as arms_
from load import ceiling, drive, machine, null, page
from load.bench import Bench, Budget
from load.profiles import Profile
from load.report import LoadReport, Versions
from load.stages import Measurement
from rosetta.harness import contract, database, lifecycle, service
from rosetta.harness.database import DURABLE, Databases, Server
from rosetta.harness.errors import HarnessError, StepFailed
from rosetta.harness.paths import REPORTS
from rosetta.harness.report import this_machine
from rosetta.runner.console import Screen
from rosetta.runner.run import Clock


def measure(keys: Sequence[str], profile: Profile, seed: int, hosts: Sequence[str], screen: Screen) -> LoadReport:
    """Measure the services `keys`, compare them with the first, write report and page. Raises HarnessError."""
    clock = Clock()
    ceiling.require_wrk()
    places = machine.places()
    name = "-".join(keys)
    logs = REPORTS / "load" / name
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(machine.on(places.generator))
            report = _measure(keys, profile, seed, hosts, screen, clock, places, logs, stack)
    except StepFailed as failure:
        raise HarnessError(str(failure), f"{failure.hint}\n{failure.log}") from failure
    report.write(REPORTS / "load" / f"{name}.json")
    written = page.write(report, REPORTS / "load" / f"{name}.html")
    page.show(report, screen, written)
    return report


def _measure(
    keys: Sequence[str],
    profile: Profile,
    seed: int,
    hosts: Sequence[str],
    screen: Screen,
    clock: Clock,
    places: machine.Places,
    logs: Path,
    stack: contextlib.ExitStack,
) -> LoadReport:
    services = [_built(key, logs, screen) for key in keys]
    remote = any(host not in drive.HERE for host in hosts)
    with screen.step("database, products, services") as progress:
        with machine.on(places.database):
            cluster = stack.enter_context(database.cluster(settings=DURABLE))
        databases = stack.enter_context(Databases(Server(cluster.url, "embedded")))
        arms = []
        for each in services:
            progress(each.key)
            made = arms_.arm(each.key, each, databases, profile, places, logs / each.key, remote)
            arms.append(stack.enter_context(made))
    contract.schema()  # takes seconds, which no window shall hold
    url, nothing = stack.enter_context(null.server(places.service))
    generator = stack.enter_context(drive.generator(logs, hosts, screen))
    budget = Budget(profile.seconds(len(arms)), profile.limit * len(arms) - clock.seconds())
    bench = Bench(places, cluster, generator, arms, profile, budget, seed)
    measurement = Measurement(bench, arms, screen)
    floor = measurement.floor(url, nothing)
    measurement.run()
    screen.say(f"{bench.clean} windows were clean, {bench.dirty.total()} were not")
    with screen.step("books"):
        faults = {each.key: each.ledger.faults(each.database_url) for each in arms}
    postgresql = databases.server.version()
    return LoadReport(
        profile=profile.name,
        seed=seed,
        started=clock.started,
        duration=clock.seconds(),
        machine=this_machine().model_copy(update={"processor": machine.processor()}),
        places=places.described(),
        workers=list(hosts),
        versions=Versions(
            suite=rosetta.__version__,
            contract=contract.digest(),
            python=platform.python_version(),
            locust=version("locust"),
            wrk=ceiling.wrk_version(),
            postgresql=postgresql,
            settings=DURABLE,
        ),
        products=profile.products,
        memory="proportional",
        windows_clean=bench.clean,
        windows_dirty=dict(bench.dirty),
        floor=floor,
        floor_late_ms=measurement.floor_late,
        pgbench=measurement.pgbench,
        pgbench_busy=measurement.pgbench_busy,
        services=[measurement.loaded(each, faults[each.key]) for each in arms],
        comparisons=measurement.comparisons,
    )


def _built(key: str, logs: Path, screen: Screen) -> service.Service:
    subject = service.load(service.find(key)).for_speed()
    service.toolchain_version(subject)
    with screen.step(f"build {key}") as progress:
        lifecycle.build(subject, logs / key / "build.log", progress)
    return subject
