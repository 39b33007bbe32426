"""The study pages: what they are made of is whole, they are made anew from it, and a wrong link is told."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from proof.bugs import BUGS
from rosetta.harness import contract, service
from rosetta.harness.errors import HarnessError
from rosetta.harness.paths import SERVICES
from rosetta.harness.report import CaseResult, Figures, Outcome, Report, Versions, this_machine
from rosetta.runner import run
from rosetta.runner.console import Screen
from study import cases, code, command, links, operations, reports, shops, site, themes, words, wrongs

TOML = """
name = "Mine"
language = "Python"
framework = "Plain"
data = "none"
handlers = ["shop/api.py"]
[toolchain]
version = ["python3", "--version"]
minimum = "3.11"
install = "x"
[commands]
migrate = ["x"]
serve = ["x"]
"""
API = """
# CHECKOUT-5: judged in one order.
def checkout(request):
    return judge(request)

def judge(request):
    return "<first>"
"""


def report(message: str) -> Report:
    """A run of one case that failed."""
    case = CaseResult(
        id="CHK-001",
        level=4,
        title="A checkout",
        rule="CHECKOUT-6",
        outcome=Outcome.failed,
        duration=1,
        requests=1,
        reached=[],
        message=message,
    )
    return Report.model_validate(
        {
            "service": "mine",
            "framework": "Plain",
            "language": "Python",
            "url": None,
            "level": 4,
            "started": "2026-01-01T00:00:00Z",
            "duration": 1,
            "versions": Versions(suite="0", contract="another", python="3", postgresql="18", toolchain="Python 3"),
            "machine": this_machine(),
            "figures": Figures(start=0.1, memory_idle=1 << 20, memory_after=None, memory_peak=None),
            "trouble": [],
            "cases": [case],
        }
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A service with one handler, its report, and the site of both."""
    home = tmp_path_factory.mktemp("study")
    services, told, out = home / "services", home / "reports", home / "site"
    (services / "mine" / "shop").mkdir(parents=True)
    (services / "mine" / "service.toml").write_text(TOML)
    (services / "mine" / "README.md").write_text("# Mine\n\nRead first: `shop/api.py`.\n\n## Layout\n\nOne <file>.\n")
    (services / "mine" / "shop" / "api.py").write_text(API)
    (services / "half").mkdir()
    report("POST /checkout: <500>").write(told / "mine.json")
    command.build(out, Screen(), services, told)
    return services, told, out


def text(folders: tuple[Path, Path, Path], page: str) -> str:
    """A page of the site."""
    return (folders[2] / page).read_text(encoding="utf-8")


def test_an_operation_has_its_code_and_what_it_calls(folders: tuple[Path, Path, Path]) -> None:
    page = text(folders, "operations/checkout.html")
    assert re.findall(r"<summary>(\w+)</summary>", page) == ["checkout", "judge"]
    assert "&lt;first&gt;" in page
    assert "<a href=../rules/checkout-5.html>CHECKOUT-5</a>" in page
    assert '"expected_total": 5508' in page.replace("&#34;", '"')
    assert "No function has the name of this operation" in text(folders, "operations/getCart.html")


def test_a_rule_has_its_cases_its_bugs_and_who_takes_care_of_it(folders: tuple[Path, Path, Path]) -> None:
    page = text(folders, "rules/checkout-5.html")
    assert "judged in one order" in page
    assert "<h3>Right</h3>" in page
    assert 'id="CHK-' in page


def test_the_matrix_tells_why_a_case_failed_and_that_the_run_is_old(folders: tuple[Path, Path, Path]) -> None:
    page = text(folders, "matrix.html")
    assert '<td class="failed" data-service="mine"><details><summary>✗</summary><pre' in page
    assert "POST /checkout: &lt;500&gt;" in page
    assert "of another state of the contract" in page
    assert page.count("<tr data-level") == len(run.case_levels())


def test_what_cannot_be_shown_is_named(folders: tuple[Path, Path, Path]) -> None:
    assert "half has no pages: services/half has no service.toml" in text(folders, "index.html")


