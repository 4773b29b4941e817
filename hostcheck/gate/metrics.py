"""The metrics of a run file, as far as their figures can be computed anew."""

from dataclasses import replace

from hostcheck import __version__
from hostcheck.run.model import Metric, Run


def with_usable_metrics(run: Run) -> Run:
    """Return the run; a figure that cannot be computed anew is shown in its metric's reason, and decides nothing.

    What contradicts its samples was refused when the file was read.
    """
    return replace(run, metrics=tuple(map(_usable, run.metrics)))


def _usable(metric: Metric) -> Metric:
    if metric.value is None or metric.state == "published":
        return metric
    if not metric.samples:
        return replace(metric, state="invalid", reason="the file has no samples to compute it from")
    from hostcheck.run.estimators import ESTIMATORS, estimator_of  # noqa: PLC0415  only figures need statistics

    estimator = estimator_of(metric)
    if estimator in ESTIMATORS:
        return metric
    return replace(
        metric,
        state="invalid",
        reason=f"its estimator {estimator!r} is not known to hostcheck {__version__}, and it cannot be computed anew",
    )
