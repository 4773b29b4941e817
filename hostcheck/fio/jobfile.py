"""Read a fio job file: its options as fio reads them, and the parameters that must be equal in a comparison.

A comment in the file, which fio ignores, names the metrics that the job measures:

    ; hostcheck: metric=disk.randread.iops figure=iops
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from hostcheck.counts import number_of
from hostcheck.errors import UsageError
from hostcheck.fio.definition import Definition, define
from hostcheck.fio.extent import TEST_FILE, memory_bytes
from hostcheck.fio.jobtext import WHAT, Line, Section, read_jobtext, read_sections
from hostcheck.fio.keywords import expand
from hostcheck.fio.permitted import accept
from hostcheck.fio.possible import impossible

Kind = Literal["iops", "bandwidth", "lat", "sync"]

PERCENTS = {"p50": 50.0, "p95": 95.0, "p99": 99.0, "p99.9": 99.9}
"""The percentiles that a job file can name, as percentages by name."""

SHAPES = ("nrfiles", "iodepth_batch", "iodepth_batch_complete_min")
"""Options that must be equal in two jobs to be comparable, in addition to those of ``hostcheck.fio.definition``. If
missing, each is 1."""

_LONGEST_NAME = 100
_MOST_PROCESSES = 256
_MOST_FILES = 1000
_MOST_MEMORY = 1200 << 20
"""Memory limit of a job in bytes. Within fio's own limits, one line of a job file can use all of a host's memory."""

_MARK = re.compile(r"[;#]\s*hostcheck:(.*)")
_METRIC = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
_RATES = ("iops", "bandwidth")
_FIGURES = (
    *_RATES,
    *(f"{side}.{rate}" for side in ("read", "write") for rate in _RATES),
    *(f"{kind}.{percent}" for kind in ("lat", "sync") for percent in PERCENTS),
)


@dataclass(frozen=True, slots=True)
class JobMetric:
    """One metric of a job.

    Attributes:
        metric: the metric's id.
        kind: "iops" or "bandwidth", the rate of the job; "lat", the latency of an I/O; "sync", the latency of an fsync
            or fdatasync.
        percent: the percentile of "lat" or "sync" as a percentage; None for rates.
        direction: "read" or "write" for a rate of one direction of a mixed job; empty for all I/Os.
        place: file and line that name the metric, for messages.
    """

    metric: str
    kind: Kind
    percent: float | None = None
    direction: Literal["", "read", "write"] = ""
    place: str = field(default="", compare=False)

    @property
    def unit(self) -> str:
        """The metric's unit: "IOPS", "MB/s" or "s"."""
        return {"iops": "IOPS", "bandwidth": "MB/s"}.get(self.kind, "s")

    @property
    def better(self) -> Literal["higher", "lower"]:
        """Whether a higher or a lower value is better."""
        return "lower" if self.unit == "s" else "higher"


@dataclass(frozen=True, slots=True)
class JobFile:
    """A job file with one job.

    Attributes:
        path: path of the file.
        name: name of the job's section.
        does: the job's parameters. The job has one block size, and it reads, writes or does both.
        figures: the metrics that the job measures; empty if the file names none.
        options: the options as fio reads them, with aliases resolved. All are known to be harmless
            (hostcheck.fio.permitted). An option without a value has an empty text.
    """

    path: Path
    name: str
    does: Definition
    figures: tuple[JobMetric, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def block_bytes(self) -> int:
        """Size of one I/O in bytes."""
        assert self.does.block_bytes is not None
        return self.does.block_bytes


def read_jobfile(path: Path, environment: Mapping[str, str] | None = None) -> JobFile:
    """Read a job file with one job. An option that is missing has fio's default.

    Args:
        path: path of the file.
        environment: the variables for ``${VAR}``; the environment of this process by default.

    Raises:
        UsageError: if the file cannot be read, has no job or several jobs, has an option or a value that is not known
            to be harmless, has a job that hostcheck has no metric for, or names its metrics wrongly.
    """
    text = read_jobtext(path)
    sections = read_sections(text, path)
    if len(sections) != 1:
        raise UsageError(f"the {WHAT} {path} has {number_of(len(sections), 'job')}", remedy="keep one job in a file")
    (section,) = sections
    options, lines = _options(section, os.environ if environment is None else environment)
    _require_own_name(section)

    def place(*names: str) -> str:
        """Return file and line of the last one of these options; only the file if the job has none of them."""
        found = [lines[name] for name in lines if name in names]
        return found[-1].place if found else f"the {WHAT} {path}"

    does = define({"rw": "read"} | options)
    if does is None or not does.directions:
        what = _given(options, "rw", "iodepth", "numjobs")
        raise UsageError(
            f"{place('rw', 'iodepth', 'numjobs')}: hostcheck has no metric for a job with {what}",
            remedy="set rw to one of fio's values, and iodepth and numjobs to numbers",
        )
    if does.block_bytes is None:
        what = _given(options, "bs", "bsrange", "bssplit")
        raise UsageError(
            f"{place('bs', 'bsrange', 'bssplit')}: the job does not have one block size: {what}",
            remedy="give bs one size, and write a job file for each",
        )
    _require_bounds(place, options, does)
    does = replace(
        does, limits=(*does.limits, *((key, options[key]) for key in SHAPES if options.get(key, "1") != "1"))
    )
    return JobFile(path, section.name, does, tuple(_figures(text, path)), options)


def require_metrics(job: JobFile) -> JobFile:
    """Return the job unchanged if its file names a metric, and the job can have each metric that it names.

    Raises:
        UsageError: if the file names no metric, or one that the job cannot have.
    """
    if not job.figures:
        raise UsageError(
            f"the fio job file {job.path} does not say what it measures",
            remedy="add a comment such as '; hostcheck: metric=my.randread.iops figure=iops'",
        )
    for figure in job.figures:
        if problem := impossible(figure, job.does, job.options):
            raise UsageError(f"{figure.place}: the job cannot have this figure: {problem[0]}", remedy=problem[1])
    return job


def _options(section: Section, environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Line]]:
    """Return the options of a section, and the line of each. Later lines override earlier ones."""
    options: dict[str, str] = {}
    lines: dict[str, Line] = {}
    for line in section.lines:
        try:
            option = accept(expand(line.text, environment))
        except ValueError as error:
            raise UsageError(f"{line.place}: {error}", remedy="see 'A job of your own' in docs/disk.md") from error
        if option is None:
            continue
        name, value = option
        if name == "filename" and name in options:
            # fio adds it to those that it has.
            value = f"{options[name]}:{value}"
        if name == "bs" and name in options:
            value = _over(value, options[name])
        options[name] = value
        lines.pop(name, None)
        lines[name] = line
    # fio reads it before the others, wherever it stands in the section.
    base = {name: value for name, value in options.items() if name == "kb_base"}
    return base | options, lines


