"""Compute the difference of two quantities and its interval, from pairs measured in turns or from two groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from hostcheck.stats.student import t_quantile

_UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference, in the unit of the samples.

    Attributes:
        value: the mean of the differences within each turn, or the difference of the two means.
        interval: its 95 % interval (Student's t); None for fewer than two turns.
    """

    value: float
    interval: tuple[float, float] | None

    @property
    def is_above_zero(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.interval is not None and self.interval[0] > 0


def difference(minuends: Sequence[float], subtrahends: Sequence[float]) -> Difference:
    """Return the mean difference of pairs.

    Both values of a pair are measured in one turn, so that a disturbance affects both.

    Args:
        minuends: one value for each turn.
        subtrahends: the value to subtract, for the same turns.

    Raises:
        ValueError: if there are no turns, or the two numbers of values differ.
    """
    found = [one - other for one, other in zip(minuends, subtrahends, strict=True)]
    if not found:
        raise ValueError("a difference needs a turn")
    value = fmean(found)
    if len(found) < 2:
        return Difference(value, None)
    half = t_quantile(_UPPER, len(found) - 1) * math.sqrt(variance(found) / len(found))
    return Difference(value, (value - half, value + half))


def difference_of_means(minuends: Sequence[float], subtrahends: Sequence[float]) -> Difference:
    """Return the difference of the means of two groups that were not measured in turns.

    The interval uses the degrees of freedom of the smaller group, which is the least that Welch's formula can give.

    Args:
        minuends: values of one group.
        subtrahends: values of the other.

    Raises:
        ValueError: if a group has fewer than two values.
    """
    groups = (minuends, subtrahends)
    if min(map(len, groups)) < 2:
        raise ValueError("the interval of a difference needs two values of each group")
    value = fmean(minuends) - fmean(subtrahends)
    error = math.sqrt(sum(variance(group) / len(group) for group in groups))
    half = t_quantile(_UPPER, min(map(len, groups)) - 1) * error
    return Difference(value, (value - half, value + half))
