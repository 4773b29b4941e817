"""Run fio on a test file: write the file (layout), then take samples of jobs."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hostcheck.bench.base import CannotRun, Context, Interrupted
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.disk.backing import backing_device, describe, disk_below
from hostcheck.bench.disk.device_counter import DeviceCounter
from hostcheck.bench.disk.io_engine import STRIPES
from hostcheck.bench.disk.location import Location
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.own_limits import io_limits
from hostcheck.bench.disk.validity import check_sample, failure_of
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.stopping import stolen
from hostcheck.exhausted import limit_remedy
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.jobfile import JobFile, JobMetric
from hostcheck.fio.parser import parse
from hostcheck.fio.program import Program
from hostcheck.fio.runner import POLL_SECONDS, Outcome, run_job
from hostcheck.run.fields import DiskFields
from hostcheck.run.measured import Sample

START_SECONDS = 0.3
"""Seconds that fio needs in addition to the measured time: to start, and to write its results."""

PATIENCE_SECONDS = 60.0
"""Extra seconds that a job gets before it is killed: a disk may stall."""

LEAST_LAYOUT_SECONDS = 5.0
"""Minimum time limit of the layout in seconds, even if the jobs leave less time."""

LEAST_FILE_BYTES = 64 << 20
"""Smallest test file in bytes. With a smaller file, caches have more effect on the results than the disk."""

USUAL_LAYOUT = 250e6
"""Assumed write rate in bytes per second, to estimate how long the layout takes."""

STILL_SECONDS = 0.005
"""Minimum seconds between two readings of the device's counters while the counters do not change.

Under an I/O limit, I/Os complete in bursts. A burst that is seen too late changes the measured rate. Over one second,
the standard deviation of this error is 1 % with 0.02 s between readings, and 0.25 % with 0.005 s (350 IOPS, a busy
host). Under such a limit, the CPUs have time for frequent readings.
"""

_OWN_SHARE = 0.02
"""Largest share of one CPU that reading the counters may use. On a slow host, they are read less often."""

CROWDED_PERCENT = 50.0
CROWDED = "other work kept the CPUs busy meanwhile: when this host is idle, the rate may be higher"
"""The warning CROWDED is shown if other processes than fio used more than CROWDED_PERCENT of all CPUs.

