"""A directory of hostcheck's own on the file system it measures: random name, locked while used, gone afterwards."""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from hostcheck.bench.base import CannotRun
from hostcheck.errors import CannotMeasureError

_NAME = re.compile(r"\.hostcheck-[0-9A-Za-z_-]{1,8}-[0-9a-z_]{8}")


class Scratch:
    """The directory, from entering the context to leaving it.

    It is locked (flock) as long as this process, or one that inherited ``lock``, lives: what is not locked is left
    over from a run that was killed. A guarded one is removed at once when this process is killed, by a process that
    outlives it (hostcheck.bench.scratch_guard).

    Attributes:
        path: the directory, mode 0700.
        lock: file descriptor that holds the lock.
    """

    def __init__(self, parent: Path, run_id: str, *, guarded: bool = False) -> None:
        """Name the directory to make it in, and the run; guarded where no keeper removes what is in it."""
        self._parent = parent
        self._run_id = run_id
        self._guarded = guarded
        self._guard: subprocess.Popen[bytes] | None = None
        self.path = parent
        self.lock = -1

    def __enter__(self) -> Self:
        """Make the directory.

        Raises:
            CannotRun: when it cannot be made.
        """
        # Without links in it, as the kernel tells where a process works.
        path = self._parent.resolve() / f".hostcheck-{self._run_id[:8]}-{secrets.token_hex(4)}"
        if self._guarded:
            # Before there is anything to guard, so that no moment is without.
            self._guard = _guard(path)
        try:
            path.mkdir(mode=0o700)
        except OSError as error:
            self._dismiss()
            raise CannotRun(
                f"making a directory in {self._parent}: {error.strerror}",
                "run as root, or name a directory of yours with --dir",
            ) from error
        self.path = path
        try:
            self.lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # For whoever finds the directory; what decides is the lock.
            owner = f"hostcheck run {self._run_id}, process {os.getpid()}\n"
            (self.path / "owner").write_text(owner, encoding="utf-8")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the directory and all in it.

        Raises:
            CannotMeasureError: when it cannot be removed.
        """
        try:
            _remove(self.path)
        finally:
            if self.lock >= 0:
                os.close(self.lock)
            self._dismiss()

    def _dismiss(self) -> None:
        if self._guard is not None:
            self._guard.communicate()


def _guard(path: Path) -> "subprocess.Popen[bytes]":
    argv = [sys.executable, "-m", "hostcheck.bench.scratch_guard", str(path)]
    # A session of its own: Ctrl-C and the end of the terminal are for hostcheck.
    return subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)


def leftovers(parent: Path) -> tuple[Path, ...]:
    """Return directories of killed runs: of this user, named as ours are, and locked by nobody."""
    try:
        found = sorted(path for path in parent.iterdir() if _NAME.fullmatch(path.name))
    except OSError:
        return ()
    dead = []
    for path in found:
        lock = _lock_if_ours(path)
        if lock is not None:
            os.close(lock)
            dead.append(path)
    return tuple(dead)


def remove_leftover(path: Path) -> None:
    """Remove the directory of a killed run. What is in use again, or not ours, is left alone.

    Raises:
        CannotMeasureError: when it cannot be removed.
    """
    lock = _lock_if_ours(path) if _NAME.fullmatch(path.name) else None
    if lock is None:
        raise CannotMeasureError(f"removing {path}: it is in use, or not hostcheck's")
    try:
        _remove(path)
    finally:
        os.close(lock)


def _lock_if_ours(path: Path) -> int | None:
    """Lock a directory that this user made; None when it is another's, or locked by a run that lives."""
    try:
        # O_NOFOLLOW: in a directory that all may write to, a link could lead anywhere.
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    found = os.fstat(lock)
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == 0o700:
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
    os.close(lock)
    return None


def _remove(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise CannotMeasureError(f"removing {path}: {error.strerror}", remedy="remove it by hand") from error
