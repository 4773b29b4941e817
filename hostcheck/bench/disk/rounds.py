"""The jobs that take turns in the disk workload's rounds: fio's jobs, and the churn of small files."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from hostcheck.bench.disk.churn import SECONDS, SETTINGS, SPEC, churn, has_room
from hostcheck.bench.disk.jobs import figure_spec
from hostcheck.bench.disk.levels import with_levels
from hostcheck.bench.disk.options import CHURN_JOB
from hostcheck.bench.disk.sampling import PATIENCE_SECONDS, START_SECONDS, DiskBench
from hostcheck.bench.stopping import LEAST
from hostcheck.bench.summary import summarise
from hostcheck.fio.jobfile import JobFile, JobMetric
from hostcheck.quantities import amount
from hostcheck.resources import data_dir
from hostcheck.run.estimators import TURNS
from hostcheck.run.fio_limit import kept_cpus_busy
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import OWN_JOBS

LONGEST_SECONDS = 8.0
"""Maximum seconds to which the measured time of a turn grows if a percentile needs more I/Os."""


class Turn(Protocol):
    """A job that takes turns with others."""

    @property
    def seconds(self) -> float:
        """Approximate duration of one turn in seconds."""

    @property
    def counted(self) -> int:
        """The number of valid samples so far. For a job with several metrics, the smallest number of any of them."""

    @property
    def in_words(self) -> str:
        """The last sample as text."""

    def take(self) -> list[Metric]:
        """Take one sample, and return the job's metrics, computed from all samples so far."""


class FioTurn:
    """A fio job, and the samples of each of its metrics."""

    def __init__(self, bench: DiskBench, job: JobFile, measured_seconds: float, ramp_seconds: float) -> None:
        """Create the turn.

        Args:
            bench: runs the job.
            job: the job file.
            measured_seconds: measured time of one sample.
            ramp_seconds: unmeasured time before the measured time.
        """
        self._bench = bench
        self._job = job
        self._measured_seconds = measured_seconds
        self._other_seconds = ramp_seconds + START_SECONDS
        self._samples: dict[JobMetric, list[Sample]] = {}

    @property
    def seconds(self) -> float:
        """Approximate duration of one turn in seconds."""
        return self._other_seconds + self._measured_seconds

    @property
    def counted(self) -> int:
        """The number of valid samples so far. For a job with several metrics, the smallest number of any of them."""
        return min((_counted(samples) for samples in self._samples.values()), default=0)

    @property
    def is_limited_by_fio(self) -> bool:
        """Whether fio's processes kept the CPUs busy in most valid samples, so that the disk may be faster."""
        return any(kept_cpus_busy(samples, self._job.does.processes) for samples in self._samples.values())

    def take(self) -> list[Metric]:
        """Take one sample, and return the job's metrics, computed from all samples so far."""
        for figure, sample in self._bench.sample(self._job, self._measured_seconds).items():
            self._samples.setdefault(figure, []).append(sample)
            if figure.percent is not None and sample.value is None:
                self._measured_seconds = min(2 * self._measured_seconds, max(self._measured_seconds, LONGEST_SECONDS))
        return [metric_of(self._job, figure, samples) for figure, samples in self._samples.items()]

    @property
    def in_words(self) -> str:
        """The last sample as text."""
        return ", ".join(
            _in_words(_named(self._job, figure), samples[-1], figure.unit) for figure, samples in self._samples.items()
        )


class ChurnTurn:
    """The churn job: create and delete many small files. Its metric is the time in seconds."""

    def __init__(self, bench: DiskBench, folder: Path) -> None:
        """Create the turn. ``bench`` runs fio, and ``folder`` is for the files."""
        self.seconds = SECONDS
        self._bench = bench
        self._folder = folder
        self._samples: list[Sample] = []

    @property
    def counted(self) -> int:
        """The number of valid samples."""
        return _counted(self._samples)

    def take(self) -> list[Metric]:
        """Take one sample, and return the metric, computed from all samples so far."""
        if not has_room(self._folder):
            return [SPEC.skipped("the file system has too few free inodes; name another directory with --dir")]
        job = data_dir("fio-jobs") / f"{CHURN_JOB}.fio"
        began = time.monotonic()
        sample = churn(lambda: self._bench.run(job, PATIENCE_SECONDS), self._folder)
        self._samples.append(replace(sample, detail={**sample.detail, **self._bench.limits}))
        self.seconds = time.monotonic() - began
        return [summarise(SPEC, self._samples, SETTINGS, wanted=LEAST, estimator=TURNS)]

    @property
    def in_words(self) -> str:
        """The last sample as text."""
        return _in_words(CHURN_JOB, self._samples[-1], SPEC.unit) if self._samples else f"{CHURN_JOB} skipped"


def metric_of(job: JobFile, figure: JobMetric, samples: Sequence[Sample], wanted: int = LEAST) -> Metric:
    """Make a job's metric from its samples so far. It is partial if fewer than ``wanted`` samples are valid."""
    # The test file's size is not one of the settings that must be equal: it depends on the free space.
    return with_levels(summarise(figure_spec(figure), samples, job.does.settings, wanted=wanted, estimator=TURNS))


def _counted(samples: Sequence[Sample]) -> int:
    return sum(sample.valid for sample in samples)


def _named(job: JobFile, figure: JobMetric) -> str:
    """Return the name of a job; for a job of the user, the name of its metric: several jobs may have equal names."""
    return figure.metric if figure.metric.startswith(f"{OWN_JOBS}.") else job.name


def _in_words(name: str, sample: Sample, unit: str) -> str:
    if not sample.valid or sample.value is None:
        return f"{name} invalid ({sample.reason})"
    return f"{name} {amount(sample.value, unit)}{'' if unit == 's' else ' ' + unit}"
