"""Charts that no measurement under load has: how much code there is, and what the runs of the cases saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from load.builds import Build
from load.charts import Chart, Mark, Panel, Row, linear
from load.plots import MIB
from load.words import number
from study.reports import Run
from study.shops import Shop


def lines(shops: Sequence[Shop]) -> Chart:
    """Lines of code of each service, the smallest first."""
    sizes = sorted((shop.size, shop.key) for shop in shops)
    rows = [Row(key, [Mark(size, "bar")], f"{size:,}", (f"{size:,}",)) for size, key in sizes]
    scale = linear([size for size, _ in sizes])
    return Chart([Panel("Lines of code", rows)], scale, "lines", ("service", "lines"))


def builds(measured: Mapping[str, Build]) -> Chart:
    """CPU seconds of a build from nothing, the cheapest first."""
    rows = []
    for key, each in sorted(measured.items(), key=lambda item: item[1].clean.cpu):
        times = [number(each.clean.cpu), number(each.clean.wall), number(each.warm.cpu)]
        cells = (*times, f"{each.measured:%d %B %Y}")
        rows.append(Row(key, [Mark(each.clean.cpu, "bar")], times[0], cells))
    scale = linear([each.clean.cpu for each in measured.values()])
    head = ("service", "CPU seconds", "seconds on the clock", "CPU seconds of a second build", "measured")
    return Chart([Panel("A build from nothing", rows)], scale, "CPU seconds", head)


def images(measured: Mapping[str, Build]) -> Chart:
    """MB that each image adds to its base, the smallest first."""
    sizes = sorted((each.image / 1e6, key) for key, each in measured.items() if each.image is not None)
    rows = [Row(key, [Mark(size, "bar")], number(size), (number(size),)) for size, key in sizes]
    return Chart([Panel("Image", rows)], linear([size for size, _ in sizes]), "MB", ("service", "MB"))


def memory(runs: Mapping[str, Run]) -> Chart:
    """MiB of each service while the cases ran, the smallest peak first."""
    rows = []
    for key, run in sorted(runs.items(), key=lambda item: item[1].report.figures.memory_peak or 0):
        figures = run.report.figures
        sizes = {"circle": figures.memory_idle, "triangle": figures.memory_peak}
        marks = [Mark(size / MIB, kind) for kind, size in sizes.items() if size]
        told = tuple("–" if size is None else f"{size // MIB:,}" for size in sizes.values())
        start = "–" if figures.start is None else number(figures.start)
        rows.append(Row(key, marks, told[1], (*told, start)))
    scale = linear([mark.value for row in rows for mark in row.marks])
    legend = (("circle", "idle"), ("triangle", "at the peak, the figure beside it"))
    return Chart([Panel("Memory", rows)], scale, "MiB", ("service", "idle", "peak", "seconds to start"), legend)
