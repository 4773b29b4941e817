"""Convert files that other programs wrote to a run."""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

from hostcheck import __version__
from hostcheck.errors import UsageError
from hostcheck.filekinds import OUTPUTS, recognising
from hostcheck.fio.result import FioResult
from hostcheck.fio.runs import parse_runs
from hostcheck.imports import tools, yabs
from hostcheck.imports.apart import apart, lacks_flags
from hostcheck.imports.entries import ran_meanwhile
from hostcheck.imports.figure import ImportedFigure, to_metrics
from hostcheck.imports.fio_output import figures
from hostcheck.imports.others import Kind, explained, require_no_summary
from hostcheck.imports.pasted import unpasted
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.times import utc
from hostcheck.userfile import read_bytes

_Parsed = TypeVar("_Parsed")

SIZE_LIMIT = 64 << 20
"""Maximum size of one file in bytes. Outputs of fio with all buckets of their histograms have a few MB."""

_HEAD = 256
"""Number of bytes at the start of a file that show its encoding, because outputs begin with ASCII characters."""

MOST_JOBS = 2000
"""Maximum number of jobs in one call. Each pair of jobs is compared, to find those that ran at the same time."""

WITHOUT_CONDITIONS = "No audit of the host is known, nor the host's load while its disk was measured."
LATEST = 1 << 33
"""Latest valid time, in seconds since 1970 (the year 2242). A later time is damaged data."""

WITHOUT_FLAGS = (
    "This version of fio writes no options without a value: whether the jobs had norandommap, zero_buffers, "
    "refill_buffers, hipri, sqthread_poll or others of this kind is unknown."
)
NO_TIME = "The output does not say when it was measured: the file's modification time is used."
LOCAL_TIME = "The time is the host's local time. The file does not name the time zone."


@dataclass(frozen=True, slots=True)
class _Read:
    """The parsed content of one file.

    Attributes:
        host: the host, as far as the file names it.
        figures: the measured values, in the order of the file.
        time: time of the measurement, UTC, ISO 8601 with "Z".
        program: the program that wrote the file.
        notes: notes on the file for readers of the run. Empty ones are left out.
    """

    host: HostIdentity
    figures: tuple[ImportedFigure, ...]
    time: str
    program: str
    notes: tuple[str, ...] = ()


def import_fio(files: Sequence[Path], name: str | None) -> Run:
    """Make a run from outputs of fio on one host (JSON of any version from 2.1.4 on, terse or normal output).

    All files are read together, to find jobs that ran at the same time, and duplicate reports.

    Raises:
        UsageError: if a file cannot be read, or is not an output of fio; the message says what is wrong and where.
    """
    known: set[bytes] = set()
    of_file = [_new(_named(file, parse_runs, "fio"), known) for file in files]
    all_runs = [run for runs in of_file for run in runs]
    count = sum(max(1, len(run.jobs)) for run in all_runs)
    if count > MOST_JOBS:
        raise UsageError(f"{count} jobs are to be imported at once", remedy=f"import at most {MOST_JOBS} of them")
    meanwhile = iter(ran_meanwhile(all_runs))
    return _run(files, name, [_of_fio(*one, meanwhile) for one in zip(files, of_file, strict=True)])


def import_yabs(files: Sequence[Path], name: str | None) -> Run:
    """Make a run from outputs of yabs.sh on one host (its JSON or its text).

    Raises:
        UsageError: if a file cannot be read, or is not an output of yabs; the message says what is wrong and where.
    """
    read = [_of_yabs(file, _named(file, yabs.parse, "yabs")) for file in files]
    return _run(files, name, _without_repeats(files, read))


def import_sysbench(files: Sequence[Path], name: str | None) -> Run:
    """Make a run from outputs of ``sysbench fileio run`` on one host.

    Raises:
        UsageError: if a file cannot be read, or is not an output of sysbench; the message says what is wrong.
    """
    read = [_of_text(file, _named(file, tools.sysbench, "sysbench"), "sysbench") for file in files]
    return _run(files, name, _without_repeats(files, read))


def import_pg_test_fsync(files: Sequence[Path], name: str | None) -> Run:
    """Make a run from outputs of pg_test_fsync on one host.

    Raises:
        UsageError: if a file cannot be read, or is not an output of pg_test_fsync; the message says what is wrong.
    """
    program: Kind = "pg_test_fsync"
    read = [_of_text(file, _named(file, tools.pg_test_fsync, program), program) for file in files]
    return _run(files, name, _without_repeats(files, read))


