"""What a chart is made of. The page draws all of them in one way, and puts the same figures in a table below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_TICKS = 6  # that stand beside each other on a phone


@dataclass(frozen=True)
class Scale:
    """Where a value stands, in % of the width, and what is written below."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = True

    def at(self, value: float) -> float:
        """The place of `value`; what is outside stands at the edge."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return round(100 * (value - low) / (high - low), 2)


def decades(values: Sequence[float]) -> Scale:
    """A logarithmic scale from a round number to a round number; all its lines if they are few, else each tenth."""
    known = [value for value in values if value > 0] or [1.0]
    powers = range(math.floor(math.log10(min(known))), math.ceil(math.log10(max(known))) + 1)
    steps = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    low = max(step for step in steps if step <= min(known))
    high = min((step for step in steps if step >= max(known) and step > low), default=2 * low)
    steps = [step for step in steps if low <= step <= high]
    if len(steps) > MOST_TICKS:
        steps = [10.0**power for power in powers if low <= 10.0**power <= high]
    return Scale(low, high, [(step, label(step)) for step in steps])


def ratios(values: Sequence[float]) -> Scale:
    """A logarithmic scale around 1: as many times more as times less."""
    exponents = [math.log2(value) for value in (*values, 0.5, 2.0) if value > 0]
    low, high = math.floor(min(exponents)), math.ceil(max(exponents))
    step = math.ceil((high - low) / (MOST_TICKS - 1))
    marks = [each for each in range(low, high + 1) if each % step == 0]
    return Scale(2.0**low, 2.0**high, [(2.0**each, f"1/{2**-each}" if each < 0 else str(2**each)) for each in marks])


def linear(values: Sequence[float]) -> Scale:
    """A scale from zero."""
    most = max(values, default=0.0) or 1.0
    power = 10.0 ** math.floor(math.log10(most / 4))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= most / 4)
    count = math.ceil(most / step)
    return Scale(0.0, count * step, [(each * step, label(each * step)) for each in range(count + 1)], False)


def label(value: float) -> str:
    """A number below a scale."""
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


@dataclass(frozen=True)
class Mark:
    """A point with its interval, or a bar from zero; `kind` is its shape."""

    value: float
    kind: str = "circle"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """One service: its marks, the figure beside them, what is wrong with it, and its line of the table."""

    name: str
    marks: Sequence[Mark]
    told: str
    cells: Sequence[str]
    note: str = ""
    bad: str = ""


@dataclass(frozen=True)
class Panel:
    """The rows that are read together."""

    title: str
    rows: Sequence[Row]
    below: tuple[str, str] = ("", "")  # what it means to stand far left, and far right


@dataclass(frozen=True)
class Chart:
    """Panels on one scale. `head` is the table's, `line` a value that all are seen against."""

    panels: Sequence[Panel]
    scale: Scale
    unit: str
    head: Sequence[str]
    legend: Sequence[tuple[str, str]] = ()
    line: float | None = None

    @property
    def drawn(self) -> list[Panel]:
        """The panels with a mark, or a reason why there is none."""
        return [each for each in self.panels if _telling(each)]

    @property
    def empty(self) -> list[str]:
        """The titles of the others, whose rows are in the table alone."""
        return [each.title for each in self.panels if not _telling(each)]


def _telling(panel: Panel) -> bool:
    return any(row.marks or row.note for row in panel.rows)
