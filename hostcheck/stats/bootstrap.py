"""Intervals by resampling, for the ratio of two medians, which has no formula.

If one sample in ten was taken while other programs used the disk, the mean changes, but the median hardly does. Source:
Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, the percentile method.
"""

import math
import random
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from hostcheck.stats.estimate import CONFIDENCE, Estimate, require_positive

DRAWS = 2000
"""Number of resamples. Another random seed moves the ends of the interval by about a hundredth of its width."""

LEAST = 8
"""Minimum number of samples of each side. With fewer, a median can take so few values that intervals are useless."""

FENCE = 1.5
"""A sample is an outlier if it is further than this many interquartile ranges from the middle half of the samples.

Source: Tukey, Exploratory Data Analysis.
"""

_SEED = 2014


def medians_of_resamples(values: Sequence[float], chance: random.Random) -> Iterator[float]:
    """Yield the median of each of DRAWS resamples of a group of samples, drawn with replacement.

    The resamples are not built. The position of a resample's median among the sorted samples is drawn from its known
    distribution, so a thousand samples take as long as ten. The k-th smallest of n uniform numbers has the beta
    distribution with parameters k and n + 1 - k; the next larger one is the smallest of n - k further numbers. Source:
    David and Nagaraja, Order Statistics (2003), section 2.
    """
    ranked, count = sorted(values), len(values)
    below = (count + 1) // 2
    for _ in range(DRAWS):
        place = chance.betavariate(below, count + 1 - below)
        middle = ranked[min(int(place * count), count - 1)]
        if count % 2 == 0:
            next_place = 1 - (1 - place) * chance.random() ** (1 / (count - below))
            middle = (middle + ranked[min(int(next_place * count), count - 1)]) / 2
        yield middle


def ratio_of_medians(numerator: Sequence[float], denominator: Sequence[float]) -> Estimate:
    """Estimate the ratio of two positive quantities from the medians of their samples.

    Equal samples give equal results.

    Raises:
        ValueError: if a side has fewer than LEAST samples, or a sample is not above zero.
    """
    for side in (numerator, denominator):
        require_positive(side)
        if len(side) < LEAST:
            raise ValueError(f"a ratio of medians needs {LEAST} samples of each side")
    chance = random.Random(_SEED)  # noqa: S311 - resampling is no secret, and must be the same each time
    above, under = (medians_of_resamples(side, chance) for side in (numerator, denominator))
    found = sorted(one / other for one, other in zip(above, under, strict=True))
    outside = round(DRAWS * (1 - CONFIDENCE) / 2)
    return Estimate(median(numerator) / median(denominator), (found[outside], found[-outside - 1]))


def has_outliers(values: Sequence[float]) -> bool:
    """Return whether a sample is an outlier on logarithms. False for fewer than LEAST samples."""
    if len(values) < LEAST:
        return False
    logs = [math.log(value) for value in values]
    first, _, third = quantiles(logs, n=4, method="inclusive")
    reach = FENCE * (third - first)
    return min(logs) < first - reach or max(logs) > third + reach
