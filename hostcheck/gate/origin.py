"""Check the age and the host of a run against the policy's requirements for run files."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Literal

from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.gate.finding import Judged
from hostcheck.gate.policy import Policy
from hostcheck.run.model import Run, Status
from hostcheck.run.times import parse_time

Source = Literal["live", "captured", "file"]
"""The origin of the facts: this host now, a captured host, or a run file, which any user may have written."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Allowed difference of the clocks of two hosts, as in Kerberos (RFC 4120, section 1.6)."""

_DURATION = re.compile(r"(?P<number>[1-9]\d{0,4})\s?(?P<unit>min|m|h|d|w)")
_UNITS = {"m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week"}


def parse_age(text: str) -> timedelta:
    """Parse a duration such as ``12h``: minutes (min or m), hours (h), days (d) or weeks (w).

    Raises:
        UsageError: if the text is not such a duration.
    """
    number, unit = _parsed(text)
    return timedelta(**{f"{unit}s": number})


def age_in_words(text: str) -> str:
    """Return a duration such as ``7d`` in words: "7 days".

    Raises:
        UsageError: if the text is not such a duration.
    """
    return number_of(*_parsed(text))


def _parsed(text: str) -> tuple[int, str]:
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is not a duration", remedy="write it like 30min, 12h, 7d or 2w")
    return int(found["number"]), _UNITS[found["unit"]]


def asked_of_the_run(run: Run, policy: Policy, source: Source, now: datetime) -> Iterator[Judged]:
    """Yield the results for the age and the host that the policy requires, and for lost evidence.

    A run that is too old, or is from another host, shows nothing about this host now: the result is unknown.
    Conclusions without lost evidence are unknown too, because a pass would need this evidence.

    Args:
        run: the run to judge.
        policy: the policy.
        source: the origin of the run's facts.
        now: the current time, with time zone.
    """
    if policy.max_age is not None and source != "live":
        status, found = _age(run, policy.max_age, source, now)
        yield Judged("run.age", status, f"a run that is at most {_words(policy.max_age)} old", found)
    if policy.host is not None and source == "file":
        yield Judged(
            "run.host",
            "pass" if run.host.name == policy.host else "unknown",
            f"a run from the host {policy.host}",
            f"a run from {run.host.name}",
        )
    if run.lost:
        yield Judged("run.evidence", "unknown", "all evidence of the host", run.lost)


def _age(run: Run, most: timedelta, source: Source, now: datetime) -> tuple[Status, str]:
    if source == "captured":
        return "unknown", "a captured host, which does not say when it was captured"
    # The oldest time counts, so that changing a single time does not make the run younger.
    samples = [sample.started for metric in run.metrics for sample in metric.samples if sample.valid or sample.started]
    texts = [run.started, *([] if run.ended is None else [run.ended]), *samples]
    times = [_time(text) for text in texts]
    if None in times:
        return "unknown", f"a run with an invalid time: {texts[times.index(None)][:40]!r}"
    known = [time for time in times if time is not None]
    if max(known) > now + CLOCK_TOLERANCE:
        return (
            "unknown",
            f"a run from the future: {max(known):%Y-%m-%dT%H:%M:%SZ}; the clock of one of the two hosts is wrong",
        )
    age = max(now - min(known), timedelta(0))
    return ("pass" if age <= most else "unknown"), f"a run that began {_words(age)} ago"


def _time(text: str) -> datetime | None:
    try:
        return parse_time(text).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        # Converted to UTC, a time can be before the year 1 or after the year 9999.
        return None


def _words(span: timedelta) -> str:
    """Return a duration in words, in the largest unit of which there are at least two: "26 hours"."""
    seconds = int(span.total_seconds())
    for size, unit in ((24 * 3600, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
