"""What was measured here before: the runs kept, and one metric over them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostcheck.comparison.compare import compare
from hostcheck.comparison.labels import label
from hostcheck.comparison.model import Ratio
from hostcheck.comparison.ratio import compare_metrics, is_shown
from hostcheck.quantities import amount
from hostcheck.run.model import Metric, Run
from hostcheck.stats.changes import change_points, levels

LEAST_CHANGE = 1.1
"""Ratio of two levels from which a change is worth telling."""


@dataclass(frozen=True, slots=True)
class Point:
    """One metric of one run.

    Attributes:
        run: the run.
        metric: the metric, which has a value.
        before: how it stands to the same host's run before it that has the metric; None for the first.
    """

    run: Run
    metric: Metric
    before: Ratio | None


@dataclass(frozen=True, slots=True)
class History:
    """Runs, the oldest first.

    Attributes:
        runs: all that were asked for.
        metric: which metric is followed; empty where runs are only listed.
        points: of that metric, the oldest first; none where there is no metric.
        verdicts: in sentences, how the latest run of each host stands to its first, where that was asked, and when the
            metric changed its level.
        asked: to which runs it was narrowed, in words; empty where it was not.
    """

    runs: tuple[Run, ...]
    metric: str = ""
    points: tuple[Point, ...] = ()
    verdicts: tuple[str, ...] = ()
    asked: str = ""


def history(runs: Sequence[Run], metric: str = "", *, compared: bool = False, asked: str = "") -> History:
    """Make a history of runs.

    Args:
        runs: the oldest first.
        metric: id of a metric to follow.
        compared: whether to compare each host's latest run with its first.
        asked: to which runs the history was narrowed, in words.
    """
    verdicts = tuple(sentence for own in _by_host(runs).values() for sentence in _then_and_now(own)) if compared else ()
    points = tuple(_points(runs, metric)) if metric else ()
    return History(tuple(runs), metric, points, (*verdicts, *_changes(points)), asked)


def metrics_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """Ids of all metrics that a run has a figure of."""
    return tuple(dict.fromkeys(metric.id for run in runs for metric in run.metrics if is_shown(metric)))


def _points(runs: Sequence[Run], metric_id: str) -> list[Point]:
    points = []
    last: dict[str, Metric] = {}
    for run in runs:
        metric = run.metric(metric_id)
        if metric is None or not is_shown(metric):
            continue
        before = last.get(run.host.name)
        points.append(Point(run, metric, compare_metrics(metric, before) if before else None))
        last[run.host.name] = metric
    return points


def _changes(points: Sequence[Point]) -> Iterator[str]:
    """Say when a host's metric changed its level for good, rather than from one run to the next."""
    for name in dict.fromkeys(point.run.host.name for point in points):
        own = [point for point in points if point.run.host.name == name]
        values = [point.metric.value or 0.0 for point in own]
        places = change_points(values, LEAST_CHANGE)
        found = levels(values, places)
        for place, before, after in zip(places, found, found[1:], strict=False):
            metric = own[place].metric
            was, became = amount(before, metric.unit), amount(after, metric.unit)
            unit = "" if metric.unit == "s" else f" {metric.unit}"
            yield (
                f"{label(metric.id)} on {name} changed its level with the run of "
                f"{own[place].run.started[:16].replace('T', ' at ')}: {was} before, {became}{unit} since."
            )


def _by_host(runs: Sequence[Run]) -> dict[str, list[Run]]:
    hosts: dict[str, list[Run]] = {}
    for run in runs:
        hosts.setdefault(run.host.name, []).append(run)
    return hosts


def _then_and_now(runs: Sequence[Run]) -> tuple[str, ...]:
    if len(runs) < 2:
        return (f"{runs[0].host.name} has one run in this time: there is nothing to compare it with.",)
    first, last = (replace(run, host=replace(run.host, name=_dated(run))) for run in (runs[0], runs[-1]))
    return compare((first, last)).verdicts[:1]


def _dated(run: Run) -> str:
    return f"{run.host.name} on {run.started[:16].replace('T', ' at ')}"
