"""Make a metric from samples: the estimate, its interval, and its state (how reliable it is)."""

from collections.abc import Sequence
from dataclasses import replace

from hostcheck.bench.base import Settings
from hostcheck.quantities import span, times
from hostcheck.run.estimators import GEOMETRIC_MEAN, MOVING, UNSTABLE_SHARE, counted, estimate_of, spread_share
from hostcheck.run.measured import Metric, Sample, State
from hostcheck.run.metrics import MetricSpec
from hostcheck.stats.estimate import Estimate


def summarise(
    spec: MetricSpec,
    samples: Sequence[Sample],
    settings: Settings,
    *,
    wanted: int,
    precision: float | None = None,
    estimator: str = GEOMETRIC_MEAN,
) -> Metric:
    """Make a metric from samples.

    Args:
        spec: the metric's id, unit and direction.
        samples: all samples in order, valid or not.
        settings: values that must be equal on two hosts for their metrics to be comparable.
        wanted: the requested number of valid samples. With fewer, the metric is partial.
        precision: half the width of the 95 % interval, as a share of the estimate, above which the metric is unstable;
            None if only the samples' spread decides.
        estimator: the method by which value and interval are computed. With an estimator of MOVING, the samples' spread
            does not make a metric unstable, because the interval contains it.
    """
    values = counted(samples)
    found = estimate_of(estimator, samples)
    if found is None:
        reasons = sorted({sample.reason for sample in samples if sample.reason})
        reason = "no valid sample: " + ("; ".join(reasons) or "none was taken")
        return Metric(spec.id, spec.unit, spec.better, "invalid", reason, None, None, tuple(samples), settings)
    spread = spread_share(values)
    state: State
    if len(values) < wanted:
        state, reason = "partial", f"{len(values)} of {wanted} samples are valid"
        rejected = sorted({sample.reason for sample in samples if sample.reason})
        if rejected:
            reason += ": " + "; ".join(rejected)
    elif precision is not None and (width := found.relative_width) is not None and width > precision:
        state = "unstable"
        reason = (
            f"{_width(found, width)} after {len(values)} samples of {span(min(values), max(values), spec.unit)}"
            f"{'' if spec.unit == 's' else ' ' + spec.unit}"
        )
    elif estimator not in MOVING and spread >= UNSTABLE_SHARE:
        state, reason = "unstable", f"samples spread by {spread:.0%}"
    else:
        state, reason = "ok", ""
    metric = Metric(
        spec.id, spec.unit, spec.better, state, reason, found.value, found.interval, tuple(samples), settings
    )
    return replace(metric, estimator=estimator)


def _width(found: Estimate, width: float) -> str:
    """Return an interval's width in words: as "±N %", or above 100 % as a factor, since no value is below zero."""
    if width <= 1 or found.interval is None:
        return f"±{width:.0%}"
    return f"uncertain by a factor of {times(found.interval[1] / found.value)}"
