"""Keep an audit, and find what changed since an earlier one."""

from collections.abc import Sequence
from datetime import datetime, timezone

from hostcheck.run.model import Run

LAST = "last"


def followed(run: Run, profiles: Sequence[str], *, place: str = "", since: str = LAST, asked: bool = False) -> Run:
    """Return an audit with the changes since an earlier one. If that cannot be read, write a message.

    Args:
        run: the audit.
        profiles: the audited profiles: names, or paths of files.
        place: the address or the command by which the host was reached; empty for this machine.
        since: "last", a date, or how long ago ("7d").
        asked: whether the user asked for changes. Then there is a message if there is no earlier audit.

    Raises:
        UsageError: if ``since`` is none of these.
    """
    from hostcheck.cli.messages import write_message
    from hostcheck.run.changes import time_between
    from hostcheck.store.audits import before
    from hostcheck.store.folder import StoreError

    at = begun(since)
    try:
        earlier = before(run, place, at)
    except StoreError as error:
        write_message(str(error))
        return run
    if earlier is None:
        if asked:
            write_message(f"no earlier audit of {run.host.name} is kept: there is nothing to compare this one with")
        return run
    if asked and earlier.started[: len(at)] > at:
        write_message(
            f"changes {_span(since)} are unknown: the oldest audit is {time_between(earlier.started, run.started)} old"
        )
    elif asked and at and at != since:
        from hostcheck.gate.origin import age_in_words

        used = time_between(earlier.started, run.started)
        if used != time_between(at, run.started):
            write_message(f"no audit is {age_in_words(since)} old: compared with one of {used} ago")
    from hostcheck.store.changes import with_changes

    return with_changes(run, earlier, profiles)


def keep(run: Run, place: str = "") -> None:
    """Keep an audit to compare later ones with it. If that fails, write a message with the reason.

    Args:
        run: the audit.
        place: as in ``followed``.
    """
    from hostcheck.cli.messages import write_message
    from hostcheck.store.audits import keep as keep_audit
    from hostcheck.store.folder import StoreError

    try:
        keep_audit(run, place)
    except StoreError as error:
        write_message(str(error))


def known_of(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return earlier runs of these hosts from the history. If it cannot be read, write a message and return ()."""
    from hostcheck.cli.messages import write_message
    from hostcheck.store.earlier import earlier_runs
    from hostcheck.store.folder import StoreError
    from hostcheck.store.store import Store, default_path

    try:
        return earlier_runs(runs, Store(default_path()))
    except StoreError as error:
        write_message(f"the spread of earlier runs is not used: {error}")
        return ()


def _span(since: str) -> str:
    """Return a value of ``--since`` in a sentence: "since 2026-11-22", "in 7 days"."""
    from hostcheck.gate.origin import age_in_words
    from hostcheck.run.times import is_moment

    return f"since {since}" if is_moment(since) else f"in {age_in_words(since)}"


def begun(since: str) -> str:
    """Return the time that a value of ``--since`` means, in ISO 8601; empty for the last audit.

    Raises:
        UsageError: if the value is not valid.
    """
    if since == LAST:
        return ""
    from hostcheck.run.times import is_moment

    if is_moment(since):
        return since
    from hostcheck.errors import UsageError
    from hostcheck.gate.origin import parse_age

    try:
        return (datetime.now(timezone.utc) - parse_age(since)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except UsageError as error:
        raise UsageError(f"--since {since!r} is not a time", remedy="write last, 2026-11-22, or 7d") from error
