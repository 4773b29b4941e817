"""Compute the level of a rate that varies over time, from short turns that are spread over a minute or more.

Each turn is one batch: variation within the turn averages out in its mean. Between turns the rate of a disk varies at
    all time scales. So the standard error of the centre is not the deviation of n turns divided by sqrt(n), and it does
    not fall to zero as turns are added: a change that takes minutes affects all turns of a run. The variance of the
    centre is therefore

    s² · ((1 + r) / (1 - r) / n + LASTING²) + ACCURACY²

where s is the standard deviation of the turns and r their lag-one autocorrelation; a negative r counts as 0. The
variation within turns is further evidence for s: in the median of recorded disks, the turns vary by about twice as much
as independent half seconds would make their means vary. The first part is the variance of a first-order autoregression
(Priestley, Spectral Analysis and Time Series, 1981, 5.3). The second part is the variation that takes longer than the
run. It is proportional to the variation within the run: for noise whose power falls with the frequency, each range of
time scales has a similar share (Voss, 33rd Annual Symposium on Frequency Control, 1979). The last part is the accuracy
of a run: on a disk that an I/O limit keeps at one rate, s is close to zero.

The centre is that of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963), the median of the means of all
pairs. For independent turns it varies hardly more than the mean, and a turn that stalled changes it little.
All computations use logarithms, as in ``hostcheck.stats.estimate``.
"""

import math
from collections.abc import Sequence
from itertools import combinations_with_replacement
from statistics import fmean, median, variance

from hostcheck.stats.batches import correlation
from hostcheck.stats.estimate import Level, logarithms

LASTING = 0.6
"""Variation that takes longer than a run, as a share of the standard deviation between its turns.

Measured with benchmarks/own/coverage.py: on recorded disks that varied, the intervals then cover the mean of the
surrounding twenty minutes 95 times in 100 (docs/performance.md).
"""

OUTER = 2.0
"""Standard deviation between turns, as a multiple of the one that variation within turns gives their means.

The multiple is 1 for variation that is shorter than a turn. Recorded disks had 1.6 to 2.1.
"""

MOST_OUTER = 6.0
"""Largest variance that is inferred from variation within turns, as a multiple of the variance of the turns.

If the end of a window cuts a burst, the windows of a limited disk differ, but its turns do not.
"""

ACCURACY = 0.002
"""Standard error of a run's rate on a disk of known speed, as a share. hostcheck calibrate permits 0.5 %."""

_MOST_CORRELATION = 0.8
"""Largest correlation that is used. A larger one cannot be estimated from so few turns, and would make the interval
useless.
"""


def level_of_turns(values: Sequence[float], windows: Sequence[Sequence[float]] = ()) -> Level:
    """Return the level of a positive quantity.

    Args:
        values: one value for each turn, in order of time. The turns are of equal length.
        windows: the values of each turn in windows of equal length; empty if they are not known. A few turns may be
            alike by chance, so the variation within turns and the variation between turns have equal weights.

    Raises:
        ValueError: if there are no values, or one is not above zero.
    """
    logs = logarithms(values)
    centre = median((one + other) / 2 for one, other in combinations_with_replacement(logs, 2))
    if len(logs) < 2:
        return Level(centre, None, 0)
    memory = min(max(correlation(logs), 0.0), _MOST_CORRELATION)
    share = (1 + memory) / (1 - memory) / len(logs) + LASTING**2
    square, degrees = variance(logs), len(logs) - 1
    if inner := _within(windows):
        shown = min(OUTER**2 * fmean(inner), MOST_OUTER * square)
        square = (degrees * square + len(inner) * shown) / (degrees + len(inner))
        degrees += len(inner)
    return Level(centre, math.hypot(math.sqrt(square * share), ACCURACY), degrees)


def _within(windows: Sequence[Sequence[float]]) -> list[float]:
    """Return the variance of each turn's mean, on logarithms, from the turn's windows. Windows at zero are left out."""
    turns = [turn for turn in windows if len(turn) > 1 and min(turn) > 0 and math.isfinite(max(turn))]
    return [variance(map(math.log, turn)) / len(turn) for turn in turns]


def level_of_runs(runs: Sequence[Level]) -> Level:
    """Return the level of several runs of one host: the mean of their levels.

    Its variance comes from the runs' own errors. If the runs differ by more than these explain, it comes from the
    differences between the runs (DerSimonian and Laird, Controlled Clinical Trials 7, 1986). The degrees of freedom are
    Satterthwaite's.

    Args:
        runs: at least one level.
    """
    centre = fmean(run.log for run in runs)
    known = [(run.error, run.degrees) for run in runs if run.error is not None]
    if len(runs) < 2 or len(known) < len(runs):
        return Level(centre, runs[0].error if len(runs) == 1 else None, runs[0].degrees)
    own, between = fmean(error**2 for error, _ in known), between_runs(runs)
    within = own**2 / sum(degrees for _, degrees in known)
    degrees = (own + between) ** 2 / (within + between**2 / (len(runs) - 1))
    return Level(centre, math.sqrt((own + between) / len(runs)), degrees)


def between_runs(runs: Sequence[Level]) -> float:
    """Return the variance between runs of one host, on logarithms, that the runs' own errors do not explain.

    A run with an unknown error is treated as if it had no error.

    Args:
        runs: at least two levels.
    """
    own = fmean((run.error or 0.0) ** 2 for run in runs)
    return max(0.0, variance([run.log for run in runs]) - own)
