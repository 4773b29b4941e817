"""Make a metric from samples: the estimate, its interval, and its state (how reliable it is)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hostcheck.bench.base import Settings
from hostcheck.quantities import span, times
from hostcheck.run.estimators import GEOMETRIC_MEAN, MOVING, UNSTABLE_SHARE, counted, estimate_of, spread_share
from hostcheck.run.measured import Metric, Sample, State
from hostcheck.run.metrics import MetricSpec
from hostcheck.stats.estimate import Estimate

_PERCENT = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?) %")


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
        reason = "no valid sample: " + (_causes(samples) or "none was taken")
        return Metric(spec.id, spec.unit, spec.better, "invalid", reason, None, None, tuple(samples), settings)
    spread = spread_share(values)
    state: State
    if len(values) < wanted:
        causes = _causes(samples)
        state, reason = "partial", f"{len(values)} of {len(samples)} samples are valid, and {wanted} are needed"
        if causes:
            reason += ": " + causes
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


def _causes(samples: Sequence[Sample]) -> str:
    """Return why samples are invalid: each reason once; those that differ in percentages are one with the range."""
    kinds: dict[tuple[str, ...], list[list[str]]] = {}
    for reason in sorted({sample.reason for sample in samples if sample.reason}):
        parts = _PERCENT.split(reason)
        kinds.setdefault(tuple(parts[::2]), []).append(parts[1::2])
    return "; ".join(_with_ranges(words, found) for words, found in kinds.items())


def _with_ranges(words: Sequence[str], found: Sequence[Sequence[str]]) -> str:
    text = words[0]
    for values, rest in zip(zip(*found, strict=True), words[1:], strict=True):
        least, most = min(values, key=float), max(values, key=float)
        text += f"{least if least == most else f'{least} – {most}'} %{rest}"
    return text


def _width(found: Estimate, width: float) -> str:
    """Return an interval's width in words: as "±N %", or above 100 % as a factor, since no value is below zero."""
    if width <= 1 or found.interval is None:
        return f"±{width:.0%}"
    return f"uncertain by a factor of {times(found.interval[1] / found.value)}"
