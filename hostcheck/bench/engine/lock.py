"""Only one run at a time measures with an engine: a lock for runs of this user, labels for runs of others."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import docker
import psutil

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.connection import Engine
from hostcheck.bench.lock_file import clear, let_go, take
from hostcheck.labels import OURS, PROCESS, RUN
from hostcheck.process import is_alive, own_process

ROOT_FOLDER = Path("/run/hostcheck")
"""The folder of root's locks. Those of other users are in $XDG_RUNTIME_DIR."""

_LONGEST = 200
"""Bytes to read of a lock file."""

_MOMENT_SECONDS = 0.5


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Hold the lock of this engine. The kernel releases it when this process ends, in whatever way.

    An engine is identified by its data folder: no two engines share one, and it is the same for all of the engine's
    sockets and after a restart.

    Raises:
        CannotRun: when another run holds it.
        OSError: when there is no folder for locks.
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
    """Check that no other live run has objects in the engine: another user's lock is not visible.

    Raises:
        CannotRun: when there is such a run.
    """
    marked = {"label": f"{OURS}=1"}
    for thing in (*client.containers(all=True, filters=marked), *client.images(filters=marked)):
        marks = thing.get("Labels") or {}
        process = str(marks.get(PROCESS, ""))
        if marks.get(RUN) != run_id and process != own_process() and is_alive(process):
            pid = process.partition("-")[0]
            with suppress(psutil.Error):
                raise _shared(pid, _minute(psutil.Process(int(pid)).create_time()))


def clear_locks() -> None:
    """Remove the lock files of this user's killed runs; those of live runs are kept."""
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
                # The holder of another lock has just removed the folder.
                continue
            except BlockingIOError:
                # A process that clears old locks holds it for a moment.
                time.sleep(seconds)
                break
    raise _shared(*_holder(path))


def _holder(path: Path) -> tuple[str, str]:
    """Return the process that holds a lock and since when; both empty where it was just released."""
    try:
        text = path.read_bytes()[:_LONGEST].decode("ascii", "replace")
    except FileNotFoundError:
        text = ""
    pid, _, since = text.strip().partition(" ")
    return pid, since


def _shared(pid: str, since: str) -> CannotRun:
    who = f" (process {pid}, since {since})" if pid and since else ""
    return CannotRun(f"another hostcheck run{who} measures with this engine", "wait until it has ended")


def _minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _folder() -> Path:
    """Return the folder for locks; make it where it is missing.

    Raises:
        OSError: when it cannot be made, or other users can write to it.
    """
    if os.geteuid() == 0:
        folder = ROOT_FOLDER
    else:
        folder = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}") / "hostcheck"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} is not a folder that only this user can write to")
    return folder
