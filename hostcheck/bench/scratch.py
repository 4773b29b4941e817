"""A private directory on the file system to measure: random name, locked while in use, removed afterwards."""

import contextlib
import fcntl
import os
import re
import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from hostcheck.bench.base import CannotRun
from hostcheck.bench.trusted import trusted
from hostcheck.errors import CannotMeasureError
from hostcheck.helper import start_helper
from hostcheck.host.own_folder import is_gone, is_own, make_own, open_folder, open_own, opened, remove_held

_NAME = re.compile(r"\.hostcheck-[0-9A-Za-z_-]{1,8}-[0-9a-z_]{8}")


class Scratch:
    """The directory, from entering the context to leaving it.

    It is locked (flock) as long as this process, or one that inherited ``lock``, is alive: an unlocked one is left from
    a killed run. A guarded one is removed at once when this process is killed, by a process that outlives it
    (hostcheck.bench.cleanup.scratch_guard).

    It is held by descriptor: an access through ``held`` always reaches the directory that was made, even if it was
    moved or another one has its name.

    Attributes:
        path: the directory, mode 0700, for other processes.
        held: the same for this process and a child that inherits ``lock``; no other user can exchange it.
        lock: file descriptor of the directory, which holds the lock.
    """

    def __init__(self, parent: Path, run_id: str, *, guarded: bool = False) -> None:
        """Take the parent directory and the run's id; ``guarded`` where no keeper removes the content."""
        self._parent = parent
        self._run_id = run_id
        self._guarded = guarded
        self._guard: _Guard | None = None
        self._above = -1
        self.path = self.held = parent
        self.lock = -1

    def __enter__(self) -> Self:
        """Make the directory.

        Raises:
            CannotRun: when it cannot be made, or other users could exchange it.
            CannotMeasureError: when another user did, or the guard does not start.
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
            # Without links, as the kernel reports working directories.
            parent = trusted(self._parent)
            self._above = open_folder(str(parent))
            if self._guarded:
                # The guard starts first: the directory is never without it.
                self._guard = _Guard(parent / name, self._above)
            self.lock = make_own(self._above, name)
        except OSError as error:
            raise CannotRun(
                f"making a directory in {self._parent}: {error.strerror}",
                "run as root, or name a directory of yours with --dir",
            ) from error
        if self.lock < 0:
            raise CannotMeasureError(
                f"measuring in {parent / name}: another user exchanged it as soon as it was made",
                remedy=f"find out which process does that, and remove the empty folder that may be left in {parent}",
            )
        self.path, self.held = parent / name, Path(f"/proc/self/fd/{self.lock}")
        if self._guard is not None:
            self._guard.give(self.lock)

    def _write_owner(self) -> None:
        # For a human who finds the directory; hostcheck only looks at the lock.
        owner = f"hostcheck run {self._run_id}, process {os.getpid()}\n"
        (self.held / "owner").write_text(owner, encoding="utf-8")

    def require_unchanged(self) -> None:
        """Check that the directory still has its place and name, and that only this user can enter it.

        Raises:
            CannotMeasureError: when it was moved or exchanged, or others may enter it.
        """
        if not self._is_as_made():
            raise CannotMeasureError(
                f"measuring in {self.path}: it was moved, exchanged or opened to others, so the run was stopped",
                remedy="find out which process does that, or name a directory with --dir that no other user can change",
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
            CannotMeasureError: when it cannot be removed; the message includes an earlier error.
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
    """The process that removes the directory when this one is killed. It gets descriptors, and follows no path."""

    def __init__(self, path: Path, above: int) -> None:
        """Start it, and send it the parent folder; the path only shows in listings of processes."""
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = start_helper("scratch-guard", str(path), stdin=theirs.fileno())
            except BaseException:
                self._ours.close()
                raise
        self.give(above)

    def give(self, folder: int) -> None:
        """Send it a descriptor."""
        socket.send_fds(self._ours, [b"folder"], [folder])

    def dismiss(self) -> None:
        """Wait until it has ended."""
        self._ours.close()
        self._process.communicate()


def leftovers(parent: Path) -> tuple[Path, ...]:
    """Return the directories of this user's killed runs: those with our names and without a lock."""
    dead = []
    with contextlib.suppress(OSError), opened(parent) as above:
        for name in sorted(filter(_NAME.fullmatch, (path.name for path in parent.iterdir()))):
            lock = open_own(above, name)
            if lock >= 0:
                os.close(lock)
                dead.append(parent / name)
    return tuple(dead)


def remove_leftover(path: Path) -> None:
    """Remove the directory of a killed run, unless it is already gone. One that is in use, or not ours, is kept.

    Raises:
        CannotMeasureError: when it cannot be removed.
    """
    with opened(path.parent) as above:
        lock = open_own(above, path.name) if _NAME.fullmatch(path.name) else -1
        if lock < 0:
            # Its guard, or another run, may have removed it first.
            if not os.path.lexists(path):
                return
            raise CannotMeasureError(f"removing {path}: it is in use, or not hostcheck's")
        try:
            _remove(lock, above, path)
        finally:
            os.close(lock)


def remove_killed(above: int, name: str, folder: int | None) -> bool:
    """Remove the directory of a killed run, once no process of the run holds it any more.

    Args:
        above: descriptor of the parent folder.
        name: the directory's name there.
        folder: the directory, opened again; None where the run was killed before it opened it.

    Returns:
        Whether it is gone.

    Raises:
        CannotMeasureError: when it cannot be removed.
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
            f"removing {path}: {error.strerror or error}", remedy="remove what is left by hand"
        ) from error
