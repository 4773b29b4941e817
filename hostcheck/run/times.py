"""Format and parse times as in run files, and parse times that engines write."""

import re
import time
from datetime import datetime

_TIME = r"(?a)(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d\d:\d\d)"
_MOMENT = r"(?a)20\d\d(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?"


def utc_now() -> str:
    """Return the current time in the format of ``utc``."""
    return utc(time.time())


def utc(seconds: float) -> str:
    """Format a time (seconds since the epoch) as ISO 8601: UTC, whole seconds, with "Z"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def is_moment(text: str) -> bool:
    """Return whether a text is an ISO 8601 time of this century in UTC. It may be shortened, as in "2026-11"."""
    if not re.fullmatch(_MOMENT, text):
        return False
    try:
        parse_time(text.removesuffix("Z") + "2000-01-01T00:00:00"[len(text.removesuffix("Z")) :] + "Z")
    except ValueError:
        return False
    return True


def parse_time(text: str) -> datetime:
    """Parse a time with a time zone (RFC 3339, section 5.6), to the microsecond. Engines write nanoseconds.

    ``datetime.fromisoformat`` of Python 3.10 reads neither "Z" nor nanoseconds.

    Raises:
        ValueError: if the text is not a time, or has no zone.
    """
    match = re.fullmatch(_TIME, text)
    if match is None:
        raise ValueError(f"not a time of RFC 3339: {text[:40]!r}")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = match["zone"].replace("Z", "+00:00")
    return datetime.fromisoformat(f"{match['second']}.{fraction}{zone}")
