"""Runs of fio on one test file: its layout, and one sample of a job."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hostcheck.bench.base import CannotRun, Context, Interrupted
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.disk.backing import backing_device, describe, disk_below
from hostcheck.bench.disk.device_counter import DeviceCounter
from hostcheck.bench.disk.io_engine import STRIPES
from hostcheck.bench.disk.location import Location
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.validity import check_sample, failure_of
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.stopping import stolen
from hostcheck.exhausted import limit_remedy
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.jobfile import JobFile, JobMetric
from hostcheck.fio.parser import parse
from hostcheck.fio.program import Program
from hostcheck.fio.runner import Outcome, run_job
from hostcheck.run.model import Sample

START_SECONDS = 0.35
"""Time that fio needs besides measuring: to start, and to write its results."""

PATIENCE_SECONDS = 60.0
"""Extra time before a job is killed: a disk may stall."""

LEAST_LAYOUT_SECONDS = 5.0
"""Minimum time for the layout, however little time the jobs leave."""

LEAST_FILE_BYTES = 64 << 20
"""Smallest test file: with a smaller one, caches decide the figures more than the disk."""

USUAL_LAYOUT = 250e6
"""Assumed write rate in bytes per second, to estimate how long the layout takes."""

CROWDED_PERCENT = 50.0
CROWDED = "other work kept the CPUs busy meanwhile: a quiet host may be faster"
"""Said where others than fio had so much of the time of all CPUs. The kernel's own share of the I/O is some 10 %."""

FILE = "test-file"


class DiskBench:
    """What the runs of fio have in common."""

    def __init__(
        self, context: Context, program: Program, location: Location, scratch: Scratch, forced: Sequence[str] = ()
    ) -> None:
        """Take what to measure with, where, the directory that is removed afterwards, and what ``--force`` overrode."""
        self._context = context
        self._ramp_seconds = context.options.of(DiskOptions).ramp_seconds
        self._program = program
        self._location = location
        self._scratch = scratch
        self._device = backing_device(location.mount)
        self._disk = disk_below(self._device)
        self._file_bytes = location.file_bytes
        self._forced = forced
        self._place: Mapping[str, Any] = describe(location.mount, self._device, scratch.held)

    def lay_out(self, job: JobFile, seconds: float) -> None:
        """Write the test file in full: what is only allocated reads 20 times too fast.

        On a disk too slow for all of it, it is as large as what is written by then.

        Args:
            job: writes it.
            seconds: how long that may take, so that what was announced holds; LEAST_LAYOUT_SECONDS at the least.

        Raises:
            CannotRun: when that fails, or next to nothing was written.
            Interrupted: when the user stopped the run.
        """
        size = self._file_bytes
        what = f"disk, writing a test file of {size / 1e9:.1f} GB"
        self._context.progress.start(what, size / USUAL_LAYOUT + START_SECONDS)
        with Recorder() as recorder:
            outcome = self.run(job, max(seconds, LEAST_LAYOUT_SECONDS))
        if outcome.ended == "timeout":
            self._file_bytes = _cut_to_written(self._scratch.held / FILE, job, outcome)
        elif why := failure_of(outcome):
            limit = limit_remedy(ended_by=max(0, -outcome.exit_code), said=why)
            raise CannotRun(f"writing the test file: {why}", limit or "name another directory with --dir")
        mount = self._location.mount
        where = f"on {mount.source} ({mount.fs_type} at {mount.mount_point})"
        part = "" if self._file_bytes == size else f", {self._file_bytes / 1e9:.2f} GB of it"
        self._context.progress.done(what, f"{where}{part}, in {recorder.seconds:.1f} s")

    def sample(self, job: JobFile, seconds: float) -> Mapping[JobMetric, Sample]:
        """Run a job once, measuring for so many seconds: a sample of each of its figures.

        Raises:
            Interrupted: when the user stopped the run.
        """
        device = DeviceCounter(self._device, job.does.directions, self._disk)
        limit = self._ramp_seconds + seconds + PATIENCE_SECONDS
        with Recorder() as recorder:
            outcome = self.run(job, limit, device, seconds)
        found = check_sample(job, outcome, device, seconds)
        reasons = [*found.reasons, *filter(None, [stolen(recorder.conditions.steal_percent)])]
        detail = {**found.detail, "file_bytes": self._file_bytes, **self._place}
        if self._forced:
            detail["forced"] = list(self._forced)
        if _was_crowded(recorder.conditions.busy_percent, found.detail.get("fio_cpu_percent")):
            detail["caution"] = "; ".join(filter(None, [detail.get("caution"), CROWDED]))
        return {
            figure: Sample(
                value=found.values.get(figure),
                valid=not reasons and figure in found.values,
                reason="; ".join(reasons),
                seconds=recorder.seconds,
                started=recorder.started,
                conditions=recorder.conditions,
                detail=detail,
            )
            for figure in job.figures
        }

    def run(
        self, job: JobFile | Path, limit: float, device: DeviceCounter | None = None, seconds: float = 0
    ) -> Outcome:
        """Run fio on a job file that measures for so many seconds, ``limit`` seconds at the most.

        Raises:
            Interrupted: when the user stopped the run.
            CannotMeasureError: when the directory was moved or exchanged by others.
        """

        def tick() -> None:
            self._scratch.require_unchanged()
            if device:
                device.tick()

        self._scratch.require_unchanged()
        outcome = run_job(
            self._program,
            job if isinstance(job, Path) else job.path,
            {
                "HC_FILE": FILE,
                "HC_SIZE": str(self._file_bytes),
                "HC_STRIPE": str(self._file_bytes // STRIPES),
                "HC_RUNTIME": f"{seconds:g}",
                "HC_RAMP": str(self._ramp_seconds),
            },
            self._scratch.held,
            seconds=limit,
            stop=self._context.stop,
            tick=tick,
            # Should hostcheck be killed, the directory stays locked until fio has ended too.
            keep_open=(self._scratch.lock,),
        )
        if outcome.ended == "stopped":
            raise Interrupted
        self._scratch.require_unchanged()
        return outcome


def _was_crowded(busy_percent: float | None, fio_cpu_percent: float | None) -> bool:
    """Whether the CPUs were others'.

    Args:
        busy_percent: of the time of all CPUs.
        fio_cpu_percent: what fio had of it, of one CPU.
    """
    if busy_percent is None or fio_cpu_percent is None:
        return False
    return busy_percent - fio_cpu_percent / (os.cpu_count() or 1) > CROWDED_PERCENT


def _cut_to_written(file: Path, job: JobFile, outcome: Outcome) -> int:
    """Cut the test file to what an ended fio has surely written of it, in order; return its size in bytes.

    Raises:
        CannotRun: when that is too little.
    """
    try:
        (side,) = parse(outcome.output).jobs[0].sides
    except (FioParseError, ValueError):
        written = 0
    else:
        # Those that were in flight at the end may lie before others that were done.
        surely = max(0, side.io_bytes - job.does.queue_depth * job.block_bytes)
        written = surely // job.block_bytes * job.block_bytes
    if written < LEAST_FILE_BYTES:
        raise CannotRun(
            f"only {written / 1e6:.0f} MB of the test file were written in time",
            "name a directory on a faster disk with --dir",
        )
    with file.open("r+b") as opened:
        opened.truncate(written)
        os.fsync(opened.fileno())
    return written
