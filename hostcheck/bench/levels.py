"""Describe in words how a rate changed its level during a measurement."""

from collections.abc import Sequence
from itertools import pairwise

from hostcheck.run.measured import SPENT
from hostcheck.stats.changes import levels


def course_in_words(
    rates: Sequence[float], changes: Sequence[int], seconds: float, unit: str, factor: float = 1.0
) -> str:
    """Return the levels and how long each lasted: "3,000 IOPS for 6 s, then 350: an allowance or a cache was spent".

    Args:
        rates: the rate in each window.
        changes: the index of the first window of each new level; at least one.
        seconds: length of a window, in seconds.
        unit: the unit of the levels.
        factor: factor that converts a rate to ``unit``.
    """
    found = levels(rates, changes)
    ends = (0, *changes, len(rates))
    stretches = [
        f"{level * factor:,.0f} {unit} for {(last - first) * seconds:.0f} s"
        for level, (first, last) in zip(found, pairwise(ends), strict=True)
    ]
    # The last level may have lasted longer than the measurement.
    last = f"{found[-1] * factor:,.0f}"
    why = SPENT if found[-1] < found[0] else "a mean would not describe it"
    return f"{', '.join(stretches[:-1])}, then {last}: {why}"
