"""The duration of a sustained load, and the number of bytes that it may write."""

from dataclasses import dataclass

from hostcheck.bench.times import parse_time_and_limit
from hostcheck.errors import UsageError

LEAST_SECONDS = 10.0
MOST_SECONDS = 86_400.0
LEAST_BYTES = 10 * 10**9
"""Smallest limit in bytes. A disk's rate is known after a second, in which a fast disk may have written 3 GB."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """A load that lasts long enough to spend a burst allowance.

    Attributes:
        seconds: duration of the load in seconds.
        limit_bytes: the maximum number of bytes to write to the disk; None for no limit.
    """

    seconds: float
    limit_bytes: int | None = None


def parse_sustained(text: str) -> Sustained:
    """Parse ``--sustained``: a time such as "30min", or a time and a limit of the written bytes such as "30min,200GB".

    Raises:
        UsageError: if the text is neither, or a value is out of range (LEAST_SECONDS, MOST_SECONDS, LEAST_BYTES).
    """
    seconds, limit_bytes = parse_time_and_limit("--sustained", text, "10min or 30min,200GB")
    if limit_bytes is not None and limit_bytes < LEAST_BYTES:
        raise UsageError(
            f"--sustained {text}: a fast disk writes that much before its rate is known",
            remedy="give a limit of 10GB or more",
        )
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise UsageError(f"--sustained {text}: expected 10 s to 24 h", remedy="give a time such as 10min")
    return Sustained(seconds, limit_bytes)
