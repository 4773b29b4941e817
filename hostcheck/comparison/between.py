"""Estimate how much two runs of one host may differ, for reasons that repetitions within a run do not show.

Such reasons are the neighbours on the machine, the file's place on the disk, and the host's cache. If several runs of a
host are pooled, their interval includes this difference. Otherwise, it is estimated from earlier runs of the host and
from the differences of recorded hosts; without earlier runs, from the recorded hosts only (docs/performance.md).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hostcheck.run.details import DiskDetail
from hostcheck.run.estimators import (
    DERIVED,
    EARLIER_POOLED_TURNS,
    EARLIER_TURNS,
    ESTIMATORS,
    GEOMETRIC_MEAN,
    OF_RUNS,
    POOLED,
    POOLED_TURNS,
    TURNS,
    counted,
    estimator_of,
    level_for,
)
from hostcheck.run.independent import by_run, samples_by_run
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import of_steadiness
from hostcheck.run.model import Run
from hostcheck.run.settings import comparable
from hostcheck.run.steadiness import measured
from hostcheck.stats.student import t_quantile
from hostcheck.stats.turns import between_runs

RUN_TO_RUN = 0.15
"""How much two runs of one host may differ, as a share. Measured on recorded hosts."""

CROWDED_RUN_TO_RUN = 0.35
"""How much two runs may differ, as a share, in a rate that varied while other work kept the CPUs busy. This work
differs from run to run."""

CROWDED_WIDER = 1.75
"""In such a rate, two runs may also differ by this multiple of the rate's own interval.

With it, 3 of 828 pairs of disjoint runs of recorded disks were called different; with 35 % only, 41 were
(docs/performance.md).
"""

VARIATION_RUN_TO_RUN = 1.0
CROWDED_VARIATION = 4.0
"""How much two runs may differ, as a share, in the variation of such a rate. It exceeds the rate's own difference."""

MOVED_WIDTH = 0.05
"""A rate varied if half the width of its interval exceeds this share of the rate.

A rate that an I/O limit sets has a narrower interval, because other work does not change it.
"""

KNOWN_RUNS = 3
"""Minimum number of earlier runs for an estimate of their difference."""

SHOWN = 2.0
"""The ratio of two hosts that a comparison should be able to show."""

MOST_NEEDED = 30

LATEST = 10
"""Maximum number of earlier runs that are used, the latest first. Older runs are less similar."""

_OF_ONE = {POOLED: GEOMETRIC_MEAN, POOLED_TURNS: TURNS, EARLIER_POOLED_TURNS: EARLIER_TURNS}
"""The estimator of a single run, by the estimator that pools several runs."""

_TRUSTED = 4
"""Degrees of freedom of the value from recorded hosts. The value has the weight of five runs of this host."""

_NORMAL = 1.96


def margin(metric: Metric, earlier: Sequence[Metric] = ()) -> float:
    """Return how far a run's value may be from the mean of the host's runs: half of a 95 % interval, on logarithms.

    Args:
        metric: the metric of the run.
        earlier: this metric in earlier runs of the host.
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
    """Return whether no margin is needed: the interval of pooled runs includes it, or the value is published."""
    return metric.state == "published" or _runs(metric) >= KNOWN_RUNS


def source_of(metrics: Sequence[Metric], earlier: int) -> str:
    """Return in words where the difference between two runs of a host is known from.

    Args:
        metrics: the measured metrics of the host.
        earlier: the number of its earlier runs.
    """
    if all(map(is_in_interval, metrics)):
        return "as the pooled runs differ"
    if earlier >= KNOWN_RUNS:
        return f"as the last {earlier} runs in the history differ"
    more = "; more where other work kept the CPUs busy" if any(map(moved_in_a_crowd, metrics)) else ""
    return f"{100 * RUN_TO_RUN:.0f} %, as recorded hosts differ{more}"


def runs_needed(metric: Metric) -> int:
    """Return how many runs of each of two such hosts must be pooled to show a ratio of SHOWN.

    The interval of pooled runs contains the difference between runs. That difference is assumed to be CROWDED_WIDER
    times the run's own interval.

    Returns:
        The number of runs: 1 if single runs are enough; MOST_NEEDED if even this many may not be enough.
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
    """Return whether a metric varied while other work kept the host's CPUs busy in most samples."""
    if metric.interval is None or not metric.value:
        return False
    crowded = sum(DiskDetail(sample.detail).crowded for sample in metric.samples if sample.valid)
    moved = (metric.interval[1] - metric.interval[0]) / 2 > MOVED_WIDTH * metric.value
    return (moved or metric.unit == "%") and 2 * crowded > sum(sample.valid for sample in metric.samples)


def earlier_of(run: Run, history: Iterable[Run]) -> tuple[Run, ...]:
    """Return the latest runs of the host of ``run`` that began before ``run``, the oldest first."""
    own = [other for other in history if other.host.key == run.host.key and other.started < run.started]
    return tuple(sorted(own, key=lambda other: other.started)[-LATEST:])


def figures_of(metric: Metric, runs: Iterable[Run]) -> tuple[Metric, ...]:
    """Return a metric from those runs that measured it with equal units, settings and methods.

    A pooled metric, such as that of an endurance run with its visits, is split into one for each run, because they show
    how much single runs differ.
    """
    found = (measured(run, metric.id) for run in runs)
    alike = (other for other in found if other is not None and _is_alike(other, metric))
    return tuple(single for other in alike for single in _singly(other))


def _singly(metric: Metric) -> tuple[Metric, ...]:
    """Return one metric for each run that was pooled into a rate; the metric itself if it is of one run, or derived."""
    estimator = _OF_ONE.get(estimator_of(metric))
    if estimator is None:
        return (metric,)
    runs = samples_by_run(metric.samples)
    return tuple(replace(metric, samples=tuple(samples), estimator=estimator) for samples in runs)


def _is_alike(other: Metric, metric: Metric) -> bool:
    return (
        other.value is not None
        and other.state != "published"
        and (other.unit, other.better, comparable(other)) == (metric.unit, metric.better, comparable(metric))
        and bool(counted(other.samples))
        and (estimator_of(other) in ESTIMATORS or estimator_of(other) in DERIVED)
    )


def _prior(metric: Metric) -> float:
    crowded = moved_in_a_crowd(metric)
    if metric.unit == "%":
        return math.log1p(CROWDED_VARIATION if crowded else VARIATION_RUN_TO_RUN) / math.sqrt(2)
    if not crowded:
        return math.log1p(RUN_TO_RUN) / math.sqrt(2)
    return math.hypot(math.log1p(CROWDED_RUN_TO_RUN) / math.sqrt(2), math.sqrt(CROWDED_WIDER**2 - 1) * _half(metric))


def _half(metric: Metric) -> float:
    """Return half of the width of a metric's interval, on logarithms; 0 without an interval."""
    if metric.interval is None or not metric.interval[0] > 0:
        return 0.0
    return math.log(metric.interval[1] / metric.interval[0]) / 2


def _runs(metric: Metric) -> int:
    pooled = estimator_of(metric) in OF_RUNS or of_steadiness(metric.id)
    return len(by_run(metric.samples)) if pooled else 1
