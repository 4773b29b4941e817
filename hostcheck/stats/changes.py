"""Where a series changes its level: binary segmentation on logarithms, with the noise's own memory allowed for.

Source: the split is Scott and Knott's (Biometrics 30, 1974), as reviewed in Killick and Eckley, "changepoint: An R
Package" (Journal of Statistical Software 58, 2014). Throughput is autocorrelated, and a test that takes its points
for independent finds changes everywhere; so the variance of a mean is that of a first-order autoregression, larger by
(1 + r) / (1 - r) at a correlation of r (Priestley, Spectral Analysis and Time Series, 1981, 5.3).
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

LEAST_RATIO = 2.0
"""How far apart two levels of a throughput are that no mean describes."""

LEAST_POINTS = 4
"""Points on each side of a change, at the least."""

THRESHOLD = 6.0
FEW_POINTS = 60.0
"""Standard errors that the levels must lie apart: 6 + 60 / points.

The best of many splits is looked at, so that 2 would be nothing; and of few points the noise's memory is hardly known.
With these, series of one level are said to have two in at most 1 of 100 cases (simulated in the tests).
"""

_LEAST_VARIANCE = 1e-6
"""Of logarithms: a tenth of a percent. A series that is flat by a limit has no noise to compare with."""

_MOST_CORRELATION = 0.9


def change_points(values: Sequence[float], least_ratio: float) -> tuple[int, ...]:
    """Return the places at which a series of positive values changes its level, in order.

    Args:
        values: in order of time; zeros are taken for the smallest value above zero.
        least_ratio: how far, as a ratio above 1, the levels on both sides must be apart.

    Returns:
        The index of the first value of each new level; empty when there is one level.
    """
    positive = [value for value in values if value > 0]
    if not positive:
        return ()
    floor = min(positive)
    logs = [math.log(max(value, floor)) for value in values]
    return tuple(sorted(_segment(logs, 0, len(logs), math.log(least_ratio))))


def levels(values: Sequence[float], changes: Sequence[int]) -> tuple[float, ...]:
    """Return the arithmetic mean of each stretch between changes: of rates in windows of one length, the true rate."""
    return tuple(fmean(values[first:last]) for first, last in pairwise((0, *changes, len(values))))


def _segment(logs: Sequence[float], first: int, last: int, least: float) -> list[int]:
    place = _best_split(logs[first:last], least)
    if place is None:
        return []
    middle = first + place
    return [*_segment(logs, first, middle, least), middle, *_segment(logs, middle, last, least)]


def _best_split(logs: Sequence[float], least: float) -> int | None:
    place = _place(logs, least)
    if place is None:
        return None
    count, before, after = len(logs), logs[:place], logs[place:]
    # A further change on either side is no noise: what is left when it is taken out too is.
    rest = [*_without_levels(before, least), *_without_levels(after, least)]
    variance = max(sum(value * value for value in rest) / (count - 2), _LEAST_VARIANCE)
    memory = _correlation(rest)
    error = math.sqrt(variance * (1 + memory) / (1 - memory) * (1 / place + 1 / (count - place)))
    return place if abs(fmean(after) - fmean(before)) >= (THRESHOLD + FEW_POINTS / count) * error else None


def _place(logs: Sequence[float], least: float) -> int | None:
    """Return where a split takes the most off the sum of squares; None where the levels beside it are too near."""
    count, total = len(logs), sum(logs)
    best, place, left = 0.0, 0, 0.0
    for index in range(1, count - LEAST_POINTS + 1):
        left += logs[index - 1]
        if index >= LEAST_POINTS:
            gain = (left / index - (total - left) / (count - index)) ** 2 * index * (count - index) / count
            if gain > best:
                best, place = gain, index
    if not place or abs(fmean(logs[place:]) - fmean(logs[:place])) < least:
        return None
    return place


def _without_levels(logs: Sequence[float], least: float) -> list[float]:
    place = _place(logs, least)
    parts = [logs] if place is None else [logs[:place], logs[place:]]
    return [value - fmean(part) for part in parts for value in part]


def _correlation(rest: Sequence[float]) -> float:
    """Return how much a point has of the one before it (lag-1 autocorrelation), from 0 to 0.9."""
    square = sum(value * value for value in rest)
    if square <= 0:
        return 0.0
    found = sum(one * other for one, other in pairwise(rest)) / square
    # Of few points it comes out too small (Kendall, Biometrika 41, 1954).
    return min(max(found + (1 + 4 * found) / len(rest), 0.0), _MOST_CORRELATION)
