"""Find where a series changes its level, by binary segmentation on logarithms that allows for autocorrelation.

Source: the split is that of Scott and Knott (Biometrics 30, 1974), as reviewed in Killick and Eckley, "changepoint: An
R Package" (Journal of Statistical Software 58, 2014). Throughput is autocorrelated, and a test for independent points
would find too many changes. So the variance of a mean is that of a first-order autoregression, which is larger by the
factor (1 + r) / (1 - r) for a correlation of r (Priestley, Spectral Analysis and Time Series, 1981, 5.3).
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

LEAST_RATIO = 2.0
"""If two levels of a rate differ by at least this ratio, one mean does not describe the rate."""

LEAST_POINTS = 4
"""Minimum number of points on each side of a change."""

THRESHOLD = 6.0
FEW_POINTS = 60.0
"""The levels must differ by 6 + 60 / points standard errors.

The usual 2 would be too few, because the best of many splits is tested. With few points, the autocorrelation is not
well known, so more are needed. With these numbers, at most 1 of 100 series of one level is found to have two
(simulated in the tests).
"""

_LEAST_VARIANCE = 1e-6
"""Smallest noise, as a standard deviation of logarithms: 0.1 %. A series that a limit makes flat has no noise."""

_MOST_CORRELATION = 0.9


def change_points(values: Sequence[float], least_ratio: float) -> tuple[int, ...]:
    """Return the indexes at which a series of positive values changes its level, in order.

    Args:
        values: the values in order of time. Zeros are replaced by the smallest value above zero.
        least_ratio: minimum ratio, above 1, of the levels on the two sides of a change.

    Returns:
        The index of the first value of each new level; empty if there is only one level.
    """
    positive = [value for value in values if value > 0]
    if not positive:
        return ()
    floor = min(positive)
    logs = [math.log(max(value, floor)) for value in values]
    least = math.log(least_ratio)
    return tuple(_alternation(logs, least) or sorted(_segment(logs, 0, len(logs), least)))


def levels(values: Sequence[float], changes: Sequence[int]) -> tuple[float, ...]:
    """Return the arithmetic mean between each two changes. For rates in equal windows, this is the true rate."""
    return tuple(fmean(values[first:last]) for first, last in pairwise((0, *changes, len(values))))


def two_levels(found: Sequence[float]) -> tuple[float, float] | None:
    """Return the lower and the higher of two levels between which a series moves; None if it does not return.

    A series that returns to its first level has not changed permanently. Two levels are the same if they differ by less
    than the square root of LEAST_RATIO.

    Args:
        found: all levels of a series above zero, in order.
    """
    ours, others = found[::2], found[1::2]
    if len(found) < 3 or min(found) <= 0:
        return None
    if max(max(ours) / min(ours), max(others) / min(others)) >= math.sqrt(LEAST_RATIO):
        return None
    one, other = (math.exp(fmean(map(math.log, group))) for group in (ours, others))
    return min(one, other), max(one, other)


def _segment(logs: Sequence[float], first: int, last: int, least: float) -> list[int]:
    place = _best_split(logs[first:last], least)
    if place is None:
        return []
    middle = first + place
    return [*_segment(logs, first, middle, least), middle, *_segment(logs, middle, last, least)]


def _alternation(logs: Sequence[float], least: float) -> list[int]:
    """Return the indexes at which a series moves from one of two levels to the other; empty unless it has exactly two.

    Binary segmentation misses levels that return, because the two sides of each split have similar means. So the values
    are first split into two groups (Otsu, IEEE Transactions on Systems, Man, and Cybernetics 9, 1979).
    """
    ordered = sorted(logs)
    place = _place(ordered, least)
    if place is None:
        return []
    low, high = ordered[:place], ordered[place:]
    rest = [value - fmean(group) for group in (low, high) for value in group]
    deviation = math.sqrt(max(sum(value * value for value in rest) / (len(rest) - 2), _LEAST_VARIANCE))
    if fmean(high) - fmean(low) < THRESHOLD * deviation:
        return []
    border = (low[-1] + high[0]) / 2
    places = [at for at, (one, other) in enumerate(pairwise(logs), 1) if (one > border) != (other > border)]
    lengths = [last - first for first, last in pairwise((0, *places, len(logs)))]
    return places if len(places) > 1 and min(lengths) >= LEAST_POINTS else []


def _best_split(logs: Sequence[float], least: float) -> int | None:
    place = _place(logs, least)
    if place is None:
        return None
    count, before, after = len(logs), logs[:place], logs[place:]
    # A further change on either side is not noise: the noise is what remains without that change.
    rest = [*_without_levels(before, least), *_without_levels(after, least)]
    variance = max(sum(value * value for value in rest) / (count - 2), _LEAST_VARIANCE)
    memory = _correlation(rest)
    error = math.sqrt(variance * (1 + memory) / (1 - memory) * (1 / place + 1 / (count - place)))
    return place if abs(fmean(after) - fmean(before)) >= (THRESHOLD + FEW_POINTS / count) * error else None


def _place(logs: Sequence[float], least: float) -> int | None:
    """Return the split that reduces the sum of squares most; None if the levels on its sides are too close."""
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
    """Return the lag-one autocorrelation, limited to the range from 0 to 0.9."""
    square = sum(value * value for value in rest)
    if square <= 0:
        return 0.0
    found = sum(one * other for one, other in pairwise(rest)) / square
    # For few points, the plain estimate is too small (Kendall, Biometrika 41, 1954).
    return min(max(found + (1 + 4 * found) / len(rest), 0.0), _MOST_CORRELATION)
