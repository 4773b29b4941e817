"""Detect regressions: metrics that are worse than the baseline by more than the margin. The interval decides."""

import math
from collections.abc import Iterator
from statistics import fmean, stdev

from hostcheck.comparison import between
from hostcheck.comparison.labels import in_order
from hostcheck.comparison.ratio import compare_metrics
from hostcheck.gate.finding import Judged
from hostcheck.quantities import span
from hostcheck.run.independent import by_run
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run, Status
from hostcheck.stats.student import t_quantile
from hostcheck.thresholds import shown


def regressions(run: Run, baseline: Run, margin: float) -> tuple[Judged, ...]:
    """Judge each metric that has a value in the baseline.

    A metric fails if the whole interval of its ratio is worse than the margin. If the baseline is a single run, the
    difference must also exceed the usual difference between two runs of one host. A metric passes if the whole interval
    is within the margin. Otherwise, it is unknown. It is also unknown if it was not measured, or cannot be compared.

    Args:
        run: the run to judge.
        baseline: the run to compare with.
        margin: the share of the baseline's value by which a metric may be worse. For 0.1, a rate may be a tenth lower,
            and a time a tenth longer.
    """
    return tuple(
        _judge(ours, theirs, margin, baseline)
        for ours, theirs in _pairs(run, baseline)
        if theirs is not None and theirs.value is not None
    )


def notes(run: Run, baseline: Run, margin: float) -> Iterator[str]:
    """Yield notes that are not findings: new metrics, a baseline of another host, and metrics that became better."""
    if run.host.name != baseline.host.name:
        yield f"the baseline is from another host: {baseline.host.name}"
    for ours, theirs in _pairs(run, baseline):
        if ours is not None and ours.value is not None and (theirs is None or theirs.value is None):
            yield f"new: {ours.id} is in this run, but not in the baseline"
        elif ours is not None and theirs is not None and _measured(ours) and _measured(theirs):
            ratio = compare_metrics(ours, theirs)
            if ratio.interval and ratio.interval[0] > 1 / _tolerated(ours, margin):
                yield f"better: {ours.id} is {ratio.words} than the baseline; make a new baseline to require this value"


def _pairs(run: Run, baseline: Run) -> list[tuple[Metric | None, Metric | None]]:
    ids = in_order(metric.id for each in (run, baseline) for metric in each.metrics)
    return [(run.metric(each), baseline.metric(each)) for each in ids]


def _measured(metric: Metric) -> bool:
    return metric.value is not None and metric.state not in {"invalid", "skipped", "published"}


def _tolerated(metric: Metric, margin: float) -> float:
    """Return the lowest ratio within the margin. Ratios are above 1 if this run is better."""
    return 1 - margin if metric.better == "higher" else 1 / (1 + margin)


def _with_runs_between(
    value: float, interval: tuple[float, float], ours: Metric, theirs: Metric
) -> tuple[float, float]:
    """Return the interval of one run's ratio to a pooled baseline, including the variation between single runs.

    The interval of the ratio covers the uncertainty of the baseline's mean. A single run adds the standard deviation
    between runs, by Student's t with their number (a prediction interval, on logarithms).
    """
    runs = by_run(theirs.samples)
    if len(runs) < 2 or len(by_run(ours.samples)) > 1:
        return interval
    deviation = stdev([fmean(map(math.log, values)) for values in runs])
    own = t_quantile(0.975, len(runs) - 1) * deviation
    down, up = (math.hypot(math.log(value / interval[0]), own), math.hypot(math.log(interval[1] / value), own))
    return value * math.exp(-down), value * math.exp(min(up, 700.0))


def _outlasts_runs(value: float, high: float, ours: Metric, theirs: Metric) -> float:
    """Return the better end of a ratio's interval. For a baseline of one run, the variation between runs is added."""
    if len(by_run(theirs.samples)) > 1:
        return high
    apart = math.hypot(between.margin(ours), between.margin(theirs))
    return value * math.exp(math.hypot(math.log(high / value), apart))


def _judge(ours: Metric | None, theirs: Metric, margin: float, baseline: Run) -> Judged:
    than = "less" if theirs.better == "higher" else "more"
    runs = len(by_run(theirs.samples))
    whose = f"{shown(theirs)}, the usual value of {runs} runs," if runs > 1 else shown(theirs)
    expected = f"at most {margin * 100:.6g}% {than} than {baseline.host.name}'s {whose} of {baseline.started[:10]}"
    status, found = _found(ours, theirs, margin)
    return Judged(theirs.id, status, expected, found)


def _found(ours: Metric | None, theirs: Metric, margin: float) -> tuple[Status, str]:
    if ours is None:
        return "unknown", "not measured; measure with hostcheck bench, and judge its run file with --run"
    if "published" in (ours.state, theirs.state):
        return "unknown", "one of the two values is published, not measured: a regression needs two measurements"
    if not _measured(theirs):
        return "unknown", f"the baseline's value is {theirs.state}: {theirs.reason}"
    if not _measured(ours):
        return "unknown", f"{ours.state}: {ours.reason or 'there is no figure'}"
    ratio = compare_metrics(ours, theirs)
    if ratio.interval is None or ratio.value is None:
        return "unknown", f"{shown(ours)}: {ratio.reason}"
    low, high = _with_runs_between(ratio.value, ratio.interval, ours, theirs)
    # Readers expect the ratio of the values: a time that doubled is 2 times the baseline's, not 0.5.
    change = (low, high) if ours.better == "higher" else (1 / high, 1 / low)
    found = f"{shown(ours)}, {span(*change, '×')} times the baseline's"
    tolerated = _tolerated(ours, margin)
    if high < tolerated:
        if _outlasts_runs(ratio.value, high, ours, theirs) >= tolerated:
            return "unknown", f"{found}: two runs of one host may be as far apart; judge by usual:10 instead of one run"
        return "fail", found
    return (
        ("pass", found)
        if low >= tolerated
        else ("unknown", f"{found}: the noise is too large to decide; measure both again")
    )
