"""Compute how much a rate varies within a run, and how slow its slowest turn is, with standard errors.

The variation is the coefficient of variation: the standard deviation of all half seconds of a run, as a share of their
mean. A run has few turns, and rates of disks are far from normal. So the standard error is computed by the jackknife on
the logarithm of the variance, which omits each turn in turn (Miller, "Jackknifing variances", Annals of Mathematical
Statistics 39, 1968).
"""

import math
from collections.abc import Sequence
from statistics import fmean, median, stdev, variance

from hostcheck.stats.estimate import Level, logarithms
from hostcheck.stats.turns import level_of_turns

LEAST_TURNS = 5
"""Minimum number of turns. With fewer, a single turn would determine the variation."""

FLOOR = 0.03
"""Minimum variation, as a share. A half second that ends within a burst varies by this much.

So all steady disks have equal values, and a disk that varies by 30 % is at most ten times less steady.
"""


def level_of_variation(turns: Sequence[Sequence[float]]) -> Level:
    """Return the coefficient of variation, as a share.

    Args:
        turns: the rates of each turn, in windows of equal length. At least LEAST_TURNS turns, with a rate above zero.

    Raises:
        ValueError: if there are fewer turns, or all rates are zero.
    """
    if len(turns) < LEAST_TURNS:
        raise ValueError(f"a variation needs {LEAST_TURNS} turns")
    count, whole = len(turns), _log_variation(turns)
    rest = (_log_variation([*turns[:place], *turns[place + 1 :]]) for place in range(count))
    pseudo = [count * whole - (count - 1) * without for without in rest]
    return Level(whole, math.sqrt(variance(pseudo) / count), count - 1)


def worst_of_turns(values: Sequence[float]) -> Level:
    """Return the rate of a run's slowest turn, and how far the slowest turn of another run may be from it.

    The slowest turn lies some number of standard deviations below the centre. The deviation and the centre are both
    uncertain. With more turns, the slowest one is slower, so only runs with similar numbers of turns are comparable.

    Args:
        values: one rate above zero for each turn.

    Raises:
        ValueError: if there are fewer than LEAST_TURNS, or one is not above zero.
    """
    if len(values) < LEAST_TURNS:
        raise ValueError(f"a slowest turn needs {LEAST_TURNS} turns")
    logs = logarithms(values)
    centre = level_of_turns(values)
    assert centre.error is not None
    below = (centre.log - min(logs)) / math.sqrt(2 * (len(logs) - 1))
    return Level(min(logs), math.hypot(centre.error, below), centre.degrees)


def share(values: Sequence[float]) -> float:
    """Return the coefficient of variation of positive values; 0 for one value."""
    return stdev(values) / fmean(values) if len(values) > 1 else 0.0


def within(turns: Sequence[Sequence[float]]) -> float:
    """Return the median of the coefficients of variation within each turn."""
    return median(share(turn) for turn in turns if fmean(turn) > 0)


def _log_variation(turns: Sequence[Sequence[float]]) -> float:
    flat = [value for turn in turns for value in turn]
    return 0.5 * math.log(variance(flat) / fmean(flat) ** 2 + FLOOR**2)
