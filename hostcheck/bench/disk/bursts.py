"""Correct the rate of I/Os that complete in bursts: the measured time may include one burst too many, or too few.

The kernel's throttle releases the I/Os of a 100 ms slice at once (throtl_slice in block/blk-throttle.c), and so do
hypervisors. fio reads the clock when an I/O completes, which is within a burst: in 5 s at 350 IOPS it counts 50 bursts
or 51, which is 2 % more. With the count smoothed at both ends, no burst is counted or left out as a whole.
"""

from collections.abc import Sequence
from itertools import pairwise

from hostcheck.bench.disk.device_counter import count_at

SLICE_SECONDS = 0.1
"""The possible error of fio's count: one burst, at the start or the end of the measured time."""

MOST_SLICES = 1.2
"""Largest difference of the two rates, in slices: bursts vary a little in length and size."""

STILL_SHARE = 0.5

SMOOTH_SECONDS = 2 * SLICE_SECONDS
"""The time over which the count is averaged at each end: a multiple of the slice, so that bursts cancel out."""


def even_rate(points: Sequence[tuple[float, int]], end: float, seconds: float) -> float | None:
    """Return a count's increase per second, between its averages over the first and the last SMOOTH_SECONDS.

    It is the mean of the rates of all windows of one length that begin in the first and end in the last part.

    Args:
        points: times in seconds, and the count at each, which never falls.
        end: the end of the measured time, which lies between the first point and the last.
        seconds: its length.

    Returns:
        None where the time is too short.
    """
    if seconds <= 2 * SMOOTH_SECONDS:
        return None
    begin = end - seconds
    gained = _average(points, end - SMOOTH_SECONDS, end) - _average(points, begin, begin + SMOOTH_SECONDS)
    return gained / (seconds - SMOOTH_SECONDS)


def comes_in_bursts(points: Sequence[tuple[float, int]], end: float, seconds: float) -> bool:
    """Whether the count was unchanged between most points: a throttle does that, a busy disk does not."""
    counts = [count for moment, count in points if end - seconds <= moment <= end]
    steps = [after - before for before, after in pairwise(counts)]
    return bool(steps) and steps.count(0) > STILL_SHARE * len(steps)


def evened(iops: float, even: float | None, seconds: float) -> float:
    """Return fio's rate, or the device's smoothed one where the two differ by no more than one burst in the time."""
    return even if even is not None and abs(even - iops) <= MOST_SLICES * iops * SLICE_SECONDS / seconds else iops


def _average(points: Sequence[tuple[float, int]], first: float, last: float) -> float:
    """The count's mean between two moments, on straight lines between its points."""
    moments = [first, *(moment for moment, _ in points if first < moment < last), last]
    area = sum((t1 - t0) * (count_at(points, t0) + count_at(points, t1)) / 2 for t0, t1 in pairwise(moments))
    return area / (last - first)
