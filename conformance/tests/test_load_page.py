"""The page of a measurement: what its words claim, and that its charts hold everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from load import charts, page
from load.estimates import Verdict
from load.report import Ceiling, Comparison, Figure, Loaded, LoadReport, Operation, Statements, Step, Versions
from load.words import headline, rough
from rosetta.commands import cli
from rosetta.harness.paths import ROOT
from rosetta.harness.report import this_machine

FIGURES = sorted((ROOT / "conformance" / "load" / "figures").glob("*.json"))


def report(**changes: object) -> LoadReport:
    """A measurement of two services, of which the second has faults unless `changes` says otherwise."""
    figure = Figure(value=0.2, low=0.19, high=0.21, windows=10)
    point = Operation(
        name="getProduct",
        rate=500,
        cpu_ms=figure,
        database_ms=figure,
        busy=0.9,
        requests=10_000,
        errors={"getProduct 503": 2},
        percentiles={"p50": 1.0, "p99": 4.2},
        curve=[(0.0, 0.5), (50.0, 1.0), (99.0, 4.2)],
        late_ms=0.9,
        void="",
        disturbed=False,
    )
    most = Ceiling(
        name="getProduct",
        rate=Figure(value=9000, low=8900, high=9100, windows=10),
        cpu_ms=figure,
        connections=8,
        busy=0.97,
        rest_busy=0.5,
        share=Figure(value=0.41, low=0.4, high=0.42, windows=10),
        errors=0,
        disturbed=True,
    )
    first = Loaded(
        service="gin",
        framework="Gin <1>",
        language="Go",
        toolchain="1.26",
        ready_seconds=0.03,
        warm_seconds=6,
        warmed=True,
        restless=False,
        memory_idle=20 << 20,
        memory_loaded=90 << 20,
        memory_peak=None,
        operations=[point],
        ceilings=[most],
        journeys=[Step(name="buy", count=12, percentiles={})],
        statements={"getProduct": Statements(per_request=1, texts={"SELECT 1": 1})},
        requests=10_000,
        errors={"getProduct 503": 2},
        checked=40,
        violations=[],
        faults=[],
    )
    other = first.model_copy(update={"service": "echo", "faults": ["an order was lost"], "journeys": []})
    fields = {
        "profile": "quick",
        "seed": 1,
        "started": datetime(2026, 1, 1, tzinfo=UTC),
        "duration": 170.0,
        "machine": this_machine(),
        "places": {"service": [0], "database": [1], "generator": [1]},
        "workers": [],
        "versions": Versions(
            suite="0.1.0",
            contract="abc",
            python="3.11",
            locust="2",
            wrk="wrk 4",
            postgresql="18",
            settings={"shared_buffers": "256MB"},
        ),
        "products": 100_000,
        "windows_clean": 90,
        "windows_dirty": {"others used the machine": 10},
        "floor": {"p50": 0.9},
        "floor_late_ms": 0.8,
        "pgbench": Figure(value=20_000, low=19_000, high=21_000, windows=10),
        "pgbench_busy": 0.9,
        "services": [first, other],
        "comparisons": [
            Comparison(
                service="echo",
                against="gin",
                name="getProduct",
                measure="cpu",
                ratio=Figure(value=2.5, low=2.4, high=2.6, windows=10),
                verdict="more",
                disturbed=False,
            )
        ],
        **changes,
    }
    return LoadReport.model_validate(fields)


def crowd(*verdicts: tuple[float, Verdict]) -> LoadReport:
    """A measurement of as many services beside the first, each with a ratio of its CPU."""
    first = report().services[0]
    names = [f"service-{at}" for at in range(len(verdicts))]
    ratios = [
        Comparison(
            service=name,
            against="gin",
            name="getProduct",
            measure="cpu",
            ratio=Figure(value=value, low=None if verdict == "unknown" else value * 0.9, high=None, windows=6),
            verdict=verdict,
            disturbed=False,
        )
        for name, (value, verdict) in zip(names, verdicts, strict=True)
    ]
    others = [first.model_copy(update={"service": name}) for name in names]
    return report(services=[first, *others], comparisons=ratios)


def test_the_page_tells_everything_and_needs_nothing_else() -> None:
    html = page.render(report())
    for each in (
        "<h1>This measurement has failed, whatever its speed.</h1>",
        "echo: an order was lost",
        "2.50 (2.40 to 2.60)",
        "9,000 (8,900 to 9,100), 41.0 % of pgbench",
        "disturbed",
        "at its limit: 90 % of its cores",
        "2 × getProduct 503",
        "Gin &lt;1&gt;",
        "90 windows were clean, 10 were not (10: others used the machine)",
        "make load SERVICE=gin AGAINST=echo PROFILE=quick SEED=1",
        "(RSS)",
    ):
        assert each in html, each
    assert not re.findall(r"""src\s*=|href\s*=\s*"?[^"#]|@import|url\(|<script""", html)
    assert "(PSS)" in page.render(report(memory="proportional"))


