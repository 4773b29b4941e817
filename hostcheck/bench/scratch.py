"""A private directory on the file system to measure: random name, locked while in use, removed afterwards."""

import contextlib
import fcntl
import os
import re
import secrets
import socket
import stat
from pathlib import Path
from types import TracebackType

from hostcheck.bench.base import CannotRun
from hostcheck.bench.trusted import trusted
from hostcheck.errors import CannotMeasureError
from hostcheck.helper import start_helper
from hostcheck.host.own_folder import is_gone, is_own, make_own, open_folder, open_own, opened, remove_held

_NAME = re.compile(r"\.hostcheck-[0-9A-Za-z_-]{1,8}-[0-9a-z_]{8}")


class Scratch:
    """A context manager: entering makes the directory, leaving removes it.

    The directory is locked (flock) as long as this process, or a process that inherited ``lock``, is alive. So an
    unlocked directory belongs to a killed run. If ``guarded`` is set, a second process removes the directory as soon
    as this process is killed (hostcheck.bench.cleanup.scratch_guard).

    The directory is kept open as a descriptor. A path below ``held`` always reaches the directory that was made, even
    if it was moved, or another directory has its name.

    Attributes:
        path: the directory's path, for other processes. Its mode is 0700.
        held: the directory's path by descriptor (/proc/self/fd/N), for this process and for a child that inherits
            ``lock``. No other user can replace it.
        lock: the directory's file descriptor, which holds the lock.
    """

    def __init__(self, parent: Path, run_id: str, *, guarded: bool = False) -> None:
        """Create the object. Set ``guarded`` if no keeper process removes the content after a kill."""
        self._parent = parent
        self._run_id = run_id
        self._guarded = guarded
        self._guard: _Guard | None = None
        self._above = -1
        self.path = self.held = parent
        self.lock = -1

    def __enter__(self) -> "Scratch":
        """Make the directory.

        Raises:
            CannotRun: if the directory cannot be made, or other users could replace it.
            CannotMeasureError: if another user replaced it, or the guard process does not start.
        """
        try:
            self._make()
            self._write_owner()
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def _make(self) -> None:
        name = f".hostcheck-{self._run_id[:8]}-{secrets.token_hex(4)}"
        try:
            # The kernel reports working directories without links: this path must have none either.
            parent = trusted(self._parent)
            self._above = open_folder(str(parent))
            if self._guarded:
                # The guard starts before the directory is made, so that the directory is always guarded.
                self._guard = _Guard(parent / name, self._above)
            self.lock = make_own(self._above, name)
        except OSError as error:
            raise CannotRun(
                f"cannot make a directory in {self._parent}: {error.strerror}",
                "run as root, or name a directory of yours with --dir",
            ) from error
        if self.lock < 0:
            raise CannotMeasureError(
                f"cannot measure in {parent / name}: another user replaced this directory right after it was made",
                remedy=f"find the process that replaced it, and remove the empty folder that may be left in {parent}",
            )
        self.path, self.held = parent / name, Path(f"/proc/self/fd/{self.lock}")
        if self._guard is not None:
            self._guard.give(self.lock)

    def _write_owner(self) -> None:
        # For an administrator who finds the directory; hostcheck only checks the lock.
        owner = f"hostcheck run {self._run_id}, process {os.getpid()}\n"
        (self.held / "owner").write_text(owner, encoding="utf-8")

    def require_unchanged(self) -> None:
        """Check that the directory was not moved or replaced, and that only this user can enter it.

        Raises:
            CannotMeasureError: if the directory was moved or replaced, or other users may enter it.
        """
        if not self._is_as_made():
            raise CannotMeasureError(
                f"stopped measuring in {self.path}: it was moved, replaced or made accessible to other users",
                remedy="find the process that did it, or name a directory with --dir that no other user can change",
            )

    def _is_as_made(self) -> bool:
        held = os.fstat(self.lock)
        try:
            named = (os.stat(self.path.name, dir_fd=self._above, follow_symlinks=False), self.path.lstat())
        except OSError:
            return False
        return is_own(held) and all(os.path.samestat(found, held) for found in named)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the directory and all in it.

        Raises:
            CannotMeasureError: if the directory cannot be removed. The message also has the error that ended the
                context.
        """
        try:
            if self.lock >= 0:
                _remove(self.lock, self._above, self.path)
        except CannotMeasureError as stays:
            if isinstance(error, CannotMeasureError):
                raise CannotMeasureError(f"{error}; then, {stays}") from error
            raise
        finally:
            for descriptor in (self.lock, self._above):
                if descriptor >= 0:
                    os.close(descriptor)
            if self._guard is not None:
                self._guard.dismiss()


class _Guard:
    """The process that removes the directory if this process is killed. It works on descriptors, never on paths."""

    def __init__(self, path: Path, above: int) -> None:
        """Start the process, and send it the parent folder's descriptor. The path is only for listings of processes."""
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = start_helper("scratch-guard", str(path), stdin=theirs.fileno())
            except BaseException:
                self._ours.close()
                raise
        self.give(above)

    def give(self, folder: int) -> None:
        """Send a folder's descriptor to the process."""
        socket.send_fds(self._ours, [b"folder"], [folder])

    def dismiss(self) -> None:
        """Close the connection, and wait until the process has ended."""
        self._ours.close()
        self._process.communicate()


def leftovers(parent: Path) -> tuple[Path, ...]:
    """Return the scratch directories of this user's killed runs: the names match, and no process holds their lock."""
    dead = []
    with contextlib.suppress(OSError), opened(parent) as above:
        for name in sorted(filter(_NAME.fullmatch, (path.name for path in parent.iterdir()))):
            lock = open_own(above, name)
            if lock >= 0:
                os.close(lock)
                dead.append(parent / name)
    return tuple(dead)


def _why_kept(path: Path) -> str:
    """Return why a directory that exists was not opened for removal."""
    if not _NAME.fullmatch(path.name):
        return "hostcheck did not make it, because it gives no directory such a name"
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or not is_own(found):
        return "hostcheck did not make it, because it is not a private directory of this user"
    return "it is in use by a process of hostcheck"


def remove_leftover(path: Path) -> None:
    """Remove the directory of a killed run. Do nothing if it no longer exists.

    Raises:
        CannotMeasureError: if the directory is in use, was not made by hostcheck, or cannot be removed.
    """
    with opened(path.parent) as above:
        lock = open_own(above, path.name) if _NAME.fullmatch(path.name) else -1
        if lock < 0:
            # The directory's guard, or another run, may have removed it first.
            if not os.path.lexists(path):
                return
            raise CannotMeasureError(f"cannot remove {path}: {_why_kept(path)}")
        try:
            _remove(lock, above, path)
        finally:
            os.close(lock)


def remove_killed(above: int, name: str, folder: int | None) -> bool:
    """Remove the directory of a killed run, unless a process of the run still holds the lock.

    Args:
        above: descriptor of the parent folder.
        name: the directory's name there.
        folder: the run's descriptor of the directory; None if the run was killed before it opened the directory.

    Returns:
        Whether the directory no longer exists.

    Raises:
        CannotMeasureError: if the directory cannot be removed.
    """
    lock = open_own(above, name, empty=True) if folder is None else folder
    if lock < 0 or is_gone(lock):
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    _remove(lock, above, Path(name))
    return True


def _remove(folder: int, above: int, path: Path) -> None:
    try:
        remove_held(folder, above, path.name)
    except OSError as error:
        raise CannotMeasureError(
            f"cannot remove {path}: {error.strerror or error}", remedy="remove it by hand"
        ) from error
