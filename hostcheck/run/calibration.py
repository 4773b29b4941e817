"""What a calibration is: figures beside the truth, on disks of known speed."""

from dataclasses import dataclass

from hostcheck.run.model import Metric

QUIET = 0.02
"""Share of the truth within which every figure must be for a host to count as quiet enough to measure disks on."""


@dataclass(frozen=True, slots=True)
class Tier:
    """What a disk does and no more, reading and writing alike.

    Attributes:
        name: "sata", or what the user gave.
        iops: I/Os a second.
        bytes_per_second: bytes a second.
        title: in words.
    """

    name: str
    iops: int
    bytes_per_second: int
    title: str


@dataclass(frozen=True, slots=True)
class TierMetric:
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

    readings: tuple[TierMetric, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether this host is quiet enough to measure disks as fast as these."""
        return all(reading.is_near for reading in self.readings)
