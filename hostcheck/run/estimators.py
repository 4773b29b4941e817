"""What makes a metric's figure of its samples: each way has a name and a version, which the metric carries.

A figure can so be computed anew by who reads it. A way that changes gets another version; the old one stays.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev
from types import MappingProxyType

from hostcheck.run.independent import BATCHES, RUN, independent, values_of
from hostcheck.run.model import Metric, Sample
from hostcheck.stats.estimate import Estimate, estimate

UNSTABLE_SHARE = 0.10
"""Standard deviation as a share of the mean from which a metric is unstable.

Source: pyperf's "the standard deviation is ≥ 10 % of the mean" warning (pyperf check).
"""

GEOMETRIC_MEAN = "geometric-mean-t/1"
"""Of the valid samples: geometric mean, and Student's t on logarithms."""

BATCH_MEANS = "batch-means-t/1"
"""As above, but with the interval of the batches of samples that are long enough to have some."""

POOLED = "pooled-runs-t/1"
"""Of the samples of several runs; where these differ by more than their samples explain, of one value a run."""


def counted(samples: Sequence[Sample]) -> list[float]:
    """Return the values of the samples that count."""
    return [s.value for s in samples if s.valid and s.value is not None and s.value > 0 and math.isfinite(s.value)]


def estimate_of(estimator: str, samples: Sequence[Sample]) -> Estimate | None:
    """Compute a figure with its interval; None where no sample counts.

    Args:
        estimator: one of ESTIMATORS.
        samples: every attempt, valid or not.
    """
    return ESTIMATORS[estimator](samples) if counted(samples) else None


def estimator_of(metric: Metric) -> str:
    """Return the estimator of a metric. One of an older file names none: it is that of hostcheck's first release."""
    if metric.estimator:
        return metric.estimator
    if any(RUN in sample.detail for sample in metric.samples):
        return POOLED
    return BATCH_MEANS if any(BATCHES in sample.detail for sample in metric.samples) else GEOMETRIC_MEAN


def values_for(metric: Metric) -> list[float]:
    """Return the independent values that a metric's interval is of; none where nothing counts.

    Raises:
        KeyError: when its estimator is not known.
    """
    return _VALUES[estimator_of(metric)](metric.samples)


def spread_share(values: Sequence[float]) -> float:
    """Return the standard deviation as a share of the mean; 0 for one value."""
    return stdev(values) / fmean(values) if len(values) > 1 else 0.0


def _geometric_mean(samples: Sequence[Sample]) -> Estimate:
    return estimate(counted(samples))


def _batches(samples: Sequence[Sample]) -> list[float]:
    return [value for sample in samples for value in values_of(sample)]


def _batch_means(samples: Sequence[Sample]) -> Estimate:
    return Estimate(_geometric_mean(samples).value, estimate(_batches(samples)).interval)


def _pooled(samples: Sequence[Sample]) -> Estimate:
    return estimate(independent(samples))


ESTIMATORS: Mapping[str, Callable[[Sequence[Sample]], Estimate]] = MappingProxyType(
    {GEOMETRIC_MEAN: _geometric_mean, BATCH_MEANS: _batch_means, POOLED: _pooled}
)
"""By name and version; each takes samples of which one counts at the least."""

_VALUES: Mapping[str, Callable[[Sequence[Sample]], list[float]]] = MappingProxyType(
    {GEOMETRIC_MEAN: counted, BATCH_MEANS: _batches, POOLED: independent}
)
"""The values that the interval of each is of."""
