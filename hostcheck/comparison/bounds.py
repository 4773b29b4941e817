"""Figures that are lower bounds: published as one ("25,000+"), or fio itself was the limit."""

from hostcheck.run.fio_limit import fio_was_the_limit
from hostcheck.run.model import Metric

FIO_WAS_THE_LIMIT = "at least: fio itself kept a CPU busy for each of its processes, so the disk may be faster"


def is_bound(metric: Metric) -> bool:
    """Return whether the true value may be higher than the metric's."""
    return (metric.state == "published" and bool(metric.settings.get("at_least"))) or fio_was_the_limit(metric)
