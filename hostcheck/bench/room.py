"""Check that there is enough disk space and memory for a workload."""

import os
from pathlib import Path

import psutil

from hostcheck.bench.base import CannotRun

FREE_BYTES = 2 * 10**9
FREE_INODES = 100_000

CONTAINER_BYTES = 25 * 10**6
"""Memory of one container of the storm, mostly of its shim."""
FIO_BYTES = 100 * 10**6
"""Memory of fio: its libraries, what its jobs share, and a buffer for each I/O in flight."""
SPARE_BYTES = 256 * 10**6
"""Memory that must stay available for other processes."""


def require_disk(data_root: Path) -> None:
    """Check that the file system of the engine's data has enough free space.

    Raises:
        CannotRun: when it has not.
    """
    room = os.statvfs(data_root)
    free = room.f_bavail * room.f_frsize
    if free < FREE_BYTES:
        raise CannotRun(
            f"only {free / 1e9:.1f} GB are free in {data_root}, and {FREE_BYTES / 1e9:.0f} GB are needed",
            "free some space there",
        )
    # A file system without a fixed number of inodes, such as btrfs, reports 0.
    if room.f_files and room.f_favail < FREE_INODES:
        raise CannotRun(
            f"only {room.f_favail} inodes are free in {data_root}, and {FREE_INODES} are needed",
            "remove files there that are not needed",
        )


def require_memory(for_bytes: int, what: str) -> None:
    """Check that this much memory is available.

    Args:
        for_bytes: how many bytes are needed.
        what: what needs them, in the plural, such as "20 containers".

    Raises:
        CannotRun: when it is not.
    """
    needed = for_bytes + SPARE_BYTES
    available = psutil.virtual_memory().available
    if available < needed:
        raise CannotRun(
            f"only {available / 1e6:.0f} MB of memory are available, and {what} need {needed / 1e6:.0f} MB",
            "stop what is not needed",
        )
