"""Find the reasons why one job's values are invalid. Faults in the output that do not affect the job are ignored."""

import re
from collections.abc import Iterator
from dataclasses import replace

from hostcheck.bench.disk.validity import DEPTH_PERCENT, RUNTIME_SHARE
from hostcheck.fio.consistency import contradictions
from hostcheck.fio.problems import problems
from hostcheck.fio.result import FioResult, Job
from hostcheck.imports.entries import Entry
from hostcheck.run.fio_values import duration, kb_base, size

_INTERRUPTED = re.compile(r"terminating on signal \d+")
_BEYOND = 0.02
_NOT_BY_SIZE = {"verify", "read_iolog", "trim_percentage"}
_EXACTLY = 0.005
"""Number of seconds by which the measured time may be shorter than the requested time."""


def reasons(result: FioResult, entry: Entry, *, is_group: bool = False) -> tuple[str, ...]:
    """Return the reasons why a job's values are invalid, in words; empty if they are valid.

    A signal that ended fio invalidates only unfinished jobs. An error of another job invalidates only that job.

    Args:
        result: the output.
        entry: the job.
        is_group: whether the entry is the sum of different jobs. Then its options are those of only one of them.
    """
    around = f"{result.text_before}\n{result.text_after}"
    if _INTERRUPTED.search(around) and has_done_all(entry):
        around = _INTERRUPTED.sub("", around)
    for code in {job.error for job in result.jobs} - {0, *(job.error for job in entry.processes)}:
        around = re.sub(rf"\bpid=\d+, err=\s*{code}\b", "", around)
    own = replace(result, jobs=entry.processes, text_before=around, text_after="")
    found = [*problems(own), *([] if is_group else _depth(entry)), *([entry.missing] if entry.missing else [])]
    found += dict.fromkeys(what for job in entry.processes for what in _contradictions(result, job))
    if not any("signal" in reason or reason.startswith("a job failed") for reason in found):
        found += [] if is_group else _short(entry)
    return tuple(found)


def _contradictions(result: FioResult, job: Job) -> Iterator[str]:
    # A client's servers have begun at other times.
    elapsed = None if job.server or result.combined else result.elapsed_seconds
    return (f"the output contradicts itself: {what}" for what in contradictions(job, result.form, elapsed))


def has_done_all(entry: Entry) -> bool:
    """Return whether the output proves that each process ran for its whole time, or moved all its bytes."""
    return all(_has_run_long_enough(job) or _has_moved_enough(job, entry) for job in entry.processes)


def _has_run_long_enough(job: Job) -> bool:
    asked = duration(job.options.get("runtime", ""))
    ran = max((side.runtime_ms for side in job.sides), default=0) / 1000
    return asked is not None and ran >= asked - _EXACTLY


def _has_moved_enough(job: Job, entry: Entry) -> bool:
    asked = _asked_bytes(job, entry)
    moved = sum(side.io_bytes for side in job.sides)
    # What goes on beyond its size is to run for a time: fio leaves out that it was given time_based.
    return asked is not None and asked <= moved <= asked * (1 + _BEYOND)


def _asked_bytes(job: Job, entry: Entry) -> int | None:
    """Return the requested number of bytes of a job; None if it has no size."""
    name = "io_size" if "io_size" in job.options else "size"
    asked = size(job.options.get(name, ""), kb_base(job.options, name))
    loops = job.options.get("loops", "1")
    definition = entry.definition
    if not asked or not loops.isdecimal() or "time_based" in job.options or definition is None:
        return None
    if _NOT_BY_SIZE & dict(definition.limits).keys() or entry.hosts is None:
        return None
    # A sum is of all processes, each of which has the size.
    count = definition.processes if len(entry.processes) in {1, entry.hosts} else 1
    hosts = entry.hosts if len(entry.processes) == 1 else 1
    return asked * count * hosts * max(1, int(loops[:6]))


def _short(entry: Entry) -> Iterator[str]:
    """Yield a reason if a job ended too early. A job with a size, or one that became steady, may end early."""
    job = entry.first
    asked = duration(job.options.get("runtime", ""))
    if not asked or job.steady or entry.seconds >= RUNTIME_SHARE * asked or not entry.seconds:
        return
    if "time_based" in job.options or (_asked_bytes(job, entry) and not has_done_all(entry)):
        yield f"fio measured for {entry.seconds:.1f} s of {asked:g} s"


def _depth(entry: Entry) -> Iterator[str]:
    """Yield a reason if fewer I/Os than requested were in flight. A synchronous I/O engine has only one in flight."""
    definition = entry.definition
    if definition is not None and definition.queue_depth > 1 and entry.first.depth_percent:
        reached = entry.first.share_at_depth(definition.queue_depth)
        if reached < DEPTH_PERCENT:
            yield f"the queue depth {definition.queue_depth} was reached for {reached:.0f} % of the I/Os"
