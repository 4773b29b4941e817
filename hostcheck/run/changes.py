"""What changed since an earlier audit, in words."""

from collections.abc import Iterator

from hostcheck.run.model import Change, Run

MOST = 6
"""Changes that a sentence names."""


def sentence(run: Run) -> str:
    """Return what changed on one line, verdicts first; empty where the run was compared with no earlier audit."""
    if not run.since:
        return ""
    if not run.changes:
        return f"nothing changed since the audit of {moment(run.since)}"
    named = [f"{subject(change)} from {change.before} to {change.now}" for change in run.changes[:MOST]]
    left = len(run.changes) - len(named)
    more = [f"{left} more"] if left else []
    return f"changed since the audit of {moment(run.since)}: {'; '.join((*named, *more))}"


def rows(run: Run) -> Iterator[str]:
    """Yield each change as "what: from → to"."""
    for change in run.changes:
        yield f"{subject(change)}: {change.before} → {change.now}"


def subject(change: Change) -> str:
    """Return what changed: a fact, or a check of a profile."""
    return f"{change.profile} {change.what}".lstrip()


def moment(started: str) -> str:
    """Return a time of a run as people read it."""
    return f"{started[:10]} {started[11:16]}"
