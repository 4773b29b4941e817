"""Times as the run file writes them."""

import time


def utc_now() -> str:
    """Return the time now; see ``utc``."""
    return utc(time.time())


def utc(seconds: float) -> str:
    """Write a time (seconds since the epoch) as ISO 8601, UTC, whole seconds, "Z"."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
