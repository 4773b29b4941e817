"""The level of a rate that moves, from short turns that are spread over a minute or more.

Each turn is one batch: what moves within it is in its mean. Between the turns a rate of a disk moves at all time
scales, so neither is the deviation of n turns divided by sqrt(n) that of their centre, nor does it fall without end as
turns are added: what moves over minutes moves all turns of a run together. The variance of the centre is therefore

    s² · ((1 + r) / (1 - r) / n + LASTING²) + ACCURACY²

where s is the standard deviation of the turns (s², their variance, with what moves within turns as further evidence: a
rate whose half seconds are apart by w has turns that are apart by about twice as much as their mean would be, in
the median of recorded disks), and r their lag-one autocorrelation, of which only a positive one
counts. The first part is that of a first-order autoregression (Priestley, Spectral Analysis and Time Series, 1981,
5.3). The second part is the movement that outlasts the run, in proportion to the movement that the run shows: for noise
whose power falls with the frequency, each range of time scales has much the same share (Voss, 33rd Annual Symposium on
Frequency Control, 1979). The last part is how exactly a run measures: on a disk that a limit holds still, s is next to
nothing.

The centre is that of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963), the median of the means of all
pairs: of independent turns it moves hardly more than the mean, and a turn that stalled does not move it much.

All of it is done on logarithms, as in ``hostcheck.stats.estimate``.
"""

import math
from collections.abc import Sequence
from itertools import combinations_with_replacement
from statistics import fmean, median, variance

from hostcheck.stats.batches import correlation
from hostcheck.stats.estimate import Level, logarithms

LASTING = 0.6
"""Movement that outlasts a run, as a share of the standard deviation between its turns.

Measured with benchmarks/own/coverage.py: on recorded disks that moved, the intervals then cover the mean of the twenty
minutes around them 95 times in 100 (docs/performance.md).
"""

OUTER = 2.0
"""Standard deviation between turns, as a multiple of what movement within turns gives their means.

Noise that does not outlast a turn would have 1. Recorded disks had 1.6 to 2.1.
"""

MOST_OUTER = 6.0
"""Largest variance that movement within turns shows, as a multiple of that of the turns.

Bursts that windows cut make the windows of a disk differ that a limit holds, and not its turns.
"""

ACCURACY = 0.002
"""Standard error of a run's rate on a disk of known speed, as a share: hostcheck calibrate is within 0.5 %."""

_MOST_CORRELATION = 0.8
"""A larger one cannot be known from so few turns, and would give an interval without meaning."""


def level_of_turns(values: Sequence[float], windows: Sequence[Sequence[float]] = ()) -> Level:
    """Return the level of a positive quantity.

    Args:
        values: one value for each turn, in order of time. The turns are of equal length.
        windows: of each turn the values in windows of equal length; empty where they are not known. Few turns may be
            alike by chance. How much a turn moves within itself weighs as much as the turns do.

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
    """Return of each turn the variance of its mean that its windows give, on logarithms; without still windows."""
    turns = [turn for turn in windows if len(turn) > 1 and min(turn) > 0 and math.isfinite(max(turn))]
    return [variance(map(math.log, turn)) / len(turn) for turn in turns]


def level_of_runs(runs: Sequence[Level]) -> Level:
    """Return the level of several runs of one host: the mean of theirs.

    Its variance is that of the runs' own errors, or where the runs are further apart than those explain, that of the
    runs (DerSimonian and Laird, Controlled Clinical Trials 7, 1986); the degrees of freedom are Satterthwaite's.

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
    """Return the variance between runs of one host, on logarithms, that their own errors do not explain.

    A run whose error is unknown explains nothing.

    Args:
        runs: at least two levels.
    """
    own = fmean((run.error or 0.0) ** 2 for run in runs)
    return max(0.0, variance([run.log for run in runs]) - own)
