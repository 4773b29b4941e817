"""Lock files: held by one process at a time, and removed when it lets go. The kernel frees those of a killed one."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def take(path: Path) -> int:
    """Make the file where it is missing, and lock it (flock(2)).

    Returns:
        The descriptor that holds the lock.

    Raises:
        BlockingIOError: when another process holds it.
        OSError: when there can be no such file, or a link is in its place.
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
        # Who held it has removed it meanwhile: it is of no file that others find.
        os.close(descriptor)


def let_go(path: Path, descriptor: int) -> None:
    """Remove the file and unlock it.

    Args:
        path: the file's.
        descriptor: from ``take``.
    """
    try:
        # Still held: who opened it meanwhile finds that its name is gone, and makes it anew.
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def clear(folder: Path, pattern: str) -> None:
    """Remove the lock files of killed processes; those that are held, or are another user's, stay.

    Args:
        folder: where they are.
        pattern: of their names (fnmatch(3)).
    """
    for path in folder.glob(pattern):
        with suppress(OSError):
            let_go(path, take(path))


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False
