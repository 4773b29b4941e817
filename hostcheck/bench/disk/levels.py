"""Detect a disk that became slow when its burst allowance was spent, and a throttled disk: a mean hides both."""

from collections.abc import Mapping
from dataclasses import replace

from hostcheck.bench.levels import course_in_words
from hostcheck.run.details import joined_rates
from hostcheck.run.measured import Metric
from hostcheck.stats.changes import LEAST_RATIO, change_points, levels, two_levels

STEP_MS = 100.0
STEP_TOLERANCE_MS = 6.0
"""Length of a slice of the kernel's throttle, and the tolerance of a latency of whole slices, in milliseconds.

blk-throttle delays I/Os beyond the limit until the next slice (throtl_slice in block/blk-throttle.c). An I/O that
arrives within a slice waits a little less, and on a busy host every I/O waits a little more.
"""

SLOW_MS = 10.0
"""Shorter latencies, in milliseconds, are not compared with the slices: the throttle did not delay these I/Os."""


def comes_in_steps(latency_ms: Mapping[str, float]) -> bool:
    """Return whether I/Os complete either at once or after whole slices, as they do only under the kernel's throttle.

    Args:
        latency_ms: latency percentiles in milliseconds by name, such as "p99".
    """
    slow = [value for value in latency_ms.values() if value >= SLOW_MS]
    off = [abs(value - STEP_MS * max(1, round(value / STEP_MS))) for value in slow]
    # A single percentile may match by chance.
    return len(slow) > 1 and max(off) <= STEP_TOLERANCE_MS


def with_levels(metric: Metric) -> Metric:
    """Return the metric, marked as unstable if its rate changed its level. The reason then lists the levels."""
    if metric.value is None:
        return metric
    rates, seconds = joined_rates(metric.samples)
    changes = change_points(rates, LEAST_RATIO)
    if not changes:
        return metric
    block = metric.settings.get("block_bytes")
    factor = block / 1e6 if metric.unit == "MB/s" and isinstance(block, int) else 1.0
    unit = "MB/s" if metric.unit == "MB/s" else "IOPS"
    found = levels(rates, changes)
    if both := two_levels(found):
        low, high = (f"{level * factor:,.0f}" for level in both)
        return replace(metric, state="unstable", reason=f"it moves between two levels, {low} and {high} {unit}")
    return replace(metric, state="unstable", reason=course_in_words(rates, changes, seconds, unit, factor))
