"""Load the CPUs that this process may use, and measure how long a short computation takes on each CPU in turn."""

import os
import random
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial

from hostcheck.errors import CannotMeasureError
from hostcheck.fate.children import Alive, rest, working

HOGS = 2
"""Number of processes that load each CPU. With two, the computation gets a third of this host's time on the CPU.

If k hosts compute on one CPU, each is k times as slow. The load of a host makes another host k + 1 times as slow, and
the loading host itself 3 k times. So the share (hostcheck.population.fates) is 1 / 2k. With more processes, it would be
smaller.
"""

_WATCHED_ROUNDS = 500_000
"""Number of loops in one computation. It takes about 10 ms: longer than schedulers prefer a process that has slept."""
_LOADED_ROUNDS = 50_000
_PERIOD_SECONDS = 0.1
"""Mean time between two computations. It is long, because two hosts that measure on one CPU slow each other too."""


class Spinner:
    """A computation that uses no memory. It runs on one CPU after another."""

    def __init__(self) -> None:
        """Take the CPUs on which this process may run now."""
        self._cpus = sorted(os.sched_getaffinity(0))
        self._number = 0

    @property
    def period(self) -> float:
        """Seconds until the next computation: random, so that those of two hosts on one CPU do not always coincide."""
        return _PERIOD_SECONDS * random.uniform(0.5, 1.5)  # noqa: S311  no secret

    def seconds(self) -> float:
        """Compute once, and return how long it took, in seconds.

        Raises:
            CannotMeasureError: if this process may no longer run on the CPU.
        """
        _move(self._cpus[self._number % len(self._cpus)])
        self._number += 1
        begun = time.monotonic()
        _spin(_WATCHED_ROUNDS)
        return time.monotonic() - begun


def loading(turns: Sequence[tuple[float, float]]) -> AbstractContextManager[None]:
    """Load each CPU by child processes during some turns, until the context is left.

    Args:
        turns: start and end of each turn, by ``time.monotonic``.
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
        raise CannotMeasureError(f"moving this process to CPU {cpu}: {error.strerror}") from error


def _spin(rounds: int) -> None:
    for _ in range(rounds):
        pass
