"""The disk: fio's jobs, one process each, on a file of hostcheck's own."""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hostcheck.bench.base import CannotRun, Context, Interrupted, MetricSpec, Settings
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.disk_device import DeviceCounter
from hostcheck.bench.disk_judge import failure, judge
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.summary import summarise
from hostcheck.bench.target import Target, find_target
from hostcheck.errors import CannotMeasureError
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.jobfile import JobFile, read_jobfile
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.program import Program, find_fio
from hostcheck.fio.runner import Outcome, run_job
from hostcheck.resources import data_dir
from hostcheck.run.model import Metric, Sample

START_SECONDS = 0.35
"""What fio takes beside its measuring: to start, and to write its results."""

PATIENCE_SECONDS = 60.0
"""How much longer than it should a job may take before it is ended: a disk may stall."""

SLOWEST_LAYOUT = 4e6
"""Bytes a second: a disk that writes more slowly than a memory card is not worth the wait."""

USUAL_LAYOUT = 250e6
"""Bytes a second: what a disk is expected to write, to tell how long the layout takes."""

FILE = "test-file"

_BANDWIDTHS = (("disk.seqread.bandwidth", "seqread"), ("disk.seqwrite.bandwidth", "seqwrite"))
_RATES = (("disk.randread.iops", "randread"), ("disk.randwrite.iops", "randwrite"))


@dataclass(frozen=True, slots=True)
class _Measured:
    """A metric, the job that measures it, and what has been measured."""

    spec: MetricSpec
    job: JobFile
    samples: list[Sample] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """What two hosts must have in common. The file's size is not of it: it depends on the room there is."""
        return {
            "pattern": self.job.pattern,
            "block_bytes": self.job.block_bytes,
            "queue_depth": self.job.queue_depth,
            "direct": self.job.direct,
            "io_engine": self.job.io_engine,
        }

    def value(self, iops: float | None) -> float | None:
        """I/Os a second in the metric's unit.

        A bandwidth is made of them because what fio gives itself counts I/Os of the ramp (hostcheck.fio.result.Side).
        """
        if iops is None or self.spec.unit == "IOPS":
            return iops
        return iops * self.job.block_bytes / 1e6


