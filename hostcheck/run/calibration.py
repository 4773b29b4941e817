"""The result of a calibration: measured values and true values, on disks of known speed."""

from dataclasses import dataclass

from hostcheck.run.measured import Metric

QUIET = 0.02
"""Largest permitted error of each metric, as a share of the true value. On a host with larger errors, the load is too
high to measure disks."""


@dataclass(frozen=True, slots=True)
class Tier:
    """The speed limits of an emulated disk. Each limit applies to reads, and also to writes.

    Attributes:
        name: "sata" or "nvme", or the text that the user gave.
        iops: limit in I/Os per second.
        bytes_per_second: limit in bytes per second.
        title: a description in words.
    """

    name: str
    iops: int
    bytes_per_second: int
    title: str


@dataclass(frozen=True, slots=True)
class TierMetric:
    """One measured metric, and its true value.

    Attributes:
        tier: the speed of the emulated disk.
        metric: the measured metric.
        truth: the true value, which is the kernel's limit, in the metric's unit.
    """

    tier: Tier
    metric: Metric
    truth: float

    @property
    def error(self) -> float | None:
        """Error as a share of the true value: 0.01 means that the metric is 1 % too high. None if it has no value."""
        return None if self.metric.value is None else self.metric.value / self.truth - 1

    @property
    def is_near(self) -> bool:
        """Whether the metric has a value whose error is at most ``QUIET``."""
        return self.error is not None and abs(self.error) <= QUIET


@dataclass(frozen=True, slots=True)
class Calibration:
    """The result of a calibration.

    Attributes:
        readings: each headline metric on each tier.
    """

    readings: tuple[TierMetric, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether this host is quiet enough to measure disks with the speeds of these tiers."""
        return all(reading.is_near for reading in self.readings)