def _over(sizes: str, earlier: str) -> str:
    """Return ``bs`` for reads, writes and trims. If a later line omits a size ("4k,"), the earlier one is used."""
    both = zip(_three(sizes), _three(earlier), strict=True)
    return sizes if all(_three(sizes)) else ",".join(new or old for new, old in both)


def _three(sizes: str) -> list[str]:
    parts = sizes.split(",")
    return parts + [parts[-1]] * (3 - len(parts)) if parts[-1] else parts + [""] * (3 - len(parts))


def _require_own_name(section: Section) -> None:
    """Make sure that the job's name has no "/": if it is a device's path, fio works on that device (init.c, add_job).

    Raises:
        UsageError: if the name has a "/", or more than _LONGEST_NAME characters.
    """
    if "/" in section.name:
        raise UsageError(
            f"{section.heading.place}: job={section.name} leads out of hostcheck's own folder",
            remedy="give the job a name without '/'",
        )
    if len(section.name) > _LONGEST_NAME:
        raise UsageError(
            f"{section.heading.place}: the job's name has more than {_LONGEST_NAME} characters",
            remedy="give the job a shorter name",
        )


def _require_bounds(place: Callable[..., str], options: Mapping[str, str], does: Definition) -> None:
    """Make sure that the job stays within the limits of time, memory and disk space, and does not delete the test file.

    Args:
        place: returns file and line of the last one of some options, for messages.
        options: the job's options, with aliases resolved.
        does: the job's parameters, computed from the options.

    Raises:
        UsageError: if the job exceeds a limit, or deletes the test file.
    """
    processes, files = int(options.get("numjobs", "1")), int(options.get("nrfiles", "1"))
    if not 1 <= processes <= _MOST_PROCESSES:
        raise UsageError(f"{place('numjobs')}: numjobs={processes}", remedy=f"give 1 to {_MOST_PROCESSES} processes")
    if files * processes > _MOST_FILES:
        what = f"{_given(options, 'nrfiles', 'numjobs')} are {files * processes} files"
        remedy = f"give no more than {_MOST_FILES} of them"
        raise UsageError(f"{place('nrfiles', 'numjobs')}: {what}", remedy=remedy)
    if (memory := memory_bytes(options, does)) > _MOST_MEMORY:
        keys = ("bs", "iodepth", "numjobs", "size")
        raise UsageError(
            f"{place(*keys)}: with {_given(options, *keys)} its processes need {memory / 1e6:,.0f} MB of memory",
            remedy=f"choose bs, iodepth, numjobs and size for no more than {_MOST_MEMORY / 1e6:,.0f} MB",
        )
    names = options.get("filename", "").split(":")
    if TEST_FILE in names and "1" in (options.get("unlink"), options.get("unlink_each_loop")):
        raise UsageError(
            f"{place('unlink', 'unlink_each_loop')}: unlink removes {TEST_FILE}, which other jobs need",
            remedy="leave unlink out",
        )


def _figures(text: str, path: Path) -> list[JobMetric]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if (mark := _MARK.fullmatch(line.strip())) is None:
            continue
        words = dict(word.partition("=")[::2] for word in mark[1].split())
        metric, figure = words.pop("metric", ""), words.pop("figure", "")
        where = f"the {WHAT} {path}, line {number}"
        if words:
            raise UsageError(f"{where}: there is no key {next(iter(words))!r}", remedy="give metric= and figure=")
        if not (metric and figure):
            lacks = "metric=" if not metric else "figure="
            raise UsageError(
                f"{where}: the comment has no {lacks}",
                remedy="name both, such as '; hostcheck: metric=my.randread.iops figure=iops'; "
                f"the figures are {', '.join(_FIGURES)}",
            )
        if not _METRIC.fullmatch(metric):
            raise UsageError(f"{where}: {metric!r} is not the name of a metric", remedy="name it like my.randread.iops")
        if figure not in _FIGURES:
            raise UsageError(f"{where}: there is no figure {figure!r}", remedy=f"the figures are {', '.join(_FIGURES)}")
        kind, _, part = figure.partition(".")
        if part in _RATES:
            found.append(JobMetric(metric, part, direction=kind, place=where))
        else:
            found.append(JobMetric(metric, kind, PERCENTS.get(part), place=where))
    return found


def _given(job: Mapping[str, str], *keys: str) -> str:
    return ", ".join(f"{key}={job[key]}" for key in keys if key in job)
