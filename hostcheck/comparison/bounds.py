"""Recognise values that are lower bounds: published as such ("25,000+"), or because fio itself was the limit."""

from hostcheck.run.fio_limit import fio_was_the_limit
from hostcheck.run.measured import Metric

FIO_WAS_THE_LIMIT = "at least: fio itself kept a CPU busy for each of its processes, so the disk may be faster"


def is_bound(metric: Metric) -> bool:
    """Return whether a metric's value is a lower bound, so that the true value may be higher."""
    return (metric.state == "published" and bool(metric.settings.get("at_least"))) or fio_was_the_limit(metric)
