"""A disk of known speed: an ext4 file system on a loop device in memory, with I/O limits of the kernel. Needs root.

It is used to calibrate the disk jobs, and to emulate the article's slow disk on a host with a fast disk. It is in
memory, so that the I/O of other machines does not slow it. The kernel enforces the limits on every kind of I/O.
"""

import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup.keeper import kept
from hostcheck.bench.emulated.throttle import joined
from hostcheck.run.calibration import Tier

SPARE_MEMORY = 512 << 20
"""Bytes of memory that must stay available in addition to the disk's memory."""

TRIAL_SECONDS = 0.5
"""Length in seconds of the test of the limit before the measurement."""

TRIAL_WRITES = 25_000
"""Maximum number of writes in the test: a tier that is faster than the host never reaches its limit."""

TRIAL_PAGES = 256
"""Number of pages that the test writes repeatedly."""


@dataclass(frozen=True, slots=True)
class KnownDisk:
    """A mounted disk of known speed.

    Attributes:
        tier: the disk's speed.
        path: the disk's mount point.
        device: the disk's block device.
        engine: the address of the private engine whose data is on the disk; None if none was requested.
        log: the log file of that engine; None if there is none.
    """

    tier: Tier
    path: Path
    device: str
    engine: str | None = None
    log: Path | None = None


@contextmanager
def known_disk(tier: Tier, size: int, run_id: str, *, engine: bool = False) -> Iterator[KnownDisk]:
    """Make a disk of known speed, and remove it when the context is left.

    The limits apply to this process and its children.

    Args:
        tier: the disk's speed.
        size: the disk's size in bytes of memory.
        run_id: the run's id.
        engine: whether to start a private engine on the disk.

    Raises:
        CannotRun: if the disk cannot be made, the limits have no effect, or the engine does not start.
    """
    if os.geteuid() != 0:
        raise CannotRun("an emulated disk is a loop device with I/O limits, and making it needs root", "run as root")
    available, needed = psutil.virtual_memory().available, size + SPARE_MEMORY
    if available < needed:
        raise CannotRun(
            f"an emulated disk needs {needed / 1e6:,.0f} MB of available memory, and this host has "
            f"{available / 1e6:,.0f} MB",
            "stop other programs, or use a host with more memory",
        )
    words = (tier.name, str(size), run_id, *(("engine",) if engine else ()))
    with kept("disk-keeper", *words) as made:
        log = Path(made["log"]) if engine else None
        disk = KnownDisk(tier, Path(made["path"]), made["device"], made.get("engine"), log)
        with joined(Path(made["group"]) if made["group"] else None):
            _require_limits(disk)
            yield disk


def _require_limits(disk: KnownDisk) -> None:
    """Check that the limits have an effect. In a cgroup without them, the speed of memory would be measured.

    Raises:
        CannotRun: if the limits have no effect.
    """
    count = min(max(20, int(disk.tier.iops * TRIAL_SECONDS)), TRIAL_WRITES)
    path = disk.path / "trial"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DIRECT, 0o600)
    try:
        with mmap.mmap(-1, mmap.PAGESIZE) as page:
            began = time.monotonic()
            for place in range(count):
                os.pwrite(descriptor, page, place % TRIAL_PAGES * mmap.PAGESIZE)
            took = time.monotonic() - began
    finally:
        os.close(descriptor)
        path.unlink()
    # The kernel allows a burst of a tenth of a second, and rounds the last time slice up to a whole slice.
    least = count / disk.tier.iops - 0.2
    if took < least:
        raise CannotRun(
            f"the I/O limits of the emulated disk have no effect: {count} writes took {took:.3f} s, "
            f"expected at least {least:.1f} s",
            "run hostcheck on the host itself instead of in a container",
        )
