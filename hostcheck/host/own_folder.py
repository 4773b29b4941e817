"""Create, find and remove hostcheck's own folder, by descriptor, in a folder that may belong to another user.

No link is followed and no mount is crossed, even if other users rename or replace the folders above meanwhile.
"""

import contextlib
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS = 5.0
"""Time limit in seconds for removing a folder that another process keeps renaming."""

_POLL_SECONDS = 0.001

_SPARE_DESCRIPTORS = 16
"""How many descriptors must be free when a folder is made, because its removal needs them."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ABOVE = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_folder(path: str, access: int = os.O_RDONLY) -> int:
    """Open a folder by an absolute path that has no links. A link that was put into the path meanwhile is not followed.

    Args:
        path: the path.
        access: O_RDONLY, or O_PATH if this user may be unable to list the folder (open(2)).

    Raises:
        OSError: if the folder cannot be opened.
    """
    # Folders above need not be readable.
    folder = os.open("/", _ABOVE)
    for part in (*filter(None, path.split("/")), "."):
        above = folder
        try:
            folder = os.open(part, _FOLDER | access if part == "." else _ABOVE, dir_fd=above)
        finally:
            os.close(above)
    return folder


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Keep a folder open until the context is left, even if it is renamed. Links in its path are followed once.

    Raises:
        OSError: if the folder cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def make_own(above: int, name: str) -> int:
    """Create a folder that only this user may enter, and lock it (flock(2)).

    Returns:
        The folder's descriptor; -1 if another user replaced the folder before it was opened.

    Raises:
        OSError: if the folder cannot be created.
    """
    _require_descriptors(above)
    os.mkdir(name, 0o700, dir_fd=above)
    return open_own(above, name, empty=True)


def _require_descriptors(some: int) -> None:
    """Check that enough descriptors are free to remove the folder later."""
    with contextlib.ExitStack() as spare:
        for _ in range(_SPARE_DESCRIPTORS):
            spare.callback(os.close, os.dup(some))


def open_own(above: int, name: str, *, empty: bool = False) -> int:
    """Open and lock a folder that this user made; with ``empty``, only if it is empty.

    Returns:
        The folder's descriptor; -1 if the folder cannot be opened, belongs to another user, or is locked by a live
        process.
    """
    try:
        # O_NOFOLLOW: in a folder that all may write to, a link could lead anywhere.
        lock = os.open(name, _FOLDER, dir_fd=above)
    except OSError:
        return -1
    with contextlib.suppress(OSError):
        if is_own(os.fstat(lock)) and not (empty and os.listdir(lock)):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
    os.close(lock)
    return -1


def is_own(found: os.stat_result) -> bool:
    """Whether a folder belongs to this user, and only this user may enter it."""
    # A folder below one with the set-group-ID bit has that bit too.
    return found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o777 == stat.S_IRWXU


def remove_own(above: int, name: str) -> None:
    """Remove a folder that this user made, unless a live process has locked it.

    Args:
        above: descriptor of the folder in which it was created.
        name: its name there.

    Raises:
        OSError: if a part of the folder could not be removed.
    """
    folder = open_own(above, name)
    if folder >= 0:
        try:
            remove_held(folder, above, name)
        finally:
            os.close(folder)


def remove_held(folder: int, above: int, name: str) -> None:
    """Remove a folder that is held open, even if it was moved meanwhile.

    Args:
        folder: descriptor of the folder.
        above: descriptor of the folder in which it was created.
        name: its original name there.

    Raises:
        OSError: if a part of the folder could not be removed.
    """
    if is_gone(folder):
        return
    empty(folder)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _remove_any_name(folder, above, name):
        # Another process keeps renaming it.
        if time.monotonic() > deadline:
            now = os.readlink(f"/proc/self/fd/{folder}")
            raise FileNotFoundError(errno.ENOENT, f"it was moved to {now}; it is empty")
        time.sleep(_POLL_SECONDS)


def is_gone(folder: int) -> bool:
    """Whether a folder that is held open has been removed."""
    return os.fstat(folder).st_nlink == 0


def _remove_any_name(folder: int, above: int, name: str) -> bool:
    """Remove the folder by its present name, wherever it was moved to; return whether it is gone."""
    if _remove_name(folder, above, name) or any(_remove_name(folder, above, other) for other in os.listdir(above)):
        return True
    # It may have been moved to another folder: the kernel knows its path.
    with contextlib.suppress(OSError):
        parent, _, now = os.readlink(f"/proc/self/fd/{folder}").rpartition("/")
        elsewhere = open_folder(parent)
        try:
            _remove_name(folder, elsewhere, now)
        finally:
            os.close(elsewhere)
    return is_gone(folder)


def empty(folder: int) -> None:
    """Remove all files and folders in a folder.

    Raises:
        OSError: if a file or folder cannot be removed, or a file system is mounted in the folder.
    """
    _empty(folder, _mount_of(folder))


def _empty(folder: int, mount: bytes) -> None:
    for name in os.listdir(folder):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=folder)
            continue
        below = os.open(name, _FOLDER, dir_fd=folder)
        try:
            if _mount_of(below) != mount:
                place = os.readlink(f"/proc/self/fd/{below}")
                raise OSError(errno.EBUSY, f"a file system is mounted at {place}")
            _empty(below, mount)
        finally:
            os.close(below)
        os.rmdir(name, dir_fd=folder)


def _remove_name(folder: int, above: int, name: str) -> bool:
    """Remove ``name`` from the folder ``above`` if it is the folder that is held open; return whether it was."""
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.stat(name, dir_fd=above, follow_symlinks=False), os.fstat(folder)):
            os.rmdir(name, dir_fd=above)
            return True
    return False


def _mount_of(descriptor: int) -> bytes:
    """Return the line with the id of a descriptor's mount (proc(5)). The device number does not show a bind mount."""
    information = os.open(f"/proc/self/fdinfo/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return next((line for line in os.read(information, 1024).splitlines() if line.startswith(b"mnt_id:")), b"")
    finally:
        os.close(information)
