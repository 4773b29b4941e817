"""Load the CPUs that this process may use, and watch what a short computation takes on each of them in turn."""

import os
import random
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial

from hostcheck.errors import CannotMeasureError
from hostcheck.fate.children import Alive, rest, working

HOGS = 2
"""Processes of the load on each CPU: the computation gets a third of what the host gets.

Where the CPU is shared out among k hosts that compute, the load of one makes another k + 1 times as slow in place of k
times, and itself 3 k times: the share is 1 / 2k. With more processes it would be smaller.
"""

_WATCHED_ROUNDS = 500_000
"""Of one computation, about 10 ms: longer than a scheduler lets a process that has slept go first."""
_LOADED_ROUNDS = 50_000
_PERIOD_SECONDS = 0.1
"""Long, since two hosts that watch one CPU slow each other too."""


class Spinner:
    """A computation that touches no memory, and is on one CPU after another."""

    def __init__(self) -> None:
        """Take the CPUs on which this process may run now."""
        self._cpus = sorted(os.sched_getaffinity(0))
        self._number = 0

    @property
    def period(self) -> float:
        """Seconds from one to the next: other ones each time, or those of two hosts on one CPU might always meet."""
        return _PERIOD_SECONDS * random.uniform(0.5, 1.5)  # noqa: S311  no secret

    def seconds(self) -> float:
        """Compute once, and return how long it took, in seconds.

        Raises:
            CannotMeasureError: when the CPU is gone.
        """
        _move(self._cpus[self._number % len(self._cpus)])
        self._number += 1
        begun = time.monotonic()
        _spin(_WATCHED_ROUNDS)
        return time.monotonic() - begun


def loading(turns: Sequence[tuple[float, float]]) -> AbstractContextManager[None]:
    """Let processes load each CPU in turns until the context is left.

    Args:
        turns: begin and end of each, by ``time.monotonic``.
    """
    return working([partial(_load, cpu, turns) for cpu in sorted(os.sched_getaffinity(0)) for _ in range(HOGS)])


def _load(cpu: int, turns: Sequence[tuple[float, float]], alive: Alive) -> None:
    _move(cpu)
    for begin, end in turns:
        while time.monotonic() < end and alive():
            if time.monotonic() < begin:
                rest(begin)
            else:
                _spin(_LOADED_ROUNDS)


def _move(cpu: int) -> None:
    try:
        os.sched_setaffinity(0, {cpu})
    except OSError as error:
        raise CannotMeasureError(f"running on CPU {cpu}: {error.strerror}") from error


def _spin(rounds: int) -> None:
    for _ in range(rounds):
        pass
