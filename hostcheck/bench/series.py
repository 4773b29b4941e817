"""Reduce the machine's time series for the run file: fewer points, and the series of only one repeat."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hostcheck.bench.conditions import Point
from hostcheck.run.fields import Series
from hostcheck.run.measured import Sample
from hostcheck.run.typical import typical

SERIES: Final = "series"
"""Key of the series in a sample's detail."""

MOST_POINTS = 300
"""Maximum number of points of a series in a run file: 30 s at ten readings per second. Longer series are averaged."""


def in_columns(series: Sequence[Point]) -> Series:
    """Convert a list of points into the shape of a run file: a list for each value, with "t" first."""
    names = dict.fromkeys(name for point in series for name in point)
    return {name: [point.get(name) for point in series] for name in names}


def of_the_typical(samples: Sequence[Sample]) -> list[Sample]:
    """Remove the series from all samples except the typical one, which reports draw.

    Values that were computed from a series stay in each sample.
    """
    kept = typical(samples, lambda sample: bool(sample.detail.get(SERIES)))
    if kept is None:
        return list(samples)
    return [sample if sample is kept else _without_series(sample) for sample in samples]


def _without_series(sample: Sample) -> Sample:
    return replace(sample, detail={key: value for key, value in sample.detail.items() if key != SERIES})


def thinned(series: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """Return a series of at most ``most`` points. Neighbouring points are replaced by their mean.

    Args:
        series: points with "t" in seconds, rising from 0. Each point covers the time since the previous point.
        most: the maximum number of points.

    Returns:
        The points. A merged point has the "t" of its last point, and the time-weighted mean of each value; the value
        is None if none of its points has it.
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
