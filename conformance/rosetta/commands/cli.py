"""The commands behind the Makefile. Options come from variables of the same name: `make test SERVICE=gin LEVEL=1`."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import signal
import sys
import types
from pathlib import Path

import click

from rosetta.commands import check, doctor, pages, serve
from rosetta.harness import fleet, service
from rosetta.harness.database import server as open_server
from rosetta.harness.errors import HarnessError, ToolchainMissing
from rosetta.harness.paths import REPORTS, ROOT
from rosetta.harness.processes import interrupt_workers
from rosetta.harness.report import SCHEMA, Report, json_schema
from rosetta.kit.case import LEVELS
from rosetta.runner import run
from rosetta.runner.console import Screen
from rosetta.runner.outcome import Selection

WRONG_USE = 2
INTERRUPTED = 130


@click.group()
def commands() -> None:
    """The conformance suite of Rosetta Shop."""


@commands.command()
@click.option("--service", "key", envvar="SERVICE", help="A folder under services/, or `all`.")
@click.option("--url", envvar="URL", help="Test what runs there instead.")
@click.option("--fleet", "as_fleet", envvar="FLEET", is_flag=True, help="Test several services as one shop.")
@click.option("--members", envvar="SERVICES", multiple=True, help="The members of the fleet; all by default.")
@click.option("--level", envvar="LEVEL", type=click.IntRange(0, max(LEVELS)), help="The highest; all by default.")
@click.option("--case", "only", envvar="CASE", multiple=True, help="Only the cases with these ids.")
@click.option("--database", envvar="DATABASE", default="auto")
@click.option("--runtime", envvar="RUNTIME", type=click.Choice(["auto", "local", "docker"]), default="auto")
@click.option("--slowest", envvar="SLOWEST", type=click.IntRange(0), default=0, help="Show so many slow cases.")
@click.option("--verbose", "-v", envvar="VERBOSE", is_flag=True, help="Show Python tracebacks.")
def test(
    key: str | None,
    url: str | None,
    as_fleet: bool,
    members: tuple[str, ...],
    level: int | None,
    only: tuple[str, ...],
    database: str,
    runtime: str,
    slowest: int,
    verbose: bool,
) -> None:
    """Run the cases against a service, all services, or a URL."""
    screen = Screen(verbose, bool(only))
    highest = max(LEVELS) if as_fleet else run.ALONE
    if level is not None and level > highest:
        raise HarnessError(f"level {level} needs a fleet", 'make test FLEET=1 [SERVICES="one two"]')
    selection = Selection(highest if level is None else level, run.checked_ids(list(only)))
    if len([each for each in (url, key, as_fleet) if each]) > 1:
        raise HarnessError("two of URL, SERVICE and FLEET are given", "Leave one out, or `unset URL`.")
    if as_fleet:
        raise SystemExit(not _test_fleet(list(members), selection, screen, database))
    if url:
        report = run.against_url(url, None if database == "auto" else database, selection, screen)
        screen.slowest(report, slowest)
        raise SystemExit(not report.ok())
    if not key:
        raise HarnessError(
            "which service?", f"make test SERVICE={'|'.join([*service.names(), 'all'])}, or make test URL=http://…"
        )
    keys = _quickest_first(service.names()) if key == "all" else [service.find(key).name]
    reports: list[Report] = []
    absent: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        with screen.step("database"):
            wanted = "testcontainers" if runtime == "docker" and database == "auto" else database
            server = stack.enter_context(open_server(wanted))
        for each in keys:
            try:
                shown = Screen(verbose, bool(only))
                reports.append(run.against_service(each, selection, server, shown, runtime))
                shown.slowest(reports[-1], slowest)
            except ToolchainMissing as error:
                absent[each] = str(error)
                screen.say(f"{each}: NOT RUN: {error}\n{error.hint}")
    if key == "all":
        screen.table(reports, absent)
    raise SystemExit(not reports or not all(report.ok() for report in reports))


def _test_fleet(keys: list[str], selection: Selection, screen: Screen, database: str) -> bool:
    """Test the services `keys`, or all that can run here, as one shop; returns whether it is one."""
    present, absent = fleet.present([service.find(key).name for key in keys] or service.names())
    for reason in absent:
        screen.say(f"NOT RUN: {reason}\n{reason.hint}")
    with contextlib.ExitStack() as stack:
        with screen.step("database"):
            server = stack.enter_context(open_server(database))
        return run.against_fleet(present, selection, server, screen).ok()


def _quickest_first(keys: list[str]) -> list[str]:
    """Services in the order of how long their last run took: new ones, and then the quick, tell soonest."""
    files = [REPORTS / f"{key}.json" for key in keys]
    last = {report.service: report.duration for report in check.read([file for file in files if file.exists()])}
    return sorted(keys, key=lambda key: last.get(key, 0))


@commands.command()
@click.option("--service", "key", envvar="SERVICE", required=True, help="The service whose last run is judged.")
def coverage(key: str) -> None:
    """Tell which documented statuses no case of the last run has reached, and which cases reached too far."""
    file = REPORTS / f"{service.find(key).name}.json"
    if not file.exists():
        raise HarnessError(f"{key} has no report", f"First: make test SERVICE={key}")
    reports = check.read([file])
    told = check.coverage(reports) + check.too_early(reports)
    Screen().say(
        "\n".join(told)
        if told
        else "Every documented status of every operation was reached.\n"
        "No case reached an operation of a level above its own."
    )
    raise SystemExit(bool(told))


@commands.command()
@click.option("--bug", "names", envvar="BUG", multiple=True, help="Only these bugs.")
@click.option("--service", "key", envvar="SERVICE", help="Only the guards of this service.")
def prove(names: tuple[str, ...], key: str | None) -> None:
    """Run the suite against shops with bugs: each must be caught."""
    from proof.prove import prove as run_proof  # noqa: PLC0415 - its shop needs modules that nothing else does
    from proof.prove import prove_only  # noqa: PLC0415

    held = prove_only(key, list(names), Screen()) if key else run_proof(list(names), Screen())
    raise SystemExit(not held)


@commands.command()
@click.option("--service", "key", envvar="SERVICE", help="A folder under services/.")
@click.option("--url", envvar="URL", help="Fuzz what runs there instead.")
@click.option("--examples", envvar="EXAMPLES", type=click.IntRange(1), default=50)
@click.option("--seed", envvar="SEED", type=click.IntRange(0), default=1)
@click.option("--database", envvar="DATABASE", default="auto")
def fuzz(key: str | None, url: str | None, examples: int, seed: int, database: str) -> None:
    """Send generated requests and tell what is wrong with the answers."""
    from rosetta.fuzz import command as fuzzing  # noqa: PLC0415 - its libraries take a second to import

    if bool(url) == bool(key):
        raise HarnessError("what to fuzz?", f"make fuzz SERVICE={'|'.join(service.names())}, or make fuzz URL=http://…")
    if url:
        done = fuzzing.fuzz_url(url.rstrip("/"), examples, seed, Screen())
    else:
        done = fuzzing.fuzz_service(service.find(str(key)).name, examples, seed, database, Screen())
    raise SystemExit(bool(done.findings or done.errors))


@commands.command()
@click.option("--service", "key", envvar="SERVICE", help="A folder under services/.")
@click.option("--against", envvar="AGAINST", multiple=True, help="Services to compare it with.")
@click.option("--profile", envvar="PROFILE", default="quick", help="How much is measured: smoke, quick or full.")
@click.option("--seed", envvar="SEED", type=click.IntRange(0), default=1)
@click.option("--workers", envvar="LOCUST_WORKERS", multiple=True, help="The hosts of Locust's workers.")
def load(key: str | None, against: tuple[str, ...], profile: str, seed: int, workers: tuple[str, ...]) -> None:
    """Measure what a service costs under load, and how fast it answers."""
    from load.profiles import PROFILES  # noqa: PLC0415 - only this command needs them
    from load.run import measure  # noqa: PLC0415

    if not key:
        raise HarnessError("which service?", f"make load SERVICE={'|'.join(service.names())} [AGAINST=…]")
    if profile not in PROFILES:
        raise HarnessError(f"there is no profile {profile}", f"PROFILE is one of {', '.join(PROFILES)}.")
    keys = [service.find(each).name for each in (key, *against)]
    raise SystemExit(not measure(keys, PROFILES[profile], seed, workers, Screen()).ok())


@commands.command()
@click.option("--file", envvar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def load_page(file: Path) -> None:
    """Write the page of a measurement anew, beside its JSON."""
    from load import page  # noqa: PLC0415 - see load
    from load.report import LoadReport  # noqa: PLC0415

    report = LoadReport.model_validate_json(file.read_text(encoding="utf-8"))
    Screen().say(f"The page: {page.write(report, file.with_suffix('.html'))}")


@commands.command()
def load_selftest() -> None:
    """Prove that the load suite sees what it must see, and sees nothing where there is nothing."""
    from load.selftest import prove as prove_load  # noqa: PLC0415 - see load

    raise SystemExit(not prove_load(Screen()))


@commands.command()
@click.option("--service", "key", envvar="SERVICE", help="A folder under services/, or `all`.")
def builds(key: str | None) -> None:
    """Measure what building a service costs, and the size of its image."""
    from load import builds as building  # noqa: PLC0415 - see load

    if not key:
        raise HarnessError("which service?", f"make builds SERVICE={'|'.join(service.names())}|all")
    building.measure(service.names() if key == "all" else [service.find(key).name], Screen())


@commands.command()
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=8080)
@click.option("--out", envvar="OUT", type=click.Path(file_okay=False, path_type=Path), help="Only write it there.")
def study(port: int, out: Path | None) -> None:
    """Build the study pages, check their links, and show them until Ctrl-C."""
    from study import command as pages  # noqa: PLC0415 - only this command needs them

    pages.study(out, port, Screen())


@commands.command()
def cases() -> None:
    """List all cases: id, level, rule, title."""
    run.list_cases(Screen())


@commands.command(name="run")
@click.option("--service", "key", envvar="SERVICE", required=True)
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=8080)
@click.option("--database", envvar="DATABASE", default="embedded")
def run_shop(key: str, port: int, database: str) -> None:
    """Serve the shop with seeded data until Ctrl-C."""
    serve.serve(key, port, database, Screen())


@commands.command(name="fleet")
@click.option("--members", envvar="SERVICES", multiple=True, help="The members of the fleet; all by default.")
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=8080)
@click.option("--database", envvar="DATABASE", default="embedded")
def fleet_(members: tuple[str, ...], port: int, database: str) -> None:
    """Serve one shop by several services, behind one balancer, with seeded data until Ctrl-C."""
    serve.serve_fleet([service.find(key).name for key in members] or service.names(), port, database, Screen())


@commands.command()
@click.option("--out", envvar="OUT", type=click.Path(file_okay=False, path_type=Path), help="Put pictures there.")
def live_test(out: Path | None) -> None:
    """Try the live pages in a real browser, while another service sells."""
    raise SystemExit(not pages.live_test(out, Screen()))


@commands.command(name="doctor")
def doctor_() -> None:
    """Tell what is installed, what is missing, and how to get it."""
    doctor.examine(Screen())


@commands.command(name="check")
@click.option("--service", "key", envvar="SERVICE", help="Only this service.")
def check_services(key: str | None) -> None:
    """Run each service's own checks: formatter, linter, unit tests."""
    screen = Screen()
    keys = [key] if key else service.names()
    absent: dict[str, ToolchainMissing] = {}
    with open_server("embedded") as server:
        for each in keys:
            try:
                check.check_service(each, server, screen)
            except ToolchainMissing as missing:
                absent[each] = missing
    for each, reason in absent.items():
        screen.say(f"{each}: NOT RUN: {reason}\n{reason.hint}")
    raise SystemExit(absent.keys() == set(keys))


