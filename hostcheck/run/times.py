"""Format times for the run file."""

import time


def utc_now() -> str:
    """Return the current time in the format of ``utc``."""
    return utc(time.time())


def utc(seconds: float) -> str:
    """Format a time (seconds since the epoch) as ISO 8601: UTC, whole seconds, with "Z"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
