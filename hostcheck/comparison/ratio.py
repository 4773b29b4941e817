"""Compare one metric of two hosts: the ratio, its interval, and the judgement."""

import math
from collections.abc import Sequence

from hostcheck.comparison.between import KNOWN_RUNS, margin, moved_in_a_crowd
from hostcheck.comparison.bounds import is_bound
from hostcheck.comparison.labels import times_better
from hostcheck.comparison.model import Cell, Judgement, Ratio
from hostcheck.comparison.settings import differences, lacking, sizes
from hostcheck.quantities import times_span
from hostcheck.run.estimators import ESTIMATORS, estimator_of, has_own_level, level_for, values_for
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import of_steadiness
from hostcheck.run.origins import is_imported
from hostcheck.stats.bootstrap import LEAST, has_outliers, ratio_of_medians
from hostcheck.stats.estimate import ratio_of

SAME_MARGIN = 0.05
"""The judgement of a metric is "same" if the whole interval of the ratio is within this share of 1."""

_FURTHER = "two runs of one host may differ by {}: measure each {} times to detect smaller differences"
_AS_BEFORE = "two runs of these hosts may differ by {}, as earlier ones did"
_CROWDED = "other work kept the CPUs busy, and two runs may then differ by {}: measure again without it"

IMPORTED = "imported values have no conditions and were not checked: a cache or other work may have caused the figure"

_HALF = "the interval covers only the measured side, because a published value has none"
_ONE = "one sample gives no interval"
_MEDIANS = "the ratio is that of the medians, because some samples are outliers"


def is_shown(metric: Metric | None) -> bool:
    """Return whether the metric has a value, measured or published."""
    return metric is not None and metric.value is not None


def compare_cells(cell: Cell, baseline: Cell) -> Ratio:
    """Compare the metric of a cell with the baseline's. Earlier runs in both cells show how much runs of a host differ.

    Raises:
        ValueError: if one of the two metrics has no value.
    """
    if cell.metric is None or baseline.metric is None:
        raise ValueError("a ratio needs two values")
    return compare_metrics(cell.metric, baseline.metric, cell.earlier, baseline.earlier)


def compare_metrics(
    metric: Metric, baseline: Metric, earlier: Sequence[Metric] = (), before: Sequence[Metric] = ()
) -> Ratio:
    """Compare a metric with the baseline's metric.

    Args:
        metric: the metric of a host.
        baseline: the metric of the baseline.
        earlier: this metric in earlier runs of the host.
        before: this metric in earlier runs of the baseline's host.

    Raises:
        ValueError: if one of the two metrics has no value.
    """
    if metric.value is None or baseline.value is None:
        raise ValueError("a ratio needs two values")
    if reason := _obstacle(metric, baseline):
        return Ratio(None, None, "not comparable", reason, "not comparable")
    value, interval, reason = _quotient(metric, baseline)
    if metric.better == "lower":
        value = 1 / value
        interval = (1 / interval[1], 1 / interval[0]) if interval else None
    at_least = is_bound(metric) or is_bound(baseline)
    if unknown := lacking(metric, baseline):
        # Nothing is equal, or better, because an output does not say what fio did.
        words = _words(value, None, "inconclusive", metric.unit, at_least=at_least)
        return Ratio(value, None, "inconclusive", unknown, words, at_least)
    certain = metric.state == baseline.state == "published"
    apart = math.exp(math.hypot(margin(metric, earlier), margin(baseline, before)))
    judgement = _judge(value, interval, apart, certain=certain, at_least=at_least)
    if judgement == "inconclusive" and _judge(value, interval, 1.0, certain=certain, at_least=at_least) != judgement:
        share = f"a factor of {apart:.0f}" if metric.unit == "%" else f"{apart - 1:.0%}"
        if min(len(earlier), len(before)) >= KNOWN_RUNS:
            reason = _AS_BEFORE.format(share)
        elif moved_in_a_crowd(metric) or moved_in_a_crowd(baseline):
            reason = _CROWDED.format(share)
        else:
            reason = _FURTHER.format(share, KNOWN_RUNS)
    if judgement in {"better", "worse"} and (is_imported(metric) or is_imported(baseline)):
        reason = "; ".join(filter(None, (reason, IMPORTED, sizes(metric, baseline))))
    words = _words(value, interval, judgement, metric.unit, at_least=at_least)
    return Ratio(value, interval, judgement, reason, words, at_least)


