"""What metrics are called, in which order they stand, and how their values are written. One place for all of it."""

import re
from collections.abc import Iterable

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


def amount(value: float, unit: str) -> str:
    """Write a value without its unit, except for times: "1,200", "25.4", "4m 12s", "1.62 s"."""
    if unit == "s":
        return duration(value)
    return _three_digits(value)


def amount_of(metric: Metric) -> str:
    """Write a metric's value with what qualifies it: "25,000+" for a published lower bound."""
    assert metric.value is not None
    return amount(metric.value, metric.unit) + ("+" if metric.settings.get("at_least") else "")


def span(low: float, high: float, unit: str) -> str:
    """Write an interval: "1,190 – 1,210"; times have the unit once."""
    first, last = amount(low, unit), amount(high, unit)
    for ending in (" s", " ms", " µs"):
        if first.endswith(ending) and last.endswith(ending):
            first = first.removesuffix(ending)
            break
    return f"{first} – {last}"


def duration(seconds: float) -> str:
    """Write a time as people do: "310 µs", "14.0 ms", "0.162 s", "45.0 s", "4m 12s"."""
    if seconds < 0.000_999_5:
        return f"{_three_digits(seconds * 1e6)} µs"
    if seconds < 0.099_95:
        return f"{_three_digits(seconds * 1e3)} ms"
    if seconds < 99.95:
        return f"{_three_digits(seconds)} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}h {minutes:02}m {whole % 60:02}s" if hours else f"{minutes}m {whole % 60:02}s"


def times(value: float) -> str:
    """Write a ratio: "0.31", "1.04", "1.6", "10.0", "71", "1,250"."""
    return f"{value:.2f}" if value < 1.2 else f"{value:.1f}" if value < 20 else f"{value:,.0f}"


def _three_digits(value: float) -> str:
    """Write a positive value with three significant digits, and whole numbers in full."""
    if value >= 100:
        return f"{value:,.0f}"
    for limit, digits in ((9.995, 1), (0.9995, 2)):
        if value >= limit:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"
