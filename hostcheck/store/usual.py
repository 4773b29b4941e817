"""Read earlier runs of a host: the last one, or the last ones pooled, which show the usual values of the host."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hostcheck.comparison.pool import alike, pool
from hostcheck.errors import UsageError
from hostcheck.run.measured import Metric
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.times import parse_time, utc
from hostcheck.store.names import LAST, USUAL
from hostcheck.store.store import Store, default_path

USUAL_RUNS = 10
"""Number of runs that "usual" pools if no number is given."""
MOST_RUNS = 100

_USUAL = re.compile(rf"{USUAL}(?::(\d{{1,4}}))?")


def read_relative(name: str, host: HostIdentity, *, before: Run | None = None, store: Store | None = None) -> Run:
    """Read the last run of a host, or the pool of its last runs.

    Args:
        name: "last", "usual" (of ten runs) or "usual:N".
        host: the host. Another host with an equal name does not match.
        before: a run of this host. Only earlier runs are used; and for "usual", only metrics with the settings of this
            run.
        store: the history; None for the user's.

    Raises:
        UsageError: if the name is not one of these, or there is no such run.
        StoreError: if the history cannot be read.
    """
    count = _count(name)
    runs = (store or Store(default_path())).latest(host, count, before=_begun(before) if before else "")
    if not runs:
        earlier = "earlier run" if before else "run"
        raise UsageError(
            f"there is no {earlier} of {host.name} in the history", remedy="hostcheck history lists the stored runs"
        )
    return usual(runs, like=before) if count > 1 else runs[-1]


def _begun(run: Run) -> str:
    try:
        return utc(parse_time(run.started).timestamp())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"the run has an invalid time, {run.started[:40]!r}, so earlier runs cannot be found",
            remedy="name a run file, or history:ID",
        ) from error


def usual(runs: Sequence[Run], like: Run | None = None) -> Run:
    """Pool runs of one host, the oldest first.

    Args:
        runs: the runs.
        like: the run whose settings a metric must have to be pooled; None for the latest run that has the metric.
    """
    models = {metric.id: metric for run in runs for metric in run.metrics if metric.value is not None}
    models |= {metric.id: metric for metric in like.metrics if metric.value is not None} if like else {}
    kept = [replace(run, metrics=tuple(each for each in run.metrics if _counts(each, models))) for run in runs]
    return pool(kept)


def _counts(metric: Metric, models: dict[str, Metric]) -> bool:
    measured = metric.value is not None and metric.state not in {"published", "invalid"}
    return measured and alike(metric, models.get(metric.id))


def _count(name: str) -> int:
    if name == LAST:
        return 1
    found = _USUAL.fullmatch(name)
    count = int(found[1] or USUAL_RUNS) if found else 0
    if not 2 <= count <= MOST_RUNS:
        raise UsageError(f"{name!r} is not a number of runs", remedy=f"write usual:N with N from 2 to {MOST_RUNS}")
    return count
