"""Bounded reads: what both kinds of host read files with."""

import os

from hostcheck.host.base import READ_LIMIT, Failure, Reading

_CHUNK = 1 << 16


def read_bounded(fd: int, limit: int = READ_LIMIT) -> bytes:
    """Read until the end, or ``limit`` bytes. A file's stated size is not asked: in /proc and /sys it is wrong.

    Raises:
        OSError: when the kernel refuses.
    """
    parts: list[bytes] = []
    left = limit
    while left > 0:
        part = os.read(fd, min(_CHUNK, left))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def failed(source: str, error: OSError | ValueError) -> Reading:
    """Tell what kept something from being read. A ValueError is a path that no file can have."""
    return Reading(source, None, failure_of(error), getattr(error, "strerror", None) or str(error))


def failure_of(error: OSError | ValueError) -> Failure:
    """Sort an error into the three kinds that a reading tells apart."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "absent"
    return "denied" if isinstance(error, PermissionError) else "unreadable"
