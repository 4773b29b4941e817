"""Read the block device's counters, to check fio's results against them."""

import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from hostcheck.run.fields import Series

SECTOR_BYTES = 512
"""Bytes of a sector in the kernel's counters, for every device (Documentation/block/stat.rst)."""

SETTLE_SECONDS = 1.0
"""Longest time in seconds from fio's last I/O to its end: fio joins threads and writes its results."""

_SYS = Path("/sys/dev/block")
_FIELDS: Mapping[Literal["read", "write"], int] = {"read": 2, "write": 6}


SERIES_SECONDS = 0.5
"""Length in seconds of the windows of a series.

Shorter windows are mostly noise; longer windows hide when a token bucket runs empty.
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """The bytes that a device moved in a time window.

    Attributes:
        wanted: bytes in the job's directions (read, write or both).
        other: all other bytes: the other direction, and the rest of the disk below.
        end: end of the window in seconds (time.monotonic).
    """

    wanted: float
    other: float
    end: float


class DeviceCounter:
    """A record of how many bytes a device has read and written, at each call of ``tick``.

    Attributes:
        unchecked: why the device's counters cannot be read; empty if they can.
        points: one (monotonic seconds, bytes since boot) pair for each tick, for the job's directions.
        others: such pairs for all other I/O: the other direction, and the rest of the disk below.
        shares: whether other partitions or volumes may use the disk below.
    """

    def __init__(
        self, device: str, directions: Sequence[Literal["read", "write"]], disk: str = "", *, sys: Path = _SYS
    ) -> None:
        """Create a counter for a disk, a partition, or a loop, device mapper or md device.

        Args:
            device: the device's number, as major:minor.
            directions: the job's directions.
            disk: the number of the disk below the device (``disk_below``); empty if the device is a disk, or the disk
                is unknown.
            sys: the kernel's device tree.
        """
        self.points: list[tuple[float, int]] = []
        self.others: list[tuple[float, int]] = []
        self._stat = sys / device / "stat"
        self._disk_stat = sys / (disk or device) / "stat"
        self.shares = self._disk_stat != self._stat and self._disk_stat.is_file()
        self._directions = tuple(directions)
        self.unchecked = ""
        if device.startswith("0:"):
            self.unchecked = "the file system is not on a block device"
        elif not self._stat.is_file():
            self.unchecked = f"/sys has no I/O counters of the device {device}"
        elif not _keeps_count(sys / device):
            self.unchecked = f"the device {device} does not count I/O (iostats is off)"

    def tick(self) -> None:
        """Record the counters."""
        if not self.unchecked:
            moved = _moved(self._stat)
            now = time.monotonic()
            wanted = sum(moved[direction] for direction in self._directions)
            self.points.append((now, wanted))
            whole = _moved(self._disk_stat) if self.shares else moved
            self.others.append((now, sum(whole.values()) - wanted))

    @property
    def stands_still(self) -> bool:
        """Whether the job's byte counter was unchanged between the last two ticks."""
        return len(self.points) > 1 and self.points[-1][1] == self.points[-2][1]

    def most_like(self, claimed_bytes: float, seconds: float, drain: float) -> Moved | None:
        """Return the bytes that the device moved in the window near the end that agrees best with fio's claim.

        fio reports how long it measured, but not when the measured time began. The measured time is the last part of
        the run, so windows of that length near the end are tried.

        Args:
            claimed_bytes: the bytes that fio reports.
            seconds: the length of the measured time.
            drain: seconds that fio waited for the I/Os in flight after the measured time.

        Returns:
            The bytes; None if there are no counters, or they do not cover this length of time.
        """
        found = windows(self.points, seconds, SETTLE_SECONDS + drain)
        if not found:
            return None
        end, wanted = min(found, key=lambda window: abs(window[1] - claimed_bytes))
        other = count_at(self.others, end) - count_at(self.others, end - seconds) if self.others else 0.0
        return Moved(wanted, other, end)

    def series(self, end: float, seconds: float, block_bytes: int) -> Series:
        """Return the IOPS in each window of SERIES_SECONDS, from ``end - seconds`` to ``end``.

        Returns:
            A dict with the keys "t" (the end of each window, in seconds since the start of the first window) and "iops"
            (the rate in each window, in I/Os of the job's block size per second).
        """
        first = max(end - seconds, self.points[0][0])
        count = int((end - first) / SERIES_SECONDS + 1e-6)
        moments = [end - (count - place) * SERIES_SECONDS for place in range(count + 1)]
        moved = [count_at(self.points, moment) for moment in moments]
        rates = [(after - before) / block_bytes / SERIES_SECONDS for before, after in pairwise(moved)]
        times = [round(place * SERIES_SECONDS, 3) for place in range(1, count + 1)]
        return {"t": times, "iops": [round(rate, 1) for rate in rates]}


def _moved(stat: Path) -> Mapping[Literal["read", "write"], int]:
    """Return the bytes that a device has read and written since boot, by direction."""
    words = stat.read_text(encoding="ascii").split()
    return {direction: int(words[field]) * SECTOR_BYTES for direction, field in _FIELDS.items()}


def windows(points: Sequence[tuple[float, int]], seconds: float, recent: float) -> list[tuple[float, float]]:
    """Return (end, bytes) of each window of ``seconds`` that ends at a point of the last ``recent`` seconds."""
    moved = []
    for end, total in points:
        if end >= points[-1][0] - recent and end - seconds >= points[0][0]:
            moved.append((end, total - count_at(points, end - seconds)))
    return moved


def count_at(points: Sequence[tuple[float, int]], moment: float) -> float:
    """Return the count at a time, by linear interpolation between the points."""
    index = max(1, bisect_left(points, (moment, 0)))
    (t0, b0), (t1, b1) = points[index - 1], points[index]
    return b0 + (b1 - b0) * (moment - t0) / (t1 - t0)


def _keeps_count(device: Path) -> bool:
    # A partition has no queue; its disk, the parent folder, has one.
    for queue in (device / "queue", device.resolve().parent / "queue"):
        try:
            return (queue / "iostats").read_text(encoding="ascii").strip() != "0"
        except OSError:
            continue
    return True
