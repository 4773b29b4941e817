"""The ruler measured: the disk jobs on a disk of known speed, and how far each figure is from the truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hostcheck.bench.base import Context
from hostcheck.bench.disk import DiskWorkload
from hostcheck.bench.known_disk import KnownDisk, known_disk
from hostcheck.bench.tier import Tier
from hostcheck.run.model import Metric

DISK_BYTES = 1536 << 20
"""The test file of 256 MiB, the gibibyte that stays free beside twice of it, and the file system's own."""

QUIET = 0.02
"""Share of the truth within which every figure must be for a host to count as quiet enough to measure disks on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure beside the truth.

    Attributes:
        tier: the disk it was measured on.
        metric: what was measured.
        truth: what the kernel lets through, in the metric's unit.
    """

    tier: Tier
    metric: Metric
    truth: float

    @property
    def error(self) -> float | None:
        """How far the figure is from the truth, as a share of it: 0.01 is 1 % too much. None without a figure."""
        return None if self.metric.value is None else self.metric.value / self.truth - 1

    @property
    def is_near(self) -> bool:
        """Whether the figure is there, and near enough."""
        return self.error is not None and abs(self.error) <= QUIET


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of it.

    Attributes:
        readings: of each headline figure on each tier.
    """

    readings: tuple[Reading, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether this host is quiet enough to measure disks as fast as these."""
        return all(reading.is_near for reading in self.readings)


def calibrate(tiers: tuple[Tier, ...], context: Callable[[KnownDisk], Context], run_id: str) -> Iterator[Reading]:
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
                yield Reading(tier, metric, truth)


def truth_of(metric: Metric, tier: Tier) -> float | None:
    """Return what the tier lets through of a job, in its metric's unit; None where it is neither I/Os nor bytes."""
    block = metric.settings.get("block_bytes")
    if not isinstance(block, int):
        return None
    # Of the two limits, the one that binds; a large I/O is split below, which makes no more of them than the limit.
    iops = min(float(tier.iops), tier.bytes_per_second / block)
    return {"IOPS": iops, "MB/s": iops * block / 1e6}.get(metric.unit)
