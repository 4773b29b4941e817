"""Rows for the page on how each disk rate varied within its run: within and between turns, and its slowest periods."""

from collections.abc import Iterator

from hostcheck.comparison.labels import label
from hostcheck.comparison.model import Comparison
from hostcheck.quantities import amount
from hostcheck.run.metrics import STEADY
from hostcheck.run.steadiness import steadiness_of


def movements(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """Yield a row of texts for each rate and host. ``HEADER`` has the titles of the columns."""
    for metric_id in STEADY:
        for name, run in zip(comparison.names, comparison.runs, strict=True):
            rate = run.metric(metric_id)
            found = steadiness_of(rate) if rate else None
            if rate is None or found is None:
                continue
            stretches = (found.half_second, found.turn, found.five_seconds)
            yield (
                f"{label(metric_id)}, {rate.unit}",
                name,
                f"{100 * found.within:.0f} %",
                f"{100 * found.between:.0f} %",
                *("none" if rates is None else amount(rates, rate.unit) for rates in stretches),
            )


HEADER = ("Rate", "Host", "Within a turn", "Between turns", "Slowest ½ s", "Slowest turn", "Slowest 5 s in a turn")
"""Titles of the columns. "Within a turn" and "Between turns" are coefficients of variation."""
