"""Read fio's normal output (``--output-format=normal``) of every version from 2.0 on.

Rates in this format are rounded to three or four digits. The number of I/Os and the runtime are exact, so rates are
computed from these two (show_thread_status_normal and show_ddir_status in fio's stat.c). The job's parameters are in a
line that fio prints at its start (add_job in fio's init.c). This line does not contain whether the I/O is direct.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from math import sqrt
from typing import Literal

from hostcheck.fio.definition import UNKNOWN, define
from hostcheck.fio.direction_line import OLD_SIDE, SIDE, rates_of, side_of
from hostcheck.fio.latency_lines import LATENCY, latencies_of
from hostcheck.fio.printed_lines import BEGINS_SIDE, OPENING, unwrapped
from hostcheck.fio.quantity import BINARY_SINCE, CARRIED_SINCE, DECIMAL_SINCE, roundest, span_of
from hostcheck.fio.result import FioResult, Form, Job, Latency, Side, without_sum
from hostcheck.fio.started import REPEATED, STARTING, Name, Start
from hostcheck.fio.version import parse_version

FORM: Form = "normal"
# Lines are matched without what stands before and behind them; a line that is far longer than fio's is none of it.
_VERSION = re.compile(r"fio[- ]\d{1,4}\.\d{1,4}\S{0,60}")
_GREETING = re.compile(r"hostname=\S{1,255}, be=.{1,255}\bfio=(fio-[^\s,]{1,60})")
_HEAD = re.compile(
    r"(?P<name>\S.{0,255}?): \(groupid=(?P<group>\d{1,6}), jobs=(?P<jobs>\d{1,6})\): err= {0,3}(?P<error>\d{1,9})\b"
    r".{0,255}?: pid=(?P<pid>\d{1,10})"
)
_DEPTHS = "IO depths"
_SHARE = re.compile(r"(>=)?(\d{1,2})=(\d{1,4}(?:\.\d{1,3})?)%")
_ISSUED = re.compile(
    r"issued(?: rwts?| r/w/d)? {0,9}: total=(?:r=)?(\d{1,18})[,/](?:w=)?(\d{1,18})[,/](?:d=)?(\d{1,18})(?:,(\d{1,18}))?"
)
_CPU = re.compile(r"cpu {0,20}: usr= {0,9}(\d{1,6}(?:\.\d{1,3})?)%, sys= {0,9}(\d{1,6}(?:\.\d{1,3})?)%")
_STEADY = re.compile(r"steadystate {0,9}: attained=(yes|no)\b")
_FAILED = re.compile(r"errors {0,9}: total=(\d{1,18})")
_END = "Run status group "
_RANGE = re.compile(r"([^\s,/()-]{1,20})-([^\s,/()-]{1,20})")
_MIXED: tuple["_Of", "_Of"] = ("read", "write")
_ROUNDED = 0.5
"""Tolerance for the share of reads, in percentage points: the last I/Os of a short job can all have one direction."""
_PLACE = {"read": 0, "write": 1, "trim": 2, "mixed": 0}

_Of = Literal["read", "write", "trim", "mixed"]
_Span = tuple[float, float]


@dataclass(slots=True)
class _Entry:
    """One job's part of a report: its first line, and its other lines with their line numbers.

    ``opening`` matches the line that fio printed for the job at its start.
    """

    head: re.Match[str]
    number: int
    begins: int
    ends: int
    version: str
    opening: re.Match[str] | None
    start: Start
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def group(self) -> Mapping[str, re.Match[str]]:
        """Matches of the lines that fio printed at its start for the jobs of this group, by name."""
        return self.start.openings.get(self.head["group"], {})

    @property
    def name(self) -> Name:
        """Group and name of the job."""
        return self.head["group"], self.head["name"]

    @property
    def identity(self) -> tuple[str, ...]:
        """What differs between two entries of one report."""
        return self.head["name"], self.head["group"], self.head["pid"]


def find_normal(text: str, lines: int = 0) -> Iterator[tuple[int, int, FioResult]]:
    """Yield start, end and result of each report in a text; ``lines`` is the number of lines before the text."""
    reports: list[list[_Entry]] = []
    known: set[tuple[str, ...]] = set()
    closed = True
    for entry, ends in _entries(text, lines):
        # fio prints all of one report at once.
        if closed or entry.identity in known or entry.version != reports[-1][-1].version:
            reports.append([])
            known = set()
        reports[-1].append(entry)
        known.add(entry.identity)
        closed = ends
    for report in reports:
        report[0].start.reports.append({entry.identity: int(entry.head["jobs"]) for entry in report})
    for report in reports:
        yield report[0].begins, report[-1].ends, _result(report)


def _entries(text: str, lines: int) -> Iterator[tuple[_Entry, bool]]:
    """Yield each entry, and whether a report ends after the entry."""
    version, openings = "", dict[tuple[str, str], re.Match[str]]()
    start, has_reported = Start(), False
    opened: Name | None = None
    entry: _Entry | None = None
    ends = False
    offset = 0
    taken = 0
    all_lines = text.split("\n")
    for place, whole in enumerate(all_lines):
        number, begins, offset = lines + place + 1, offset, offset + len(whole) + 1
        if taken:
            taken -= 1
            continue
        line, taken = unwrapped(all_lines, place)
        # What stands elsewhere is a part that someone left out.
        before, opened = opened, None if line else opened
        if head := _HEAD.match(line):
            if entry is not None:
                yield entry, ends
            ends = False
            opening = openings.get((head["name"], head["group"]))
            entry = _Entry(head, number, begins, offset, version, opening, start)
            has_reported = True
        elif opens := OPENING.match(line):
            openings[opens["name"], opens["group"]] = opens
            if has_reported:
                # Another fio starts.
                start, has_reported = Start(), False
            start.openings.setdefault(opens["group"], {})[opens["name"]] = opens
            opened = opens["group"], opens["name"]
        elif line.rstrip() == REPEATED and before and not has_reported:
            start.repeated.add(before)
        elif starting := STARTING.match(line):
            if has_reported:
                start, has_reported = Start(), False
            start.add(starting)
        elif _VERSION.fullmatch(line):
            version, ends = line.replace(" ", "-"), entry is not None
        elif greeting := _GREETING.match(line):
            version, ends = greeting[1], entry is not None
        elif line.startswith(_END):
            ends = True
        elif entry is not None and not ends:
            entry.lines.append((number, line))
            entry.ends = offset
    if entry is not None:
        yield entry, ends


def _options(opening: re.Match[str] | None, moved: Mapping["_Of", _Span]) -> dict[str, str]:
    """Return the options in a job's first line.

    The block sizes are given as ``bsrange``: the smallest and the largest size of each direction.

    Args:
        opening: match of the job's first line; None if the output does not contain it.
        moved: for each direction, the bounds of the mean I/O size in bytes.
    """
    if opening is None:
        return {}
    old = "(R)" not in opening["bs"] and "iB" not in opening["bs"]
    printed = _RANGE.findall(opening["bs"])
    means = [moved.get(direction) for direction in ("read", "write", "trim")][: len(printed)]
    ranges = [
        f"{_size(low, old=old, mean=mean)}-{_size(high, old=old, mean=mean)}"
        if low == high
        else f"{_size(low, old=old)}-{_size(high, old=old)}"
        for (low, high), mean in zip_longest(printed, means)
    ]
    return {
        "rw": opening["rw"],
        "bsrange": ",".join(ranges),
        "ioengine": opening["engine"],
        "iodepth": opening["depth"],
        "direct": UNKNOWN,
    }


def _mix(options: Mapping[str, str], sides: Mapping["_Of", Side], issued: re.Match[str] | None) -> dict[str, str]:
    """Return a job's options, for a mixed job with its percentage of reads (``rwmixread``).

    No line of the output contains this percentage. It is computed from the I/Os of each direction. A direction may have
    no line, because it had no I/Os or because the line was left out of a posted output. Then the number of I/Os issued
    is used.

    Returns:
        An empty dict for a mixed job whose share of reads is unknown.
    """
    if not options.get("rw", "").endswith("rw"):
        return dict(options)
    reads, writes = (_count(of, sides, issued) for of in _MIXED)
    if reads is None or writes is None or not reads + writes:
        return {}
    percent = 100 * reads / (reads + writes)
    # fio throws a die for each I/O; people ask for multiples of five.
    near, spread = 5 * round(percent / 5), 300 * sqrt(reads * writes) / (reads + writes) ** 1.5
    asked = near if abs(percent - near) <= spread + _ROUNDED else round(percent)
    return {**options, "rwmixread": str(min(99, max(1, asked)) if reads and writes else asked)}


def _count(of: "_Of", sides: Mapping["_Of", Side], issued: re.Match[str] | None) -> float | None:
    """Return the number of I/Os in a direction; None if the output does not contain it."""
    if side := sides.get(of):
        return side.total_ios or side.iops * side.runtime_ms / 1000
    # Of all directions as one, those that were issued are listed as reads.
    return None if issued is None or "mixed" in sides else float(issued[_PLACE[of] + 1])


def _size(text: str, *, old: bool, mean: _Span | None = None) -> int:
    """Return a block size in bytes; 0 if the text is not a size. fio rounds sizes to three digits.

    Args:
        text: the size as printed.
        old: as in ``bytes_of``.
        mean: bounds of the mean I/O size in bytes, if all I/Os have this size.
    """
    span = span_of(text, old=old, is_rest=old)
    if span is None:
        return 0
    if mean is not None and max(span[0], mean[0]) <= min(span[1], mean[1]):
        span = max(span[0], mean[0]), min(span[1], mean[1])
    return roundest(*span) or round(sum(span) / 2)


def _missing(report: Sequence[_Entry]) -> dict[Name, tuple[int | None, str]]:
    """Return the jobs whose processes are not all in a report, the number of these, and why in words."""
    members: dict[Name, int] = {}
    for entry in report:
        members[entry.name] = members.get(entry.name, 0) + int(entry.head["jobs"])
    sums = {entry.name for entry in report if int(entry.head["jobs"]) > 1}
    own = frozenset(entry.identity for entry in report)
    return {name: (asked, why) for name, asked, why in report[0].start.missing(members, sums, own)}


def _result(report: Sequence[_Entry]) -> FioResult:
    version = report[0].version
    reported: dict[str, set[str]] = {}
    for entry in report:
        reported.setdefault(entry.head["group"], set()).add(entry.head["name"])
    missing = _missing(report)
    found = [
        (
            _of_all(_job(entry, _summed(entry, reported[entry.head["group"]])), missing.get(entry.name)),
            _is_readable(entry),
        )
        for entry in report
    ]
    jobs, combined = without_sum([job for job, readable in found if readable and _is_whole(job)])
    cut = tuple(f"{job.place} of {job.name!r}" for job, readable in found if not (readable and _is_whole(job)))
    if combined is None and all(entry.opening for entry in report):
        # A group that did not run, or whose part is cut off: fio was ended before.
        lost = (name for group, names in report[-1].start.openings.items() if group not in reported for name in names)
        cut += tuple(f"the result of {name!r}" for name in lost)
    return FioResult(version or "fio", jobs, combined=combined, form=FORM, cut=cut)


def _of_all(job: Job, missing: tuple[int | None, str] | None) -> Job:
    """Return a job with the number of its processes, if some are missing. If it is unknown, so are its parameters."""
    if missing is None:
        return job
    asked, why = missing
    return replace(job, missing=why, processes=asked, options=job.options if asked else {})


def _summed(entry: _Entry, reported: Collection[str]) -> tuple[str, ...]:
    """Return the names of the jobs in a summed entry (``group_reporting``), if the jobs have different parameters.

    A summed entry is the only one of its group, and has the name of the group's first job. The result is empty for any
    other entry.

    Args:
        entry: the entry.
        reported: names of the jobs that have an entry in the same group.
    """
    # A job without I/O has no part in old outputs.
    if set(entry.group) <= set(reported) or int(entry.head["jobs"]) < len(entry.group):
        return ()
    return tuple(entry.group) if len({opening.groups()[2:] for opening in entry.group.values()}) > 1 else ()


def _is_readable(entry: _Entry) -> bool:
    """Return whether each line of a direction can be read. A job whose line is wrapped would seem to do no I/O."""
    return all(SIDE.match(line) or OLD_SIDE.match(line) or not BEGINS_SIDE.match(line) for _, line in entry.lines)


def _is_whole(job: Job) -> bool:
    """Return whether a job's lines are complete. Even a job without I/O has a line with its CPU time."""
    return bool(job.sides) or job.user_cpu_percent is not None


