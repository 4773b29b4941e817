"""Names for the metrics of a foreign job: after what it did."""

from typing import Literal

from hostcheck.fio.definition import Definition
from hostcheck.run.metrics import MetricSpec

Direction = Literal["read", "write", "trim", "mixed"]

LARGE_BYTES = 64 << 10
"""Block size from which people speak of bandwidth rather than of I/Os a second."""


def metric_of(definition: Definition, direction: Direction) -> MetricSpec:
    """Name what the job measured in one direction: "fio.randrw-50.4k.q64.j2.read.iops"."""
    name = _name(definition, direction)
    if definition.block_bytes is None or definition.block_bytes >= LARGE_BYTES:
        return MetricSpec(f"{name}.bandwidth", "MB/s", "higher")
    return MetricSpec(f"{name}.iops", "IOPS", "higher")


def sync_metric_of(definition: Definition, direction: Direction) -> MetricSpec:
    """Name the time that its syncs took: "fio.write.2300.q1.buffered.fdatasync.p99.seconds"."""
    return MetricSpec(f"{_name(definition, direction)}.p99.seconds", "s", "lower")


def _name(job: Definition, direction: Direction) -> str:
    mix = "" if job.read_percent is None else f"-{job.read_percent}"
    parts = ["fio", f"{job.pattern}{mix}", _short(job.block_bytes), f"q{job.queue_depth}"]
    parts += [f"j{job.processes}"] if job.processes > 1 else []
    parts += [] if job.direct else ["buffered"]
    parts += [key for key, _ in (*job.syncs, *job.limits)]
    parts += [direction] if direction not in job.pattern else []
    return ".".join(parts)


def _short(block_bytes: int | None) -> str:
    if block_bytes is None:
        return "several"
    for letter, factor in (("m", 1 << 20), ("k", 1 << 10)):
        if block_bytes % factor == 0:
            return f"{block_bytes // factor}{letter}"
    return str(block_bytes)
