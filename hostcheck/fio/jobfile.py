"""Read a fio job file: what it will do, as far as figures of two hosts must agree in it to be comparable.

What is measured by a job stands in the file itself, in a comment that fio passes over:

    ; hostcheck: metric=disk.randread.iops figure=iops
"""

import configparser
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hostcheck.errors import UsageError
from hostcheck.fio.definition import Definition, define
from hostcheck.userfile import read_text

Kind = Literal["iops", "bandwidth", "lat", "sync"]

PERCENTS = {"p50": 50.0, "p95": 95.0, "p99": 99.0, "p99.9": 99.9}
"""The percentiles that a figure can be of, by name."""

_LARGEST_BYTES = 1 << 20
"""Of a job file; one has some hundred."""

_MARK = re.compile(r"[;#]\s*hostcheck:\s*(.*)")
_METRIC = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
_FILES = frozenset({"filename", "filename_format"})
_FOLDERS = frozenset({"directory", "opendir"})
_OWN_FILE = re.compile(r"(?:\$\{HC_FILE\}|[A-Za-z0-9_-])(?:[A-Za-z0-9._-]|\$jobnum|\$filenum)*")
_FIGURES = ("iops", "bandwidth", *(f"{kind}.{percent}" for kind in ("lat", "sync") for percent in PERCENTS))


@dataclass(frozen=True, slots=True)
class JobMetric:
    """One metric of a job.

    Attributes:
        metric: its id.
        kind: "iops" and "bandwidth" of all that the job moves; "lat", the time of one I/O; "sync", that of one fsync
            or fdatasync.
        percent: which percentile, for the times.
    """

    metric: str
    kind: Kind
    percent: float | None = None

    @property
    def unit(self) -> str:
        """Its unit: "IOPS", "MB/s" or "s"."""
        return {"iops": "IOPS", "bandwidth": "MB/s"}.get(self.kind, "s")

    @property
    def better(self) -> Literal["higher", "lower"]:
        """Which direction is better."""
        return "lower" if self.unit == "s" else "higher"


@dataclass(frozen=True, slots=True)
class JobFile:
    """A job file of one job.

    Attributes:
        path: where it is.
        name: the job's section.
        does: its parameters; always in blocks of one size, and reading or writing.
        figures: what it measures; empty where the file does not say.
    """

    path: Path
    name: str
    does: Definition
    figures: tuple[JobMetric, ...] = ()

    @property
    def block_bytes(self) -> int:
        """Size of one I/O."""
        assert self.does.block_bytes is not None
        return self.does.block_bytes


def read_jobfile(path: Path) -> JobFile:
    """Read a job file: ``[global]`` and one job in it. What the file leaves out has fio's own default.

    Raises:
        UsageError: when it cannot be read, holds no job or several, does what cannot be judged, or does not name its
            metrics as it should.
    """
    # In a job file a key may stand alone, a value may hold "%", and comments begin with ";" or "#".
    lines = configparser.RawConfigParser(
        allow_no_value=True, strict=False, delimiters=("=",), default_section="global", interpolation=None
    )
    try:
        text = read_text("fio job file", path, _LARGEST_BYTES)
        lines.read_string(text, str(path))
    except configparser.Error as error:
        what = str(error).replace("\n", " ")
        raise UsageError(f"reading the fio job file {path}: {what}") from error
    if len(lines.sections()) != 1:
        raise UsageError(f"the fio job file {path} has {len(lines.sections())} jobs", remedy="keep one job in a file")
    name = lines.sections()[0]
    job = {key: value or "" for key, value in lines[name].items()}
    _require_own_folder(name, job, path)
    does = define({"rw": "read"} | job)
    if does is None or not does.directions:
        what = _given(job, "rw", "readwrite", "iodepth", "numjobs")
        raise UsageError(
            f"the fio job file {path}: hostcheck has no metric for a job with {what}",
            remedy="set rw to one of fio's values, and iodepth and numjobs to numbers",
        )
    if does.block_bytes is None:
        what = _given(job, "bs", "blocksize", "bsrange", "blocksize_range", "bssplit")
        raise UsageError(f"the fio job file {path} does not have one block size: {what}")
    return JobFile(path, name, does, tuple(_figures(text, path)))


def require_metrics(job: JobFile) -> JobFile:
    """Return the job, which measures something.

    Raises:
        UsageError: when its file does not say what.
    """
    if not job.figures:
        raise UsageError(
            f"the fio job file {job.path} does not say what it measures",
            remedy="add a comment such as '; hostcheck: metric=my.randread.iops figure=iops'",
        )
    return job


def _require_own_folder(name: str, job: Mapping[str, str], path: Path) -> None:
    """Make sure that fio makes all its files in the folder that it is started in, which is removed afterwards.

    Raises:
        UsageError: when it would use another file or folder, or the file includes another.
    """
    # Without a filename, a job that is called like a device works on that (add_job in fio's init.c).
    for key, value in {"job": name, **job}.items():
        leads_out = "/" in value if key == "job" else key in _FILES and not _OWN_FILE.fullmatch(value)
        if leads_out or key in _FOLDERS or key.startswith("include "):
            raise UsageError(
                f"the fio job file {path}: {key}{value and '='}{value} leads out of hostcheck's own folder",
                remedy="give filename=${HC_FILE}, and no directory",
            )


def _figures(text: str, path: Path) -> list[JobMetric]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if (mark := _MARK.fullmatch(line.strip())) is None:
            continue
        words = dict(word.partition("=")[::2] for word in mark[1].split())
        metric, figure = words.pop("metric", ""), words.pop("figure", "")
        where = f"the fio job file {path}, line {number}"
        if words:
            raise UsageError(f"{where}: there is no key {next(iter(words))!r}", remedy="give metric= and figure=")
        if not _METRIC.fullmatch(metric):
            raise UsageError(f"{where}: {metric!r} is no name of a metric", remedy="name it like my.randread.iops")
        if figure not in _FIGURES:
            raise UsageError(f"{where}: there is no figure {figure!r}", remedy=f"the figures are {', '.join(_FIGURES)}")
        kind, _, percent = figure.partition(".")
        found.append(JobMetric(metric, kind, PERCENTS.get(percent)))
    return found


def _given(job: Mapping[str, str], *keys: str) -> str:
    return ", ".join(f"{key}={job[key]}" for key in keys if key in job)
