"""Estimators: methods that compute a metric's value and interval from its samples.

Each method has a name with a version, which the metric records, so that a reader of the run file can compute the value
again. A changed method gets a new version, and the old version is kept.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, median, stdev
from types import MappingProxyType

from hostcheck.run.details import DiskDetail
from hostcheck.run.independent import BATCHES, RUN, by_run, independent, samples_by_run, values_of
from hostcheck.run.measured import Metric, Sample
from hostcheck.stats.estimate import Estimate, Level, estimate, level
from hostcheck.stats.steadiness import FLOOR, level_of_variation, worst_of_turns
from hostcheck.stats.turns import level_of_runs, level_of_turns

UNSTABLE_SHARE = 0.10
"""A metric is unstable if its standard deviation is at least this share of the mean.

Source: pyperf's "the standard deviation is ≥ 10 % of the mean" warning (pyperf check).
"""

GEOMETRIC_MEAN = "geometric-mean-t/1"
"""Geometric mean of the valid samples, with Student's t interval on logarithms."""

BATCH_MEANS = "batch-means-t/1"
"""As GEOMETRIC_MEAN, but the interval is computed from the batches of samples that have them. Only long ones do."""

TURNS = "turns-t/2"
"""For turns that are spread over a run: their centre, and an interval that includes the variation within turns, between
turns, and over times longer than the run."""

EARLIER_TURNS = "turns-t/1"
"""As TURNS, but the interval does not include the variation within turns."""

POOLED = "pooled-runs-t/1"
"""For samples of several runs. If the runs differ by more than their samples explain, each run is used as one value."""


POOLED_TURNS = "pooled-turns-t/2"
"""For turns of several runs: the mean of the runs' levels. The interval includes the variation between runs."""

EARLIER_POOLED_TURNS = "pooled-turns-t/1"
"""As POOLED_TURNS, but the interval does not include the variation within turns."""

VARIATION = "variation-jackknife/1"
"""Coefficient of variation of the half seconds of all turns, in percent; for several runs, the mean of their
coefficients."""

OVER_HOURS = "variation-of-visits-jackknife/1"
"""Coefficient of variation of the medians of the visits of an endurance run, in percent."""

WORST = "slowest-turn/1"
"""The slowest turn. The interval estimates the slowest turn of another run, and ends at this run's slowest turn."""

SEEN = "range-of-samples/1"
"""The interval is from the lowest to the highest sample."""

AVERAGES = "median-and-mean/1"
"""The interval is from the lower to the higher of median and mean."""

GAIN = "ratio-of-intervals/1"
"""The ratio of two values. The interval spans all ratios that the intervals of both values allow."""

MOVING = (TURNS, POOLED_TURNS, EARLIER_TURNS, EARLIER_POOLED_TURNS)
"""The estimators of rates that vary within a run. The interval includes the spread of the samples, which does not make
the metric unstable."""


OF_RUNS = (POOLED, POOLED_TURNS, EARLIER_POOLED_TURNS)
"""The estimators of several runs."""


def counted(samples: Sequence[Sample]) -> list[float]:
    """Return the values of the valid samples."""
    return [s.value for s in samples if s.valid and s.value is not None and s.value > 0 and math.isfinite(s.value)]


def estimate_of(estimator: str, samples: Sequence[Sample]) -> Estimate | None:
    """Compute a metric's value and interval; None if there is no valid sample.

    Args:
        estimator: a key of ESTIMATORS or DERIVED.
        samples: all samples, valid or not.
    """
    return {**ESTIMATORS, **DERIVED}[estimator](samples) if counted(samples) else None


def estimator_of(metric: Metric) -> str:
    """Return the name of a metric's estimator. For files of the first release, it follows from the samples."""
    if metric.estimator:
        return metric.estimator
    if any(RUN in sample.detail for sample in metric.samples):
        return POOLED
    return BATCH_MEANS if any(BATCHES in sample.detail for sample in metric.samples) else GEOMETRIC_MEAN


def values_for(metric: Metric) -> list[float]:
    """Return the values from which a metric's interval is computed; empty without a valid sample.

    They are independent, unless the metric's estimator has a special level (``has_own_level``).

    Raises:
        KeyError: if the metric's estimator is unknown.
    """
    return _VALUES[estimator_of(metric)](metric.samples)


def has_own_level(metric: Metric) -> bool:
    """Return whether the metric's estimator computes a level other than the mean of independent samples."""
    return estimator_of(metric) in _LEVELS


