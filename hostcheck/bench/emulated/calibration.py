"""Calibrate the disk jobs: run them on a disk of known speed, and compare each figure with the true value."""

from collections.abc import Callable, Iterator

from hostcheck.bench.base import Context
from hostcheck.bench.disk.options import HEADLINE_JOBS, DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.run.calibration import Tier, TierMetric
from hostcheck.run.model import Metric

DISK_BYTES = 1536 << 20
"""Twice the test file of 256 MiB, one GiB that stays free, and the file system's metadata."""

OPTIONS = DiskOptions(HEADLINE_JOBS, budget_seconds=120, seconds=5, ramp_seconds=1, file_bytes=256 << 20)
"""What is measured of each disk."""


def calibrate(tiers: tuple[Tier, ...], context: Callable[[KnownDisk], Context], run_id: str) -> Iterator[TierMetric]:
    """Measure a disk of each tier, and yield its final metrics.

    Args:
        tiers: the speeds.
        context: makes the disk workload's context for a disk.
        run_id: the run's id.

    Raises:
        CannotRun: when such a disk cannot be made here, or cannot be measured.
        Interrupted: when the user stopped the run.
    """
    for tier in tiers:
        with known_disk(tier, DISK_BYTES, run_id) as disk:
            metrics = {metric.id: metric for metric in DiskWorkload().measure(context(disk))}
        for metric in metrics.values():
            if (truth := truth_of(metric, tier)) is not None:
                yield TierMetric(tier, metric, truth)


def truth_of(metric: Metric, tier: Tier) -> float | None:
    """Return the true value of a metric under the tier's limits, in its unit; None unless that is IOPS or MB/s."""
    block = metric.settings.get("block_bytes")
    if not isinstance(block, int):
        return None
    # The stricter limit decides. A large I/O is split by the kernel, but then the limit in bytes is the stricter.
    iops = min(float(tier.iops), tier.bytes_per_second / block)
    return {"IOPS": iops, "MB/s": iops * block / 1e6}.get(metric.unit)
