"""Runs of fio on one test file: its layout, and one sample of a job."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hostcheck.bench.base import CannotRun, Context, Interrupted
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.disk_device import DeviceCounter
from hostcheck.bench.disk_judge import failure_of, judge
from hostcheck.bench.disk_place import backing_device, describe
from hostcheck.bench.scratch import Scratch
from hostcheck.bench.stopping import stolen
from hostcheck.bench.target import Target
from hostcheck.fio.jobfile import Figure, JobFile
from hostcheck.fio.program import Program
from hostcheck.fio.runner import Outcome, run_job
from hostcheck.run.model import Sample

START_SECONDS = 0.35
"""What fio takes beside its measuring: to start, and to write its results."""

PATIENCE_SECONDS = 60.0
"""How much longer than it should a job may take before it is ended: a disk may stall."""

SLOWEST_LAYOUT = 4e6
"""Bytes a second: a disk that writes more slowly than a memory card is not worth the wait."""

USUAL_LAYOUT = 250e6
"""Bytes a second: what a disk is expected to write, to tell how long the layout takes."""

FILE = "test-file"


class DiskBench:
    """What the runs of fio have in common."""

    def __init__(self, context: Context, program: Program, target: Target, scratch: Scratch) -> None:
        """Take what to measure with, where, and the directory that is removed afterwards."""
        self._context = context
        self._program = program
        self._target = target
        self._scratch = scratch
        self._device = backing_device(target.mount)
        self._place: Mapping[str, Any] = describe(target.mount, self._device, scratch.path)

    def lay_out(self, job: JobFile) -> None:
        """Write the test file in full: what is only allocated reads 20 times too fast.

        Raises:
            CannotRun: when that fails, or takes far too long.
            Interrupted: when the user asked to stop.
        """
        size = self._target.file_bytes
        what = f"disk, writing a test file of {size / 1e9:.1f} GB"
        self._context.progress.start(what, size / USUAL_LAYOUT + START_SECONDS)
        with Recorder() as recorder:
            outcome = self.run(job, size / SLOWEST_LAYOUT + PATIENCE_SECONDS)
        if outcome.ended == "timeout":
            raise CannotRun(
                f"writing a test file of {size / 1e9:.1f} GB took more than {recorder.seconds:.0f} s",
                "name a directory on a faster disk with --dir",
            )
        if why := failure_of(outcome):
            raise CannotRun(f"writing the test file: {why}", "name another directory with --dir")
        mount = self._target.mount
        where = f"on {mount.source} ({mount.fs_type} at {mount.mount_point})"
        self._context.progress.done(what, f"{where}, in {recorder.seconds:.1f} s")

    def sample(self, job: JobFile, seconds: float) -> Mapping[Figure, Sample]:
        """Run a job once, measuring for so many seconds: a sample of each of its figures.

        Raises:
            Interrupted: when the user asked to stop.
        """
        device = DeviceCounter(self._device, job.directions)
        limit = self._context.effort.disk_ramp_seconds + seconds + PATIENCE_SECONDS
        with Recorder() as recorder:
            outcome = self.run(job, limit, device, seconds)
        found = judge(job, outcome, device, seconds)
        reasons = [*found.reasons, *filter(None, [stolen(recorder.conditions.steal_percent)])]
        detail = {**found.detail, "file_bytes": self._target.file_bytes, **self._place}
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
            Interrupted: when the user asked to stop.
        """
        outcome = run_job(
            self._program,
            job if isinstance(job, Path) else job.path,
            {
                "HC_FILE": FILE,
                "HC_SIZE": str(self._target.file_bytes),
                "HC_RUNTIME": f"{seconds:g}",
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
