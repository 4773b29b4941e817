"""Correct the rate of I/Os that complete in bursts. Of these, fio may count one burst too many or too few.

The kernel's throttle completes the I/Os of a 100 ms slice together (throtl_slice in block/blk-throttle.c), and so do
hypervisors. fio's measured time ends when an I/O completes, and therefore within a burst: in 5 s at 350 IOPS, fio
counts either 50 or 51 bursts, a difference of 2 %. Here, the count is averaged over a short time at each end, so that a
burst at an end is counted in part.
"""

from collections.abc import Sequence
from itertools import pairwise

from hostcheck.bench.disk.device_counter import count_at

SLICE_SECONDS = 0.1
"""The possible error of fio's count, as seconds of I/O: one burst, at the start or the end of the measured time."""

MOST_SLICES = 1.2
"""Largest difference between fio's rate and the smoothed rate that is corrected, in slices.

It is more than one slice, because bursts vary a little in length and size.
"""

STILL_SHARE = 0.5

SMOOTH_SECONDS = 2 * SLICE_SECONDS
"""Seconds over which the count is averaged at each end: a multiple of the slice, so that bursts cancel out."""


def even_rate(points: Sequence[tuple[float, int]], end: float, seconds: float) -> float | None:
    """Return how fast a count grows per second, between its means over the first and the last SMOOTH_SECONDS.

    This equals the mean rate of all windows of equal length that start in the first SMOOTH_SECONDS and end in the last.

    Args:
        points: (seconds, count) pairs. The count never falls.
        end: the end of the measured time in seconds, between the first and the last point.
        seconds: the length of the measured time.

    Returns:
        The rate per second; None if the measured time is too short.
    """
    if seconds <= 2 * SMOOTH_SECONDS:
        return None
    begin = end - seconds
    gained = _average(points, end - SMOOTH_SECONDS, end) - _average(points, begin, begin + SMOOTH_SECONDS)
    return gained / (seconds - SMOOTH_SECONDS)


def comes_in_bursts(points: Sequence[tuple[float, int]], end: float, seconds: float) -> bool:
    """Return whether the count is unchanged most of the time. This happens under a throttle, not on a busy disk."""
    found = [(moment, count) for moment, count in points if end - seconds <= moment <= end]
    still = sum(t1 - t0 for (t0, before), (t1, after) in pairwise(found) if before == after)
    return len(found) > 1 and still > STILL_SHARE * (found[-1][0] - found[0][0])


def evened(iops: float, even: float | None, seconds: float) -> float:
    """Return the smoothed rate ``even`` if it differs from fio's rate ``iops`` by at most MOST_SLICES, else ``iops``.

    ``seconds`` is the length of the measured time.
    """
    return even if even is not None and abs(even - iops) <= MOST_SLICES * iops * SLICE_SECONDS / seconds else iops


def _average(points: Sequence[tuple[float, int]], first: float, last: float) -> float:
    """Return the mean of the count between two times, by linear interpolation between the points."""
    moments = [first, *(moment for moment, _ in points if first < moment < last), last]
    area = sum((t1 - t0) * (count_at(points, t0) + count_at(points, t1)) / 2 for t0, t1 in pairwise(moments))
    return area / (last - first)
