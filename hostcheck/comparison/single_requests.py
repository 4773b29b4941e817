"""Report how long a request to the disk takes if no other request is in flight."""

from collections.abc import Iterator, Mapping, Sequence

from hostcheck.comparison.bounds import is_bound
from hostcheck.comparison.ranking import NAMED, few
from hostcheck.comparison.settings import is_alike
from hostcheck.quantities import Scale
from hostcheck.run.metrics import RANDOM_READ_QD1, RANDOM_WRITE_QD1
from hostcheck.run.model import Run

_MS = Scale("ms", 1e3)


def single_requests(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    """Yield sentences on the mean time of a random read and of a random write on each host.

    The mean time is the inverse of the rate with one request in flight. The median is not, because a limit lets
    requests through in bursts, and only requests beyond a burst wait. For many hosts, there is no sentence: it would be
    too long, and the table has the rates.
    """
    reads, writes = _times(RANDOM_READ_QD1, runs, names), _times(RANDOM_WRITE_QD1, runs, names)
    if len(runs) > NAMED:
        return
    if reads and list(reads) == list(writes):
        both = few([_MS.amount(seconds) for seconds in writes.values()])
        order = ", in this order" if len(writes) > 1 else ""
        yield f"One random read takes {_on(reads)}, one random write {both} ms{order} (means)."
        return
    for what, times in (("read", reads), ("write", writes)):
        if times:
            yield f"One random {what} takes {_on(times)} (mean)."


def _times(metric_id: str, runs: Sequence[Run], names: Sequence[str]) -> Mapping[str, float]:
    """Return the mean time of a request in seconds, by the names of the hosts for which it is known.

    Hosts whose rate cannot be compared with that of the first one are left out.
    """
    found: dict[str, float] = {}
    first = None
    for name, run in zip(names, runs, strict=True):
        metric, seconds = run.metric(metric_id), seconds_of_request(run, metric_id)
        if metric is None or seconds is None:
            continue
        if first is None or is_alike(metric, first):
            found[name] = seconds
        first = first or metric
    return found


def seconds_of_request(run: Run, metric_id: str) -> float | None:
    """Return the mean time of a request in seconds, from the rate with one in flight; None if unknown."""
    metric = run.metric(metric_id)
    if metric is None or metric.state == "invalid" or is_bound(metric) or not metric.value:
        return None
    return 1 / metric.value


def _on(times: Mapping[str, float]) -> str:
    return few([f"{_MS.amount(seconds)} ms on {name}" for name, seconds in times.items()])
