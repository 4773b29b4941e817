"""Intervals by resampling, for the ratio of two medians, which has no formula.

If one sample in ten was taken while other programs used the disk, the mean changes, but the median hardly does. Source:
Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, the percentile method.
"""

import math
import random
from collections.abc import Callable, Sequence
from statistics import median, quantiles

from hostcheck.stats.estimate import CONFIDENCE, Estimate, require_positive

DRAWS = 2000
"""Number of resamples: with another random seed, the interval's ends move by about a hundredth of its width."""

LEAST = 8
"""Minimum number of samples of each side. With fewer, a median can take so few values that intervals are useless."""

FENCE = 1.5
"""A sample is an outlier if it is further than this many interquartile ranges from the middle half of the samples.

Source: Tukey, Exploratory Data Analysis.
"""

_SEED = 2014


def interval(
    groups: Sequence[Sequence[float]], statistic: Callable[[Sequence[list[float]]], float]
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of several groups of samples. Equal samples give the equal interval.

    Args:
        groups: groups of independent samples. Each group is resampled separately.
        statistic: a function of one resample of each group.
    """
    chance = random.Random(_SEED)  # noqa: S311 - resampling is no secret, and must be the same each time
    found = sorted(statistic([chance.choices(group, k=len(group)) for group in groups]) for _ in range(DRAWS))
    outside = round(DRAWS * (1 - CONFIDENCE) / 2)
    return found[outside], found[-outside - 1]


def ratio_of_medians(numerator: Sequence[float], denominator: Sequence[float]) -> Estimate:
    """Estimate the ratio of two positive quantities from the medians of their samples.

    Raises:
        ValueError: if a side has fewer than LEAST samples, or a sample is not above zero.
    """
    for side in (numerator, denominator):
        require_positive(side)
        if len(side) < LEAST:
            raise ValueError(f"a ratio of medians needs {LEAST} samples of each side")
    value = median(numerator) / median(denominator)
    return Estimate(value, interval((numerator, denominator), lambda drawn: median(drawn[0]) / median(drawn[1])))


def has_outliers(values: Sequence[float]) -> bool:
    """Return whether a sample is an outlier on logarithms. False for fewer than LEAST samples."""
    if len(values) < LEAST:
        return False
    logs = [math.log(value) for value in values]
    first, _, third = quantiles(logs, n=4, method="inclusive")
    reach = FENCE * (third - first)
    return min(logs) < first - reach or max(logs) > third + reach
