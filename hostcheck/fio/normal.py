"""Read fio's normal output (``--output-format=normal``) of every version from 2.0 on.

Rates in this format are rounded to three or four digits. The number of I/Os and the runtime are exact, so rates are
computed from these two (show_thread_status_normal and show_ddir_status in fio's stat.c). The job's parameters are in a
line that fio prints at its start (add_job in fio's init.c). This line does not contain whether the I/O is direct.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from hostcheck.fio.printed_entry import Entries, Entry
from hostcheck.fio.printed_job import is_readable, is_whole, job_of
from hostcheck.fio.result import DiskUse, FioResult, Form, Job, without_sum
from hostcheck.fio.unprinted import doubtful, missing_processes

FORM: Form = "normal"

_DISK = re.compile(r"^[ \t]*([a-z][\w!-]{0,63}): ios=(\d{1,18})/(\d{1,18}),", re.MULTILINE)
"""A line of "Disk stats", such as "  sda: ios=0/5000, merge=0/0, ticks=0/900, in_queue=900, util=90.00%"."""


def find_normal(text: str, lines: int = 0) -> Iterator[tuple[int, int, FioResult]]:
    """Yield start, end and result of each report in a text; ``lines`` is the number of lines before the text."""
    reports: list[list[Entry]] = []
    known: set[tuple[str, ...]] = set()
    closed = True
    for entry, ends in Entries(text, lines):
        # fio prints all of one report at once. Jobs of several fios that ran at the same time are like those of one.
        is_beside = bool(reports) and entry.start is reports[-1][-1].start and entry.start.are_several
        is_new = (closed and not is_beside) or entry.identity in known
        if is_new or entry.version != reports[-1][-1].version:
            reports.append([])
            known = set()
        reports[-1].append(entry)
        known.add(entry.identity)
        closed = ends
    for report in reports:
        report[0].start.reports.append({entry.identity: int(entry.head["jobs"]) for entry in report})
    begins = [*(report[0].begins for report in reports), len(text)]
    for report, begin, behind in zip(reports, begins, begins[1:], strict=False):
        yield begin, report[-1].ends, replace(_result(report), disks=_disks(text, begin, behind))


def _disks(text: str, start: int, end: int) -> tuple[DiskUse, ...]:
    """Return the activity of the disks, which fio prints behind a report (show_disk_util in fio's diskutil.c)."""
    found = _DISK.finditer(text, start, end)
    return tuple(DiskUse(match[1], int(match[2]), int(match[3]), None) for match in found)


def _result(report: Sequence[Entry]) -> FioResult:
    version = report[0].version
    reported: dict[str, set[str]] = {}
    for entry in report:
        reported.setdefault(entry.head["group"], set()).add(entry.head["name"])
    missing = missing_processes(report)
    found = []
    for entry in report:
        job = job_of(entry, _summed(entry, reported[entry.head["group"]]))
        job = replace(job, doubt="; ".join(filter(None, (job.doubt, doubtful(entry)))))
        found.append((_of_all(job, missing.get(entry.name)), is_readable(entry) and is_whole(job)))
    jobs, combined = without_sum([job for job, whole in found if whole])
    cut = tuple(f"{job.place} of {job.name!r}" for job, whole in found if not whole)
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


def _summed(entry: Entry, reported: Collection[str]) -> tuple[str, ...]:
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