def level_for(metric: Metric) -> Level:
    """Return the level of a metric: its logarithm, with the standard error. The metric needs at least one valid sample.

    Raises:
        KeyError: if the metric's estimator is unknown.
    """
    found = _LEVELS.get(estimator_of(metric))
    return found(metric.samples) if found else level(values_for(metric))


def turns_of(samples: Sequence[Sample]) -> list[list[float]]:
    """Return the rates of the half seconds of each valid sample that has them, in the unit of the sample's value."""
    found = []
    for sample in samples:
        detail = DiskDetail(sample.detail)
        if sample.valid and sample.value is not None and sample.value > 0 and detail.iops and detail.halves:
            found.append([rate * sample.value / detail.iops for rate in detail.halves])
    return found


def spread_share(values: Sequence[float]) -> float:
    """Return the standard deviation as a share of the mean; 0 for one value."""
    return stdev(values) / fmean(values) if len(values) > 1 else 0.0


def _geometric_mean(samples: Sequence[Sample]) -> Estimate:
    return estimate(counted(samples))


def _turns(samples: Sequence[Sample]) -> Level:
    return level_of_turns(counted(samples), turns_of(samples))


def _earlier_turns(samples: Sequence[Sample]) -> Level:
    return level_of_turns(counted(samples))


def _pooled_turns(samples: Sequence[Sample]) -> Level:
    return level_of_runs([_turns(run) for run in samples_by_run(samples)])


def _earlier_pooled_turns(samples: Sequence[Sample]) -> Level:
    return level_of_runs([level_of_turns(values) for values in by_run(samples)])


def _variation(samples: Sequence[Sample]) -> Level:
    found = level_of_runs([level_of_variation(turns_of(run)) for run in samples_by_run(samples)])
    return replace(found, log=found.log + math.log(100))


def _above_floor(found: Estimate) -> Estimate:
    # What is in every variation is below none.
    return replace(
        found, interval=found.interval and (min(max(found.interval[0], 100 * FLOOR), found.value), found.interval[1])
    )


def _over_hours(samples: Sequence[Sample]) -> Level:
    found = level_of_variation([[median(values)] for values in by_run(samples)])
    return replace(found, log=found.log + math.log(100))


def _worst(samples: Sequence[Sample]) -> Level:
    return level_of_runs([worst_of_turns(values) for values in by_run(samples)])


def _slowest_seen(samples: Sequence[Sample]) -> Estimate:
    seen, found = min(counted(samples)), _worst(samples).estimate
    return Estimate(seen, (min(found.interval[0], seen), seen) if found.interval else None)


def _batches(samples: Sequence[Sample]) -> list[float]:
    return [value for sample in samples for value in values_of(sample)]


def _batch_means(samples: Sequence[Sample]) -> Estimate:
    return Estimate(_geometric_mean(samples).value, estimate(_batches(samples)).interval)


def _pooled(samples: Sequence[Sample]) -> Estimate:
    return estimate(independent(samples))


def _estimated(level_of: Callable[[Sequence[Sample]], Level]) -> Callable[[Sequence[Sample]], Estimate]:
    return lambda samples: level_of(samples).estimate


_LEVELS: Mapping[str, Callable[[Sequence[Sample]], Level]] = MappingProxyType(
    {
        TURNS: _turns,
        POOLED_TURNS: _pooled_turns,
        EARLIER_TURNS: _earlier_turns,
        EARLIER_POOLED_TURNS: _earlier_pooled_turns,
        VARIATION: _variation,
        WORST: _worst,
        OVER_HOURS: _over_hours,
    }
)

DERIVED: Mapping[str, Callable[[Sequence[Sample]], Estimate]] = MappingProxyType(
    {
        VARIATION: lambda samples: _above_floor(_variation(samples).estimate),
        OVER_HOURS: lambda samples: _above_floor(_over_hours(samples).estimate),
        WORST: _slowest_seen,
    }
)
"""The estimators of metrics that are computed from another metric's samples (run/steadiness.py). No run file names
them."""

ESTIMATORS: Mapping[str, Callable[[Sequence[Sample]], Estimate]] = MappingProxyType(
    {GEOMETRIC_MEAN: _geometric_mean, BATCH_MEANS: _batch_means, POOLED: _pooled}
    | {name: _estimated(found) for name, found in _LEVELS.items() if name not in DERIVED}
)
"""The estimators by name and version. Each is called with at least one valid sample."""

_VALUES: Mapping[str, Callable[[Sequence[Sample]], list[float]]] = MappingProxyType(
    {GEOMETRIC_MEAN: counted, BATCH_MEANS: _batches, POOLED: independent} | dict.fromkeys(_LEVELS, counted)
)
"""For each estimator, the function that returns the values from which it computes the interval."""
