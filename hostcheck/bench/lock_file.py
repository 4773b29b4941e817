"""Lock files: held by one process at a time, removed on release. The kernel releases those of a killed process."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def take(path: Path) -> int:
    """Create the file where it is missing, and lock it (flock(2)).

    Returns:
        The descriptor that holds the lock.

    Raises:
        BlockingIOError: when another process holds it.
        OSError: when the file cannot be created, or is a link.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # The former holder has removed the file: this descriptor locks a file without a name.
        os.close(descriptor)


def let_go(path: Path, descriptor: int) -> None:
    """Remove the file and unlock it.

    Args:
        path: the lock file.
        descriptor: from ``take``.
    """
    try:
        # Still locked: a process that opened it meanwhile finds that its name is gone, and creates it again.
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def clear(folder: Path, pattern: str) -> None:
    """Remove the lock files of killed processes; those that are held, or belong to another user, are kept.

    Args:
        folder: their folder.
        pattern: the pattern of their names (fnmatch(3)).
    """
    for path in folder.glob(pattern):
        with suppress(OSError):
            let_go(path, take(path))


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False
