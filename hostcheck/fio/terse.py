"""Read fio's terse output (``--minimal``, ``--output-format=terse``): one line for each job. Versions are 2 to 5.

A line has no options and no number of I/Os. Rates are whole numbers (show_thread_status_terse_all in fio's stat.c).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hostcheck.fio.result import FioResult, Form, Job, Latency, Side, without_sum

FORM: Form = "terse"
KIB = 1024
MICROSECOND = 1000

# A line may stand behind progress that ended with a carriage return alone.
_LINE = re.compile(
    r"(?:^|(?<=\r))[ \t>]*(?:2;[^;\n]*|[345];(?:fio[- ])?\d[^;\n]*;[^;\n]*);\d{1,6};\d{1,9};\d.*$", re.MULTILINE
)
_DISKS = re.compile(r"^;[^;\n]*;\d.*$", re.MULTILINE)
"""A line about the activity of disks, after the jobs of a server."""
_PERCENTILE = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)%=(\d{1,15})")
_BLOCK = 41
"""Number of fields of one direction: 4 for its rate, 4 each for slat and clat, 20 percentiles, 4 for lat, 5 for its
bandwidth."""
_MORE_OF_5 = 6
_SHARE = 38
"""Index, in the fields of a direction, of its share of the group's bandwidth."""
_WHOLE_SHARE = 80.0
_INTERVAL_MS = 400
_DEPTHS = ("1", "2", "4", "8", "16", "32", ">=64")
_WHICH = {
    1: ("mixed",),
    2: ("read", "write"),
    3: ("read", "write", "trim"),
    4: ("read", "write", "trim", "mixed"),
}
"""The directions in a line, by their number. If version 3 has three, the last one is "mixed", because it has no
trims."""


def find_terse(text: str, lines: int = 0) -> Iterator[tuple[int, int, FioResult]]:
    """Yield start, end and result of each report in a text; ``lines`` is the number of lines before the text.

    A report consists of consecutive lines of different jobs or processes.
    """
    report: list[_Line] = []
    cut: list[str] = []
    last: dict[tuple[str, int | None], _Line] = {}
    start, behind, counted = 0, 0, 0
    for match in _LINE.finditer(text):
        lines += text.count("\n", counted, match.start())
        counted = match.start()
        said = match[0].strip(" \t>\r")
        line = _read(said, lines + 1)
        if line is None:
            cut += [f"line {lines + 1} of {said.split(';')[2]!r}"] if report and said[0] != "2" else []
            continue
        before = last.get(_identity(line))
        between = _DISKS.sub("", text[behind : match.start()]).strip()
        if report and (between or _is_of_another(line, report[-1], before)):
            yield start, behind, _result(report, cut)
            report, last, cut = [], {}, []
        start = start if report else match.start()
        report.append(line)
        last[_identity(line)] = line
        behind = match.end()
    if report:
        yield start, behind, _result(report, cut)


@dataclass(frozen=True, slots=True)
class _Line:
    """A job, fio's version, and its percentage of the group's bandwidth (``bw_agg``); 0 if fio has not sampled it."""

    job: Job
    version: str
    share: float


def _result(report: Sequence[_Line], cut: Sequence[str]) -> FioResult:
    jobs, combined = without_sum([line.job for line in report])
    return FioResult(report[0].version, jobs, combined=combined, form=FORM, cut=tuple(cut))


def _identity(line: _Line) -> tuple[str, int | None]:
    return line.job.name, line.job.group


def _is_of_another(line: _Line, last: _Line, before: _Line | None) -> bool:
    """Return whether a line begins another report, of another run or later in the same run (``--status-interval``).

    Processes of one job have consecutive lines, equal runtimes, and share the bandwidth of their group.

    Args:
        line: the line.
        last: the last line of the current report.
        before: the current report's last line about this job; None if there is none.
    """
    if line.version != last.version:
        return True
    if before is None:
        return False
    if before is not last:
        return True
    ran, now = (max((side.runtime_ms for side in one.job.sides), default=0) for one in (before, line))
    return now - ran > max(_INTERVAL_MS, 0.1 * ran) or min(line.share, before.share) >= _WHOLE_SHARE


def _read(line: str, number: int) -> _Line | None:
    """Parse a line; return None if it is cut off, or is from another program."""
    fields = line.split(";")
    version, first = ("fio", 1) if fields[0] == "2" else (fields[1], 2)
    if version[0].isdigit():
        # fio 2.0.8 left its own name out.
        version = f"fio-{version}"
    name, group, error = fields[first : first + 3]
    size = _BLOCK + (_MORE_OF_5 if fields[0] == "5" else 0)
    place, shares = first + 3, [0.0]
    sides: list[Side] = []
    while place < len(fields) and not fields[place].endswith("%"):
        block = fields[place : place + size]
        if len(block) < size or len(sides) == len(_WHICH):
            return None
        side = _side(block)
        if side is None:
            return None
        sides.append(side)
        shares.append(_number(block[_SHARE].removesuffix("%")) or 0)
        place += size
    rest = fields[place:]
    # CPU (5 fields), and the shares at each depth.
    if not sides or len(rest) < 5 + len(_DEPTHS):
        return None
    which = ("read", "write", "mixed") if fields[0] == "3" and len(sides) == 3 else _WHICH[len(sides)]
    moved = {name: side for name, side in zip(which, sides, strict=True) if side.io_bytes or side.iops}
    numbers = [_number(text.removesuffix("%")) for text in rest[: 5 + len(_DEPTHS)]]
    depths = {level: share for level, share in zip(_DEPTHS, numbers[5:], strict=True) if share is not None}
    job = Job(
        name=name,
        error=int(error),
        read=moved.get("read"),
        write=moved.get("write"),
        trim=moved.get("trim"),
        mixed=moved.get("mixed"),
        depth_percent=depths,
        user_cpu_percent=numbers[0],
        system_cpu_percent=numbers[1],
        group=int(group),
        place=f"line {number}",
    )
    return _Line(job, version, max(shares))


def _side(fields: Sequence[str]) -> Side | None:
    rate = [_number(text) for text in fields[:4]]
    if None in rate or not all(_PERCENTILE.fullmatch(text) for text in fields[12:32]):
        return None
    kib, bandwidth, iops, runtime = (number or 0 for number in rate)
    submission, completion, total = (_latency(fields[at : at + 4]) for at in (4, 8, 32))
    percentiles = {}
    for text in fields[12:32]:
        if (match := _PERCENTILE.fullmatch(text)) and 0 < float(match[1]) <= 100:
            percentiles[float(match[1])] = float(match[2]) * MICROSECOND
    return Side(
        iops=iops,
        bandwidth=bandwidth * KIB,
        io_bytes=int(kib) * KIB,
        runtime_ms=int(runtime),
        submission=submission,
        completion=completion and _with(completion, percentiles),
        total=total,
    )


def _with(latency: Latency, percentiles: dict[float, float]) -> Latency:
    return Latency(latency.mean, latency.min, latency.max, latency.stddev, percentiles=percentiles)


def _latency(fields: Sequence[str]) -> Latency | None:
    low, high, mean, deviation = (_number(text) for text in fields)
    if low is None or high is None or not mean:
        return None
    spread = None if deviation is None else deviation * MICROSECOND
    return Latency(mean * MICROSECOND, low * MICROSECOND, high * MICROSECOND, spread)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,18}(?:\.\d{1,9})?", text, re.ASCII) else None
