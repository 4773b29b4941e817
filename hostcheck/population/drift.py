"""The changes of a host since its previous run: facts, verdicts, and figures that are better or worse."""

from collections.abc import Sequence
from dataclasses import dataclass

from hostcheck.comparison.ratio import compare_metrics
from hostcheck.run.changes import Change
from hostcheck.run.model import Run
from hostcheck.store.audits import Kept
from hostcheck.store.changes import with_changes


@dataclass(frozen=True, slots=True)
class FigureDrift:
    """A figure of a host that is better or worse than in its previous run.

    Attributes:
        host: the index of the host.
        metric: the metric's id.
        value: how many times better the figure is now; below 1 it is worse.
        words: ``value`` in words.
        since: the start of the previous run.
    """

    host: int
    metric: str
    value: float
    words: str
    since: str


def drift_of(host: int, run: Run, before: Run | None) -> tuple[str, tuple[Change, ...], Sequence[FigureDrift]]:
    """Return the start of the previous run, the changes since then, and the figures that are better or worse.

    Without a previous run, the time and the changes that the run itself records are returned, and no figures. A figure
    is better or worse if the interval of the ratio excludes 1 by more than two runs of one host may differ
    (``hostcheck.comparison.ratio``).

    Args:
        host: the index of the host.
        run: the latest run.
        before: the previous run; None if there is none.
    """
    if before is None:
        return run.since, run.changes, ()
    facts = {name: fact for name, fact in before.facts.items() if fact.known}
    profiles = tuple(dict.fromkeys(verdict.profile for verdict in run.verdicts))
    changed = with_changes(run, Kept(before.started, facts), profiles)
    drift = []
    for metric in run.metrics:
        earlier = before.metric(metric.id)
        if metric.value is None or earlier is None or earlier.value is None:
            continue
        ratio = compare_metrics(metric, earlier)
        if ratio.value is not None and ratio.judgement in {"better", "worse"}:
            drift.append(FigureDrift(host, metric.id, ratio.value, ratio.words, before.started))
    return before.started, changed.changes, drift
