"""Independent values out of a series that remembers: what one long measurement says of its own mean.

Neighbouring half seconds of a disk are alike, and an interval that takes them for independent is far too narrow. Means
of batches that are long enough forget each other. Source: Fishman, "Grouping observations in digital simulation"
(Management Science 24, 1978): batches are doubled until their means are not correlated any more.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

LEAST = 10
"""Batches at the least: fewer have an interval that is wide or narrow by luck, and hide what correlates them."""

_CLEAR = 0.65
"""Correlation, in multiples of 1 / sqrt(batches), that counts as none: one series in four without memory has more."""


def batch_means(values: Sequence[float]) -> list[float]:
    """Return the means of batches of a series that may be taken for independent.

    Args:
        values: in order of time, of equal windows.

    Returns:
        LEAST means or more, of batches of one length; what does not fill the last batch is left out of the first.
        Empty where the series is too short for as many, or remembers for too long: then nothing is known of its mean.
    """
    size = 1
    while len(values) // size >= LEAST:
        count = len(values) // size
        start = len(values) - count * size
        means = [fmean(values[place : place + size]) for place in range(start, len(values), size)]
        if correlation(means) <= _CLEAR / math.sqrt(count):
            return means
        size *= 2
    return []


def correlation(values: Sequence[float]) -> float:
    """Return how much each value of a series is like the one before it, from -1 to 1; 0 where all are equal.

    It is the lag-one autocorrelation, corrected for the bias of short series (Marriott and Pope, Biometrika 41, 1954).
    """
    mean = fmean(values)
    total = math.fsum((value - mean) ** 2 for value in values)
    if total == 0:
        return 0.0
    found = math.fsum((a - mean) * (b - mean) for a, b in pairwise(values)) / total
    return min(1.0, found + (1 + 4 * found) / len(values))
