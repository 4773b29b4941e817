"""Find contradictions in a run, such as a metric's value that does not follow from its samples."""

import math
from collections.abc import Iterator

from hostcheck.counts import number_of
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Run

_CLOSE = 1e-9
"""Allowed difference between a recorded and a recomputed value, as a share: logarithms differ in their last bits."""

_CONTAINERS = "containers"
"""Key in a storm's settings (number of containers), and in its samples' detail (times of each container)."""


def contradiction(run: Run) -> str | None:
    """Return the first contradiction in a run, in words; None if there is none.

    A metric without samples, or with an unknown estimator, is not checked: its value cannot be computed again.
    """
    return next((problem for metric in run.metrics for problem in _problems(metric)), None)


def _problems(metric: Metric) -> Iterator[str]:
    yield from _of_its_kind(metric)
    for number, sample in enumerate(metric.samples, 1):
        yield from (f"sample {number} of {metric.id} {problem}" for problem in _of_sample(sample, metric))
    if metric.state in {"invalid", "skipped"}:
        if metric.value is not None or metric.interval is not None:
            yield f"{metric.id} is {metric.state}, but has a value"
        if any(sample.valid and (sample.value or 0) > 0 for sample in metric.samples):
            yield f"{metric.id} is {metric.state}, but has a valid sample"
    elif metric.value is None:
        yield f"{metric.id} is {metric.state}, but has no value"
    elif metric.state == "published":
        if metric.samples or metric.interval is not None:
            yield f"{metric.id} is published, but has samples or an interval, which only a measurement has"
    elif metric.samples:
        yield from _of_figure(metric)


_BETTER = {
    "s": "lower",
    "IOPS": "higher",
    "MB/s": "higher",
    "events/s": "higher",
    "containers": "higher",
    "MB": "lower",
}


def _of_its_kind(metric: Metric) -> Iterator[str]:
    spec = spec_of(metric.id)
    if spec is not None and spec.of:
        yield f"{metric.id} is in the file, but follows from the samples of {spec.of}"
    if spec is not None and metric.unit != spec.unit:
        yield f"{metric.id} has the unit {metric.unit!r}, expected {spec.unit!r}"
    better = spec.better if spec else _BETTER.get(metric.unit)
    if better is not None and metric.better != better:
        yield f"{metric.id} has the better direction {metric.better!r}, expected {better!r}"


def _of_sample(sample: Sample, metric: Metric) -> Iterator[str]:
    if sample.valid and sample.value is None:
        yield "is valid, but has no value"
    if sample.valid and sample.reason:
        yield "is valid, but has a reason why it is invalid"
    if not sample.valid and not sample.reason:
        yield "is invalid, but has no reason"
    count, launched = metric.settings.get(_CONTAINERS), sample.detail.get(_CONTAINERS)
    if isinstance(count, int) and isinstance(launched, list) and len(launched) != count:
        yield f"has {number_of(len(launched), 'container')}, but the settings say {count}"


def _of_figure(metric: Metric) -> Iterator[str]:
    from hostcheck.run.estimators import (  # noqa: PLC0415  only figures need statistics
        ESTIMATORS,
        MOVING,
        POOLED,
        UNSTABLE_SHARE,
        counted,
        estimate_of,
        estimator_of,
        spread_share,
        values_for,
    )

    estimator = estimator_of(metric)
    if estimator not in ESTIMATORS:
        return
    found = estimate_of(estimator, metric.samples)
    assert metric.value is not None
    if found is None:
        yield f"{metric.id} is {metric.value:g}, but has no valid sample"
        return
    if not math.isclose(metric.value, found.value, rel_tol=_CLOSE):
        yield f"{metric.id} is {metric.value:.15g}, but its samples give {found.value:.15g}"
    if not _same(metric.interval, found.interval):
        yield f"{metric.id} has the interval {_words(metric.interval)}, but its samples give {_words(found.interval)}"
    # How far turns are apart is in their interval, and marks nothing.
    if estimator in MOVING:
        return
    values = values_for(metric) if estimator == POOLED else counted(metric.samples)
    if metric.state == "ok" and spread_share(values) >= UNSTABLE_SHARE:
        yield f"{metric.id} is ok, but its samples spread by {UNSTABLE_SHARE:.0%} or more"


def _same(said: tuple[float, float] | None, found: tuple[float, float] | None) -> bool:
    if said is None or found is None:
        return said is found
    return all(math.isclose(one, other, rel_tol=_CLOSE) for one, other in zip(said, found, strict=True))


def _words(interval: tuple[float, float] | None) -> str:
    return "none" if interval is None else f"{interval[0]:.15g} to {interval[1]:.15g}"
