"""Thresholds: what a metric must reach, decided by its 95 % interval and never by its estimate alone."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, cast

from hostcheck.errors import UsageError
from hostcheck.quantities import amount, span
from hostcheck.run.model import Metric, Status

Operator = Literal[">=", ">", "<=", "<"]

_THRESHOLD = re.compile(r"^\s*(?P<metric>[A-Za-z0-9_.-]+)\s*(?P<operator>[<>]=?)\s*(?P<limit>\S+)\s*$")


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one metric must reach.

    Attributes:
        metric: the metric's id.
        operator: how the metric must stand to the limit.
        limit: in the metric's unit.
    """

    metric: str
    operator: Operator
    limit: float

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
    """Parse ``disk.randwrite.iops >= 5000``; the limit is in the metric's unit.

    Raises:
        ValueError: when it is not of that form, or its limit is not above zero: rates and times are.
    """
    match = _THRESHOLD.match(text)
    try:
        limit = float(match["limit"]) if match else math.nan
    except ValueError:
        limit = math.nan
    if match is None or not 0 < limit < math.inf:
        raise ValueError(f"{text!r} is no threshold; write one as 'disk.randwrite.iops >= 5000'")
    return Threshold(match["metric"], cast("Operator", match["operator"]), limit)


def refuse_unknown_metrics(thresholds: Iterable[Threshold], known: Iterable[str]) -> None:
    """Refuse a threshold of a metric that is none.

    Raises:
        UsageError: for the first; the remedy has the nearest id.
    """
    ids = sorted(set(known))
    for threshold in thresholds:
        if threshold.metric not in ids:
            near = get_close_matches(threshold.metric, ids, 1, 0.4)
            raise UsageError(
                f"the policy has a threshold for {threshold.metric!r}, which is no metric",
                remedy=f"did you mean {near[0]}?" if near else f"there is {', '.join(ids)}",
            )


def judge(threshold: Threshold, metric: Metric | None) -> tuple[Status, str]:
    """Return what the threshold comes to, and what was found in words.

    The whole interval on the right side is a pass, the whole on the wrong side a fail. A straddling interval, none,
    or no believable measurement is unknown. A published figure was not measured on this host: it is unknown too.
    """
    if metric is None:
        return "unknown", "not measured; measure with hostcheck bench, and judge its run file with --run"
    if metric.state == "published":
        return "unknown", f"{shown(metric)} is a published figure, not measured on this host"
    if metric.value is None or metric.state in {"invalid", "skipped"}:
        return "unknown", f"{metric.state}: {metric.reason or 'there is no figure'}"
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
    return f"{words} {limit_in(threshold.limit, metric)}"


def limit_in(limit: float, metric: Metric | None) -> str:
    """Write a limit in full, with the metric's unit where that is known."""
    return " ".join(filter(None, (f"{limit:,.12g}", metric.unit if metric else "")))


def shown(metric: Metric) -> str:
    """Write a metric's figure with its interval and unit: "4,900 IOPS (4,700 – 5,100)"."""
    assert metric.value is not None
    unit = "" if metric.unit == "s" else f" {metric.unit}"
    figure = f"{amount(metric.value, metric.unit)}{unit}"
    return f"{figure} ({span(*metric.interval, metric.unit)})" if metric.interval else figure
