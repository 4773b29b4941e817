"""The ruler measured: the disk jobs on a disk of known speed, and how far each figure is from the truth."""

from collections.abc import Callable, Iterator

from hostcheck.bench.base import Context
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.run.calibration import Tier, TierMetric
from hostcheck.run.model import Metric

DISK_BYTES = 1536 << 20
"""The test file of 256 MiB, the gibibyte that stays free beside twice of it, and the file system's own."""


def calibrate(tiers: tuple[Tier, ...], context: Callable[[KnownDisk], Context], run_id: str) -> Iterator[TierMetric]:
    """Measure a disk of each tier and give each figure as it stands at the end.

    Args:
        tiers: the speeds.
        context: makes what the disk workload is given, of the disk to measure.
        run_id: the run's id.

    Raises:
        CannotRun: when there can be no such disk here, or it cannot be measured.
        Interrupted: when the user asked to stop.
    """
    for tier in tiers:
        with known_disk(tier, DISK_BYTES, run_id) as disk:
            metrics = {metric.id: metric for metric in DiskWorkload().measure(context(disk))}
        for metric in metrics.values():
            if (truth := truth_of(metric, tier)) is not None:
                yield TierMetric(tier, metric, truth)


def truth_of(metric: Metric, tier: Tier) -> float | None:
    """Return what the tier lets through of a job, in its metric's unit; None where it is neither I/Os nor bytes."""
    block = metric.settings.get("block_bytes")
    if not isinstance(block, int):
        return None
    # Of the two limits, the one that binds; a large I/O is split below, which makes no more of them than the limit.
    iops = min(float(tier.iops), tier.bytes_per_second / block)
    return {"IOPS": iops, "MB/s": iops * block / 1e6}.get(metric.unit)