def _run(files: Sequence[Path], name: str | None, read: Sequence[_Read]) -> Run:
    times, programs = ([getattr(one, key) for one in read] for key in ("time", "program"))
    metrics = to_metrics(apart(figure for one in read for figure in one.figures))
    return Run(
        # The same files make the same run: a comparison knows them for one.
        id=uuid5(NAMESPACE_URL, "".join(map(_text, files))).hex,
        hostcheck=__version__,
        started=min(times),
        ended=max(times),
        host=replace(read[0].host, name=name or files[0].stem),
        metrics=metrics,
        notes=(
            f"Imported from {_some(dict.fromkeys(programs))}: {_some([file.name for file in files])}.",
            WITHOUT_CONDITIONS,
            *dict.fromkeys(note for one in read for note in one.notes if note),
        ),
    )


def _without_repeats(files: Sequence[Path], read: Sequence[_Read]) -> list[_Read]:
    """Return the parsed files. A file whose values equal those of an earlier file has no values in the result."""
    known: list[list[object]] = []
    kept = []
    for file, one in zip(files, read, strict=True):
        said: list[object] = [(figure.spec, figure.settings, figure.sample.value) for figure in one.figures]
        kept.append(replace(one, figures=(), notes=(_repeats(file),)) if said in known else one)
        known.append(said)
    return kept


def _repeats(file: Path) -> str:
    return f"{file.name} repeats another file, and is ignored."


def _named(file: Path, parse: Callable[[str], _Parsed], kind: Kind) -> _Parsed:
    """Read one file. An error names the file, and its actual kind if that is known."""
    text = unpasted(_text(file))
    with recognising(OUTPUTS, "output", file):
        try:
            require_no_summary(text)
            return parse(text)
        except UsageError as error:
            raise UsageError(f"importing {file}: {explained(error, text, kind)}") from error


def _new(runs: Sequence[FioResult], known: set[bytes]) -> list[FioResult]:
    """Return the runs that are not in ``known`` yet, and add them, so that a duplicate report gives only one sample."""
    new: dict[bytes, FioResult] = {}
    for run in runs:
        if (content := _content(run)) not in known:
            new.setdefault(content, run)
    known.update(new)
    return [*new.values()]


def _content(run: FioResult) -> bytes:
    """Return a hash of the content of a report, independent of its place in the text, to find duplicates."""
    jobs = [asdict(replace(job, place="")) for job in (*run.jobs, *filter(None, (run.combined,)))]
    content = (run.timestamp, run.combined is None, jobs)
    return sha256(json.dumps(content, sort_keys=True).encode()).digest()


def _of_fio(file: Path, runs: Sequence[FioResult], meanwhile: Iterator[Sequence[FioResult]]) -> _Read:
    found = tuple(figure for run in runs for figure in figures(run, file.name, next(meanwhile)))
    if not runs:
        return _Read(HostIdentity(""), (), _modified(file), "fio", (_repeats(file),))
    result = runs[0]
    flags = WITHOUT_FLAGS if any(map(lacks_flags, runs)) else ""
    if result.timestamp and result.timestamp < LATEST:
        return _Read(HostIdentity(""), found, utc(result.timestamp), result.version, (flags,))
    return _Read(HostIdentity(""), found, _modified(file), result.version, (NO_TIME, flags))


def _of_yabs(file: Path, result: yabs.YabsResult) -> _Read:
    if match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)", result.time):
        year, month, day, hour, minute, second = match.groups()
        began = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
        return _Read(result.host, result.figures, began, "yabs.sh", () if result.utc else (LOCAL_TIME,))
    return _Read(result.host, result.figures, _modified(file), "yabs.sh", (NO_TIME,))


def _of_text(file: Path, found: tuple[ImportedFigure, ...], program: str) -> _Read:
    return _Read(HostIdentity(""), found, _modified(file), program, (NO_TIME,))


def _some(names: Iterable[str]) -> str:
    """Return a text with the first names, and the number of the others."""
    names = list(names)
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _text(file: Path) -> str:
    data = read_bytes("output", file, SIZE_LIMIT)
    return data.decode(_encoding(data[:_HEAD]), errors="replace")


def _encoding(head: bytes) -> str:
    # PowerShell's ">" writes UTF-16; both of its byte orders, and UTF-8 too, begin with a mark, but where it was lost.
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    first, second = head[::2], head[1::2]
    if second and not any(second) and all(first):
        return "utf-16-le"
    return "utf-16-be" if second and not any(first) and all(second) else "utf-8-sig"


def _modified(file: Path) -> str:
    return utc(int(file.stat().st_mtime))
