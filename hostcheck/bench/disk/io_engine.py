"""Choose an I/O engine of fio that works on this host: kernels, libraries and seccomp profiles differ."""

import re
from dataclasses import replace
from pathlib import Path
from threading import Event

from hostcheck.bench.base import CannotRun, Interrupted
from hostcheck.bench.disk.validity import failure_of
from hostcheck.fio.jobfile import JobFile, read_jobfile
from hostcheck.fio.program import Program
from hostcheck.fio.runner import run_job

ENGINES = ("libaio", "io_uring", "psync")
"""The I/O engines in the order in which they are tried.

libaio comes before the faster io_uring, because Docker's seccomp profile refuses io_uring (moby#46762), and two hosts
can only be compared if both use the same I/O engine."""

STRIPES = 8
"""Number of parts of the test file: if psync is used, each process of a sequential job starts in another part.

It equals the queue depth of the sequential jobs.
"""

_TRIAL = """[trial]
rw=write
bs=4k
size=64k
iodepth={depth}
ioengine={engine}
direct=1
filename=trial
"""

_SECONDS = 30.0


def choose_engine(program: Program, folder: Path, stop: Event) -> str:
    """Return the first I/O engine of fio that can write to a file in ``folder`` with direct I/O.

    Raises:
        CannotRun: if no I/O engine can. The reason contains fio's message about the first one.
        Interrupted: if the user stopped the run.
    """
    said = ""
    job = folder / "trial.fio"
    for engine in ENGINES:
        job.write_text(_TRIAL.format(engine=engine, depth=1 if engine == "psync" else 2), encoding="ascii")
        outcome = run_job(program, job, {}, folder, seconds=_SECONDS, stop=stop)
        if outcome.ended == "stopped":
            raise Interrupted
        if not (why := failure_of(outcome)):
            (folder / "trial").unlink()
            job.unlink()
            return engine
        said = said or why
    raise CannotRun(
        f"fio cannot write with direct I/O here: {said}", "name another directory with --dir, or install another fio"
    )


def adapted(job: JobFile, engine: str, folder: Path) -> JobFile:
    """Return the job for an I/O engine: unchanged for libaio, else rewritten to a file in ``folder``.

    A job that does not use libaio is never rewritten.

    psync has one I/O in flight for each process, so a measuring job gets as many processes as its queue depth. The
    metric's settings record this, and such metrics are never compared with those of other engines. In a sequential job,
    each process starts ${HC_STRIPE} bytes after the previous one: if all processes read the same part of the file, a
    cache would answer them. The test file itself is written by one process.
    """
    if job.does.io_engine != ENGINES[0] or engine == ENGINES[0]:
        return job
    text = re.sub(r"(?m)^ioengine=libaio$", f"ioengine={engine}", job.path.read_text(encoding="utf-8"))
    if engine == "psync":
        together = f"numjobs={job.does.queue_depth}\n" if job.figures else ""
        apart = "offset_increment=${HC_STRIPE}\n" if together and job.does.pattern in ("read", "write") else ""
        text = re.sub(r"(?m)^iodepth=\d+\n", f"iodepth=1\n{together}{apart}", text)
    path = folder / job.path.name
    path.write_text(text, encoding="utf-8")
    return replace(read_jobfile(path), figures=job.figures)
