"""A disk of known speed: an ext4 on a loop device in memory, under the kernel's limits. Needs root.

It calibrates the disk jobs, and stands in for the article's slow disk on a host with a fast one. It is in memory: no
other machine's I/O slows it. The kernel enforces the limits on every kind of I/O.
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
"""Bytes of memory that must stay available beside the disk."""

TRIAL_SECONDS = 0.5
"""How many seconds' worth of I/Os test the limit before anything is measured."""

TRIAL_WRITES = 25_000
"""Maximum of writes in that test: a tier that is faster than the host never reaches its limit."""

TRIAL_PAGES = 256
"""How many pages the test writes, again and again."""


@dataclass(frozen=True, slots=True)
class KnownDisk:
    """The disk.

    Attributes:
        tier: how fast it is.
        path: where it is mounted.
        device: its block device.
        engine: the address of an engine whose data is on it; None where none was requested.
        log: that engine's log.
    """

    tier: Tier
    path: Path
    device: str
    engine: str | None = None
    log: Path | None = None


@contextmanager
def known_disk(tier: Tier, size: int, run_id: str, *, engine: bool = False) -> Iterator[KnownDisk]:
    """Make a disk of known speed, limited for this process and its children, and remove it afterwards.

    Args:
        tier: the speed.
        size: bytes of memory.
        run_id: the run's id.
        engine: whether to start an engine on it.

    Raises:
        CannotRun: when it cannot be made here, its limits do not hold, or the engine does not start.
    """
    if os.geteuid() != 0:
        raise CannotRun("a disk of known speed is a loop device with limits, and making one needs root", "run as root")
    available, needed = psutil.virtual_memory().available, size + SPARE_MEMORY
    if available < needed:
        raise CannotRun(
            f"a disk of known speed needs {needed / 1e6:,.0f} MB of available memory, and here are "
            f"{available / 1e6:,.0f} MB",
            "stop something, or use a larger host",
        )
    words = (tier.name, str(size), run_id, *(("engine",) if engine else ()))
    with kept("disk-keeper", *words) as made:
        log = Path(made["log"]) if engine else None
        disk = KnownDisk(tier, Path(made["path"]), made["device"], made.get("engine"), log)
        with joined(Path(made["group"]) if made["group"] else None):
            _require_limits(disk)
            yield disk


def _require_limits(disk: KnownDisk) -> None:
    """Check that the limits hold: in a cgroup without them, the speed of memory would be measured.

    Raises:
        CannotRun: when they do not hold.
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
    # The kernel allows a burst of a tenth of a second, and rounds the remainder of a time slice up to another one.
    least = count / disk.tier.iops - 0.2
    if took < least:
        raise CannotRun(
            f"the limits of the emulated disk do not hold: {count} writes took {took:.3f} s, "
            f"expected at least {least:.1f} s",
            "run it outside a separate cgroup, such as on the host itself",
        )
