"""Make independent values from an autocorrelated series, to get an interval for the mean of one long measurement.

The rates of neighbouring half seconds of a disk are correlated, so an interval that treats them as independent is far
too narrow. The means of long enough batches are not correlated. Source: Fishman, "Grouping observations in digital
simulation" (Management Science 24, 1978): batches are doubled until their means are no longer correlated.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

LEAST = 10
"""Minimum number of batches. With fewer, the interval is wide or narrow by chance, and correlation is not detected."""

_CLEAR = 0.65
"""Largest correlation that counts as none, in multiples of 1 / sqrt(batches).

One of four uncorrelated series has a larger correlation.
"""


def batch_means(values: Sequence[float]) -> list[float]:
    """Return means of batches of a series that may be treated as independent.

    Args:
        values: the values of equal time windows, in order of time.

    Returns:
        At least LEAST means of batches of equal length. If the values do not fill all batches, the first values are
        left out. Empty if the series is too short, or its values are correlated over too long a time.
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
    """Return the lag-one autocorrelation of a series, from -1 to 1; 0 if all values are equal.

    It is corrected for the bias of short series (Marriott and Pope, Biometrika 41, 1954).
    """
    mean = fmean(values)
    total = math.fsum((value - mean) ** 2 for value in values)
    if total == 0:
        return 0.0
    found = math.fsum((a - mean) * (b - mean) for a, b in pairwise(values)) / total
    return min(1.0, found + (1 + 4 * found) / len(values))
