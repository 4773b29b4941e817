"""Let only one run measure with an engine at a time.

A lock file excludes other runs of this user. Labels in the engine show runs of other users.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

import docker
import psutil

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import Engine
from hostcheck.bench.engine.objects import containers, images
from hostcheck.bench.lock_file import clear, let_go, take
from hostcheck.labels import OURS, PROCESS, RUN
from hostcheck.process import is_alive, own_process

ROOT_FOLDER = Path("/run/hostcheck")
"""The folder of root's lock files. The lock files of other users are in $XDG_RUNTIME_DIR."""

_LONGEST = 200
"""Maximum number of bytes to read of a lock file."""

_MOMENT_SECONDS = 0.5


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Hold the lock of an engine until the context is left. The kernel releases the lock when this process ends.

    The engine's data folder identifies the lock: no two engines share a data folder, and it stays the same after a
    restart and for each of the engine's sockets.

    Raises:
        CannotRun: if another run holds the lock.
        OSError: if there is no folder for lock files.
    """
    found = engine.data_root.stat()
    path, descriptor = _taken(f"engine-{found.st_dev:x}-{found.st_ino:x}.lock")
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {_minute(time.time())}\n".encode(), 0)
        yield
    finally:
        let_go(path, descriptor)
        with suppress(OSError):
            path.parent.rmdir()


def require_unshared(client: docker.APIClient, run_id: str) -> None:
    """Check that no other live run has objects in the engine. The lock files of other users are not visible.

    Raises:
        CannotRun: if another live run has objects.
    """
    marked = {"label": f"{OURS}=1"}
    for thing in (*containers(client, all=True, filters=marked), *images(client, filters=marked)):
        process = thing.labels.get(PROCESS, "")
        if thing.labels.get(RUN) != run_id and process != own_process() and is_alive(process):
            pid = process.partition("-")[0]
            with suppress(psutil.Error):
                raise _shared(pid, _minute(psutil.Process(int(pid)).create_time()))


def clear_locks() -> None:
    """Remove the lock files of this user's killed runs. Lock files of live runs are kept."""
    with suppress(OSError):
        folder = _folder()
        clear(folder, "engine-*.lock")
        folder.rmdir()


def _taken(name: str) -> tuple[Path, int]:
    for seconds in (_MOMENT_SECONDS, 0.0):
        while True:
            path = _folder() / name
            try:
                return path, take(path)
            except FileNotFoundError:
                # Another process has just removed the folder: make it again.
                continue
            except BlockingIOError:
                # A process that clears old lock files holds each lock for a moment.
                time.sleep(seconds)
                break
    raise _shared(*_holder(path))


def _holder(path: Path) -> tuple[str, str]:
    """Return the PID of a lock's holder, and the time since when it holds the lock; both empty if just released."""
    try:
        text = path.read_bytes()[:_LONGEST].decode("ascii", "replace")
    except FileNotFoundError:
        text = ""
    pid, _, since = text.strip().partition(" ")
    return pid, since


def _shared(pid: str, since: str) -> CannotRun:
    who = f" (process {pid}, since {since})" if pid and since else ""
    return CannotRun(f"another hostcheck run{who} measures with this engine", "wait until that run has ended")


def _minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def _folder() -> Path:
    """Return the folder for lock files. The folder is made if it is missing.

    Raises:
        OSError: if the folder cannot be made, or other users can write to it.
    """
    if os.geteuid() == 0:
        folder = ROOT_FOLDER
    else:
        folder = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}") / "hostcheck"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(
            f"{folder} must be a folder of this user that no other user can write to: it holds lock files"
        )
    return folder
