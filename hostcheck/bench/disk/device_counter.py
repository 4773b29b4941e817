"""What the block device itself counted: the witness to what fio says it moved."""

import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

SECTOR_BYTES = 512
"""The kernel counts in these whatever the device's own sectors are (Documentation/block/stat.rst)."""

SETTLE_SECONDS = 1.0
"""fio ends within this time after its last I/O: it has results to write and threads to join."""

_SYS = Path("/sys/dev/block")
_FIELDS: Mapping[Literal["read", "write"], int] = {"read": 2, "write": 6}


SERIES_SECONDS = 0.5
"""Length of the windows of a series: shorter ones are mostly noise, longer ones hide a bucket that runs dry."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a device moved in a window of time.

    Attributes:
        wanted: bytes in the directions that were watched for.
        other: all others, of the disk below.
        end: when the window ended, in monotonic seconds.
    """

    wanted: float
    other: float
    end: float


class DeviceCounter:
    """Bytes that a device has read and written, noted time after time.

    Attributes:
        unchecked: why the device cannot be asked; empty when it can.
        points: (monotonic seconds, bytes since boot), one a tick, of the directions that are watched.
        others: the same of all else: the other direction, and what the disk below does for others.
        shares: whether the disk below may have other users than the device.
    """

    def __init__(
        self, device: str, directions: Sequence[Literal["read", "write"]], disk: str = "", *, sys: Path = _SYS
    ) -> None:
        """Take the device as major:minor: a disk, a partition, or one of loop, device mapper and md.

        Args:
            device: whose bytes are counted.
            directions: those that are watched.
            disk: what the whole device lies on, byte for byte; empty where that is itself, or cannot be told.
            sys: the kernel's tree of devices.
        """
        self.points: list[tuple[float, int]] = []
        self.others: list[tuple[float, int]] = []
        self._stat = sys / device / "stat"
        self._disk_stat = sys / (disk or device) / "stat"
        self.shares = self._disk_stat != self._stat and self._disk_stat.is_file()
        self._directions = tuple(directions)
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
            moved = _moved(self._stat)
            now = time.monotonic()
            wanted = sum(moved[direction] for direction in self._directions)
            self.points.append((now, wanted))
            whole = _moved(self._disk_stat) if self.shares else moved
            self.others.append((now, sum(whole.values()) - wanted))

    def most_like(self, claimed_bytes: float, seconds: float, drain: float) -> Moved | None:
        """Return what was moved in that window of ``seconds`` near the end which speaks best for the claim.

        fio does not say when exactly its measured time was, only how long, and that it was the last thing it did.

        Args:
            claimed_bytes: what fio says it moved.
            seconds: in how long.
            drain: how long fio then waited for the I/Os that were in flight.

        Returns:
            None when there are no counters, or not for so long.
        """
        found = windows(self.points, seconds, SETTLE_SECONDS + drain)
        if not found:
            return None
        end, wanted = min(found, key=lambda window: abs(window[1] - claimed_bytes))
        other = count_at(self.others, end) - count_at(self.others, end - seconds) if self.others else 0.0
        return Moved(wanted, other, end)

    def series(self, end: float, seconds: float, block_bytes: int) -> Mapping[str, Any]:
        """Return the I/Os a second of each window of SERIES_SECONDS in the ``seconds`` until ``end``.

        Returns:
            ``milliseconds``, the length of a window, and ``iops``, one a window, of the job's block size.
        """
        first = max(end - seconds, self.points[0][0])
        count = int((end - first) / SERIES_SECONDS + 1e-6)
        moments = [end - (count - place) * SERIES_SECONDS for place in range(count + 1)]
        moved = [count_at(self.points, moment) for moment in moments]
        rates = [(after - before) / block_bytes / SERIES_SECONDS for before, after in pairwise(moved)]
        return {"milliseconds": round(SERIES_SECONDS * 1000), "iops": [round(rate, 1) for rate in rates]}


def _moved(stat: Path) -> Mapping[Literal["read", "write"], int]:
    """Return the bytes that a device has moved since boot."""
    words = stat.read_text(encoding="ascii").split()
    return {direction: int(words[field]) * SECTOR_BYTES for direction, field in _FIELDS.items()}


def windows(points: Sequence[tuple[float, int]], seconds: float, recent: float) -> list[tuple[float, float]]:
    """Return end and bytes of each window of ``seconds`` that ends at a point of the last ``recent`` seconds."""
    moved = []
    for end, total in points:
        if end >= points[-1][0] - recent and end - seconds >= points[0][0]:
            moved.append((end, total - count_at(points, end - seconds)))
    return moved


def count_at(points: Sequence[tuple[float, int]], moment: float) -> float:
    """Return the count at a moment between the first and the last point, on a straight line between its neighbours."""
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
