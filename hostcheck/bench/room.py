"""Check that there is enough disk space and memory for a workload."""

import os
from pathlib import Path

import psutil

from hostcheck.bench.base import CannotRun

FREE_BYTES = 2 * 10**9
FREE_INODES = 100_000

CONTAINER_BYTES = 25 * 10**6
"""Memory in bytes of one container of a launch storm; most of it is the container's shim process."""
FIO_BYTES = 100 * 10**6
"""Memory of fio in bytes: libraries, shared memory of its jobs, and a buffer for each I/O in flight."""
SPARE_BYTES = 256 * 10**6
"""Memory in bytes that must stay available for other processes."""


def require_disk(folder: Path) -> None:
    """Check that the file system of the engine's layers has enough free space.

    Raises:
        CannotRun: if there is too little free space, or too few free inodes.
    """
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < FREE_BYTES:
        raise CannotRun(
            f"{folder} has only {free / 1e9:.1f} GB of free space, and {FREE_BYTES / 1e9:.0f} GB are needed",
            "remove files there that are not needed",
        )
    # A file system without a fixed number of inodes, such as btrfs, reports 0.
    if room.f_files and room.f_favail < FREE_INODES:
        raise CannotRun(
            f"{folder} has only {room.f_favail} free inodes, and {FREE_INODES} are needed",
            "remove files there that are not needed",
        )


def require_memory(for_bytes: int, what: str) -> None:
    """Check that ``for_bytes`` of memory are available, in addition to SPARE_BYTES for other processes.

    Args:
        for_bytes: number of bytes that are needed.
        what: what needs them, in the plural, such as "20 containers".

    Raises:
        CannotRun: if less memory is available.
    """
    needed = for_bytes + SPARE_BYTES
    available = psutil.virtual_memory().available
    if available < needed:
        raise CannotRun(
            f"only {available / 1e6:.0f} MB of memory is available, and {what} need {needed / 1e6:.0f} MB",
            "stop programs that are not needed",
        )
