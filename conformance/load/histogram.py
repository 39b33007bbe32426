"""Times in HDR histograms: a microsecond to a minute, three digits, merged without loss over windows and workers."""

from __future__ import annotations

from collections.abc import Iterable

from hdrh.histogram import HdrHistogram

HIGHEST = 60_000_000
PERCENTILES = (50.0, 95.0, 99.0, 99.9)
# A percentile that few samples exceed is an anecdote: p99 takes 10,000 samples, p99.9 takes 100,000.
BEYOND = 100
# Near the middle they stand closer together, so that fewer do.
FEWER = ((50.0, 20), (95.0, 1000))


def empty() -> HdrHistogram:
    """A histogram without samples."""
    return HdrHistogram(1, HIGHEST, 3)


def record(histogram: HdrHistogram, seconds: float) -> None:
    """Add one time; what is longer than a minute counts as a minute."""
    histogram.record_value(min(max(round(seconds * 1e6), 1), HIGHEST))


def dump(histogram: HdrHistogram) -> str:
    """The histogram as text, in the format that all HdrHistogram libraries share."""
    return str(histogram.encode().decode())


def merged(texts: Iterable[str]) -> HdrHistogram:
    """One histogram of all samples of the dumped ones."""
    total = empty()
    for text in texts:
        total.decode_and_add(text)
    return total


def count(histogram: HdrHistogram) -> int:
    """How many samples it holds."""
    return int(histogram.get_total_count())


def enough(samples: int, percentile: float) -> bool:
    """Whether so many samples give this percentile."""
    for highest, needed in FEWER:
        if percentile <= highest:
            return samples >= needed
    return round(samples * (100 - percentile) / 100, 6) >= BEYOND


def milliseconds(histogram: HdrHistogram, percentile: float) -> float:
    """The time that `percentile` % of the samples do not exceed, in ms."""
    return float(histogram.get_value_at_percentile(percentile)) / 1000


def percentiles(histogram: HdrHistogram) -> dict[str, float]:
    """The percentiles that the samples suffice for, by name such as `p99.9`, in ms."""
    samples = count(histogram)
    return {f"p{each:g}": milliseconds(histogram, each) for each in PERCENTILES if enough(samples, each)}


def curve(histogram: HdrHistogram) -> list[tuple[float, float]]:
    """Percentile and ms of the whole distribution, as far as the samples suffice."""
    samples = count(histogram)
    steps = [*range(0, 90, 5), *(90 + each / 2 for each in range(20)), *(99 + each / 20 for each in range(20)), 99.99]
    return [(each, milliseconds(histogram, each)) for each in map(float, steps) if enough(samples, each)]
