"""Detect whether fio itself limited a rate. Then the disk's rate is at least the measured one, but unknown."""

from collections.abc import Sequence

from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric, Sample

FIO_PERCENT = 90.0
"""CPU time of one fio process, in percent of one CPU, at or above which fio may limit the rate."""


def fio_was_the_limit(metric: Metric) -> bool:
    """Return whether fio kept its CPUs busy in most samples of a rate. False if fio's CPU time is unknown."""
    processes = metric.settings.get("processes", 1)
    return metric.unit != "s" and isinstance(processes, int) and kept_cpus_busy(metric.samples, processes)


def kept_cpus_busy(samples: Sequence[Sample], processes: int) -> bool:
    """Return whether each of fio's processes kept a CPU busy in most of the valid samples."""
    used = [DiskDetail(sample.detail).fio_cpu_percent for sample in samples if sample.valid]
    return 2 * sum(own is not None and own >= FIO_PERCENT * processes for own in used) > len(used)
