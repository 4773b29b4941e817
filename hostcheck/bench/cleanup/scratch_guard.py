"""Remove a scratch directory whose run was killed: ``scratch-guard DIRECTORY`` (hostcheck.helper).

A process of its own, which waits until its standard input ends: a socket, through which it is given descriptors of the
folder that the directory is made in, and then of the directory. The kernel closes it for a process that was killed,
SIGKILL included. Who ends in order has removed the directory by then.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

PATIENCE_SECONDS = 30.0
"""How long a program that was killed may take to end: it does so when a slow disk has answered."""

_POLL_SECONDS = 0.05


def workers(folder: int) -> Iterator[int]:
    """Give the processes that the run started in the directory: they work there, and hold it locked for the run.

    Somebody's shell may stand in the directory too; it has not inherited the lock.
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
    """End what still works in the directory, and remove it.

    Args:
        above: descriptor of the folder that it was made in.
        name: what it was called there.
        given: the run's descriptor of the directory; None where it was killed before it had opened it.

    Raises:
        CannotMeasureError: when it stays.
    """
    # Imported now and not before: whoever waits here must not disturb what is measured meanwhile.
    from hostcheck.bench.scratch import remove_killed  # noqa: PLC0415 - see above
    from hostcheck.errors import CannotMeasureError  # noqa: PLC0415

    folder = None
    if given is not None:
        # The run's descriptor carries its lock, as long as it is open anywhere.
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=given)
        os.close(given)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not remove_killed(above, name, folder):
        if time.monotonic() > deadline:
            raise CannotMeasureError(f"removing {name}: it is in use; hostcheck bench names it when it starts again")
        for pid in workers(folder) if folder is not None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)


def main(words: Sequence[str]) -> None:
    """Wait for the end of the run, and remove what it could not."""
    folders = _received(socket.socket(fileno=sys.stdin.fileno()))
    try:
        if folders:
            remove(folders[0], Path(words[0]).name, folders[1] if len(folders) > 1 else None)
    except Exception as error:  # noqa: BLE001 - nobody is above to show it, and the next start finds what stays
        sys.exit(f"hostcheck: {error}")


def _received(run: socket.socket) -> list[int]:
    """Take what comes until the run has ended."""
    folders: list[int] = []
    while True:
        word, given, _, _ = socket.recv_fds(run, 16, 1)
        folders += given
        if not word:
            return folders


def _is(link: Path, folder: int) -> bool:
    """Whether a process's link leads to the folder. The text first: what is behind a link may be on a dead server."""
    if link.readlink() != Path(f"/proc/self/fd/{folder}").readlink():
        return False
    return os.path.samestat(link.stat(), os.fstat(folder))
