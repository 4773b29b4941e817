"""The machine's series, short enough to keep in a run file."""

import math
from collections.abc import Sequence

from hostcheck.bench.conditions import Point

MOST_POINTS = 600
"""A minute at ten looks a second, kept as it is. A build of ten minutes keeps one point a second."""


def thinned(series: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """Return a series of ``most`` points or fewer, neighbours merged into their means, so that nothing is left out.

    Args:
        series: points with "t" in seconds, rising from 0; each speaks for the time since the one before it.
        most: how many points are kept.

    Returns:
        A merged point has the last one's "t", and of each value the mean weighted by time; None where none was known.
    """
    group = math.ceil(len(series) / most)
    if group <= 1:
        return list(series)
    starts = [0.0, *(point["t"] or 0.0 for point in series[:-1])]
    return [
        _merged(series[first : first + group], starts[first : first + group]) for first in range(0, len(series), group)
    ]


def _merged(points: Sequence[Point], starts: Sequence[float]) -> Point:
    weights = [(point["t"] or 0.0) - start for point, start in zip(points, starts, strict=True)]
    merged: Point = {"t": points[-1]["t"]}
    for name in dict.fromkeys(name for point in points for name in point if name != "t"):
        known = [
            (value, weight)
            for point, weight in zip(points, weights, strict=True)
            if (value := point.get(name)) is not None
        ]
        total = sum(weight for _, weight in known)
        merged[name] = round(sum(value * weight for value, weight in known) / total, 3) if total > 0 else None
    return merged
