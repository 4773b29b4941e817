"""Parse the options ``--storm`` and ``--memory``: how many containers are launched at once, and their memory."""

from hostcheck.bench.times import parse_bytes
from hostcheck.errors import UsageError

USUAL = 20
LEAST_MEMORY_BYTES = 6 << 20
"""The smallest memory limit that Docker accepts, in bytes."""
MOST = 500
"""Largest number of containers: a larger launch storm would test limits, not speed."""


def parse_counts(text: str) -> tuple[int, ...]:
    """Parse ``--storm``: numbers separated by commas, such as "5,10,20,40".

    Returns:
        The number of containers for the headline metrics, which is 20 if the list has it, otherwise the largest. It is
        followed by the other numbers in rising order, for the curve. 1 is left out, because a single container is
        always measured (storm.single.seconds).

    Raises:
        UsageError: if the text is not such a list.
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST for word in words):
        raise UsageError(
            f"--storm {text}: expected numbers from 1 to {MOST}",
            remedy="separate numbers by commas, such as 5,10,20,40",
        )
    counts = {int(word) for word in words}
    headline = USUAL if USUAL in counts else max(counts)
    if headline == 1:
        raise UsageError(
            f"--storm {text}: a launch storm needs at least 2 containers",
            remedy="give larger numbers, such as 5,10,20,40",
        )
    return (headline, *sorted(counts - {headline, 1}))


def parse_memory(text: str) -> int:
    """Parse ``--memory``: an amount such as "128MiB", and return it in bytes.

    Raises:
        UsageError: if the text is not an amount, or the amount is less than LEAST_MEMORY_BYTES.
    """
    size = parse_bytes("--memory", text)
    if size < LEAST_MEMORY_BYTES:
        raise UsageError(f"--memory {text}: engines accept no less than 6 MiB", remedy="give more, such as 64MiB")
    return size
