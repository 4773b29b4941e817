"""What changed since an earlier audit, and the same in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.counts import number_of
from hostcheck.run.model import Run
from hostcheck.run.times import parse_time

MOST = 6
"""Maximum number of changes that a sentence names."""
_AGES = ((86400, "day"), (3600, "hour"), (60, "minute"))
"""Units of time: the number of seconds, and the name."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change since an earlier audit.

    Attributes:
        what: the id of a fact, with the part that changed ("kernel.modules overlay"), or of a check.
        before: the earlier value in words; for a check, its earlier status.
        now: the current value or status.
        profile: the profile of the check; empty for a fact.
    """

    what: str
    before: str
    now: str
    profile: str = ""


def sentence(run: Run) -> str:
    """Return what changed on one line, verdicts first; empty if the run was not compared with an earlier audit."""
    if not run.since:
        return ""
    if not run.changes:
        return f"nothing changed since the audit of {earlier(run)}"
    named = [f"{subject(change)} from {change.before} to {change.now}" for change in run.changes[:MOST]]
    left = len(run.changes) - len(named)
    more = [f"{left} more"] if left else []
    return f"changed since the audit of {earlier(run)}: {'; '.join((*named, *more))}"


def rows(run: Run) -> Iterator[str]:
    """Yield each change as "what: from → to"."""
    for change in run.changes:
        yield f"{subject(change)}: {change.before} → {change.now}"


def subject(change: Change) -> str:
    """Return what changed: a fact, or a check of a profile."""
    return f"{change.profile} {change.what}".lstrip()


def earlier(run: Run) -> str:
    """Return the time of the earlier audit: "2026-11-22 21:51 (7 days before)"."""
    age = time_between(run.since, run.started)
    return f"{moment(run.since)} ({age} before)" if age else moment(run.since)


def time_between(first: str, last: str) -> str:
    """Return the time between two times in words: "75 minutes"; empty if one of them is not a time."""
    try:
        seconds = (parse_time(last) - parse_time(first)).total_seconds()
    except ValueError:
        # A run file may have any text there.
        return ""
    size, one = next(((size, one) for size, one in _AGES if seconds >= 2 * size), (1, "second"))
    return number_of(int(seconds // size), one)


def moment(started: str) -> str:
    """Return a time from a run file for people: "2026-11-22 21:51"."""
    return f"{started[:10]} {started[11:16]}"