def _job(entry: _Entry, summed: tuple[str, ...]) -> Job:
    numbers = parse_version(entry.version)
    old = numbers is not None and numbers < BINARY_SINCE
    is_rest = numbers is not None and numbers < DECIMAL_SINCE
    issued = next((match for _, line in entry.lines if (match := _ISSUED.match(line))), None)
    cpu, failed, steady = (
        next((match for _, line in entry.lines if (match := pattern.match(line))), None)
        for pattern in (_CPU, _FAILED, _STEADY)
    )
    depths = next((line for _, line in entry.lines if line.startswith(_DEPTHS)), "")
    sides: dict[_Of, Side] = {}
    means: dict[_Of, _Span] = {}
    sync: Latency | None = None
    for place, (_, line) in enumerate(entry.lines):
        if match := SIDE.match(line) or OLD_SIDE.match(line):
            of: _Of = match["of"]  # type: ignore[assignment]  # one of these, by the pattern
            total = int(issued[_PLACE[of] + 1]) if issued and not (of == "mixed" and "read" in sides) else None
            rates = rates_of(match, old=old, is_rest=is_rest, loses_carry=numbers is None or numbers < CARRIED_SINCE)
            if total and (span := span_of(rates.io, old=rates.old, is_rest=rates.is_rest)):
                # The last ones of an interim report are issued, and not done yet.
                means[of] = span[0] / total, span[1] / max(1, total - _in_flight(entry))
            block = None if summed else _one_size(entry, of)
            if side := side_of(rates, total, block, _in_flight(entry)):
                waits = latencies_of(entry.lines[place + 1 :])
                sides[of] = replace(
                    side,
                    submission=waits.get("submission"),
                    completion=waits.get("completion"),
                    total=waits.get("total"),
                )
        elif (match := LATENCY.match(line)) and match["of"] == "sync":
            found = latencies_of(entry.lines[place:], of_sync=True).get("sync")
            # fio counts none of those that fdatasync with a number asked for.
            sync = replace(found, count=int(issued[4])) if found and issued and int(issued[4] or 0) else found
    options = {} if summed else _options(entry.opening, means)
    known = _mix(options, sides, issued)
    return Job(
        name=entry.head["name"],
        error=int(entry.head["error"]),
        read=sides.get("read"),
        write=sides.get("write"),
        trim=sides.get("trim"),
        mixed=sides.get("mixed"),
        sync=sync,
        options=known,
        blocks=(None, "") if known else _blocks(options),
        sum_of=summed,
        depth_percent={f"{more}{level}": float(share) for more, level, share in _SHARE.findall(depths)},
        user_cpu_percent=float(cpu[1]) if cpu else None,
        system_cpu_percent=float(cpu[2]) if cpu else None,
        failed_ios=int(failed[1]) if failed else 0,
        steady=steady[1] == "yes" if steady else None,
        group=int(entry.head["group"]),
        members=int(entry.head["jobs"]),
        lost="" if sides else _lost(issued, depths),
        # A client's sum has none.
        pid=int(entry.head["pid"]) or None,
        place=f"line {entry.number}",
    )


