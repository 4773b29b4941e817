"""Find the runs of fio in a text: in any output format, in any order, with other text around them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hostcheck.fio.documents import IDENTITY, FioParseError, split_documents, without_odd_numbers
from hostcheck.fio.normal import find_normal
from hostcheck.fio.parser import read_document
from hostcheck.fio.result import FioResult, Form, Job, Side
from hostcheck.fio.salvage import LISTS, Salvaged, salvage
from hostcheck.fio.terse import KIB, find_terse

_FORMS: tuple[Form, ...] = ("json", "normal", "terse")
"""fio's output formats, the most detailed first. If a run was written in several formats, the first of them is read."""
_LONGER = 0.02
"""If neither start time nor PID is known, a report is a later one of the same run if its runtime is longer by more than
this share. Runtimes of separate runs with equal settings differ by less."""


def parse_runs(text: str) -> tuple[FioResult, ...]:
    """Return the final report of each run of fio in a text, in the order of the text.

    If a run was written in several formats, only the most detailed one is returned. If a document is cut off, its
    complete entries are read.

    Raises:
        FioParseError: if the text has no report of fio, no report with a complete entry, or a key with two different
            values.
    """
    found = sorted(_reports(text), key=lambda report: report.begins)
    runs: list[FioResult] = []
    for result in _without_repeats(_with_texts(without_odd_numbers(text), found)):
        if result.combined and (count := _PARTS[result.form](result, runs)):
            parts = [runs.pop() for _ in range(count)][::-1]
            jobs = tuple(job for part in (*parts, result) for job in part.jobs)
            before = "\n".join(filter(None, (part.text_before for part in (*parts, result))))
            runs.append(replace(result, jobs=jobs, text_before=before))
        elif runs and (joined := _joined(runs[-1], result)):
            runs[-1] = joined
        else:
            runs.append(result)
    return tuple(_without_excerpts(runs))


@dataclass(frozen=True, slots=True)
class _Report:
    """A report, and its start and end offsets in the text."""

    result: FioResult
    begins: int
    ends: int


def _reports(text: str) -> Iterator[_Report]:
    """Yield all reports in a text, in any order.

    Raises:
        FioParseError: if there is none.
    """
    try:
        documents = split_documents(text)
    except FioParseError:
        found = list(_around(without_odd_numbers(text), 0, 0))
        # The error says where a document breaks off that has no whole part.
        if not any(report.result.jobs or report.result.combined for report in found):
            if cut := [part for report in found if report.result.form == "normal" for part in report.result.cut]:
                raise FioParseError(f"fio's output is incomplete: {cut[0]} has lines that are cut or wrapped") from None
            raise
        yield from found
        return
    text, end, lines = documents.text, 0, 0
    for value, (begin, behind) in zip(documents.objects, documents.spans, strict=True):
        yield from _around(text[end:begin], end, lines)
        lines += text.count("\n", end, behind)
        # A fio that could not start its jobs is no reason against the others.
        empty = len(documents.objects) > 1 and not any(value.get(name) for name in LISTS)
        yield _Report(_without_jobs(value) if empty else read_document(value), begin, behind)
        end = behind
    yield from _around(text[end:], end, lines)


def _around(text: str, start: int, lines: int) -> Iterator[_Report]:
    """Yield the reports in a text without a complete JSON document.

    Args:
        text: a part of an output.
        start: its offset in the output.
        lines: number of lines of the output before it.
    """
    for begin, end, result in (*find_normal(text, lines), *find_terse(text, lines)):
        yield _Report(result, start + begin, start + end)
    for found in salvage(text):
        yield _Report(_salvaged(found), start + found.begins, start + found.ends)


def _salvaged(found: Salvaged) -> FioResult:
    if any(found.document.get(name) for name in LISTS):
        return replace(read_document(found.document), cut=found.cut)
    return replace(_without_jobs(found.document), cut=found.cut or ("its beginning",))


def _without_jobs(document: Mapping[str, Any]) -> FioResult:
    return FioResult(str(document.get(IDENTITY, "fio")), (), cut=("an output that has no jobs",))


