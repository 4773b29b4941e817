"""I/Os that come in bursts, counted fairly: a measured time that ends within a burst has one too many, or too few.

A limit of the kernel's gives out at once what a slice of 100 ms allows (throtl_slice in block/blk-throttle.c), and so
do hypervisors. fio looks at the clock when an I/O comes back, which is in a burst: of 5 s at 350 I/Os a second it sees
50 bursts or 51, which is 2 % more. With the count smoothed at both ends, no burst is in or out as a whole.
"""

from collections.abc import Sequence
from itertools import pairwise

from hostcheck.bench.disk.device_counter import count_at

SLICE_SECONDS = 0.1
"""What fio's count may be off by: the burst that its measured time began in, or ended in."""

MOST_SLICES = 1.2
"""How far the two may be apart, in slices: bursts are not quite as long, nor as large, as each other."""

STILL_SHARE = 0.5

SMOOTH_SECONDS = 2 * SLICE_SECONDS
"""What the count is averaged over at each end: a multiple of the slice, so that bursts of its length cancel out."""


def even_rate(points: Sequence[tuple[float, int]], end: float, seconds: float) -> float | None:
    """Return how much a count gains a second, between its averages over the first and the last SMOOTH_SECONDS.

    It is the mean of the rates in all the windows that begin in the one and end, as long afterwards, in the other.

    Args:
        points: moments in seconds, and the count at each, which never falls.
        end: when the time ended; all of it lies between the first point and the last.
        seconds: how long it was.

    Returns:
        None where the time is too short to have two ends.
    """
    if seconds <= 2 * SMOOTH_SECONDS:
        return None
    begin = end - seconds
    gained = _average(points, end - SMOOTH_SECONDS, end) - _average(points, begin, begin + SMOOTH_SECONDS)
    return gained / (seconds - SMOOTH_SECONDS)


def comes_in_bursts(points: Sequence[tuple[float, int]], end: float, seconds: float) -> bool:
    """Whether the count stood still between most of the points of that time: no disk at work does, a limit makes it."""
    counts = [count for moment, count in points if end - seconds <= moment <= end]
    steps = [after - before for before, after in pairwise(counts)]
    return bool(steps) and steps.count(0) > STILL_SHARE * len(steps)


def evened(iops: float, even: float | None, seconds: float) -> float:
    """Return fio's rate, or the device's even one where the two differ by no more than one burst in so many seconds."""
    return even if even is not None and abs(even - iops) <= MOST_SLICES * iops * SLICE_SECONDS / seconds else iops


def _average(points: Sequence[tuple[float, int]], first: float, last: float) -> float:
    """The count's mean between two moments, on straight lines between its points."""
    moments = [first, *(moment for moment, _ in points if first < moment < last), last]
    area = sum((t1 - t0) * (count_at(points, t0) + count_at(points, t1)) / 2 for t0, t1 in pairwise(moments))
    return area / (last - first)
