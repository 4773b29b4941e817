"""Thresholds: what a metric must reach, decided by its 95 % interval and never by its estimate alone."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from hostcheck.errors import UnfitError
from hostcheck.quantities import amount, span
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Metric, Status

Operator = Literal[">=", ">", "<=", "<"]

_THRESHOLD = re.compile(r"(?P<metric>[A-Za-z0-9_.-]+)\s*(?P<operator>[<>]=?)\s*(?P<limit>[^<>=\s].*)")


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one metric must reach.

    Attributes:
        metric: the metric's id.
        operator: how the metric must stand to the limit.
        limit: in the metric's unit.
        unit: the unit that the metric must have, where only the threshold says it: that of a user's own job.
    """

    metric: str
    operator: Operator
    limit: float
    unit: str = ""

    @property
    def is_floor(self) -> bool:
        """Whether the metric must be above the limit, not below."""
        return self.operator.startswith(">")

    def holds(self, value: float) -> bool:
        """Whether one value satisfies it."""
        if self.is_floor:
            return value > self.limit or (self.operator == ">=" and value == self.limit)
        return value < self.limit or (self.operator == "<=" and value == self.limit)


def parse_threshold(text: str) -> Threshold:
    """Parse ``disk.randwrite.iops >= 10k IOPS``; a number without a unit is in the metric's.

    Raises:
        UnfitError: when it is not of that form, or there is no such metric, or the limit is no quantity of its unit
            above zero.
    """
    from hostcheck.limits import metric_limit  # noqa: PLC0415  only a policy's thresholds need it

    match = _THRESHOLD.fullmatch(text.strip())
    if match is None:
        raise UnfitError(f"{text!r} is no threshold", "write one as 'disk.randwrite.iops >= 5000'")
    limit, unit = metric_limit(match["metric"], match["limit"], bare=True)
    return Threshold(match["metric"], cast("Operator", match["operator"]), float(limit), unit)


def judge(threshold: Threshold, metric: Metric | None) -> tuple[Status, str]:
    """Return whether the threshold is met, and the measured value in words.

    The whole interval on the right side is a pass, the whole on the wrong side a fail. A straddling interval, none,
    or no believable measurement is unknown. A published figure was not measured on this host: it is unknown too.
    """
    if metric is None:
        return "unknown", "not measured; measure with hostcheck bench, and judge its run file with --run"
    if metric.state == "published":
        return "unknown", f"{shown(metric)} is a published figure, not measured on this host"
    if metric.value is None or metric.state in {"invalid", "skipped"}:
        return "unknown", f"{metric.state}: {metric.reason or 'there is no figure'}"
    if (unit := unit_of(threshold)) not in {"", metric.unit}:
        return "unknown", f"{shown(metric)} is not in {unit}, as the limit is"
    if metric.interval is None:
        return "unknown", f"{shown(metric)}, with no interval: too few samples; measure again with more"
    ends = {threshold.holds(end) for end in metric.interval}
    if len(ends) > 1:
        return (
            "unknown",
            f"{shown(metric)}: the interval lies on both sides of the limit; measure again when it is quiet",
        )
    return ("pass" if True in ends else "fail"), shown(metric)


def expectation(threshold: Threshold, metric: Metric | None) -> str:
    """Return what is asked, in words: "at least 5,000 IOPS"."""
    words = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}[threshold.operator]
    unit = unit_of(threshold) or (metric.unit if metric else "")
    return " ".join(filter(None, (words, f"{threshold.limit:,.12g}", unit)))


def unit_of(threshold: Threshold) -> str:
    """Return the unit that the metric must have; empty where only the run says it."""
    spec = spec_of(threshold.metric)
    return spec.unit if spec else threshold.unit


def shown(metric: Metric) -> str:
    """Write a metric's figure with its interval and unit: "4,900 IOPS (4,700 – 5,100)"."""
    assert metric.value is not None
    unit = "" if metric.unit == "s" else f" {metric.unit}"
    figure = f"{amount(metric.value, metric.unit)}{unit}"
    return f"{figure} ({span(*metric.interval, metric.unit)})" if metric.interval else figure
