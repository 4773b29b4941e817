"""How far apart two runs of one host may lie, for reasons that repeats within a run do not show.

Such reasons are the neighbours on the machine, the file's place on the disk, and the host's cache. Where several runs
of a host are pooled, it is in their interval. Else earlier runs of the host show it, weighed against what recorded
hosts had; and where there are none, what recorded hosts had counts alone (docs/performance.md).
"""

import math
from collections.abc import Iterable, Sequence

from hostcheck.run.details import DiskDetail
from hostcheck.run.estimators import (
    ESTIMATORS,
    OF_RUNS,
    VARIATION,
    WORST,
    counted,
    estimator_of,
    level_for,
)
from hostcheck.run.independent import by_run
from hostcheck.run.metrics import of_steadiness
from hostcheck.run.model import Metric, Run
from hostcheck.run.steadiness import measured
from hostcheck.stats.student import t_quantile
from hostcheck.stats.turns import between_runs

RUN_TO_RUN = 0.15
"""How much two runs of one host may differ, as a share, as recorded hosts did."""

CROWDED_RUN_TO_RUN = 0.35
"""The same for a rate that moved while other work kept the host's CPUs busy: that work differs from run to run."""

CROWDED_WIDER = 1.75
"""And it then moves two runs by so many times what the rate's own interval says: 3 of 828 pairs of disjoint runs of
recorded disks were then called different, and 41 with 35 % alone (docs/performance.md)."""

VARIATION_RUN_TO_RUN = 1.0
CROWDED_VARIATION = 4.0
"""The same for a variation: how much a disk moves differs more from run to run than how fast it is."""

MOVED_WIDTH = 0.05
"""A rate moved where half the width of its interval is above this share: what a limit holds still, no work moves."""

KNOWN_RUNS = 3
"""With at least so many runs of a host, they show how far apart they lie."""

SHOWN = 2.0
"""A difference that a comparison of two hosts should show, as a ratio."""

MOST_NEEDED = 30

LATEST = 10
"""So many earlier runs of a host count: what it was before is less alike."""

_TRUSTED = 4
"""Degrees of freedom of what recorded hosts had: it weighs as much as five runs of this host."""

_NORMAL = 1.96


def margin(metric: Metric, earlier: Sequence[Metric] = ()) -> float:
    """Return how far a run's figure may lie from the mean of the host's runs: half of a 95 % interval, on logarithms.

    Args:
        metric: the figure.
        earlier: the same figure of earlier runs of the host.
    """
    if is_in_interval(metric):
        return 0.0
    prior = _prior(metric)
    if len(earlier) < KNOWN_RUNS:
        return prior
    degrees = len(earlier) - 1
    shown = between_runs([level_for(each) for each in earlier])
    deviation = math.sqrt((_TRUSTED * (prior / _NORMAL) ** 2 + degrees * shown) / (_TRUSTED + degrees))
    return t_quantile(0.975, _TRUSTED + degrees) * deviation


def is_in_interval(metric: Metric) -> bool:
    """Return whether no margin is needed: pooled runs have it in their interval, a published figure has none."""
    return metric.state == "published" or _runs(metric) >= KNOWN_RUNS


def runs_needed(metric: Metric) -> int:
    """Return how many runs of each of two hosts like this one, pooled, show a difference of SHOWN times.

    What lies between runs is then in their interval, and is taken as CROWDED_WIDER times what the run's own says.

    Returns:
        The number: 1 where single runs do; MOST_NEEDED where as many may not.
    """
    half, wanted = _half(metric), math.log(SHOWN)
    if math.sqrt(2) * math.hypot(half, margin(metric)) < wanted:
        return 1
    own = level_for(metric)
    error = CROWDED_WIDER * half / t_quantile(0.975, own.degrees)
    enough = (
        runs
        for runs in range(KNOWN_RUNS, MOST_NEEDED)
        if math.sqrt(2 / runs) * t_quantile(0.975, runs - 1) * error < wanted
    )
    return next(enough, MOST_NEEDED)


def moved_in_a_crowd(metric: Metric) -> bool:
    """Return whether a figure moved while other work kept the host's CPUs busy in most samples."""
    if metric.interval is None or not metric.value:
        return False
    crowded = sum(DiskDetail(sample.detail).crowded for sample in metric.samples if sample.valid)
    moved = (metric.interval[1] - metric.interval[0]) / 2 > MOVED_WIDTH * metric.value
    return (moved or metric.unit == "%") and 2 * crowded > sum(sample.valid for sample in metric.samples)


def earlier_of(run: Run, history: Iterable[Run]) -> tuple[Run, ...]:
    """Return the latest runs of a run's host in the history that began before it, the oldest first."""
    own = [other for other in history if other.host.key == run.host.key and other.started < run.started]
    return tuple(sorted(own, key=lambda other: other.started)[-LATEST:])


def figures_of(metric: Metric, runs: Iterable[Run]) -> tuple[Metric, ...]:
    """Return the figures of a metric in runs that measured it in the same way."""
    found = (measured(run, metric.id) for run in runs)
    return tuple(other for other in found if other is not None and _is_alike(other, metric))


def _is_alike(other: Metric, metric: Metric) -> bool:
    return (
        other.value is not None
        and other.state != "published"
        and (other.unit, other.better, other.settings) == (metric.unit, metric.better, metric.settings)
        and bool(counted(other.samples))
        and (estimator_of(other) in ESTIMATORS or estimator_of(other) in (VARIATION, WORST))
    )


def _prior(metric: Metric) -> float:
    crowded = moved_in_a_crowd(metric)
    if metric.unit == "%":
        return math.log1p(CROWDED_VARIATION if crowded else VARIATION_RUN_TO_RUN) / math.sqrt(2)
    if not crowded:
        return math.log1p(RUN_TO_RUN) / math.sqrt(2)
    return math.hypot(math.log1p(CROWDED_RUN_TO_RUN) / math.sqrt(2), math.sqrt(CROWDED_WIDER**2 - 1) * _half(metric))


def _half(metric: Metric) -> float:
    """Return half of the width of a figure's interval, on logarithms; 0 without one."""
    if metric.interval is None or not metric.interval[0] > 0:
        return 0.0
    return math.log(metric.interval[1] / metric.interval[0]) / 2


def _runs(metric: Metric) -> int:
    pooled = estimator_of(metric) in OF_RUNS or of_steadiness(metric.id)
    return len(by_run(metric.samples)) if pooled else 1
