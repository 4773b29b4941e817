"""The values that a shell's completion offers: profiles, roles, checks, metrics, runs, formats."""

from collections.abc import Callable, Iterable

Complete = Callable[[str], list[str]]
"""Takes the typed part of a word, and returns the words that start with it."""


def profiles(incomplete: str) -> list[str]:
    """Return the names of profiles that start with the typed text."""
    from hostcheck.profiles.loader import known_names

    return _beginning(known_names(), incomplete)


def roles(incomplete: str) -> list[str]:
    """Return the roles of all profiles that start with the typed text."""
    from hostcheck.profiles.loader import load, names

    return _beginning({role for name in names() for role in load(name).roles}, incomplete)


def checks(incomplete: str) -> list[str]:
    """Return the ids of checks and facts that start with the typed text."""
    from hostcheck.catalogue.loader import entries
    from hostcheck.profiles.loader import load, names

    return _beginning({*entries(), *(check.id for name in names() for check in load(name).checks)}, incomplete)


def metrics(incomplete: str) -> list[str]:
    """Return the ids of metrics that start with the typed text."""
    from hostcheck.run.metrics import METRICS

    return _beginning(METRICS, incomplete)


def runs(incomplete: str) -> list[str]:
    """Return reference runs, and runs of the history, whose names start with the typed text. The shell adds files."""
    from hostcheck.run.files import REFERENCE_PREFIX, reference_names
    from hostcheck.store.names import HISTORY_PREFIX

    kept = [f"{HISTORY_PREFIX}{run_id}" for run_id in _run_ids()]
    return _beginning([*(f"{REFERENCE_PREFIX}{name}" for name in reference_names()), *kept], incomplete)


def baselines(incomplete: str) -> list[str]:
    """Return what ``runs`` returns, and the names for earlier runs of the host, such as "last"."""
    return [*_beginning(("last", "usual:10"), incomplete), *runs(incomplete)]


def run_ids(incomplete: str) -> list[str]:
    """Return the short ids of the history's runs that start with the typed text."""
    return _beginning(_run_ids(), incomplete)


def of_times(incomplete: str) -> list[str]:
    """Return values of ``--since`` that start with the typed text."""
    return _beginning(("last", "1d", "7d", "30d"), incomplete)


def parts(incomplete: str) -> list[str]:
    """Return the parts of a benchmark that start with the typed text."""
    from hostcheck import plugins
    from hostcheck.bench.base import WORKLOADS

    return _beginning([*WORKLOADS, *plugins.names("workload")], incomplete)


def formats_of(table: str) -> Complete:
    """Return a completion function for the output formats of a command, such as "json:".

    Args:
        table: the name of the command's table of formats in ``hostcheck.formats``.
    """

    def complete(incomplete: str) -> list[str]:
        from hostcheck import formats

        return _beginning((f"{name}:" for name in getattr(formats, table)), incomplete)

    return complete


def _run_ids() -> list[str]:
    from hostcheck.errors import HostcheckError
    from hostcheck.store.store import Store, default_path

    try:
        return [run.id[:8] for run in Store(default_path()).runs()]
    except HostcheckError:
        # There is no place for a message while the user types a line.
        return []


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return sorted(word for word in words if word.startswith(incomplete))
