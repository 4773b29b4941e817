"""Select the metrics of a run file whose values can be computed again from their samples."""

from dataclasses import replace

from hostcheck import __version__
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run


def with_usable_metrics(run: Run) -> Run:
    """Return the run, with each metric set to invalid whose value cannot be computed again, and the reason.

    Values that contradict their samples were already refused when the file was read.
    """
    return replace(run, metrics=tuple(map(_usable, run.metrics)))


def _usable(metric: Metric) -> Metric:
    if metric.value is None or metric.state == "published":
        return metric
    if not metric.samples:
        return replace(metric, state="invalid", reason="the file has no samples to compute the value from")
    from hostcheck.run.estimators import ESTIMATORS, estimator_of  # noqa: PLC0415  only figures need statistics

    estimator = estimator_of(metric)
    if estimator in ESTIMATORS:
        return metric
    return replace(
        metric,
        state="invalid",
        reason=f"hostcheck {__version__} does not know its estimator {estimator!r}, so the value cannot be checked",
    )
