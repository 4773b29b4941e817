"""Judge whether a metric meets a threshold: by its 95 % interval, never by its estimate alone."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from hostcheck.errors import UnfitError
from hostcheck.quantities import amount, exact, span
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import spec_of
from hostcheck.run.model import Status

Operator = Literal[">=", ">", "<=", "<"]

_THRESHOLD = re.compile(r"(?P<metric>[A-Za-z0-9_.-]+)\s*(?P<operator>[<>]=?)\s*(?P<limit>[^<>=\s].*)")


@dataclass(frozen=True, slots=True)
class Threshold:
    """The threshold of one metric.

    Attributes:
        metric: the metric's id.
        operator: the required relation of the metric to the limit.
        limit: the limit in the metric's unit.
        unit: for a user's own job, the unit that the metric must have; empty for metrics whose unit is known.
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
        """Whether one value meets the threshold."""
        if self.is_floor:
            return value > self.limit or (self.operator == ">=" and value == self.limit)
        return value < self.limit or (self.operator == "<=" and value == self.limit)


def parse_threshold(text: str) -> Threshold:
    """Parse a text such as ``disk.randwrite.iops >= 10k IOPS``. A number without a unit is in the metric's unit.

    Raises:
        UnfitError: if the text has another form, there is no such metric, or the limit is not a quantity above zero in
            a unit of the metric's dimension.
    """
    from hostcheck.limits import metric_limit  # noqa: PLC0415  only a policy's thresholds need it

    match = _THRESHOLD.fullmatch(text.strip())
    if match is None:
        raise UnfitError(f"{text!r} is not a threshold", "write one as 'disk.randwrite.iops >= 5000'")
    limit, unit = metric_limit(match["metric"], match["limit"], bare=True)
    return Threshold(match["metric"], cast("Operator", match["operator"]), float(limit), unit)


def judge(threshold: Threshold, metric: Metric | None) -> tuple[Status, str]:
    """Return whether the threshold is met, and the measured value in words.

    The status is pass if the whole interval meets the threshold, and fail if no part of it does. It is unknown if only
    a part does, if there is no interval or no valid measurement, and for a published value, which was not measured on
    this host.
    """
    if metric is None:
        return "unknown", "not measured; measure with hostcheck bench, and judge its run file with --run"
    if metric.state == "published":
        return "unknown", f"{shown(metric)} is a published figure, not measured on this host"
    if metric.value is None or metric.state in {"invalid", "skipped"}:
        return "unknown", f"{metric.state}: {metric.reason or 'there is no figure'}"
    if (unit := unit_of(threshold)) not in {"", metric.unit}:
        return "unknown", f"{shown(metric)} is not in {unit}, the unit of the limit"
    if metric.interval is None:
        return "unknown", f"{shown(metric)}, with no interval: too few samples; measure again with more"
    ends = {threshold.holds(end) for end in metric.interval}
    if len(ends) > 1:
        return (
            "unknown",
            f"{shown(metric)}: the limit is within the interval; measure again while the host is idle",
        )
    return ("pass" if True in ends else "fail"), shown(metric)


def expectation(threshold: Threshold, metric: Metric | None) -> str:
    """Return the requirement in words: "at least 5,000 IOPS"."""
    words = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}[threshold.operator]
    unit = unit_of(threshold) or (metric.unit if metric else "")
    return f"{words} {exact(threshold.limit, unit)}"


def unit_of(threshold: Threshold) -> str:
    """Return the unit that the metric must have; empty if only the run has the unit."""
    spec = spec_of(threshold.metric)
    return spec.unit if spec else threshold.unit


def shown(metric: Metric) -> str:
    """Write a metric's value with its interval and unit: "4,900 IOPS (4,700 – 5,100)"."""
    assert metric.value is not None
    unit = "" if metric.unit == "s" else f" {metric.unit}"
    figure = f"{amount(metric.value, metric.unit)}{unit}"
    return f"{figure} ({span(*metric.interval, metric.unit)})" if metric.interval else figure
