"""Choose an I/O engine of fio that works here: kernels, libraries and seccomp profiles differ."""

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
"""In the order of trial. libaio first, though io_uring is faster: Docker's seccomp profile refuses io_uring since
moby#46762, and two hosts can only be compared with an engine that works on both."""

STRIPES = 8
"""Parts of the test file: each process of a sequential job starts in its own. It is those jobs' queue depth."""

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
    """Return the first engine that writes directly to a file in ``folder``.

    Raises:
        CannotRun: when none does, with fio's message for the first.
        Interrupted: when the user stopped the run.
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
    raise CannotRun(f"writing directly with fio: {said}", "name another directory with --dir, or install another fio")


def adapted(job: JobFile, engine: str, folder: Path) -> JobFile:
    """Return the job for an engine: unchanged, or rewritten in ``folder``.

    psync has one I/O in flight for each process, so processes replace the queue depth. The metric's settings show the
    difference, and no comparison mixes the two. In a sequential job each process starts in its own part, ${HC_STRIPE}
    bytes after the one before: if all read the same part, a cache would serve them. One process alone writes the test
    file.
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
