"""What metrics are called, and in which order they stand. One place for all of it."""

import re
from collections.abc import Iterable

from hostcheck.quantities import amount
from hostcheck.run.model import Metric

LABELS: dict[str, str] = {
    "disk.seqread.bandwidth": "Sequential read",
    "disk.randwrite.iops": "Random write",
    "build.cold.seconds": "Docker build, cold",
    "storm.makespan.seconds": "Storm: all ready",
    "storm.ready.p50.seconds": "Storm: half ready",
    "storm.ready.max.seconds": "Storm: slowest ready",
    "storm.ready.p95.seconds": "Storm: 95 % ready",
    "storm.create.p50.seconds": "Storm: create, median",
    "storm.teardown.seconds": "Storm: all removed",
    "storm.single.seconds": "One container: ready",
    "disk.seqwrite.bandwidth": "Sequential write",
    "disk.randread.iops": "Random read",
    "disk.randread.qd1.iops": "Random read, one at a time",
    "disk.randwrite.qd1.iops": "Random write, one at a time",
    "disk.mixed.iops": "Random mixed, 70/30",
    "disk.sustained.iops": "Random write, sustained",
    "disk.syncwrite.iops": "Durable write",
    "disk.wal.p99.seconds": "fdatasync, 99th percentile",
    "disk.commit.p99.seconds": "fdatasync of 16 pages, 99th percentile",
    "disk.churn.seconds": "2,000 files made and deleted",
}
"""Label of each metric, in the order of the table this tool was asked for; others follow by name."""

_CURVE = re.compile(r"storm\.curve\.(\d{1,4})\.seconds")

HEADLINES = tuple(LABELS)[:4]
"""The metrics of that table."""


def label(metric_id: str) -> str:
    """Return what people call the metric."""
    if found := _CURVE.fullmatch(metric_id):
        return f"Storm of {found[1]}: all ready"
    return LABELS.get(metric_id, metric_id)


def in_order(metric_ids: Iterable[str]) -> list[str]:
    """Return the ids in the order of the table."""
    places = {metric_id: place for place, metric_id in enumerate(LABELS)}
    return sorted(set(metric_ids), key=lambda metric_id: (places.get(metric_id, len(places)), metric_id))


def heading(metric_id: str, unit: str) -> str:
    """Return the label with its unit, where values are written without one: "Sequential read, MB/s"."""
    return label(metric_id) if unit == "s" else f"{label(metric_id)}, {unit}"


def amount_of(metric: Metric) -> str:
    """Write a metric's value with what qualifies it: "25,000+" for a published lower bound."""
    assert metric.value is not None
    return amount(metric.value, metric.unit) + ("+" if metric.settings.get("at_least") else "")
