"""What contradicts itself in a run: figures that its own samples do not give."""

import math
from collections.abc import Iterator

from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Metric, Run, Sample

_CLOSE = 1e-9
"""How far a figure may be from what is computed anew, as a share: logarithms differ in their last bits."""

_CONTAINERS = "containers"
"""Key of a storm's settings (how many), and of its samples' detail (what became of each)."""


def contradiction(run: Run) -> str | None:
    """Return what in a run cannot be, in words; None where nothing contradicts itself.

    A metric whose estimator is not known here, or that has no samples, is not looked at: nothing is known of it.
    """
    return next((problem for metric in run.metrics for problem in _problems(metric)), None)


def _problems(metric: Metric) -> Iterator[str]:
    yield from _of_its_kind(metric)
    for number, sample in enumerate(metric.samples, 1):
        yield from (f"sample {number} of {metric.id} {problem}" for problem in _of_sample(sample, metric))
    if metric.state in {"invalid", "skipped"}:
        if metric.value is not None or metric.interval is not None:
            yield f"{metric.id} is {metric.state}, and has a figure"
        if any(sample.valid and (sample.value or 0) > 0 for sample in metric.samples):
            yield f"{metric.id} is {metric.state}, and has a valid sample"
    elif metric.value is None:
        yield f"{metric.id} is {metric.state}, and has no figure"
    elif metric.state == "published":
        if metric.samples or metric.interval is not None:
            yield f"{metric.id} is published, and has what only a measurement gives"
    elif metric.samples:
        yield from _of_figure(metric)


def _of_its_kind(metric: Metric) -> Iterator[str]:
    spec = spec_of(metric.id)
    if spec is not None and metric.unit != spec.unit:
        yield f"{metric.id} is in {metric.unit!r}, and that metric is in {spec.unit}"
    better = spec.better if spec else {"s": "lower", "IOPS": "higher", "MB/s": "higher"}.get(metric.unit)
    if better is not None and metric.better != better:
        yield f"of {metric.id} {metric.better} is said to be better, and {better} is"


def _of_sample(sample: Sample, metric: Metric) -> Iterator[str]:
    if sample.valid and sample.value is None:
        yield "is valid, and has no value"
    if sample.valid and sample.reason:
        yield "is valid, and has a reason why it does not count"
    if not sample.valid and not sample.reason:
        yield "does not count, and has no reason why"
    count, launched = metric.settings.get(_CONTAINERS), sample.detail.get(_CONTAINERS)
    if isinstance(count, int) and isinstance(launched, list) and len(launched) != count:
        yield f"has {len(launched)} containers, and {count} were to be launched"


def _of_figure(metric: Metric) -> Iterator[str]:
    from hostcheck.run.estimators import (  # noqa: PLC0415  only figures need statistics
        ESTIMATORS,
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
        yield f"{metric.id} is {metric.value:g}, and none of its samples counts"
        return
    if not math.isclose(metric.value, found.value, rel_tol=_CLOSE):
        yield f"{metric.id} is {metric.value:.9g}, and its samples give {found.value:.9g}"
    if not _same(metric.interval, found.interval):
        yield f"{metric.id} has the interval {_words(metric.interval)}, and its samples give {_words(found.interval)}"
    values = values_for(metric) if estimator == POOLED else counted(metric.samples)
    if metric.state == "ok" and spread_share(values) >= UNSTABLE_SHARE:
        yield f"{metric.id} is ok, and its samples spread by {UNSTABLE_SHARE:.0%} or more"


def _same(said: tuple[float, float] | None, found: tuple[float, float] | None) -> bool:
    if said is None or found is None:
        return said is found
    return all(math.isclose(one, other, rel_tol=_CLOSE) for one, other in zip(said, found, strict=True))


def _words(interval: tuple[float, float] | None) -> str:
    return "none" if interval is None else f"{interval[0]:.9g} to {interval[1]:.9g}"
