"""Report after what time all containers of a storm are ready."""

from collections.abc import Iterator, Sequence

from hostcheck.comparison.bounds import is_bound
from hostcheck.comparison.ranking import NAMED, few
from hostcheck.quantities import Scale
from hostcheck.run.metrics import MAKESPAN
from hostcheck.run.model import Run

_S = Scale("s", 1)


def storms(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each size of a storm. For many hosts, there is none: the table has the times."""
    if len(runs) > NAMED:
        return
    times: dict[int, list[str]] = {}
    for name, run in zip(names, runs, strict=True):
        metric = run.metric(MAKESPAN)
        if metric is None or metric.state == "invalid" or is_bound(metric) or not metric.value:
            continue
        count = metric.settings.get("containers")
        if isinstance(count, int) and count > 1:
            times.setdefault(count, []).append(f"{_S.amount(metric.value)} s on {name}")
    for count, of_hosts in times.items():
        yield f"All {count} containers of the storm are ready after {few(of_hosts)}."
