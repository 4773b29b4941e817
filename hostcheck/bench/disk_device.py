"""What the block device itself counted: the witness to what fio says it moved."""

import time
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

SECTOR_BYTES = 512
"""The kernel counts in these whatever the device's own sectors are (Documentation/block/stat.rst)."""

SETTLE_SECONDS = 1.0
"""fio ends within this time after its last I/O: it has results to write and threads to join."""

_SYS = Path("/sys/dev/block")


class DeviceCounter:
    """Bytes that a device has read, or written, noted time after time.

    Attributes:
        unchecked: why the device cannot be asked; empty when it can.
        points: (monotonic seconds, bytes since boot), one a tick.
    """

    def __init__(self, device: str, *, writes: bool, sys: Path = _SYS) -> None:
        """Take the device as major:minor: a disk, a partition, or one of loop, device mapper and md."""
        self.points: list[tuple[float, int]] = []
        self._stat = sys / device / "stat"
        self._field = 6 if writes else 2
        self.unchecked = ""
        if device.startswith("0:"):
            self.unchecked = "the file system has no block device of its own to ask"
        elif not self._stat.is_file():
            self.unchecked = f"the device {device} has no counters here"
        elif not _keeps_count(sys / device):
            self.unchecked = f"the device {device} keeps no count (iostats is off)"

    def tick(self) -> None:
        """Note what has been moved by now."""
        if not self.unchecked:
            moved = int(self._stat.read_text(encoding="ascii").split()[self._field]) * SECTOR_BYTES
            self.points.append((time.monotonic(), moved))

    def most_like(self, claimed_bytes: float, seconds: float, drain: float) -> float | None:
        """Return the bytes moved in that window of ``seconds`` near the end which speaks best for the claim.

        fio does not say when exactly its measured time was, only how long, and that it was the last thing it did.

        Args:
            claimed_bytes: what fio says it moved.
            seconds: in how long.
            drain: how long fio then waited for the I/Os that were in flight.

        Returns:
            None when there are no counters, or not for so long.
        """
        found = windows(self.points, seconds, SETTLE_SECONDS + drain)
        return min(found, key=lambda moved: abs(moved - claimed_bytes), default=None)


def windows(points: Sequence[tuple[float, int]], seconds: float, recent: float) -> list[float]:
    """Return what was moved in each window of ``seconds`` that ends at a point of the last ``recent`` seconds."""
    moved = []
    for end, total in points:
        if end >= points[-1][0] - recent and end - seconds >= points[0][0]:
            moved.append(total - _at(points, end - seconds))
    return moved


def _at(points: Sequence[tuple[float, int]], moment: float) -> float:
    """The count at a moment between the first and the last point, on a straight line between its neighbours."""
    index = max(1, bisect_left(points, (moment, 0)))
    (t0, b0), (t1, b1) = points[index - 1], points[index]
    return b0 + (b1 - b0) * (moment - t0) / (t1 - t0)


def _keeps_count(device: Path) -> bool:
    # A partition has no queue of its own; its disk, the folder above, has.
    for queue in (device / "queue", device.resolve().parent / "queue"):
        try:
            return (queue / "iostats").read_text(encoding="ascii").strip() != "0"
        except OSError:
            continue
    return True