def test_a_measurement_without_faults_says_so(tmp_path: Path) -> None:
    good = report(services=[report().services[0]], comparisons=[])
    assert good.ok()
    assert not report().ok()
    assert "The books balance" in page.render(good)
    assert headline(good)[0] == "gin spends 0.20 ms of CPU on getProduct at 500 a second."
    good.write(tmp_path / "gin.json")
    assert LoadReport.model_validate_json((tmp_path / "gin.json").read_text()) == good


def test_the_headline_names_a_few_services_and_says_what_is_a_tie() -> None:
    told = headline(crowd((5.51, "more"), (1.02, "tie"), (0.5, "less")))
    assert told[0] == (
        "A typical request costs service-2 0.50 times the CPU of gin (0.50 to 0.50 by operation), "
        "service-1 as much as gin, as far as can be told and service-0 5.5 times (5.5 to 5.5)."
    )
    assert told[1] == "At full load each answers about 9,000 getProduct a second from one core."
    assert "disturbed" in told[2]
    assert headline(crowd((1.3, "unknown")))[0] == "Too few windows to compare the services."


def test_the_headline_counts_many_services() -> None:
    told = headline(crowd(*[(2.0 + at, "more") for at in range(9)], (0.5, "less"), (1.01, "tie")))
    assert told[:2] == [
        "Of 11 services 9 take more CPU than gin in every operation, 1 takes less than gin in every operation "
        "and 1 ties in every operation.",
        "A typical request costs them from 0.50 times (service-9) to 10 times (service-8) the CPU of gin.",
    ]


def test_twelve_services_stand_in_one_order_in_every_chart() -> None:
    html = page.render(crowd(*[(11.0 - at, "more") for at in range(11)]))
    panels = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    expected = ["gin", *(f"service-{at}" for at in range(10, -1, -1))]
    names = [re.findall(r'class="name">(.*?)<', panel) for panel in panels]
    of_services = [[each for each in found if each != "pgbench"] for found in names if "service-0" in found]
    assert of_services[0] == expected[1:]
    assert len(of_services) > 5
    assert all(found == expected for found in of_services[1:])


@pytest.mark.parametrize(
    ("scale", "low", "high", "ticks"),
    [
        (charts.ratios([0.06, 7.8]), 1 / 32, 8, ["1/16", "1/4", "1", "4"]),
        (charts.ratios([]), 0.5, 2, ["1/2", "1", "2"]),
        (charts.decades([1.0, 12.3]), 1, 20, ["1", "2", "5", "10", "20"]),
        (charts.decades([0.09, 78]), 0.05, 100, ["0.1", "1", "10", "100"]),
        (charts.decades([5.0]), 5, 10, ["5", "10"]),
        (charts.linear([31_000]), 0, 40_000, ["0", "10k", "20k", "30k", "40k"]),
        (charts.linear([]), 0, 1, ["0", "0.5", "1"]),
    ],
)
def test_a_scale_ends_at_round_numbers(scale: charts.Scale, low: float, high: float, ticks: list[str]) -> None:
    assert (scale.low, scale.high) == pytest.approx((low, high))
    assert [text for _, text in scale.ticks] == ticks
    assert (scale.at(low), scale.at(high), scale.at(high * 9)) == (0, 100, 100)


def test_a_void_latency_is_not_told_as_too_few_requests() -> None:
    first = report().services[0]
    void = first.operations[0].model_copy(update={"percentiles": {}, "curve": [], "void": "the generator was late"})
    html = page.render(report(services=[first.model_copy(update={"operations": [void]})], comparisons=[]))
    assert '<span class="note warn">the generator was late</span>' in html
    assert "Too few requests to tell: getProduct" not in html


def test_a_headline_rounds_to_two_digits() -> None:
    assert [rough(each) for each in (0.0647, 1.02, 9.96, 21_836)] == ["0.065", "1.0", "10", "22,000"]


@pytest.mark.parametrize("file", FIGURES, ids=lambda file: file.stem)
def test_a_committed_page_is_that_of_its_figures(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    cli.commands(["load-page", "--file", str(copy)], standalone_mode=False)
    assert copy.with_suffix(".html").read_text() == file.with_suffix(".html").read_text()