def _blocks(options: Mapping[str, str]) -> tuple[int | None, str]:
    """Return the block size of a mixed job, or else its sizes as text; (None, "") if they are unknown."""
    definition = define(options)
    return (None, "") if definition is None else (definition.block_bytes, definition.sizes)


def _lost(issued: re.Match[str] | None, depths: str) -> str:
    """Return, in words, which line with rates is missing for a job that has none; empty if it did no I/O.

    Args:
        issued: match of the line with the number of I/Os of each direction; None if the output does not contain it.
        depths: the line with the shares of I/Os by queue depth; empty if the output does not contain it.
    """
    if issued is None:
        done = not depths or any(float(share) for _, _, share in _SHARE.findall(depths))
        return "the line with IOPS= and BW= is missing" if done else ""
    lost = (of for of in ("read", "write", "trim") if int(issued[_PLACE[of] + 1]))
    return next((f"the line {of + ': IOPS=…'!r} is missing" for of in lost), "")


def _one_size(entry: _Entry, of: _Of) -> int | None:
    """Return the block size of a direction as fio printed it when the job started; None if there are several."""
    ranges = _RANGE.findall(entry.opening["bs"]) if entry.opening else []
    sizes = {size for each in (ranges[:2] if of == "mixed" else ranges[_PLACE[of] :][:1]) for size in each}
    return _size(sizes.pop(), old=False) if len(sizes) == 1 else None


def _in_flight(entry: _Entry) -> int:
    """Return the largest number of I/Os that can be in flight; 0 if unknown. Each process may count one more."""
    return (int(entry.opening["depth"]) + 1) * int(entry.head["jobs"]) if entry.opening else 0
