"""What changed since an earlier audit, as data and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hostcheck.counts import number_of
from hostcheck.run.model import Run
from hostcheck.run.times import parse_time

MOST = 6
"""Maximum number of changes that a sentence names."""
_MOST_PARTS = 2
"""Maximum number of changes of a fact in the line of its check."""
_AGES = ((86400, "day"), (3600, "hour"), (60, "minute"))
"""Units of time: the number of seconds, and the name."""
THERE, GONE = "there", "not there"
"""Values of a change if an item of a set was added or removed. GONE is also the value of a missing key of a map."""
_RANKS = {"pass": 0, "warn": 1, "fail": 2}
"""Ranks of the statuses that can be compared: a lower rank is better."""
_ITEMS = {(GONE, THERE): "also", (THERE, GONE): "no longer"}
_STATUSES = {
    "pass": "passed",
    "warn": "recommendation missed",
    "fail": "requirement missed",
    "skip": "does not apply",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change since an earlier audit.

    Attributes:
        what: the id of a fact, with the part that changed ("kernel.modules overlay"), or of a check.
        before: the earlier value in words; for a check, its earlier status.
        now: the current value or status.
        profile: the profile of the check; empty for a fact.
        title: the subject of the fact or check, in a few words; empty in run files of earlier versions.
        fact: the id of the check's fact; empty for a fact, and in run files of earlier versions.
    """

    what: str
    before: str
    now: str
    profile: str = ""
    title: str = ""
    fact: str = ""


def sentence(run: Run) -> str:
    """Return what changed on one line, verdicts first; empty if the run was not compared with an earlier audit."""
    if not run.since:
        return ""
    if not run.changes:
        age = time_between(run.since, run.started)
        return f"nothing changed {f'in the {age} ' if age else ''}since the audit of {moment(run.since)}"
    said = list(in_lines(run.changes))
    named = said[:MOST]
    left = len(said) - len(named)
    more = [f"{left} more"] if left else []
    return f"changed since the audit of {earlier(run)}: {'; '.join((*named, *more))}"


def in_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield each change once, in words.

    Equal changes of several profiles become one line. If a check and its fact changed, the check's line contains both.
    """
    alike: dict[tuple[str, str, str], list[Change]] = {}
    of_checks = {change.fact for change in changes if change.fact}
    for change in changes:
        fact = change.what.partition(" ")[0]
        if change.profile:
            alike.setdefault((change.what, change.before, change.now), []).append(change)
        elif fact not in of_checks:
            alike.setdefault((change.what, "", ""), []).append(change)
    for first, *others in alike.values():
        if not first.profile:
            yield worded(first)
            continue
        names = ", ".join(change.profile for change in (first, *others))
        parts = [_of_fact(change) for change in changes if first.fact and _is_of(change, first.fact)]
        shown = "; ".join(
            [*parts[:_MOST_PARTS], *([f"{len(parts) - _MOST_PARTS} more"] if parts[_MOST_PARTS:] else [])]
        )
        yield _better(first) + worded(replace(first, profile=names)) + (f" ({shown})" if shown else "")


def _is_of(change: Change, fact: str) -> bool:
    return not change.profile and change.what.partition(" ")[0] == fact


def _of_fact(change: Change) -> str:
    """Return what changed in a fact without its title: "no → yes", "logs_bounded: yes → no", "also /etc/docker"."""
    if (change.before, change.now) in _ITEMS and _part(change):
        return f"{_ITEMS[change.before, change.now]} {_part(change)}"
    part = f"{_part(change)}: " if _part(change) else ""
    return f"{part}{change.before} → {change.now}"


def _better(change: Change) -> str:
    """Return "better: " or "worse: " for the change of a check; empty if it is neither."""
    before, now = _RANKS.get(change.before), _RANKS.get(change.now)
    if before is None or now is None:
        return ""
    return "better: " if now < before else "worse: "


def worded(change: Change) -> str:
    """Return a change in words: "IP forwarding (docker): passed → recommendation missed"."""
    item = _ITEMS.get((change.before, change.now))
    if item and _part(change):
        return f"{_title(change)}: {item} {_part(change)}"
    before, now = values(change)
    return f"{subject(change)}: {before} → {now}"


def subject(change: Change) -> str:
    """Return what changed: a check's title and profile, or a fact's title and the part that changed."""
    if change.profile:
        return f"{_title(change)} ({change.profile})"
    return f"{_title(change)}, {_part(change)}" if _part(change) else _title(change)


def values(change: Change) -> tuple[str, str]:
    """Return the earlier and the current value; for a check, its statuses in words."""
    if not change.profile:
        return change.before, change.now
    return _STATUSES.get(change.before, change.before), _STATUSES.get(change.now, change.now)


def _title(change: Change) -> str:
    return change.title or change.what.partition(" ")[0]


def _part(change: Change) -> str:
    """Return the part of a fact that changed: a key or an item; empty for a whole fact, and for a check."""
    return change.what.partition(" ")[2]


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
