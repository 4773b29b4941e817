"""Times as the run file writes them, and as engines do."""

import re
import time
from datetime import datetime

_TIME = re.compile(
    r"(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d\d:\d\d)", re.ASCII
)


def utc_now() -> str:
    """Return the current time in the format of ``utc``."""
    return utc(time.time())


def utc(seconds: float) -> str:
    """Format a time (seconds since the epoch) as ISO 8601: UTC, whole seconds, with "Z"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def parse_time(text: str) -> datetime:
    """Parse a time with its zone, to the microsecond. Source: RFC 3339, section 5.6; engines write nanoseconds.

    ``datetime.fromisoformat`` of Python 3.10 reads neither "Z" nor nanoseconds.

    Raises:
        ValueError: when it is no time, or has no zone.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time of RFC 3339: {text[:40]!r}")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = match["zone"].replace("Z", "+00:00")
    return datetime.fromisoformat(f"{match['second']}.{fraction}{zone}")
