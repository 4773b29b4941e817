"""Every metric that hostcheck measures: its unit, which direction is better, and what people call it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hostcheck.run.model import Better


@dataclass(frozen=True, slots=True)
class MetricKind:
    """What one metric is.

    Attributes:
        unit: "MB/s" (10⁶ bytes a second), "IOPS" or "s".
        better: which direction is better.
        label: what people call it.
        example: a value that it can have, in its unit.
        headline: whether it is one of the figures that a comparison begins with.
    """

    unit: str
    better: Better
    label: str
    example: float
    headline: bool = False


def _rate(label: str, *, headline: bool = False) -> MetricKind:
    return MetricKind("IOPS", "higher", label, 5000, headline)


def _bandwidth(label: str, *, headline: bool = False) -> MetricKind:
    return MetricKind("MB/s", "higher", label, 250, headline)


def _time(label: str, example: float, *, headline: bool = False) -> MetricKind:
    return MetricKind("s", "lower", label, example, headline)


METRICS: Mapping[str, MetricKind] = MappingProxyType(
    {
        "disk.seqread.bandwidth": _bandwidth("Sequential read", headline=True),
        "disk.randwrite.iops": _rate("Random write", headline=True),
        "build.cold.seconds": _time("Docker build, cold", 45, headline=True),
        "storm.makespan.seconds": _time("Storm: all ready", 8, headline=True),
        "storm.ready.p50.seconds": _time("Storm: half ready", 4),
        "storm.ready.max.seconds": _time("Storm: slowest ready", 7.5),
        "storm.ready.p95.seconds": _time("Storm: 95 % ready", 7),
        "storm.create.p50.seconds": _time("Storm: create, median", 0.25),
        "storm.teardown.seconds": _time("Storm: all removed", 6),
        "storm.single.seconds": _time("One container: ready", 0.5),
        "disk.seqwrite.bandwidth": _bandwidth("Sequential write"),
        "disk.randread.iops": _rate("Random read"),
        "disk.randread.qd1.iops": _rate("Random read, one at a time"),
        "disk.randwrite.qd1.iops": _rate("Random write, one at a time"),
        "disk.mixed.iops": _rate("Random mixed, 70/30"),
        "disk.sustained.iops": _rate("Random write, sustained"),
        "disk.syncwrite.iops": _rate("Durable write"),
        "disk.wal.p99.seconds": _time("fdatasync, 99th percentile", 0.005),
        "disk.commit.p99.seconds": _time("fdatasync of 16 pages, 99th percentile", 0.008),
        "disk.churn.seconds": _time("2,000 files made and deleted", 1.5),
    }
)
"""By id, in the order of the table that this tool was asked for."""

CURVE = "storm.curve.N.seconds"
"""The id of the makespan of N containers, which each run chooses."""
_CURVE = re.compile(r"storm\.curve\.(\d{1,4})\.seconds")

OWN_JOBS = "my"
"""What the ids of the metrics of a user's own fio jobs (``bench --job``) begin with."""
_IMPORTED = "fio"
_OTHERS = re.compile(rf"(?:{OWN_JOBS}|{_IMPORTED})(?:\.[a-z0-9_-]+)+")


def kind_of(metric_id: str) -> MetricKind | None:
    """Return what a metric of hostcheck's own is; None for any other id."""
    if found := _CURVE.fullmatch(metric_id):
        return _time(f"Storm of {found[1]}: all ready", 8)
    return METRICS.get(metric_id)


def is_others(metric_id: str) -> bool:
    """Whether an id has the form of a user's job, or of an imported one: only the run says what it is."""
    return _OTHERS.fullmatch(metric_id) is not None
