"""Compute metrics beyond rates: from samples of CPUs under load, and of random reads at two queue depths."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, median

from hostcheck.run.details import CpuDetail
from hostcheck.run.estimators import AVERAGES, GAIN, SEEN
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import (
    ALL_THREADS,
    CPUS_DELIVERED,
    RANDOM_READ,
    RANDOM_READ_GAIN,
    RANDOM_READ_QD1,
    STEAL,
    USUAL_STEAL,
    spec_of,
)
from hostcheck.run.model import Run

Span = tuple[float, float]

_BUSY = 200 / 3
"""Minimum sum of used and stolen CPU time under load, in percent. Below it, a quota may stop the threads, and then
steal is not visible."""


def follows(run: Run, metric_id: str) -> Metric | None:
    """Compute a metric of FOLLOWING from the run's samples; None if they do not have enough data.

    The interval of the delivered CPUs and of the steal is from the lowest to the highest sample. The interval of the
    usual steal is from the lower to the higher one of median and mean. The interval of the gain spans all ratios that
    the intervals of both rates allow.
    """
    source = run.metric(ALL_THREADS if metric_id != RANDOM_READ_GAIN else RANDOM_READ)
    found = FOLLOWING[metric_id](run)
    spec = spec_of(metric_id)
    if source is None or spec is None or found is None:
        return None
    value, interval, estimator = found
    return replace(
        source, id=spec.id, unit=spec.unit, better=spec.better, value=value, interval=interval, estimator=estimator
    )


def is_usable(metric: Metric | None) -> bool:
    """Return whether a metric has a valid measured value."""
    return metric is not None and metric.value is not None and metric.state not in {"invalid", "skipped", "published"}


def bounds_of(metric: Metric | None) -> Span | None:
    """Return the interval of a usable metric; None if there is none, or it does not lie above zero."""
    if metric is None or not is_usable(metric):
        return None
    return metric.interval if metric.interval is not None and metric.interval[0] > 0 else None


def loaded(run: Run) -> list[Sample]:
    """Return the valid samples of the workload with one thread on each CPU; empty if the metric is not usable."""
    metric = run.metric(ALL_THREADS)
    return [sample for sample in metric.samples if sample.valid] if metric is not None and is_usable(metric) else []


def in_demand(run: Run) -> list[Sample]:
    """Return those samples of ``loaded`` in which the steal is known and the CPUs were in demand."""
    return [sample for sample in loaded(run) if _is_in_demand(sample)]


def _is_in_demand(sample: Sample) -> bool:
    busy, steal = sample.conditions.busy_percent, sample.conditions.steal_percent
    return steal is not None and (busy is None or busy + steal >= _BUSY)


def _delivered(run: Run) -> tuple[float, Span, str] | None:
    given = [each for sample in loaded(run) if (each := CpuDetail(sample.detail).cpus_delivered) is not None]
    return (median(given), (min(given), max(given)), SEEN) if len(given) > 1 else None


def _steal(run: Run) -> tuple[float, Span, str] | None:
    found = _percents(in_demand(run))
    return (fmean(found), (min(found), max(found)), SEEN) if found else None


def _usual_steal(run: Run) -> tuple[float, Span, str] | None:
    found = _percents(in_demand(run))
    if not found:
        return None
    averages = sorted((median(found), fmean(found)))
    return averages[0], (averages[0], averages[1]), AVERAGES


def _gain(run: Run) -> tuple[float, Span, str] | None:
    one, many = bounds_of(run.metric(RANDOM_READ_QD1)), bounds_of(run.metric(RANDOM_READ))
    if one is None or many is None:
        return None
    low, high = many[0] / one[1], many[1] / one[0]
    return (low * high) ** 0.5, (low, high), GAIN


def _percents(samples: Sequence[Sample]) -> list[float]:
    return [sample.conditions.steal_percent or 0.0 for sample in samples]


FOLLOWING: Mapping[str, Callable[[Run], tuple[float, Span, str] | None]] = {
    CPUS_DELIVERED: _delivered,
    STEAL: _steal,
    USUAL_STEAL: _usual_steal,
    RANDOM_READ_GAIN: _gain,
}
"""For each metric, a function that computes its value, interval and estimator from a run; None if it cannot."""
