"""What a person gets who uses the commands wrongly, or whose service misbehaves."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import psutil
import pytest
from conftest import Rosetta, describe, environment

from rosetta.harness import database
from rosetta.harness.database import Databases, Server
from rosetta.harness.paths import CONTRACT, ROOT
from rosetta.harness.processes import alone
from rosetta.harness.report import SCHEMA


def outcomes(home: Path, key: str = "stub") -> dict[str, tuple[str, str]]:
    """The outcome and message of each case in a report, which must be as the report's schema says."""
    report = json.loads((home / "reports" / f"{key}.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return {case["id"]: (case["outcome"], case["message"]) for case in report["cases"]}


def test_an_unknown_service_is_told_with_the_nearest_name(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", "phoenix")
    result = rosetta("test", SERVICE="pheonix")
    assert result.returncode == 2
    assert "there is no service 'pheonix'" in result.stdout
    assert "Did you mean SERVICE=phoenix?" in result.stdout


def test_no_service_at_all_is_told_with_the_choice(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test")
    assert result.returncode == 2
    assert "make test SERVICE=stub|all" in result.stdout


def test_an_unknown_case_is_told_with_the_nearest_ids(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="LIST-999")
    assert result.returncode == 2
    assert "there is no case LIST-999" in result.stdout
    assert "Did you mean LIST-0" in result.stdout


@pytest.mark.parametrize("level", ["9", "x"])
def test_a_wrong_level_is_told(rosetta: Rosetta, level: str) -> None:
    result = rosetta("test", SERVICE="stub", LEVEL=level)
    assert result.returncode == 2
    assert "Invalid value for 'LEVEL'" in result.stderr


def test_an_unknown_database_is_told_with_the_choice(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", DATABASE="mysql")
    assert result.returncode == 2
    assert "Use auto, embedded, testcontainers or a postgresql:// URL" in result.stdout


def test_a_database_that_refuses_is_told_without_its_password(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    url = f"postgresql://somebody:geheim@127.0.0.1:{database.free_port()}/postgres"
    result = rosetta("test", SERVICE="stub", DATABASE=url)
    assert result.returncode == 2
    assert "refused" in result.stdout
    assert "Check host, port, user and password of DATABASE" in result.stdout
    assert "geheim" not in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("command", "variables", "told"),
    [
        ("test", {"SERVICE": "STUB"}, "Did you mean SERVICE=stub?"),
        ("test", {"SERVICE": "stub", "LEVEL": "8"}, "level 8 needs a fleet"),
        ("test", {"SERVICE": "stub", "URL": "http://127.0.0.1:1"}, "two of URL, SERVICE and FLEET are given"),
        ("test", {"FLEET": "1", "URL": "http://127.0.0.1:1"}, "two of URL, SERVICE and FLEET are given"),
        ("test", {"FLEET": "1", "SERVICES": "stub nobody"}, "there is no service 'nobody'"),
        ("test", {"FLEET": "1"}, "a fleet has two members or more"),
        ("fleet", {}, "a fleet has two members or more"),
        ("test", {"URL": "http://127.0.0.1:1/shop"}, "http://127.0.0.1:1/shop has a path"),
        ("test", {"SERVICE": "stub", "CASE": "FOO-1"}, "`make cases` lists all"),
        ("coverage", {"SERVICE": "stub"}, "First: make test SERVICE=stub"),
        ("coverage", {"SERVICE": ""}, "Missing option 'SERVICE'"),
        ("run", {"SERVICE": ""}, "Missing option 'SERVICE'"),
    ],
)
def test_wrong_use_is_told_with_what_to_do(
    rosetta: Rosetta, tmp_path: Path, command: str, variables: dict[str, str], told: str
) -> None:
    describe(tmp_path / "services")
    result = rosetta(command, **variables)
    assert result.returncode == 2
    assert told in result.stdout + result.stderr
    assert "--" not in result.stdout + result.stderr, "nobody has typed an option"


FOREIGN = {
    "http_proxy": "http://127.0.0.1:9", "all_proxy": "socks5://127.0.0.1:9", "SSL_CERT_FILE": "/nowhere.pem",
    "PGSSLMODE": "require", "PGSERVICE": "nowhere", "PGHOSTADDR": "192.0.2.1", "PGOPTIONS": "-c nonsense=1",
    "PGCLIENTENCODING": "LATIN1", "PYTEST_ADDOPTS": "--no-such-option", "PYTEST_PLUGINS": "nowhere",
    "PYTHONOPTIMIZE": "1", "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "LANG": "de_DE.ISO-8859-1",
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_meant_for_other_programs_changes_nothing(rosetta: Rosetta, tmp_path: Path, name: str) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", **{name: FOREIGN[name]})
    assert result.returncode == 0, result.stdout + result.stderr


def test_without_asserts_nothing_would_fail(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-013", PYTHONOPTIMIZE="1")
    assert result.returncode == 1, "the cases' assertions are gone"


def test_builds_keep_the_proxies(rosetta: Rosetta, tmp_path: Path) -> None:
    shown = "import os; print(os.environ['https_proxy']); raise SystemExit(3)"
    describe(tmp_path / "services", build=f'[["{sys.executable}", "-c", "{shown}"]]')
    result = rosetta("test", SERVICE="stub", CASE="BOOT-002", https_proxy="http://proxy.example:3128")
    assert "  http://proxy.example:3128" in result.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files that others cannot read")
def test_a_strict_umask_and_a_private_folder_are_no_obstacle(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    before = os.umask(0o077)
    try:
        result = rosetta("test", SERVICE="stub", CASE="BOOT-005", DATABASE="embedded", TMPDIR=str(private))
    finally:
        os.umask(before)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_missing_toolchain_is_not_run_and_told_how_to_get(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", version='["no-such-compiler", "--version"]')
    result = rosetta("test", SERVICE="stub")
    assert result.returncode == 1
    assert "stub: NOT RUN: stub needs `no-such-compiler`" in result.stdout
    assert "get Python from your system" in result.stdout
    assert "passed" not in result.stdout


def test_live_pages_are_not_run_where_something_is_missing(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", "phoenix", version='["no-such-elixir"]')
    describe(tmp_path / "services", "gin")
    (tmp_path / "bin").mkdir()
    result = rosetta("live-test", PATH=str(tmp_path / "bin"), CHROMIUM="")
    assert result.returncode == 1
    assert "make live-test: NOT RUN: phoenix needs `no-such-elixir`" in result.stdout
    assert "make live-test: NOT RUN: there is no npm" in result.stdout
    assert "make live-test: NOT RUN: there is no chromium" in result.stdout


def test_an_old_toolchain_is_told_with_both_versions(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", minimum='"99.1"')
    result = rosetta("test", SERVICE="stub")
    assert result.returncode == 1
    assert "99.1 or later; here is 3." in result.stdout


def test_an_empty_folder_is_told_what_to_write_first(rosetta: Rosetta, tmp_path: Path) -> None:
    (tmp_path / "services" / "mine").mkdir()
    result = rosetta("test", SERVICE="mine", LEVEL="0")
    assert result.returncode == 1
    assert "services/mine has no service.toml" in result.stdout
    assert 'serve = ["./shop", "serve"]' in result.stdout
    assert "Begin with BOOT-001" in result.stdout
    told = outcomes(tmp_path, "mine")
    assert told["BOOT-001"][0] == "failed"
    assert told["BOOT-002"] == ("not_run", "a step before it failed: describe")
    assert {outcome for outcome, _ in told.values()} == {"failed", "not_run"}


def test_a_misspelt_key_of_service_toml_is_named(rosetta: Rosetta, tmp_path: Path) -> None:
    folder = describe(tmp_path / "services")
    text = (folder / "service.toml").read_text(encoding="utf-8")
    (folder / "service.toml").write_text(text.replace("serve =", "server ="), encoding="utf-8")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-001")
    assert result.returncode == 1
    assert "commands.serve: Field required" in result.stdout
    assert "commands.server: Extra inputs are not permitted" in result.stdout


def test_a_build_that_fails_is_shown_with_its_excerpt(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", build=f'[["{sys.executable}", "-c", "print(6 * 7); raise SystemExit(3)"]]')
    result = rosetta("test", SERVICE="stub", LEVEL="0")
    assert result.returncode == 1
    assert "ended with status 3" in result.stdout
    assert "  42" in result.stdout
    assert outcomes(tmp_path)["BOOT-002"][0] == "failed"


@pytest.mark.parametrize(("how", "case"), [("migrate-fails", "BOOT-003"), ("serve-fails", "BOOT-004")])
def test_a_step_that_fails_is_shown_with_its_excerpt(rosetta: Rosetta, tmp_path: Path, how: str, case: str) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE=case, STUB=how)
    assert result.returncode == 1
    assert "ended with status 1" in result.stdout
    assert "stub: cannot do it" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert outcomes(tmp_path)[case][0] == "failed"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("hangs", "the service did not answer in time: 10 s"),
        ("drips", "the service did not answer in time: 10 s"),
        ("closes", "the service broke the connection: Server disconnected"),
        ("nonsense", "the service broke the connection: illegal status line"),
        ("breaks-off", "the service broke the connection: peer closed connection"),
        ("dies", "the service has ended while it answered"),
    ],
)
def test_an_answer_that_is_none_fails_its_case_in_time(
    rosetta: Rosetta, tmp_path: Path, how: str, message: str
) -> None:
    describe(tmp_path / "services")
    began = time.monotonic()
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", STUB=how)
    assert time.monotonic() - began < 30
    assert result.returncode == 1
    outcome, told = outcomes(tmp_path)["BOOT-005"]
    assert (outcome, told[: len(message)]) == ("failed", message)
    assert "curl -sS -i -g --path-as-is http://127.0.0.1" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the files of another process")
def test_a_service_that_fills_its_log_does_not_fill_the_disk(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", STUB="floods")
    assert result.returncode == 1
    assert len(result.stdout) < 20_000
    assert outcomes(tmp_path)["BOOT-005"][0] == "failed"
    assert (tmp_path / "reports" / "stub" / "serve.log").stat().st_size <= 256 << 20


def test_a_step_that_fails_is_told_though_its_case_was_not_asked_for(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", STUB="migrate-fails")
    assert result.returncode == 1
    assert "ended with status 1" in result.stdout
    assert "stub: cannot do it" in result.stdout
    assert outcomes(tmp_path)["BOOT-005"] == ("not_run", "a step before it failed: migrate")


def test_a_table_that_is_missing_is_the_fault_of_migrate(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="LIST-003")
    assert outcomes(tmp_path)["LIST-003"][0] == "failed"
    assert "the database is not as contract/schema.sql" in result.stdout
    assert "contract/README.md#db-1" in result.stdout


def test_one_cause_is_told_once(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="LIST-012 LIST-013 BOOT-005")
    assert result.returncode == 1
    assert result.stdout.count("listProducts (GET /products) is not there: it is answered with 404") == 1
    assert "the same difference in 1 more\n  LIST-013" in result.stdout
    assert result.stdout.index("2 cases failed. Begin with LIST-012") < result.stdout.index("FAILED LIST-012")


def test_a_second_run_of_a_service_is_told_of_the_first(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    logs = tmp_path / "reports" / "stub"
    logs.mkdir(parents=True)
    with alone(logs):
        result = rosetta("test", SERVICE="stub", CASE="BOOT-005")
    assert result.returncode != 0
    assert "another run of stub writes into" in (result.stdout + result.stderr).replace("\n", " ")


def test_all_requests_of_a_case_that_fails_are_in_a_file(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-016")
    script = tmp_path / "reports" / "stub" / "BOOT-016.sh"
    assert f"request, the last of those in {script}" in result.stdout.replace("\n", "")
    shell, cause, again, *requests = script.read_text(encoding="utf-8").splitlines()
    assert shell.startswith("#!")
    assert cause.startswith("# BOOT-016 ")
    assert "make run SERVICE=stub PORT=" in again
    assert len(requests) == 31
    assert all(each.startswith("curl ") for each in requests)
    rosetta("test", SERVICE="stub", CASE="BOOT-013")
    assert not script.exists()


def test_what_comes_after_the_end_of_the_service_is_not_run(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005 BOOT-006 BOOT-013 BOOT-026", STUB="dies")
    assert result.returncode == 1
    told = outcomes(tmp_path)
    assert sum(outcome == "failed" for outcome, _ in told.values()) <= 2
    assert ("not_run", "the service is gone: nothing listens there any more") in told.values()


def test_a_service_that_ends_in_the_middle_is_told(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", STUB="dies")
    assert result.returncode == 1
    assert "the service ended with status 3 during the run; its log is" in result.stdout
    assert outcomes(tmp_path)["BOOT-005"][0] == "failed"


def test_a_stack_trace_in_the_log_is_shown_with_the_case_that_caused_it(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005 BOOT-006", STUB="traceback")
    assert result.returncode == 1
    explained = result.stdout.partition("FAILED BOOT-005")[2]
    assert "FAILED BOOT-006" not in result.stdout
    assert "the service answered 500 to liveness (GET /healthz), where the case expects 200" in explained
    assert 'the case asks\n  assert shop.get("/healthz").expect(200)' in explained
    assert "ValueError: the stub fell over" in explained
    assert "curl -sS -i -g --path-as-is http://127.0.0.1:" in explained
    assert "contract/README.md#http-12" in explained


def test_a_listed_case_that_fails_is_known_and_one_that_passes_is_stale(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", not_passing='["BOOT-001", "BOOT-013"]')
    result = rosetta("test", SERVICE="stub", CASE="BOOT-001 BOOT-013")
    told = outcomes(tmp_path)
    assert told["BOOT-001"][0] == "stale"
    assert told["BOOT-013"][0] == "known"
    assert "Take it from [conformance] not_passing" in result.stdout


def test_a_service_that_takes_too_much_memory_has_failed(rosetta: Rosetta, tmp_path: Path) -> None:
    folder = describe(tmp_path / "services")
    with (folder / "service.toml").open("a", encoding="utf-8") as file:
        file.write("\n[memory]\nidle = 1\npeak = 4000\n")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005")
    assert result.returncode == 1
    assert re.search(r"Trouble: the service has \d+ MiB idle; service.toml allows 1\n", result.stdout)
    assert "at its peak; service.toml" not in result.stdout


def test_a_listed_case_that_does_not_exist_is_told(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", not_passing='["BOOT-999"]')
    result = rosetta("test", SERVICE="stub", LEVEL="0")
    assert result.returncode == 2
    assert "lists BOOT-999, which is no case" in result.stdout


@contextlib.contextmanager
def stub_at(how: str) -> Iterator[str]:
    """The URL of a stub that runs by itself."""
    port = database.free_port()
    stub = [sys.executable, str(Path(__file__).with_name("stub.py")), "serve"]
    environment = {"HOST": "127.0.0.1", "PORT": str(port), "STUB": how}
    with subprocess.Popen(stub, env=environment, stdout=subprocess.DEVNULL) as process:
        until_something_listens(port)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_a_url_runs_what_needs_only_a_url_and_says_what_it_left_out(rosetta: Rosetta, tmp_path: Path) -> None:
    with stub_at("well") as url:
        result = rosetta("test", URL=url, DATABASE="auto", LEVEL="0")
    told = outcomes(tmp_path, "url")
    assert told["BOOT-005"][0] == "passed"
    assert told["BOOT-025"] == ("not_run", "needs one service of the repository")
    assert "NOT RUN: needs one service of the repository" in result.stdout


def test_a_url_alone_does_not_ask_for_operations_of_later_levels(rosetta: Rosetta, tmp_path: Path) -> None:
    with stub_at("well") as url:
        rosetta("test", URL=url, DATABASE="auto", LEVEL="1")
    told = outcomes(tmp_path, "url")
    assert ("not_run", "without DATABASE it needs createProduct, which is of level 5") in told.values()
    assert not [id for id, (_, message) in told.items() if "createProduct (" in message or "register (" in message]


def until_something_listens(port: int) -> None:
    """Return once `port` of loopback takes connections."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("the stub does not listen")


@pytest.fixture
def shop_database(databases: Databases) -> str:
    """The URL of a database with the tables of a shop."""
    url = databases.create("own")
    database.run_script(url, CONTRACT / "schema.sql")
    return url


def test_a_url_with_its_database_runs_what_needs_one(rosetta: Rosetta, tmp_path: Path, shop_database: str) -> None:
    with stub_at("sells") as url:
        result = rosetta("test", URL=url, DATABASE=shop_database, CASE="CAT-001")
    assert "on PostgreSQL 18" in result.stdout
    assert outcomes(tmp_path, "url")["CAT-001"][0] == "failed", "it was not run, though there is a database"


def test_a_url_with_the_database_of_another_shop_is_told(rosetta: Rosetta, shop_database: str) -> None:
    with stub_at("well") as url:
        result = rosetta("test", URL=url, DATABASE=shop_database)
    assert result.returncode == 2
    assert "a product that was written into DATABASE is answered with 404" in result.stdout


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "embedded"])
def test_a_url_with_a_database_of_no_use_is_told(rosetta: Rosetta, url: str) -> None:
    with stub_at("sells") as stub:
        result = rosetta("test", URL=stub, DATABASE=url)
    assert result.returncode == 2
    assert "DATABASE cannot be used" in result.stdout


def test_a_process_of_one_case_gets_the_variables_of_brief(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services", brief='{ STUB = "serve-fails" }')
    rosetta("test", SERVICE="stub", CASE="BOOT-005 BOOT-025")
    assert outcomes(tmp_path, "stub")["BOOT-005"][0] == "passed"
    assert "ended with status 1" in outcomes(tmp_path, "stub")["BOOT-025"][1]


def test_a_url_where_nobody_answers_is_told(rosetta: Rosetta) -> None:
    result = rosetta("test", URL=f"http://127.0.0.1:{database.free_port()}")
    assert result.returncode == 2
    assert "nothing answers at" in result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="/sys is a folder in which nobody may write")
def test_reports_that_may_not_be_written_are_told(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", ROSETTA_REPORTS="/sys/reports")
    assert result.returncode == 2
    assert "/sys/reports may not be written" in result.stdout.replace("\n", "")
    assert "Traceback" not in result.stdout + result.stderr


def test_a_checkout_that_may_not_be_written_is_told_before_all_else() -> None:
    program = "import os, runpy; os.access = lambda *_: False; runpy.run_path('conformance/set_up.py')"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{ROOT} may not be written")


@pytest.mark.parametrize("command", ["test", "fleet"])
def test_a_fleet_without_its_balancer_is_told(rosetta: Rosetta, tmp_path: Path, command: str) -> None:
    for key in ("one", "two"):
        describe(tmp_path / "services", key)
    result = rosetta(command, FLEET="1", PATH="/nowhere", PORT=str(database.free_port()))
    assert result.returncode == 2
    assert "a fleet needs HAProxy" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="there is no haproxy")
def test_a_fleet_whose_database_is_not_migrated_is_told(rosetta: Rosetta, tmp_path: Path) -> None:
    for key in ("one", "two"):
        describe(tmp_path / "services", key)
    result = rosetta("test", FLEET="1", LEVEL="0")
    assert result.returncode == 2
    assert "contract/seed.sql does not load into the migrated database" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_run_tells_that_its_port_is_taken(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = rosetta("run", SERVICE="stub", PORT=str(port))
    assert result.returncode == 2
    assert f"port {port} is taken" in result.stdout
    assert f"PORT={port + 1}" in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("how", ["migrate-hangs", "never-ready"])
def test_an_interrupted_run_leaves_nothing_behind(
    tmp_path: Path, server: Server, how: str, number: signal.Signals
) -> None:
    describe(tmp_path / "services")
    before = left_behind(server)
    command = [sys.executable, "-m", "rosetta", "test"]
    surroundings = environment(tmp_path, server, SERVICE="stub", STUB=how)
    with subprocess.Popen(
        command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        children = until_it_has_children(run.pid)
        run.send_signal(number)
        output, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Interrupted" in output
    assert "Traceback" not in output
    psutil.wait_procs(children, timeout=5)  # on a busy machine a process that was killed takes its time
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert left_behind(server) == before


def test_what_a_killed_run_left_is_swept_by_the_next(rosetta: Rosetta, tmp_path: Path, server: Server) -> None:
    describe(tmp_path / "services")
    surroundings = environment(tmp_path, server, SERVICE="stub", STUB="never-ready", DATABASE="embedded")
    with subprocess.Popen(
        [sys.executable, "-m", "rosetta", "test"], env=surroundings, stdout=subprocess.DEVNULL
    ) as run:
        children = until_it_has_children(run.pid)
        run.kill()
    left = [child for child in children if child.is_running() and "postgres" in child.name()]
    assert left, "a server without its run was to be left behind"
    assert rosetta("test", SERVICE="stub", CASE="BOOT-005", DATABASE="embedded").returncode == 0
    psutil.wait_procs(left, timeout=5)
    assert not [child for child in left if child.is_running()]
    for child in children:  # the stub, which a sweep cannot know
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def left_behind(server: Server) -> list[object]:
    """The databases and roles of the server."""
    with database.connect(server.url) as connection:
        query = "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1"
        return list(connection.execute(query).fetchall())


def until_it_has_children(pid: int) -> list[psutil.Process]:
    """The processes that the run has started: the stub, once it runs."""
    for _ in range(1000):
        children = psutil.Process(pid).children(recursive=True)
        with contextlib.suppress(psutil.Error):  # one has just ended
            if any("stub.py" in " ".join(child.cmdline()) for child in children):
                return children
        time.sleep(0.02)
    raise AssertionError("the run started nothing")


def test_an_embedded_server_ends_with_the_run(rosetta: Rosetta, tmp_path: Path) -> None:
    describe(tmp_path / "services")
    before = orphans()
    result = rosetta("test", SERVICE="stub", CASE="BOOT-005", DATABASE="embedded")
    assert result.returncode == 0, result.stdout
    assert "(embedded)" in result.stdout
    assert "stub: 1 passed, 0 failed, 0 skipped" in result.stdout
    assert orphans() == before


def orphans() -> set[int]:
    """The servers of runs that have ended."""
    found = psutil.process_iter(["cmdline", "ppid"])
    return {each.pid for each in found if "rosetta-postgres" in str(each.info["cmdline"]) and each.info["ppid"] == 1}