def _with_texts(text: str, reports: Sequence[_Report]) -> list[FioResult]:
    """Return the reports, each with the text before it; the last one also with the text after it."""
    ends = [0, *(report.ends for report in reports)]
    results = [
        replace(report.result, text_before=text[end : report.begins].strip())
        for end, report in zip(ends, reports, strict=False)
    ]
    return [*results[:-1], replace(results[-1], text_after=text[ends[-1] :].strip())]


def _without_repeats(results: Sequence[FioResult]) -> Iterator[FioResult]:
    """Yield the results, without those that the text also has in a more detailed format.

    The result that is kept lists the others in ``unused``.
    """
    by_name: dict[tuple[Form, str], list[int]] = {}
    for place, result in enumerate(results):
        for name in {job.name for job in result.jobs}:
            by_name.setdefault((result.form, name), []).append(place)
    repeated: dict[int, list[str]] = {}
    left_out = set()
    for place, result in enumerate(results):
        better = [
            other
            for form in _FORMS[: _FORMS.index(result.form)]
            for other in by_name.get((form, result.jobs[0].name) if result.jobs else (form, ""), ())
            if _repeats(result, results[other])
        ]
        if better:
            what = f"the {result.form} output at {result.jobs[0].place} says the same"
            repeated.setdefault(min(better), []).append(what)
            left_out.add(place)
    lost = ""
    for place, result in enumerate(results):
        if place in left_out:
            # What fio said before a report that is left out, it said of its run.
            lost = "\n".join(filter(None, (lost, result.text_before)))
            continue
        unused = (*result.unused, *repeated.get(place, ()))
        yield replace(result, unused=unused, text_before="\n".join(filter(None, (lost, result.text_before))))
        lost = ""


def _without_excerpts(runs: Sequence[FioResult]) -> Iterator[FioResult]:
    """Yield the runs without those that are an excerpt of another one in the text, as in an article's summary.

    An excerpt lacks the last lines of its jobs, and has their processes, bytes and times.
    """
    whole = frozenset(part for run in runs for job in run.jobs if not job.doubt for part in _measured(job))
    for run in runs:
        if not run.jobs or not all(job.doubt and _measured(job) and _measured(job) <= whole for job in run.jobs):
            yield run


def _measured(job: Job) -> frozenset[object]:
    """Return what two reports of the same process and time have in common; empty if its PID is unknown."""
    sides = ((of, getattr(job, of)) for of in ("read", "write", "trim", "mixed"))
    moved = ((of, side.io_bytes, side.runtime_ms) for of, side in sides if side is not None)
    return frozenset((job.name, job.group, job.pid, *part) for part in moved) if job.pid else frozenset()


def _repeats(result: FioResult, other: FioResult) -> bool:
    """Return whether each job of a report is in another one too: same name, group and runtime, and similar IOPS."""
    jobs = list(other.jobs)
    for job in result.jobs:
        same = next((one for one in jobs if _is_same(job, one)), None)
        if same is None:
            return False
        jobs.remove(same)
    return bool(result.jobs)


def _is_same(job: Job, other: Job) -> bool:
    if (job.name, job.group) != (other.name, other.group):
        return False
    return len(job.sides) == len(other.sides) and all(
        ours.runtime_ms == theirs.runtime_ms and abs(ours.iops - theirs.iops) <= max(1.0, 0.01 * theirs.iops)
        for ours, theirs in zip(job.sides, other.sides, strict=True)
    )


def _parts_by_members(result: FioResult, runs: Sequence[FioResult]) -> int:
    """Return how many of the last runs are parts of a sum over all servers, by the number of jobs in the sum."""
    assert result.combined is not None
    found, members = 0, sum(job.members or 0 for job in result.jobs)
    while found < len(runs) and members < (result.combined.members or 0):
        run = runs[-1 - found]
        if run.form != result.form or run.combined:
            break
        members += sum(job.members or 0 for job in run.jobs)
        found += 1
    return found


