"""The workloads and the approximate duration of one visit of an endurance run."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from hostcheck.bench.base import Options
from hostcheck.bench.cpu.options import CpuOptions
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.request import BenchRequest
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm.options import StormOptions
from hostcheck.errors import UsageError
from hostcheck.run.details import DiskDetail
from hostcheck.run.model import Run

DISK = DiskOptions(("randwrite", "seqread", "seqwrite", "randread", "wal"), 0, 1, 0.2, 16 << 20)
"""Options of the disk workload in a visit.

The test file is small, so that few bytes are written before the first turn: if the visit's own writes change the disk's
speed, they do so after this turn. On a disk of 120 MB/s, the file is 4 % of the bytes that a visit writes.
"""

READING = ("seqread", "randread")
"""The disk jobs of a visit if ``may_write`` is False."""

CPU = CpuOptions(2, 1)
STORM = StormOptions(Repeats(1, 1, 0))

SECONDS: Mapping[str, float] = MappingProxyType({"disk": 26.0, "cpu": 5.0, "storm": 30.0, "memory": 15.0})
"""Approximate seconds of each workload of a visit, each including a share of the time of the audit before."""


def visit_seconds(workloads: tuple[str, ...]) -> float:
    """Return approximately how many seconds a visit with these workloads takes.

    Raises:
        UsageError: if endurance runs do not support one of the workloads.
    """
    for name in workloads:
        if name not in SECONDS:
            raise UsageError(
                f"--endurance does not measure {name}", remedy=f"choose from {', '.join(SECONDS)} with --only"
            )
    return sum(SECONDS[name] for name in workloads)


def request_of(plan: Plan, options: Options, *, may_write: bool) -> BenchRequest:
    """Return the request of one visit.

    Args:
        plan: the plan of the endurance run.
        options: the options of the workloads.
        may_write: whether disk jobs may write. The small test file is written in any case.
    """
    if not may_write:
        disk = options.of(DiskOptions)
        given = (*(each for each in options.given if not isinstance(each, DiskOptions)), replace(disk, jobs=READING))
        options = replace(options, given=given)
    return BenchRequest(
        workloads=plan.workloads,
        options=options,
        profiles=(),
        directory=Path(plan.directory) if plan.directory else None,
        # A host that is at work is what is watched, not an obstacle.
        allowed=frozenset({"busy", "running"}),
    )


def usual_options() -> Options:
    """Return the default options of the workloads of a visit."""
    return Options("quick", (DISK, CPU, STORM))


def written_bytes(run: Run) -> float:
    """Return approximately how many bytes a visit wrote: in its writing turns, in their ramps, and to the test file."""
    total, file_bytes = 0.0, 0.0
    for metric in run.metrics:
        block = metric.settings.get("block_bytes")
        for sample in metric.samples:
            detail = DiskDetail(sample.detail)
            file_bytes = max(file_bytes, detail.file_bytes or 0.0)
            if "write" in metric.id and detail.iops and detail.seconds and isinstance(block, int):
                total += detail.iops * (detail.seconds + DISK.ramp_seconds) * block
    return total + file_bytes
