"""Find earlier runs of the compared hosts in the history: they show how much runs of one host differ."""

from collections.abc import Sequence

from hostcheck.comparison.between import LATEST
from hostcheck.run.model import Run
from hostcheck.store.store import Store


def earlier_runs(runs: Sequence[Run], store: Store) -> tuple[Run, ...]:
    """Return the latest runs of each host before its last compared run.

    Args:
        runs: the compared runs.
        store: the history.

    Raises:
        StoreError: if the history cannot be read.
    """
    # The runs that are compared may be in the history too.
    count = LATEST + len(runs)
    last = {run.host.key: run for run in sorted(runs, key=lambda run: run.started)}
    return tuple(each for run in last.values() for each in store.latest(run.host, count, before=run.started))
