"""The disk's jobs: which there are, what each measures, and what has been measured of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostcheck.bench.base import MetricSpec
from hostcheck.bench.disk.levels import with_levels
from hostcheck.bench.stopping import LEAST, PRECISION, is_settled
from hostcheck.bench.summary import summarise
from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import Figure, JobFile, read_jobfile, require_figures
from hostcheck.resources import data_dir
from hostcheck.run.metrics import OWN_JOBS
from hostcheck.run.model import Metric, Sample


@dataclass(frozen=True, slots=True)
class Measured:
    """A job, and the samples of each of its figures.

    Attributes:
        job: the job.
        samples: by metric, in the order taken.
    """

    job: JobFile
    samples: dict[Figure, list[Sample]] = field(default_factory=dict)

    @property
    def is_settled(self) -> bool:
        """Whether none of its figures wants a further sample."""
        return bool(self.samples) and all(is_settled(samples) for samples in self.samples.values())

    def add(self, samples: Mapping[Figure, Sample]) -> None:
        """Take in what one run gave."""
        for figure, sample in samples.items():
            self.samples.setdefault(figure, []).append(sample)

    def metrics(self, wanted: int = LEAST) -> list[Metric]:
        """Make the metrics of the samples so far, of which so many are wanted."""
        # The test file's size is not of it: it depends on the room there is.
        settings = self.job.does.settings
        return [
            with_levels(summarise(spec_of(figure), samples, settings, wanted=wanted, precision=PRECISION))
            for figure, samples in self.samples.items()
        ]


def standard_job(name: str) -> JobFile:
    """Return a job that ships with hostcheck."""
    return read_jobfile(data_dir("fio-jobs") / f"{name}.fio")


def own_jobs(paths: Sequence[Path]) -> tuple[JobFile, ...]:
    """Read the user's own job files.

    Args:
        paths: of the files.

    Raises:
        UsageError: when a file cannot be used, two measure the same metric, or one is not named as users' own are.
    """
    jobs = tuple(_own(path) for path in paths)
    names: list[str] = []
    for job in jobs:
        for figure in job.figures:
            if not figure.metric.startswith(f"{OWN_JOBS}."):
                raise UsageError(
                    f"the fio job file {job.path} names {figure.metric}",
                    remedy=f"begin it with {OWN_JOBS}., so that it is never taken for one of hostcheck's: "
                    f"{OWN_JOBS}.randread.iops",
                )
            if figure.metric in names:
                raise UsageError(
                    f"the fio job file {job.path} names {figure.metric}, which another measures",
                    remedy="give its metric another name",
                )
            names.append(figure.metric)
    return jobs


def _own(path: Path) -> JobFile:
    job = require_figures(read_jobfile(path))
    does = job.does
    if does.queue_depth > 1 and not does.direct and does.io_engine == "libaio":
        # io_submit(2) waits for what goes through the page cache, and fio still claims the depth.
        raise UsageError(
            f"the fio job file {path}: through the page cache libaio makes one I/O at a time, not {does.queue_depth}",
            remedy="ask for direct=1, or for iodepth=1",
        )
    return job


def spec_of(figure: Figure) -> MetricSpec:
    """Return what a figure is as a metric."""
    return MetricSpec(figure.metric, figure.unit, figure.better)
