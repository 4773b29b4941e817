"""Lock files, each held by one process and removed on release. The kernel releases the locks of a killed process."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def take(path: Path) -> int:
    """Create the file if it is missing, and lock it (flock(2)).

    Returns:
        The descriptor that holds the lock.

    Raises:
        BlockingIOError: if another process holds the lock.
        OSError: if the file cannot be created, or is a link.
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
        # The previous holder removed the file: this descriptor locks a file that has no name any more. Try again.
        os.close(descriptor)


def let_go(path: Path, descriptor: int) -> None:
    """Remove the file and unlock it.

    Args:
        path: the lock file.
        descriptor: the value that ``take`` returned.
    """
    try:
        # Remove first, unlock second: a process that has already opened the file sees that it was removed, and retries.
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def clear(folder: Path, pattern: str) -> None:
    """Remove the lock files of killed processes. Files that are locked or belong to another user are kept.

    Args:
        folder: the folder of the lock files.
        pattern: a pattern for their names (fnmatch(3)).
    """
    for path in folder.glob(pattern):
        with suppress(OSError):
            let_go(path, take(path))


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False
