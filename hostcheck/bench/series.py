"""The machine's series in a run file: with fewer points, and for one of the repeats."""

import math
from collections.abc import Sequence
from dataclasses import replace

from hostcheck.bench.conditions import Point
from hostcheck.run.model import Sample
from hostcheck.run.typical import typical

SERIES = "series"
"""Key of the series in a sample's detail."""

MOST_POINTS = 300
"""Half a minute at ten readings a second is kept unchanged. A build of ten minutes keeps a point for two seconds."""


def in_columns(series: Sequence[Point]) -> dict[str, list[float | None]]:
    """Convert points into a list for each value, with "t" first: half as long in a file as a list of points."""
    names = dict.fromkeys(name for point in series for name in point)
    return {name: [point.get(name) for point in series] for name in names}


def of_the_typical(samples: Sequence[Sample]) -> list[Sample]:
    """Keep the series of the typical sample only, which reports draw. Conclusions from a series are in each sample."""
    kept = typical(samples, lambda sample: bool(sample.detail.get(SERIES)))
    if kept is None:
        return list(samples)
    return [sample if sample is kept else _without_series(sample) for sample in samples]


def _without_series(sample: Sample) -> Sample:
    return replace(sample, detail={key: value for key, value in sample.detail.items() if key != SERIES})


def thinned(series: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """Return a series of at most ``most`` points: neighbours are merged into their mean, so that no point is dropped.

    Args:
        series: points with "t" in seconds, rising from 0; each covers the time since the point before it.
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
