"""Read files up to a limit, for live and captured hosts."""

import os

from hostcheck.host.base import READ_LIMIT, Failure, Reading

_CHUNK = 1 << 16


def read_bounded(fd: int, limit: int = READ_LIMIT) -> bytes:
    """Read to the end of a file, at most ``limit`` bytes. The stated size is ignored: in /proc and /sys it is wrong.

    Raises:
        OSError: if reading fails.
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
    """Return the reading for an error. A ValueError comes from a path that no file can have."""
    return Reading(source, None, failure_of(error), getattr(error, "strerror", None) or str(error))


def failure_of(error: OSError | ValueError) -> Failure:
    """Return the kind of failure of an error."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "absent"
    return "denied" if isinstance(error, PermissionError) else "unreadable"
