"""The fio jobs of the disk workload: hostcheck's jobs, the user's jobs, and the metrics of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.disk.location import SPARE_BYTES, Location
from hostcheck.errors import UsageError
from hostcheck.filekinds import recognising
from hostcheck.fio.deciding import deciding
from hostcheck.fio.extent import TEST_FILE, own_bytes, reach
from hostcheck.fio.jobfile import JobFile, JobMetric, read_jobfile, require_metrics
from hostcheck.fio.rendered import TIMES, render
from hostcheck.resources import data_dir
from hostcheck.run.metrics import OWN_JOBS, MetricSpec


def standard_job(name: str) -> JobFile:
    """Return a job that ships with hostcheck."""
    return read_jobfile(data_dir("fio-jobs") / f"{name}.fio")


def in_processes(job: JobFile, processes: int, folder: Path) -> JobFile:
    """Write a shipped job to a file in ``folder``, with this number of processes, and return the new job."""
    path = folder / job.path.name
    text = job.path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^numjobs=\d+$", f"numjobs={processes}", text), encoding="utf-8")
    return replace(read_jobfile(path), figures=job.figures)


def own_jobs(paths: Sequence[Path]) -> tuple[JobFile, ...]:
    """Read the user's own job files.

    Args:
        paths: paths of the job files.

    Raises:
        UsageError: if a file cannot be used, two jobs measure the same metric, or a metric's name does not begin with
            the prefix of users' metrics (OWN_JOBS).
    """
    jobs = tuple(_own(path) for path in paths)
    names: list[str] = []
    for job in jobs:
        for figure in job.figures:
            if not figure.metric.startswith(f"{OWN_JOBS}."):
                raise UsageError(
                    f"the fio job file {job.path} names {figure.metric}",
                    remedy=f"name it {OWN_JOBS}.NAME, such as {OWN_JOBS}.randread.iops, to distinguish it "
                    "from hostcheck's metrics",
                )
            if figure.metric in names:
                raise UsageError(
                    f"the fio job file {job.path} names its metric {figure.metric}, as another of your job files does",
                    remedy="give its metric another name",
                )
            names.append(figure.metric)
    return jobs


def _own(path: Path) -> JobFile:
    with recognising("fio job", "fio job", path):
        job = require_metrics(read_jobfile(path))
    does = job.does
    if does.queue_depth > 1 and not does.direct and does.io_engine == "libaio":
        # io_submit(2) waits for what goes through the page cache, and fio still claims the depth.
        raise UsageError(
            f"the fio job file {path}: without direct=1, libaio makes one I/O at a time, not {does.queue_depth}",
            remedy="set direct=1, or iodepth=1",
        )
    return replace(job, does=replace(does, deciding=deciding(dict(_fixed(job.options)))))


def _fixed(options: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a job that hostcheck does not set: not those of the time, nor of the test file's size."""
    for name, value in options.items():
        if name not in TIMES and (name == "filename" or "${HC_" not in value):
            yield name, value


def rendered(jobs: Sequence[JobFile], folder: Path) -> list[JobFile]:
    """Write the user's jobs to new files in ``folder``, for fio, and return the jobs with these paths."""
    written = []
    for number, job in enumerate(jobs, 1):
        path = folder / f"own-{number}.fio"
        path.write_text(render(job), encoding="ascii")
        written.append(replace(job, path=path))
    return written


def require_room(jobs: Sequence[JobFile], location: Location) -> None:
    """Check that the user's jobs stay within the test file, and that their own files leave enough space.

    After their own files are written, twice the size of the test file and SPARE_BYTES must be free.

    Raises:
        CannotRun: if a job goes beyond the test file, or the jobs leave too little space free.
    """
    size = location.file_bytes
    for job in jobs:
        if reach(job.options, size) > size:
            raise CannotRun(
                f"the fio job file {job.path} goes beyond the test file of {size / 1e9:.2f} GB",
                f"give size=${{HC_SIZE}}, or a file of its own instead of {TEST_FILE}",
            )
    needed = sum(own_bytes(job.options, size) for job in jobs)
    if needed and needed + 2 * size + SPARE_BYTES > location.free_bytes:
        raise CannotRun(
            f"the files of your jobs take {needed / 1e9:,.1f} GB, and {location.free_bytes / 1e9:.1f} GB are free",
            "make their size= less, or name another directory with --dir",
        )


def figure_spec(figure: JobMetric) -> MetricSpec:
    """Return the metric of a job's figure: its id, unit and direction."""
    return MetricSpec(figure.metric, figure.unit, figure.better)
