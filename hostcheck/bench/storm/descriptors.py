"""How many descriptors this process may open: a storm needs two for each container."""

import os
import resource
from pathlib import Path

from hostcheck.bench.base import CannotRun

A_CLIENT = 2
"""Descriptors for each client of the storm: its connection, and its container's output."""

OTHERS = 64
"""Descriptors for everything else: counters of the machine, and a process that is started."""

_OPEN = Path("/proc/self/fd")


def allow_descriptors(count: int, what: str) -> None:
    """Raise the soft limit of open files where it is too low for this many more descriptors.

    Args:
        count: how many, besides the open ones and ``OTHERS``.
        what: what needs them, in the plural, such as "20 containers".

    Raises:
        CannotRun: when the hard limit is lower (getrlimit(2), RLIMIT_NOFILE).
    """
    needed = len(os.listdir(_OPEN)) + count + OTHERS  # noqa: PTH208 - a number of names, not of paths
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or needed <= soft:
        return
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise CannotRun(
            f"{what} need {needed} open files, and this process may have {hard}",
            f"raise the limit (as root: ulimit -n {needed})",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
