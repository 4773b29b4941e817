"""Calibrate the disk jobs: run them on a disk of known speed, and compare each metric with the true value."""

from collections.abc import Callable, Iterator

from hostcheck.bench.base import Context
from hostcheck.bench.disk.options import HEADLINE_JOBS, DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.run.calibration import Tier, TierMetric
from hostcheck.run.measured import Metric

DISK_BYTES = 1536 << 20
"""Size of the disk in bytes: twice the test file of 256 MiB, 1 GiB of free space, and the file system's metadata."""

OPTIONS = DiskOptions(HEADLINE_JOBS, budget_seconds=120, seconds=5, ramp_seconds=1, file_bytes=256 << 20)
"""Options of the disk workload on each emulated disk."""


def calibrate(tiers: tuple[Tier, ...], context: Callable[[KnownDisk], Context], run_id: str) -> Iterator[TierMetric]:
    """Measure an emulated disk of each tier, and yield each final metric with its true value.

    Args:
        tiers: the speeds of the disks.
        context: a function that returns the disk workload's context for a disk.
        run_id: the run's id.

    Raises:
        CannotRun: if such a disk cannot be made or measured on this host.
        Interrupted: if the user stopped the run.
    """
    for tier in tiers:
        with known_disk(tier, DISK_BYTES, run_id) as disk:
            metrics = {metric.id: metric for metric in DiskWorkload().measure(context(disk))}
        for metric in metrics.values():
            if (truth := truth_of(metric, tier)) is not None:
                yield TierMetric(tier, metric, truth)


def truth_of(metric: Metric, tier: Tier) -> float | None:
    """Return the true value of a metric under the tier's limits, in the metric's unit.

    Returns:
        The value; None if the unit is neither IOPS nor MB/s, or the metric has no block size.
    """
    block = metric.settings.get("block_bytes")
    if not isinstance(block, int):
        return None
    # The stricter limit decides. The kernel splits large I/Os, but for those the limit in bytes is stricter.
    iops = min(float(tier.iops), tier.bytes_per_second / block)
    return {"IOPS": iops, "MB/s": iops * block / 1e6}.get(metric.unit)
