"""The history as a document: a list of stored runs, or one metric over all runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostcheck.comparison.compare import compare
from hostcheck.comparison.labels import in_order, label
from hostcheck.comparison.model import Ratio
from hostcheck.comparison.ratio import compare_metrics, is_shown
from hostcheck.quantities import amount
from hostcheck.run.independent import Deviation, by_run, spread_of
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run
from hostcheck.run.steadiness import measured, measured_ids
from hostcheck.stats.changes import change_points, levels
from hostcheck.store.usual import USUAL_RUNS, usual

LEAST_CHANGE = 1.1
"""Minimum ratio of two levels of a metric for a change of level to be reported."""


@dataclass(frozen=True, slots=True)
class Point:
    """One metric of one run.

    Attributes:
        run: the run.
        metric: the metric, which has a value.
        before: the ratio to the previous run of the same host that has the metric; None for the first run.
    """

    run: Run
    metric: Metric
    before: Ratio | None


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual values of one host: its last runs, pooled.

    Attributes:
        run: the pooled run.
        figures: each metric with its deviation between the runs. The deviation is None if only one run has the metric.
    """

    run: Run
    figures: tuple[tuple[Metric, Deviation | None], ...]


@dataclass(frozen=True, slots=True)
class History:
    """The stored runs that the user asked for.

    Attributes:
        runs: the runs, the oldest first.
        metric: id of the metric to show over time; empty to list the runs only.
        points: the metric's value in each run, the oldest first; empty without a metric.
        verdicts: sentences on changes: the comparison of each host's latest run with its first one, if requested, and
            the times when the metric changed its level.
        asked: the restriction of the runs (a host, a time), in words; empty if there is none.
        usual: the usual values of each host, if requested.
    """

    runs: tuple[Run, ...]
    metric: str = ""
    points: tuple[Point, ...] = ()
    verdicts: tuple[str, ...] = ()
    asked: str = ""
    usual: tuple[Usual, ...] = ()


def history(
    runs: Sequence[Run], metric: str = "", *, compared: bool = False, asked: str = "", with_usual: bool = False
) -> History:
    """Make a history from runs.

    Args:
        runs: the runs, the oldest first.
        metric: id of the metric to show over time; empty to list the runs only.
        compared: whether to compare each host's latest run with its first.
        asked: the restriction of the runs (a host, a time), in words.
        with_usual: whether to pool the last runs of each host.
    """
    hosts = _by_host(runs)
    pooled = tuple(_usual(own[-USUAL_RUNS:]) for own in hosts if len(own) > 1) if with_usual else ()
    alone = [f"{own[0].host.name} has only one run: usual values need at least two." for own in hosts if len(own) == 1]
    verdicts = tuple(sentence for own in hosts for sentence in _then_and_now(own)) if compared else ()
    points = tuple(_points(runs, metric)) if metric else ()
    return History(
        tuple(runs), metric, points, (*verdicts, *_changes(points), *(alone if with_usual else ())), asked, pooled
    )


def metrics_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the ids of all metrics that have a value in at least one run."""
    return tuple(dict.fromkeys(each for run in runs for each in measured_ids(run) if is_shown(measured(run, each))))


def _usual(runs: Sequence[Run]) -> Usual:
    pooled = usual(runs)
    measured = [
        metric for metric_id in in_order(metric.id for metric in pooled.metrics) if (metric := pooled.metric(metric_id))
    ]
    return Usual(pooled, tuple((metric, spread_of(by_run(metric.samples))) for metric in measured))


def _points(runs: Sequence[Run], metric_id: str) -> list[Point]:
    points = []
    last: dict[object, Metric] = {}
    for run in runs:
        metric = measured(run, metric_id)
        if metric is None or not is_shown(metric):
            continue
        before = last.get(run.host.key)
        points.append(Point(run, metric, compare_metrics(metric, before) if before else None))
        last[run.host.key] = metric
    return points


def _changes(points: Sequence[Point]) -> Iterator[str]:
    """Yield a sentence for each lasting change of a metric's level on a host. Single deviating runs are ignored."""
    for host in {point.run.host.key: point.run.host for point in points}.values():
        own = [point for point in points if point.run.host.key == host.key]
        values = [point.metric.value or 0.0 for point in own]
        places = change_points(values, LEAST_CHANGE)
        found = levels(values, places)
        for place, before, after in zip(places, found, found[1:], strict=False):
            metric = own[place].metric
            was, became = amount(before, metric.unit), amount(after, metric.unit)
            unit = "" if metric.unit == "s" else f" {metric.unit}"
            yield (
                f"{label(metric.id)} on {host.name} changed its level with the run of "
                f"{own[place].run.started[:16].replace('T', ' at ')}: {was} before, {became}{unit} since."
            )


def _by_host(runs: Sequence[Run]) -> list[list[Run]]:
    hosts: dict[object, list[Run]] = {}
    for run in runs:
        hosts.setdefault(run.host.key, []).append(run)
    return list(hosts.values())


def _then_and_now(runs: Sequence[Run]) -> tuple[str, ...]:
    if len(runs) < 2:
        return (f"{runs[0].host.name} has only one run in this time, so there is nothing to compare it with.",)
    first, last = (replace(run, host=replace(run.host, name=_dated(run))) for run in (runs[0], runs[-1]))
    return compare((first, last)).verdicts[:1]


def _dated(run: Run) -> str:
    return f"{run.host.name} on {run.started[:16].replace('T', ' at ')}"
