"""Detect what a mean hides: a disk that was fast until its burst allowance was spent, and a throttled disk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, stdev

from hostcheck.run.details import joined_rates
from hostcheck.run.model import Metric
from hostcheck.stats.changes import LEAST_RATIO, change_points, levels

FLAT = 0.01
"""Standard deviation as a share of the mean below which half-second rates are throttled: no disk is so even.

A token bucket of the kernel or a hypervisor allows the same amount in each of its slices.
"""

LEAST_WINDOWS = 4

STEP_MS = 100.0
STEP_TOLERANCE_MS = 6.0
"""blk-throttle delays I/Os beyond the limit until its next slice of 100 ms (throtl_slice in block/blk-throttle.c).
An I/O that arrives within a slice waits a little less, and on a busy host all wait a little more."""

SLOW_MS = 10.0
"""Only percentiles from this on must be multiples of a step: I/Os that are not delayed take the disk's time."""


def is_flat(rates: Sequence[float]) -> bool:
    """Whether rates are so even that the disk must be throttled."""
    return len(rates) >= LEAST_WINDOWS and fmean(rates) > 0 and stdev(rates) < FLAT * fmean(rates)


def comes_in_steps(latency_ms: Mapping[str, float]) -> bool:
    """Whether I/Os complete at once or after whole slices of the kernel's throttle: no disk behaves so.

    Args:
        latency_ms: percentiles in milliseconds by name, such as "p99".
    """
    slow = [value for value in latency_ms.values() if value >= SLOW_MS]
    off = [abs(value - STEP_MS * max(1, round(value / STEP_MS))) for value in slow]
    # A single one may match by chance.
    return len(slow) > 1 and max(off) <= STEP_TOLERANCE_MS


def with_levels(metric: Metric) -> Metric:
    """Return the metric; if its rate changed its level, as unstable, with the levels and times as the reason."""
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
    ends = (0, *changes, len(rates))
    stretches = [
        f"{level * factor:,.0f} {unit} for {(last - first) * seconds:.0f} s"
        for level, (first, last) in zip(found, pairwise(ends), strict=True)
    ]
    # How long the last level would have lasted is unknown.
    stretches[-1] = f"{found[-1] * factor:,.0f}"
    why = "an allowance or a cache was spent" if found[-1] < found[0] else "no mean describes it"
    return replace(metric, state="unstable", reason=f"{', '.join(stretches[:-1])}, then {stretches[-1]}: {why}")