def _parts_by_bytes(result: FioResult, runs: Sequence[FioResult]) -> int:
    """Return how many of the last runs are parts of a sum over all servers, by the number of bytes in the sum.

    Each direction of each part may lack up to 1 KiB, because fio rounds down to whole KiB.
    """
    assert result.combined is not None
    missing = _bytes([result.combined]) - _bytes(result.jobs)
    sides = sum(len(job.sides) for job in result.jobs)
    found = 0
    while missing > KIB * sides and found < len(runs):
        run = runs[-1 - found]
        if (run.form, run.version) != (result.form, result.version) or run.combined:
            break
        missing -= _bytes(run.jobs)
        sides += sum(len(job.sides) for job in run.jobs)
        found += 1
    return found if 0 <= missing <= KIB * sides else 0


_PARTS: Mapping[Form, Callable[[FioResult, Sequence[FioResult]], int]] = {
    "json": lambda _result, _runs: 0,
    "normal": _parts_by_members,
    "terse": _parts_by_bytes,
}
"""For each format, how to find the separate reports that are parts of a sum. In JSON the sum and its parts are one
document."""


def _bytes(jobs: Sequence[Job]) -> int:
    return sum(side.io_bytes for job in jobs for side in job.sides)


def _joined(before: FioResult, after: FioResult) -> FioResult | None:
    """Return the later of two reports of the same run; None if they are of different runs."""
    interim = before.documents > 1 and after.form == before.form
    if (
        after.version == before.version
        and not after.jobs
        and (after.cut == ("its beginning",) or (interim and after.cut))
    ):
        # A further report breaks off in its first job or before it: the one before it may be an interim one.
        return replace(before, truncated=True, text_after=after.text_after)
    if not _is_later(after, before):
        return None
    if all(now.doubt and _measured(now) <= _measured(then) for now, then in zip(after.jobs, before.jobs, strict=False)):
        # An excerpt says less than what it was taken of.
        return replace(before, text_after=after.text_after)
    texts = filter(None, (before.text_before, after.text_before))
    return replace(after, documents=before.documents + 1, text_before="\n".join(texts))


def _is_later(after: FioResult, before: FioResult) -> bool:
    """Return whether a report is a later one of the same run as the report before it (``--status-interval``)."""
    # A job that has not begun yet has no entry.
    if (after.form, after.version) != (before.form, before.version) or len(after.jobs) < len(before.jobs):
        return False
    pairs = list(zip(after.jobs, before.jobs, strict=False))
    if not pairs or not all(_is_one_job(now, then) for now, then in pairs):
        return False
    starts = [
        run.timestamp - run.elapsed_seconds
        for run in (before, after)
        if run.timestamp is not None and run.elapsed_seconds is not None
    ]
    # Both are whole seconds.
    if len(starts) == 2 and abs(starts[1] - starts[0]) > 1:
        return False
    sides = [(ours, theirs) for now, then in pairs for ours, theirs in _sides(now, then)]
    if not all(theirs is None or (ours is not None and _has_grown(ours, theirs)) for ours, theirs in sides):
        return False
    known = len(starts) == 2 or all(job.pid is not None for job in before.jobs)
    return known or _runtime(after) > (1 + _LONGER) * _runtime(before)


def _is_one_job(now: Job, then: Job) -> bool:
    ours, theirs = ((job.name, job.group, job.server, job.pid, job.started_ms) for job in (now, then))
    # The options of a mixed job are unknown in an excerpt that lacks its I/Os.
    lacks_options = now.pid is not None and not (now.options and then.options)
    return ours == theirs and (lacks_options or list(now.options.items()) == list(then.options.items()))


def _sides(now: Job, then: Job) -> Iterator[tuple[Side | None, Side | None]]:
    return ((getattr(now, of), getattr(then, of)) for of in ("read", "write", "trim", "mixed"))


def _has_grown(now: Side, then: Side) -> bool:
    """Return whether ``now`` may be a later state of ``then``. Minimum and maximum distinguish two parallel jobs."""
    counted = now.io_bytes >= then.io_bytes and now.runtime_ms >= then.runtime_ms
    waits = ((now.completion, then.completion), (now.total, then.total), (now.submission, then.submission))
    return counted and all(
        ours is None or theirs is None or (ours.min <= theirs.min and ours.max >= theirs.max) for ours, theirs in waits
    )


def _runtime(result: FioResult) -> int:
    return max((side.runtime_ms for job in result.jobs for side in job.sides), default=0)