def _quotient(metric: Metric, baseline: Metric) -> tuple[float, tuple[float, float] | None, str]:
    """Return metric / baseline, its interval, and a remark on the interval."""
    assert metric.value is not None
    assert baseline.value is not None
    value = metric.value / baseline.value
    if baseline.state == "published" and metric.interval is not None:
        low, high = metric.interval
        return value, (low / baseline.value, high / baseline.value), _HALF
    if metric.state == "published" and baseline.interval is not None:
        low, high = baseline.interval
        return value, (metric.value / high, metric.value / low), _HALF
    if metric.state == baseline.state == "published":
        return value, None, "a published value has no interval"
    if "published" in (metric.state, baseline.state):
        return value, None, _ONE
    for side in (metric, baseline):
        if estimator_of(side) not in ESTIMATORS and not of_steadiness(side.id):
            return value, None, f"this version of hostcheck does not know its estimator {side.estimator!r}"
    ours, theirs = values_for(metric), values_for(baseline)
    if not ours or not theirs:
        return value, None, "the run file holds no samples"
    independent = not has_own_level(metric) and not has_own_level(baseline)
    if independent and min(len(ours), len(theirs)) >= LEAST and (has_outliers(ours) or has_outliers(theirs)):
        medians = ratio_of_medians(ours, theirs)
        return medians.value, medians.interval, _MEDIANS
    found = ratio_of(level_for(metric), level_for(baseline))
    return found.value, found.interval, "" if found.interval else _ONE


def _obstacle(metric: Metric, baseline: Metric) -> str:
    """Return why the two metrics must not be compared; empty if they may be compared."""
    assert metric.value is not None
    assert baseline.value is not None
    if metric.unit != baseline.unit or metric.better != baseline.better:
        return "the two runs give it different units or directions"
    if metric.value <= 0 or baseline.value <= 0:
        return "a value that is not above zero has no ratio"
    if is_bound(metric if metric.value <= baseline.value else baseline):
        return "the lower value is a lower bound, so the true value may be the higher one"
    # The settings of a published value are unknown; it is marked as published instead.
    if "published" in (metric.state, baseline.state):
        return ""
    return differences(metric, baseline)


def _judge(
    value: float, interval: tuple[float, float] | None, apart: float, *, certain: bool, at_least: bool
) -> Judgement:
    """Judge a ratio.

    Args:
        value: the ratio; above 1 is better.
        interval: the 95 % interval of the ratio; None if there is none.
        apart: the ratio by which two runs of one host may differ. It adds to the interval as independent errors add.
        certain: whether to judge without an interval, for two published values.
        at_least: whether one side is a lower bound.
    """
    if interval is None:
        if not certain:
            return "inconclusive"
        return "same" if value == 1 else "better" if value > 1 else "worse"
    low, high = interval
    if low >= 1 - SAME_MARGIN and high <= 1 + SAME_MARGIN:
        return "inconclusive" if at_least else "same"
    if math.log(value) > math.hypot(math.log(value / low), math.log(apart)):
        return "better"
    return "worse" if -math.log(value) > math.hypot(math.log(high / value), math.log(apart)) else "inconclusive"


def _words(
    value: float, interval: tuple[float, float] | None, judgement: Judgement, unit: str, *, at_least: bool
) -> str:
    if judgement == "same":
        return "the same"
    if judgement == "inconclusive":
        return f"cannot tell ({times_span(*(interval or (value, value)))})"
    if not at_least:
        return times_better(value, unit)
    # Of a bound only the end of the interval next to 1 is known.
    low, high = interval or (value, value)
    return f"at least {times_better(low if value > 1 else high, unit)}"
