"""Remove what an experiment makes outside of its own namespaces, however the audit ends.

A process that is killed by SIGKILL removes nothing itself. So another waits beside it, in a process group of its own,
and removes what is left when the first is gone: the pipe between them ends then, and not before every child that
inherited it has ended too.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

_PATIENCE_SECONDS = 3.0
_POLL_SECONDS = 0.01


@contextlib.contextmanager
def removed(remove: Callable[[], None]) -> Iterator[None]:
    """Remove something at the end of the context, or of this process.

    Args:
        remove: removes it; does nothing where there is nothing. Called in this process, and in another where this one
            did not come to it.
    """
    reading, writing = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        _keep(reading, writing, remove)
    # Now, not when the keeper comes to it: who kills the group must not find it there any more.
    os.setpgid(keeper, keeper)
    os.close(reading)
    try:
        try:
            yield
        finally:
            remove()
        os.kill(keeper, signal.SIGKILL)
    finally:
        os.close(writing)
        os.waitpid(keeper, 0)


def _keep(reading: int, writing: int, remove: Callable[[], None]) -> NoReturn:
    """Be the process that waits. Nothing of the parent's clean-up may run here: it ends by _exit, whatever happens."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(writing)
        os.read(reading, 1)
        _insist(remove)
    finally:
        os._exit(0)


def _insist(remove: Callable[[], None]) -> None:
    """Remove it; a mount that is just being torn down may hold it for a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            remove()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return