@commands.command()
@click.option("--check", is_flag=True, help="Only tell whether the file is current.")
def report_schema(check: bool) -> None:
    """Write the JSON Schema of a report."""
    if not check:
        SCHEMA.write_text(json_schema(), encoding="utf-8")
    elif SCHEMA.read_text(encoding="utf-8") != json_schema():
        raise HarnessError(f"{SCHEMA.relative_to(ROOT)} is not current", "Run `make generate`.")


def main() -> None:
    """Run a command; tell wrong use and trouble without a traceback."""
    told = os.dup(sys.stderr.fileno())  # pytest takes the other one while it runs cases in this process

    def interrupt(_: int, __: types.FrameType | None) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone
            os.write(told, b"\nStopping \xe2\x80\xa6\n")
        interrupt_workers()
        raise KeyboardInterrupt

    # A run that is ended from outside, or whose terminal is closed, cleans up like one that is ended by Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"Cannot go on: {_by_variable(error)}", err=True)
        sys.exit(WRONG_USE)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        Screen().trouble(
            HarnessError(
                f"{error.filename} may not be written: {error.strerror}",
                "It is somebody else's, root's perhaps, or the disk is read-only: remove it, or let ROSETTA_REPORTS "
                "name another folder.",
            )
        )
        sys.exit(WRONG_USE)
    except HarnessError as error:
        Screen().trouble(error)
        sys.exit(WRONG_USE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted. Processes and databases of the run are gone.", err=True)
        sys.exit(INTERRUPTED)


def _by_variable(error: click.ClickException) -> str:
    """What click says, with the variable that was given instead of an option that nobody typed."""
    message = error.format_message()
    parameter: click.Parameter | None = getattr(error, "param", None)
    if parameter is None or not isinstance(parameter.envvar, str):
        return message
    name = parameter.envvar
    return functools.reduce(lambda told, option: told.replace(option, name), parameter.opts, message)
