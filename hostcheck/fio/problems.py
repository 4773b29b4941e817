"""Find the problems that fio reports about its own results."""

import os
import re

from hostcheck.fio.result import FioResult

# Of fio itself, and of one of its jobs, whose figures stand there like any other's.
_SIGNAL = re.compile(r"(?:terminating on signal |\bpid=\d+, got signal=)(\d+)")
# As a job that fails says it, "fio: pid=7, err=28/file:io_u.c:1896, …": what is written for people repeats the JSON's.
_ERROR = re.compile(r"\bpid=\d+, err=\s*(\d{1,9})\b")


def problems(result: FioResult) -> tuple[str, ...]:
    """Return why the results are not from a complete run without errors; empty if they are.

    fio's exit status alone does not show this. A job that did no I/O may report error 0, for example if its I/O engine
    could not connect. The values of an interrupted run look like those of a complete one.
    """
    found: list[str] = []
    around = f"{result.text_before}\n{result.text_after}"
    if signal := _SIGNAL.search(around):
        found.append(f"fio was ended by signal {signal[1]}")
    errors = {job.error for job in result.jobs if job.error}
    # A further job that failed may have no entry of its own.
    errors |= {int(code) for code in _ERROR.findall(around)} - {0}
    found += [f"a job failed: {os.strerror(code)} (error {code})" for code in sorted(errors)]
    for job in result.jobs:
        # fio counts the I/Os of a job that was ended, but has no rates of it.
        if job.lost and not found:
            found.append(f"job {job.name!r}: {job.lost}")
        elif not any(side.iops > 0 for side in job.sides):
            found.append(f"job {job.name!r} did no I/O")
    found += [f"{job.failed_ios} I/Os of job {job.name!r} failed" for job in result.jobs if job.failed_ios]
    if result.truncated:
        found.append("fio's output breaks off")
    return tuple(found)
