"""Remove a scratch directory whose run was killed: ``python -m hostcheck.bench.scratch_guard DIRECTORY``.

A process of its own, which waits until its standard input ends. The kernel closes it for a process that was killed,
SIGKILL included. Who ends in order has removed the directory by then.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS = 30.0
"""How long a program that was killed may take to end: it does so when a slow disk has answered."""

_POLL_SECONDS = 0.05


def workers(path: Path) -> Iterator[int]:
    """Give the processes that the run started in the directory: they work there, and hold it locked for the run.

    Somebody's shell may stand in the directory too; it has not inherited the lock.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == path and any(fd.readlink() == path for fd in (process / "fd").iterdir()):
                yield int(process.name)


def remove(path: Path) -> None:
    """End what still works in the directory, and remove it.

    Raises:
        CannotMeasureError: when it stays.
    """
    # Imported now and not before: whoever waits here must not disturb what is measured meanwhile.
    from hostcheck.bench.scratch import leftovers, remove_leftover  # noqa: PLC0415 - see above

    deadline = time.monotonic() + PATIENCE_SECONDS
    while path.exists():
        for pid in workers(path):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if path in leftovers(path.parent) or time.monotonic() > deadline:
            remove_leftover(path)
        time.sleep(_POLL_SECONDS)


def main() -> None:
    """Wait for the end of the run, and remove what it could not."""
    # Else the file system could not be unmounted because of the guard.
    os.chdir("/")
    sys.stdin.buffer.read()
    try:
        remove(Path(sys.argv[1]))
    except Exception as error:  # noqa: BLE001 - nobody is above to show it, and the next start finds what stays
        sys.exit(f"hostcheck: {error}")


if __name__ == "__main__":
    main()
