"""Processes that load a host in its turns, and end with the one that began them."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

STEP_SECONDS = 0.1
"""How long a process that waits for a turn sleeps before it looks whether its parent is there."""

Alive = Callable[[], bool]
"""Whether the parent is there."""


@contextmanager
def working(works: Sequence[Callable[[Alive], None]]) -> Iterator[None]:
    """Run each function in a child process until the context is left."""
    above = os.getpid()
    children: list[int] = []
    try:
        for work in works:
            child = os.fork()
            if not child:
                try:
                    work(lambda: os.getppid() == above)
                finally:
                    os._exit(0)
            children.append(child)
        yield
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def rest(until: float) -> None:
    """Sleep until then by ``time.monotonic``, but no longer than a step."""
    time.sleep(max(0.001, min(STEP_SECONDS, until - time.monotonic())))