def test_the_search_knows_operations_rules_cases_and_files(folders: tuple[Path, Path, Path]) -> None:
    index = json.loads(text(folders, "search.js").removeprefix("const SEARCH = ").rstrip(";\n"))
    titles = {title for title, _, _ in index}
    assert {"checkout", "CHECKOUT-5", "CHK-001", "mine/shop/api.py", "Prices", "mine"} <= titles
    assert all((folders[2] / page.partition("#")[0]).is_file() for _, _, page in index)


def test_nothing_is_loaded_from_elsewhere(folders: tuple[Path, Path, Path]) -> None:
    for file in folders[2].rglob("*.css"):
        assert not re.search(r"@import|url\(", file.read_text())
    assert not re.search(r"https?://", text(folders, "study.js"))


def test_a_change_of_the_code_is_read(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders[0] / "mine", tmp_path / "mine")
    file = folder / "shop" / "api.py"
    file.write_text(file.read_text().replace("<first>", "<second>"))
    [_, judge] = shops.read(service.load(folder)).own("checkout")
    part = judge.definition
    assert "&lt;second&gt;" in site.highlighted(part.source, part.first, part.last)


def test_another_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(HarnessError, match="holds something else"):
        command.build(tmp_path, Screen(), SERVICES, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_port_that_is_taken_is_told_before_anything_is_built() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(HarnessError, match="cannot be had"):
        command.study(None, taken.getsockname()[1], Screen())


def test_wrong_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<p id="here"><a href="#here">1</a><a href="#gone">2</a><a href=no.html>3</a>')
    (tmp_path / "large.html").write_text('<img src="https://elsewhere.example/x.png">' + "x" * links.MOST)
    assert links.wrong(tmp_path) == [
        "index.html links to #gone, where nothing has this id",
        "index.html links to no.html, which is not in the site",
        f"large.html has {links.MOST + 43:,} bytes, more than 1,000,000",
        "large.html loads https://elsewhere.example/x.png, which is not in the site",
    ]


def test_every_rule_operation_and_case_is_read() -> None:
    assert {rule.id for rule in words.rules()} == contract.rules()
    assert {operation.id for operation in operations.operations()} == contract.operations()
    assert {each.case.id: each.case.level for each in cases.cases()} == run.case_levels()
    assert all(each.case.title and each.case.text and each.case.hint for each in cases.cases())


def test_every_bug_has_a_right_and_a_wrong_side() -> None:
    found = wrongs.bugs()
    assert [each.name for each in found] == [bug.name for bug in BUGS]
    for each in found:
        assert each.places, each.name
        assert all(right.lines != wrong.lines for right, wrong in each.places), each.name


def test_a_guard_leads_to_the_line_that_it_stands_in() -> None:
    sources = code.read(SERVICES / "gin", "gin")
    found = {each.name: each.where for each in wrongs.guards("gin", sources)}
    source, line = found["does_not_compile"] or (None, 0)
    assert source is not None
    assert (source.path, source.text.split("\n")[line - 1]) == ("cmd/shop/main.go", "package main")


def test_a_rule_of_a_theme_exists() -> None:
    for theme in themes.THEMES:
        assert set(code.RULE.findall(theme.look)) <= contract.rules(), theme.key


def test_links_of_markdown_lead_to_rules_or_the_web_or_nowhere() -> None:
    told = words.markdown("[A](README.md#http-1), [B](../x.md), [C](https://c.example), [D](#prices)")
    assert told == ('<p><a href="../rules/http-1.html">A</a>, B, <a href="https://c.example">C</a>, D</p>\n')


def test_a_report_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "gin.json").write_text("{}")
    with pytest.raises(HarnessError, match=r"gin\.json is no report of this suite"):
        reports.runs(tmp_path, ["gin"])
    with pytest.raises(HarnessError, match=r"gin\.json is no measurement"):
        reports.measurement([tmp_path], ["gin"])
