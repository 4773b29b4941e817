"""What metrics are called, and in which order they stand. One place for all of it."""

from collections.abc import Iterable

from hostcheck.quantities import amount
from hostcheck.run.metrics import METRICS, spec_of
from hostcheck.run.model import Metric


def label(metric_id: str) -> str:
    """Return what people call the metric."""
    spec = spec_of(metric_id)
    return spec.label if spec else metric_id


def in_order(metric_ids: Iterable[str]) -> list[str]:
    """Return the ids in the order of the table."""
    places = {metric_id: place for place, metric_id in enumerate(METRICS)}
    return sorted(set(metric_ids), key=lambda metric_id: (places.get(metric_id, len(places)), metric_id))


def heading(metric_id: str, unit: str) -> str:
    """Return the label with its unit, where values are written without one: "Sequential read, MB/s"."""
    return label(metric_id) if unit == "s" else f"{label(metric_id)}, {unit}"


def amount_of(metric: Metric) -> str:
    """Write a metric's value with what qualifies it: "25,000+" for a published lower bound."""
    assert metric.value is not None
    return amount(metric.value, metric.unit) + ("+" if metric.settings.get("at_least") else "")
