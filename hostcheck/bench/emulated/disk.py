"""A disk of known speed: an ext4 on a loop device in memory, under the kernel's limits. Needs root.

It is the ruler's own test, and the article's slow disk for whoever has only a fast one. It lives in memory, so that
no neighbour's disk is in it; the limits are the kernel's, so that they hold whatever the I/O.
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
"""How much of its I/Os the limit is tried with before anything is measured."""

TRIAL_WRITES = 25_000
"""Writes of that trial at the most: a disk that is to be faster than the host can be is not held up by its limit."""

TRIAL_PAGES = 256
"""Pages that they go to, over and over."""


@dataclass(frozen=True, slots=True)
class KnownDisk:
    """The disk.

    Attributes:
        tier: how fast it is.
        path: where it is mounted.
        device: its block device.
        engine: the address of an engine whose data is on it; None where none was asked for.
        log: that engine's log.
    """

    tier: Tier
    path: Path
    device: str
    engine: str | None = None
    log: Path | None = None


@contextmanager
def known_disk(tier: Tier, size: int, run_id: str, *, engine: bool = False) -> Iterator[KnownDisk]:
    """Have a disk of known speed, limited for this process and those it starts.

    Args:
        tier: how fast it is to be.
        size: bytes, of memory.
        run_id: the run's id.
        engine: whether to start an engine on it.

    Raises:
        CannotRun: when there can be none here, its limits do not hold, or the engine does not come up.
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
    with kept("disk-keeper", *words) as told:
        log = Path(told["log"]) if engine else None
        disk = KnownDisk(tier, Path(told["path"]), told["device"], told.get("engine"), log)
        with joined(Path(told["group"]) if told["group"] else None):
            _require_limits(disk)
            yield disk


def _require_limits(disk: KnownDisk) -> None:
    """Make sure that the limits hold: in a control group that they do not reach, this host's memory would be measured.

    Raises:
        CannotRun: when they do not.
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
    # The kernel lets a tenth of a second's worth through at once, and rounds what is left of the slice before up to it.
    least = count / disk.tier.iops - 0.2
    if took < least:
        raise CannotRun(
            f"the limits of a disk of its own do not hold: {count} writes took {took:.3f} s and not {least:.1f} s",
            "run it outside of a control group of its own",
        )
