"""When a run was made and on which host, held against what the gate asks of a run file."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from hostcheck.errors import UsageError
from hostcheck.gate.finding import Judged
from hostcheck.gate.policy import Policy
from hostcheck.run.model import Run, Status

Source = Literal["live", "captured", "file"]
"""Where the facts come from: this host now, a captured one, or a run file, which may be written by any user."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clocks of two hosts may be apart: Kerberos asks for the same (RFC 4120, section 1.6)."""

_DURATION = re.compile(r"(?P<number>[1-9]\d{0,4})\s?(?P<unit>min|m|h|d|w)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_age(text: str) -> timedelta:
    """Parse ``12h``: minutes (min or m), hours (h), days (d) or weeks (w).

    Raises:
        UsageError: when it is no such duration.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no age", remedy="write it like 30min, 12h, 7d or 2w")
    return timedelta(**{_UNITS[found["unit"]]: int(found["number"])})


def asked_of_the_run(run: Run, policy: Policy, source: Source, now: datetime) -> Iterator[Judged]:
    """Yield what comes of the age and the host that the policy asks for.

    An older run says nothing of the host as it is now, and another host's nothing of this one: both are unknown.

    Args:
        run: what is judged.
        policy: what is asked.
        source: where its facts are from.
        now: with its time zone.
    """
    if policy.max_age is not None and source != "live":
        status, found = _age(run, policy.max_age, source, now)
        yield Judged("run.age", status, f"a run of the last {_words(policy.max_age)}", found)
    if policy.host is not None and source == "file":
        yield Judged(
            "run.host",
            "pass" if run.host.name == policy.host else "unknown",
            f"a run of {policy.host}",
            f"one of {run.host.name}",
        )


def _age(run: Run, most: timedelta, source: Source, now: datetime) -> tuple[Status, str]:
    if source == "captured":
        return "unknown", "a captured host, which does not say when it was captured"
    # One time that was changed alone makes the run no younger: the oldest counts, and of the future there is none.
    samples = [sample.started for metric in run.metrics for sample in metric.samples if sample.valid or sample.started]
    texts = [run.started, *([] if run.ended is None else [run.ended]), *samples]
    times = [_time(text) for text in texts]
    if None in times:
        return "unknown", f"one with a time that cannot be read: {texts[times.index(None)][:40]!r}"
    known = [time for time in times if time is not None]
    if max(known) > now + CLOCK_TOLERANCE:
        return "unknown", f"one of the future: {max(known):%Y-%m-%dT%H:%M:%SZ}; one of the two clocks is wrong"
    age = max(now - min(known), timedelta(0))
    return ("pass" if age <= most else "unknown"), f"one that began {_words(age)} ago"


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        # In UTC, it can be before the year 1 or after the year 9999.
        return None


def _words(span: timedelta) -> str:
    """Say a duration in its largest unit of which there are two or more: "26 hours"."""
    seconds = int(span.total_seconds())
    for size, unit in ((24 * 3600, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
