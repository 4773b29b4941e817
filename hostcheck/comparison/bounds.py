"""Figures that are lower bounds: the disk does at least this, and how much more is not known."""

from hostcheck.run.details import DiskDetail
from hostcheck.run.model import Metric

FIO_PERCENT = 90.0
"""CPU time of one fio process, in percent of one CPU, at or above which fio may limit the rate."""

FIO_WAS_THE_LIMIT = "at least: fio itself kept a CPU busy for each of its processes, so the disk may be faster"


def is_bound(metric: Metric) -> bool:
    """Return whether the value is published as a lower bound ("25,000+"), or fio was its limit."""
    return (metric.state == "published" and bool(metric.settings.get("at_least"))) or fio_was_the_limit(metric)


def fio_was_the_limit(metric: Metric) -> bool:
    """Return whether fio kept its CPUs busy in most of the samples of a rate. False where its CPU time is unknown."""
    processes = metric.settings.get("processes", 1)
    if metric.unit == "s" or not isinstance(processes, int):
        return False
    used = [DiskDetail(sample.detail).fio_cpu_percent for sample in metric.samples if sample.valid]
    return 2 * sum(own is not None and own >= FIO_PERCENT * processes for own in used) > len(used)
