"""Raise this process's limit of open files: a launch storm needs two descriptors for each container."""

import os
import resource
from pathlib import Path

from hostcheck.bench.base import CannotRun

A_CLIENT = 2
"""Descriptors for each container: the client's connection, and the container's output."""

OTHERS = 64
"""Descriptors for everything else: counters of the machine, and starting a process."""

_OPEN = Path("/proc/self/fd")


def allow_descriptors(count: int, what: str) -> None:
    """Raise the soft limit of open files if it is too low for ``count`` more descriptors.

    Args:
        count: the number of descriptors, in addition to those already open and ``OTHERS``.
        what: what needs them, in the plural, such as "20 containers".

    Raises:
        CannotRun: if the hard limit is too low (getrlimit(2), RLIMIT_NOFILE).
    """
    needed = len(os.listdir(_OPEN)) + count + OTHERS  # noqa: PTH208 - a number of names, not of paths
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or needed <= soft:
        return
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise CannotRun(
            f"{what} need {needed} open files, and this process may have only {hard}",
            f"raise the limit (as root: ulimit -n {needed})",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
