"""A process that removes a scratch directory if its run is killed: ``scratch-guard DIRECTORY`` (hostcheck.helper).

Its standard input is a socket, through which the run sends descriptors, first of the parent folder and then of the
directory. The kernel closes the socket when the run ends or is killed, SIGKILL included. A run that ends normally has
already removed the directory.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostcheck.outlive import wait_for_end

PATIENCE_SECONDS = 30.0
"""Seconds that a killed program may take to end: it may wait for a slow disk."""

_POLL_SECONDS = 0.05


def workers(folder: int) -> Iterator[int]:
    """Yield the PIDs of the processes that the run started in the directory.

    Such a process works in the directory and has inherited its lock. A user's shell may also work there, but does not
    have the lock.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                int(process.name) != os.getpid()
                and _is(process / "cwd", folder)
                and any(_is(file, folder) for file in (process / "fd").iterdir())
            ):
                yield int(process.name)


def remove(above: int, name: str, given: int | None) -> None:
    """Kill the run's processes in the directory, and remove it.

    Args:
        above: descriptor of the parent folder.
        name: the directory's name there.
        given: the run's descriptor of the directory; None if the run was killed before it opened the directory.

    Raises:
        CannotMeasureError: if the directory cannot be removed.
    """
    # Imported late: importing takes CPU time, and this process must not disturb the measurement while it waits.
    from hostcheck.bench.scratch import remove_killed  # noqa: PLC0415 - see above
    from hostcheck.errors import CannotMeasureError  # noqa: PLC0415

    folder = None
    if given is not None:
        # The run's lock is held as long as its descriptor is open in any process.
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=given)
        os.close(given)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not remove_killed(above, name, folder):
        if time.monotonic() > deadline:
            raise CannotMeasureError(f"cannot remove {name}: it is in use; the next hostcheck bench will report it")
        for pid in workers(folder) if folder is not None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)


def main(words: Sequence[str]) -> None:
    """Wait for the end of the run, and remove the directory if it still exists."""
    folders = wait_for_end(sys.stdin.fileno()).descriptors
    try:
        if folders:
            remove(folders[0], Path(words[0]).name, folders[1] if len(folders) > 1 else None)
    except Exception as error:  # noqa: BLE001 - no reader is left; the next run finds the rest
        sys.exit(f"hostcheck: {error}")


def _is(link: Path, folder: int) -> bool:
    """Return whether a link in /proc leads to the folder.

    The link's text is compared first, because stat may hang on a dead network server.
    """
    if link.readlink() != Path(f"/proc/self/fd/{folder}").readlink():
        return False
    return os.path.samestat(link.stat(), os.fstat(folder))
