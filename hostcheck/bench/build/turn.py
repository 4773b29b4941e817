"""A lock, so that one BuildKit runs one hostcheck build at a time.

BuildKit's cache does not show which build made a record.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hostcheck.bench.engine.connection import Engine
from hostcheck.bench.lock_file import clear, let_go, take
from hostcheck.run_folder import run_folder

_POLL_SECONDS = 0.2
_NAME = "hostcheck-buildkit-"


@contextmanager
def build_turn(engine: Engine, seconds: float, checkpoint: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Hold the lock of the engine's BuildKit until the context is left. It excludes other runs of this user.

    The holder may run a build, and may read the cache. The kernel releases the lock of a killed process. A builder
    without a cache needs no lock.

    Args:
        engine: the engine. Its data folder identifies it, because one engine may have several sockets.
        seconds: how long to wait for the lock. After that, the run continues without the lock.
        checkpoint: called while waiting; may raise an exception to end the wait.

    Yields:
        Whether this run has the lock.
    """
    if not engine.keeps_cache:
        yield True
        return
    deadline = time.monotonic() + seconds
    found = engine.data_root.stat()
    path = run_folder() / f"{_NAME}{found.st_dev:x}-{found.st_ino:x}.lock"
    descriptor = _taken(path)
    while descriptor is None and time.monotonic() < deadline:
        checkpoint()
        time.sleep(_POLL_SECONDS)
        descriptor = _taken(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            let_go(path, descriptor)


def clear_turns() -> None:
    """Remove the lock files of this user's killed runs. Lock files of live runs are kept."""
    clear(run_folder(), f"{_NAME}*.lock")


def _taken(path: Path) -> int | None:
    """Return the descriptor that holds the lock; None if another process holds it, or no lock file can be made."""
    with suppress(OSError):
        return take(path)
    return None