class DiskWorkload:
    """Sequential and random reads and writes, direct, on a file that was written in full first.

    The jobs take turns, so that whatever drifts (a neighbour, a burst allowance) falls on all of them alike.
    """

    name = "disk"
    metrics = (
        *(MetricSpec(metric_id, "MB/s", "higher") for metric_id, _ in _BANDWIDTHS),
        *(MetricSpec(metric_id, "IOPS", "higher") for metric_id, _ in _RATES),
    )

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure each job ``disk_repeats`` times, and give its metric anew after each."""
        try:
            program = find_fio()
        except CannotMeasureError as error:
            raise CannotRun(str(error.args[0]), error.remedy) from error
        effort = context.effort
        target = find_target(context.directory, effort.disk_file_bytes)
        jobs = data_dir("fio-jobs")
        measured = [
            _Measured(spec, read_jobfile(jobs / f"{job}.fio"))
            for spec, (_, job) in zip(self.metrics, (*_BANDWIDTHS, *_RATES), strict=True)
        ]
        with Scratch(target.directory, context.run_id, guarded=True) as scratch:
            _require_direct_io(scratch.path, target)
            bench = _Bench(context, program, target, scratch)
            bench.lay_out(jobs / "layout.fio")
            for turn in range(1, effort.disk_repeats + 1):
                what = f"disk, round {turn} of {effort.disk_repeats}"
                each = effort.disk_ramp_seconds + effort.disk_seconds + START_SECONDS
                context.progress.start(what, len(measured) * each)
                for item in measured:
                    context.checkpoint()
                    item.samples.append(bench.sample(item))
                    yield summarise(item.spec, item.samples, item.settings, wanted=effort.disk_repeats)
                context.progress.done(what, ", ".join(map(_in_words, measured)))


class _Bench:
    """What the runs of fio have in common."""

    def __init__(self, context: Context, program: Program, target: Target, scratch: Scratch) -> None:
        self._context = context
        self._program = program
        self._target = target
        self._scratch = scratch

    def lay_out(self, job: Path) -> None:
        """Write the test file.

        Raises:
            CannotRun: when that fails, or takes far too long.
            Interrupted: when the user asked to stop.
        """
        size = self._target.file_bytes
        what = f"disk, writing a test file of {size / 1e9:.1f} GB"
        self._context.progress.start(what, size / USUAL_LAYOUT + START_SECONDS)
        with Recorder() as recorder:
            outcome = self._fio(job, size / SLOWEST_LAYOUT + PATIENCE_SECONDS, None)
        if outcome.ended == "timeout":
            raise CannotRun(
                f"writing a test file of {size / 1e9:.1f} GB took more than {recorder.seconds:.0f} s",
                "name a directory on a faster disk with --dir",
            )
        if why := _layout_failure(outcome):
            remedy = "name another directory with --dir"
            if "not loadable" in outcome.messages:
                remedy = "install a fio that has this engine"
            raise CannotRun(f"writing the test file: {why}", remedy)
        mount = self._target.mount
        where = f"on {mount.source} ({mount.fs_type} at {mount.mount_point})"
        self._context.progress.done(what, f"{where}, in {recorder.seconds:.1f} s")

    def sample(self, item: _Measured) -> Sample:
        """Run a job once.

        Raises:
            Interrupted: when the user asked to stop.
        """
        effort, job = self._context.effort, item.job
        device = DeviceCounter(self._target.mount.device, writes=job.writes)
        limit = effort.disk_ramp_seconds + effort.disk_seconds + PATIENCE_SECONDS
        with Recorder() as recorder:
            outcome = self._fio(job.path, limit, device)
        found = judge(job, outcome, device, effort.disk_seconds)
        return Sample(
            value=item.value(found.iops),
            valid=not found.reasons,
            reason="; ".join(found.reasons),
            seconds=recorder.seconds,
            started=recorder.started,
            conditions=recorder.conditions,
            detail={
                **found.detail,
                "file_bytes": self._target.file_bytes,
                "file_system": self._target.mount.fs_type,
                "device": self._target.mount.source,
            },
        )

    def _fio(self, job: Path, limit: float, device: DeviceCounter | None) -> Outcome:
        outcome = run_job(
            self._program,
            job,
            {
                "HC_FILE": FILE,
                "HC_SIZE": str(self._target.file_bytes),
                "HC_RUNTIME": str(self._context.effort.disk_seconds),
                "HC_RAMP": str(self._context.effort.disk_ramp_seconds),
            },
            self._scratch.path,
            seconds=limit,
            stop=self._context.stop,
            tick=device.tick if device else lambda: None,
            # Should hostcheck be killed, the directory stays locked until fio has ended too.
            keep_open=(self._scratch.lock,),
        )
        if outcome.ended == "stopped":
            raise Interrupted
        return outcome


def _require_direct_io(folder: Path, target: Target) -> None:
    """Make sure that the file system takes direct I/O: through the page cache, memory would be measured."""
    path = folder / "direct"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DIRECT, 0o600)
        try:
            # A mapping of its own begins on a page, as direct I/O asks for.
            with mmap.mmap(-1, mmap.PAGESIZE) as page:
                os.pwrite(descriptor, page, 0)
        finally:
            os.close(descriptor)
            path.unlink()
    except OSError as error:
        mount = target.mount
        raise CannotRun(
            f"the file system at {mount.mount_point} ({mount.fs_type}) refuses direct I/O: {error.strerror}",
            "name a directory on another file system with --dir",
        ) from error


def _layout_failure(outcome: Outcome) -> str:
    try:
        return "; ".join(problems(parse(outcome.output))) or failure(outcome)
    except FioParseError as error:
        return failure(outcome) or str(error)


def _in_words(item: _Measured) -> str:
    sample = item.samples[-1]
    if not sample.valid or sample.value is None:
        return f"{item.job.name} invalid ({sample.reason})"
    return f"{item.job.name} {sample.value:,.0f} {item.spec.unit}"
