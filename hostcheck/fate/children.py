"""Child processes that load a host in its turns. They end when their parent ends."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

STEP_SECONDS = 0.1
"""Seconds that a child sleeps while it waits for a turn, between two checks that its parent is alive."""

Alive = Callable[[], bool]
"""A function that returns whether the parent is alive."""


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
    """Sleep until a time of ``time.monotonic``, but at most STEP_SECONDS."""
    time.sleep(max(0.001, min(STEP_SECONDS, until - time.monotonic())))
