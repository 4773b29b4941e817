"""Read a run by the name that a user gives: a file, a reference run, or a run of the history."""

from hostcheck.run.files import read_run, require_consistent
from hostcheck.run.model import Run
from hostcheck.store.names import HISTORY_PREFIX


def read_named(name: str) -> Run:
    """Read a run of the history ("history:" and the start of its id, "history:3f2a"), or what ``read_run`` reads.

    Raises:
        UsageError: if there is no such run, or the run contradicts itself.
        StoreError: if the history cannot be read.
    """
    if not name.startswith(HISTORY_PREFIX):
        return read_run(name)
    from hostcheck.store.store import Store, default_path  # noqa: PLC0415  only the history needs SQLite

    run = Store(default_path()).find(name.removeprefix(HISTORY_PREFIX))
    require_consistent(run, name)
    return run
