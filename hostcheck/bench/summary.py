"""Samples into a metric: the estimate, its interval, and how far to rely on it."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from hostcheck.bench.base import MetricSpec, Settings
from hostcheck.quantities import span, times
from hostcheck.run.model import Metric, Sample, State
from hostcheck.stats.estimate import Estimate, estimate

UNSTABLE_SHARE = 0.10
"""Standard deviation as a share of the mean from which a metric is unstable.

Source: pyperf's "the standard deviation is ≥ 10 % of the mean" warning (pyperf check).
"""


def summarise(
    spec: MetricSpec, samples: Sequence[Sample], settings: Settings, *, wanted: int, precision: float | None = None
) -> Metric:
    """Make a metric of the samples taken.

    Args:
        spec: which metric.
        samples: every attempt, in order, valid or not.
        settings: what must be equal for two hosts to be comparable.
        wanted: how many valid samples the effort asked for; fewer make the metric partial.
        precision: half the width of the 95 % interval, as a share of the estimate, above which the metric is unstable;
            None where only the samples' spread decides.
    """
    values = [s.value for s in samples if s.valid and s.value is not None and s.value > 0 and math.isfinite(s.value)]
    if not values:
        reasons = sorted({sample.reason for sample in samples if sample.reason})
        reason = "no valid sample: " + ("; ".join(reasons) or "none was taken")
        return Metric(spec.id, spec.unit, spec.better, "invalid", reason, None, None, tuple(samples), settings)
    found = estimate(values)
    spread = stdev(values) / fmean(values) if len(values) > 1 else 0.0
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
            f"{'' if spec.unit == 's' else ' ' + spec.unit}; measure again when the host is quiet, or for longer"
        )
    elif spread >= UNSTABLE_SHARE:
        state, reason = "unstable", f"samples spread by {spread:.0%}; measure again when the host is quiet"
    else:
        state, reason = "ok", ""
    return Metric(spec.id, spec.unit, spec.better, state, reason, found.value, found.interval, tuple(samples), settings)


def _width(found: Estimate, width: float) -> str:
    """Say how wide an interval is: beyond 100 %, where a share below the estimate means nothing, by a factor."""
    if width <= 1 or found.interval is None:
        return f"±{width:.0%}"
    return f"uncertain by a factor of {times(found.interval[1] / found.value)}"
