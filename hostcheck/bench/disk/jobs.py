"""The disk's jobs: those that ship, the user's own, and what each measures."""

from collections.abc import Sequence
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.fio.jobfile import JobFile, JobMetric, read_jobfile, require_metrics
from hostcheck.resources import data_dir
from hostcheck.run.metrics import OWN_JOBS, MetricSpec


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
    job = require_metrics(read_jobfile(path))
    does = job.does
    if does.queue_depth > 1 and not does.direct and does.io_engine == "libaio":
        # io_submit(2) waits for what goes through the page cache, and fio still claims the depth.
        raise UsageError(
            f"the fio job file {path}: through the page cache libaio makes one I/O at a time, not {does.queue_depth}",
            remedy="ask for direct=1, or for iodepth=1",
        )
    return job


def figure_spec(figure: JobMetric) -> MetricSpec:
    """Return what a figure is as a metric."""
    return MetricSpec(figure.metric, figure.unit, figure.better)