The kernel's work for fio's I/O, which is not counted as fio's, takes about 10 %.
"""

FILE = "test-file"

SLOW_LAYOUT = 1e6
"""Lowest rate, in bytes per second, at which a file that is read once may be written. Slower writing is given up."""


def fresh(number: int) -> str:
    """Return the name of a file that is read once."""
    return f"read-once-{number}"


class DiskBench:
    """A test file in a scratch directory, and the means to run fio jobs on it.

    Attributes:
        limits: the limits of control groups on the measured disk.
    """

    def __init__(
        self, context: Context, program: Program, location: Location, scratch: Scratch, forced: Sequence[str] = ()
    ) -> None:
        """Create the bench. ``forced`` are the objections that the user overrode."""
        self._context = context
        self._ramp_seconds = context.options.of(DiskOptions).ramp_seconds
        self._program = program
        self._location = location
        self._scratch = scratch
        self._device = backing_device(location.mount)
        self._disk = disk_below(self._device)
        self._file_bytes = location.file_bytes
        self._forced = forced
        self._place = describe(location.mount, self._device, scratch.held)
        self.limits = io_limits(self._device)

    def lay_out_fresh(self, job: JobFile, count: int, part_bytes: int) -> None:
        """Write ``count`` files of ``part_bytes`` each, which only ``sample_fresh`` reads.

        Raises:
            CannotRun: if fio fails.
            Interrupted: if the user stopped the run.
        """
        what = f"disk, writing {count} files of {part_bytes / 1e9:.1f} GB that are read once"
        self._context.progress.start(what, count * (part_bytes / USUAL_LAYOUT + START_SECONDS))
        with Recorder() as recorder:
            for number in range(count):
                outcome = self.run(job, PATIENCE_SECONDS + part_bytes / SLOW_LAYOUT, file=(fresh(number), part_bytes))
                why = "it took too long" if outcome.ended == "timeout" else failure_of(outcome)
                if why:
                    raise CannotRun(f"fio cannot write a file that is read once: {why}", "leave out --size")
        self._context.progress.done(what, f"in {recorder.seconds:.1f} s")

    def sample_fresh(self, job: JobFile, seconds: float, number: int, part_bytes: int) -> Mapping[JobMetric, Sample]:
        """Run a job once, like ``sample``, but on a file that was not read before.

        If the job reads the file more than once, the sample is invalid: a cache may have answered the second reading.
        """
        found = self.sample(job, seconds, (fresh(number), part_bytes))
        return {
            figure: _read_once(sample, self._ramp_seconds + seconds, job, part_bytes)
            for figure, sample in found.items()
        }

    def lay_out(self, job: JobFile, seconds: float) -> None:
        """Write the whole test file: reading blocks that are only allocated would be 20 times too fast.

        If the time limit ends before the file is complete, the file is cut to the part that was written.

        Args:
            job: the fio job that writes the file.
            seconds: time limit for the layout; at least LEAST_LAYOUT_SECONDS are allowed.

        Raises:
            CannotRun: if fio fails, or the written part is too small.
            Interrupted: if the user stopped the run.
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
            raise CannotRun(f"fio cannot write the test file: {why}", limit or "name another directory with --dir")
        mount = self._location.mount
        where = f"on {mount.source} ({mount.fs_type} at {mount.mount_point})"
        part = "" if self._file_bytes == size else f", only {self._file_bytes / 1e9:.2f} GB of the file"
        self._context.progress.done(what, f"{where}{part}, in {recorder.seconds:.1f} s")

    def sample(self, job: JobFile, seconds: float, file: tuple[str, int] | None = None) -> Mapping[JobMetric, Sample]:
        """Run a job once, with ``seconds`` of measured time, and return a sample of each of its metrics.

        Args:
            job: the job.
            seconds: measured time.
            file: name and size in bytes of the file to use; None for the test file.

        Raises:
            Interrupted: if the user stopped the run.
        """
        device = DeviceCounter(self._device, job.does.directions, self._disk)
        limit = self._ramp_seconds + seconds + PATIENCE_SECONDS
        with Recorder() as recorder:
            outcome = self.run(job, limit, device, seconds, file)
        found = check_sample(job, outcome, device, seconds)
        reasons = [*found.reasons, *filter(None, [stolen(recorder.conditions.steal_percent)])]
        size = file[1] if file else self._file_bytes
        detail: DiskFields = {**found.detail, "file_bytes": size, **self._place, **self.limits}
        if self._forced:
            detail["forced"] = list(self._forced)
        if _was_crowded(recorder.conditions.busy_percent, found.detail.get("fio_cpu_percent")):
            detail["crowded"] = True
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
        self,
        job: JobFile | Path,
        limit: float,
        device: DeviceCounter | None = None,
        seconds: float = 0,
        file: tuple[str, int] | None = None,
    ) -> Outcome:
        """Run fio with a job file.

        Args:
            job: the job, or the path of its file.
            limit: time limit in seconds, after which fio is killed.
            device: the device's counters, to be read during the run; None to read none.
            seconds: measured time, for a job that has one.
            file: name and size in bytes of the file to use; None for the test file.

        Raises:
            Interrupted: if the user stopped the run.
            CannotMeasureError: if another user moved or replaced the directory.
        """

        def tick() -> float:
            began = time.thread_time()
            self._scratch.require_unchanged()
            if device:
                device.tick()
            return wait_seconds(time.thread_time() - began, still=device is not None and device.stands_still)

        self._scratch.require_unchanged()
        name, file_bytes = file or (FILE, self._file_bytes)
        outcome = run_job(
            self._program,
            job if isinstance(job, Path) else job.path,
            {
                "HC_FILE": name,
                "HC_SIZE": str(file_bytes),
                "HC_STRIPE": str(file_bytes // STRIPES),
                "HC_RUNTIME": _milliseconds(seconds),
                "HC_RAMP": _milliseconds(self._ramp_seconds),
            },
            self._scratch.held,
            seconds=limit,
            stop=self._context.stop,
            tick=tick,
            # fio inherits the lock: if hostcheck is killed, the directory stays locked until fio has ended too.
            keep_open=(self._scratch.lock,),
        )
        if outcome.ended == "stopped":
            raise Interrupted
        self._scratch.require_unchanged()
        return outcome


def wait_seconds(used: float, *, still: bool) -> float:
    """Return the seconds until the device's counters are read again.

    Args:
        used: CPU time of the last reading, in seconds.
        still: whether the counters did not change between the last two readings.
    """
    return min(POLL_SECONDS, max(STILL_SECONDS, used / _OWN_SHARE)) if still else POLL_SECONDS


def _read_once(sample: Sample, seconds: float, job: JobFile, part_bytes: int) -> Sample:
    iops = sample.detail.get("iops")
    if not sample.valid or not isinstance(iops, float) or iops * seconds * job.block_bytes <= part_bytes:
        return sample
    reason = f"the file of {part_bytes / 1e9:.1f} GB was read more than once: give a larger --size"
    return replace(sample, valid=False, reason=reason)


def _milliseconds(seconds: float) -> str:
    """Return a time in whole milliseconds for fio, because not all its versions accept a fraction of a second."""
    return f"{seconds * 1000:.0f}ms"


def _was_crowded(busy_percent: float | None, fio_cpu_percent: float | None) -> bool:
    """Return whether other processes than fio kept the CPUs busy.

    Args:
        busy_percent: busy time in percent of the time of all CPUs.
        fio_cpu_percent: fio's CPU time in percent of the time of one CPU.
    """
    if busy_percent is None or fio_cpu_percent is None:
        return False
    return busy_percent - fio_cpu_percent / (os.cpu_count() or 1) > CROWDED_PERCENT


def _cut_to_written(file: Path, job: JobFile, outcome: Outcome) -> int:
    """Cut the test file to the part that fio has certainly written, and return its size in bytes.

    Raises:
        CannotRun: if that part is too small.
    """
    try:
        (side,) = parse(outcome.output).jobs[0].sides
    except (FioParseError, ValueError):
        written = 0
    else:
        # I/Os that were in flight at the end may lie before others that were completed.
        surely = max(0, side.io_bytes - job.does.queue_depth * job.block_bytes)
        written = surely // job.block_bytes * job.block_bytes
    if written < LEAST_FILE_BYTES:
        raise CannotRun(
            f"only {written / 1e6:.0f} MB of the test file was written in the time allowed",
            "name a directory on a faster disk with --dir",
        )
    with file.open("r+b") as opened:
        opened.truncate(written)
        os.fsync(opened.fileno())
    return written
