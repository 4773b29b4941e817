"""Remove a folder by its descriptor: what is in it, and then its name where that still is the folder's.

No link is followed and no mount crossed, whatever others do to the folders above meanwhile.
"""

import contextlib
import errno
import os
import stat
import time
from pathlib import Path

from hostcheck.bench.trusted import open_folder

PATIENCE_SECONDS = 5.0
"""How long a folder is looked for that was moved."""

_POLL_SECONDS = 0.001

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove_held(folder: int, above: int, name: str) -> None:
    """Remove a folder that is held open, wherever it was moved to meanwhile.

    Args:
        folder: descriptor of the folder.
        above: descriptor of the folder that it was made in.
        name: what it was called there.

    Raises:
        OSError: when something of it stays.
    """
    if is_gone(folder):
        return
    empty(folder)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _remove_any_name(folder, above, name):
        # Somebody renames it, over and over.
        if time.monotonic() > deadline:
            now = Path(f"/proc/self/fd/{folder}").readlink()
            raise FileNotFoundError(errno.ENOENT, f"it was moved, to {now}; it is empty")
        time.sleep(_POLL_SECONDS)


def names_in(folder: int) -> list[str]:
    """List the names in a folder."""
    return os.listdir(folder)


def is_gone(folder: int) -> bool:
    """Whether a folder that is held open has been removed."""
    return os.fstat(folder).st_nlink == 0


def _remove_any_name(folder: int, above: int, name: str) -> bool:
    """Remove the folder's name, whatever that is by now; return whether it is gone."""
    if _remove_name(folder, above, name) or any(_remove_name(folder, above, other) for other in os.listdir(above)):
        return True
    # It may be out of the folder that it was made in: the kernel knows where it is now.
    with contextlib.suppress(OSError):
        now = Path(f"/proc/self/fd/{folder}").readlink()
        elsewhere = open_folder(now.parent)
        try:
            _remove_name(folder, elsewhere, now.name)
        finally:
            os.close(elsewhere)
    return is_gone(folder)


def empty(folder: int) -> None:
    """Remove all that is in a folder.

    Raises:
        OSError: when something cannot be removed, or something is mounted in it.
    """
    _empty(folder, _mount_of(folder))


def _empty(folder: int, mount: str) -> None:
    for name in os.listdir(folder):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=folder)
            continue
        below = os.open(name, _FOLDER, dir_fd=folder)
        try:
            if _mount_of(below) != mount:
                place = Path(f"/proc/self/fd/{below}").readlink()
                raise OSError(errno.EBUSY, f"something is mounted at {place}")
            _empty(below, mount)
        finally:
            os.close(below)
        os.rmdir(name, dir_fd=folder)


def _remove_name(folder: int, above: int, name: str) -> bool:
    """Remove the name if it is the folder's; return whether it was."""
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.stat(name, dir_fd=above, follow_symlinks=False), os.fstat(folder)):
            os.rmdir(name, dir_fd=above)
            return True
    return False


def _mount_of(descriptor: int) -> str:
    """Return the id of the mount that a descriptor is on (proc(5)): a bind mount has the device of what is about it."""
    told = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii")
    return next((line for line in told.splitlines() if line.startswith("mnt_id:")), "")
