"""Clean up after an experiment, however the audit ends.

A process that is killed by SIGKILL cannot clean up. So a second process waits in its own process group, and cleans up
when the first has ended: then the pipe between them is closed, though not before every child that inherited it has
ended too.
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
    """Remove something at the end of the context or of this process, whichever is first.

    Args:
        remove: removes it, or does nothing where it does not exist. Called in this process; in the second process where
            this one was killed before.
    """
    reading, writing = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        _keep(reading, writing, remove)
    # Set by this process, so that a signal to its group cannot reach the keeper before the keeper has left it.
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
    """Run in the waiting process. It always ends by _exit(2), so that no other clean-up of the parent runs here."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(writing)
        os.read(reading, 1)
        _retry(remove)
    finally:
        os._exit(0)


def _retry(remove: Callable[[], None]) -> None:
    """Remove it, with retries: a mount that is being unmounted may keep it busy for a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            remove()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return
