"""Intervals by resampling, for what has no formula: the ratio of two medians.

A median does not move when one sample in ten was taken while others used the disk; a mean does. Source: Efron
and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, the percentile method.
"""

import math
import random
from collections.abc import Callable, Sequence
from statistics import median, quantiles

from hostcheck.stats.estimate import CONFIDENCE, Estimate, require_positive

DRAWS = 2000
"""Resamples: the interval's ends move by about a hundredth of its width from one seed to another."""

LEAST = 8
"""Samples of each side at the least: below, the few values that a median can take make intervals of any width."""

FENCE = 1.5
"""How far outside the middle half a sample is an outlier, in widths of that half: Tukey, Exploratory Data Analysis."""

_SEED = 2014


def interval(
    groups: Sequence[Sequence[float]], statistic: Callable[[Sequence[list[float]]], float]
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of several groups of independent samples; the same for the same samples.

    Args:
        groups: each is resampled by itself.
        statistic: takes one resample of each group.
    """
    chance = random.Random(_SEED)  # noqa: S311 - resampling is no secret, and must be the same each time
    found = sorted(statistic([chance.choices(group, k=len(group)) for group in groups]) for _ in range(DRAWS))
    outside = round(DRAWS * (1 - CONFIDENCE) / 2)
    return found[outside], found[-outside - 1]


def ratio_of_medians(numerator: Sequence[float], denominator: Sequence[float]) -> Estimate:
    """Estimate the ratio of two positive quantities by their samples' medians.

    Raises:
        ValueError: when a side has fewer than LEAST samples, or one is not above zero.
    """
    for side in (numerator, denominator):
        require_positive(side)
        if len(side) < LEAST:
            raise ValueError(f"a ratio of medians needs {LEAST} samples of each side")
    value = median(numerator) / median(denominator)
    return Estimate(value, interval((numerator, denominator), lambda drawn: median(drawn[0]) / median(drawn[1])))


def has_outliers(values: Sequence[float]) -> bool:
    """Whether a positive sample lies far outside the others, on logarithms; never said of fewer than LEAST."""
    if len(values) < LEAST:
        return False
    logs = [math.log(value) for value in values]
    first, _, third = quantiles(logs, n=4, method="inclusive")
    reach = FENCE * (third - first)
    return min(logs) < first - reach or max(logs) > third + reach
