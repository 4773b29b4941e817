"""Check the limits that profiles and policies set for metrics, and convert each to the metric's unit."""

from collections.abc import Iterable
from typing import Any, Literal

from hostcheck.errors import UnfitError
from hostcheck.run.metrics import CURVE, METRICS, is_others, spec_of
from hostcheck.tomltext import nearest, shown
from hostcheck.units import QuantityError, example_in, parse_quantity, unit_in

MOST = 1 << 63
"""Upper bound for numbers. All values of facts and metrics are below it."""


def metric_limit(metric: str, limit: Any, *, bare: bool) -> tuple[float, str]:
    """Return a limit in the metric's unit, and the written unit if only the run has the metric's unit; otherwise "".

    Args:
        metric: the metric's id.
        limit: a number in the metric's unit, or a text such as "10k IOPS".
        bare: whether a text may be a number without a unit.

    Raises:
        UnfitError: if there is no such metric, or the limit is not a quantity above zero in a unit of the metric's
            dimension.
    """
    spec = spec_of(metric)
    if spec is None and not is_others(metric) and not _of_plugin(metric):
        raise unknown("metric", metric, (*METRICS, CURVE))
    number, unit = limit, ""
    if isinstance(limit, str):
        try:
            unit = spec.unit if spec else unit_in(limit)
            number = parse_quantity(limit, unit, bare=bare)
        except QuantityError as error:
            raise UnfitError(error.problem, error.remedy) from error
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number < MOST:
        example = f"{spec.example:g} or {example_in(spec.unit)}" if spec else "5000 or 5 ms"
        raise UnfitError(f"{shown(limit)} cannot be a limit of {metric}", f"write a number above 0, such as {example}")
    return number, "" if spec else unit


def _of_plugin(metric: str) -> bool:
    """Return whether a metric belongs to a workload of another package. Then only the run has the metric's unit."""
    from hostcheck import plugins  # noqa: PLC0415  only a metric that is not built in needs it

    workload = metric.partition(".")[0]
    built_in = {known.partition(".")[0] for known in METRICS}
    return workload not in built_in and plugins.find("workload", workload) is not None


def unknown(what: Literal["fact", "metric"], wanted: str, known: Iterable[str]) -> UnfitError:
    """Return the error for an unknown fact or metric; the remedy names the most similar one."""
    from hostcheck.catalogue.loader import entries  # noqa: PLC0415  only a slip needs the facts beside the metrics

    other = "metric" if what == "fact" else "fact"
    if wanted in (METRICS if what == "fact" else entries()):
        return UnfitError(f"{wanted} is a {other}, not a {what}", f'write {other} = "{wanted}"', of_subject=True)
    remedy = nearest(wanted, known, f"hostcheck checks --facts lists every {what}")
    return UnfitError(f"there is no {what} {wanted!r}", remedy, of_subject=True)
