"""Run fio on one job file, and make sure that it ends."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from hostcheck.fio.program import Program
from hostcheck.host.lookup import environment
from hostcheck.host.own_folder import opened

POLL_SECONDS = 0.02
AGAIN_SECONDS = 0.5
OUTPUT = "fio-output"
TEXT_LIMIT = 16 << 20
"""Maximum number of bytes that are read of fio's output. The JSON of a job has about 10 KiB."""

# fio 3.40 was seen to hang after an interrupt (axboe/fio#1934), so asking nicely has an end.
_ESCALATION = ((signal.SIGINT, 5.0), (signal.SIGTERM, 2.0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a run of fio.

    Attributes:
        ended: "exited" if fio ended by itself, "stopped" if the user stopped it, "timeout" if it exceeded its time
            limit.
        exit_code: fio's exit code, or minus the number of the signal that ended it.
        output: content of fio's output file: JSON, maybe with text around it.
        messages: fio's standard output and standard error.
    """

    ended: Literal["exited", "stopped", "timeout"]
    exit_code: int
    output: str
    messages: str


def run_job(
    program: Program,
    job: Path,
    variables: Mapping[str, str],
    folder: Path,
    *,
    seconds: float,
    stop: threading.Event,
    tick: Callable[[], float] = lambda: POLL_SECONDS,
    keep_open: Sequence[int] = (),
) -> Outcome:
    """Run one job file in its own session. When this returns or raises, no process of that fio is left.

    Args:
        program: fio.
        job: the job file.
        variables: values of the environment variables that the job file uses.
        folder: a private folder, in which fio runs and writes its output file. Paths in the variables may be relative
            to this folder. It is opened once, so renaming it during the run has no effect.
        seconds: time limit, after which fio is killed.
        stop: event that ends fio when it is set.
        tick: called repeatedly while fio runs; returns the seconds until the next call.
        keep_open: file descriptors that fio inherits, so that they stay open if hostcheck is killed.
    """
    with opened(folder) as held, tempfile.TemporaryFile(dir=_path(held)) as messages:
        process = subprocess.Popen(
            [
                program.path,
                "--output-format=json",
                f"--output={OUTPUT}",
                job.name if job.parent == folder else job.absolute(),
            ],
            # The child goes there before it closes what it does not inherit.
            cwd=_path(held),
            env={**environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
            pass_fds=keep_open,
        )
        ended: Literal["exited", "stopped", "timeout"] = "exited"
        try:
            deadline = time.monotonic() + seconds
            while not _has_ended(process.pid):
                if stop.wait(tick()):
                    ended = "stopped"
                    break
                if time.monotonic() > deadline:
                    ended = "timeout"
                    break
        finally:
            _end(process, held)
        messages.seek(0)
        said = messages.read(TEXT_LIMIT).decode(errors="replace")
        return Outcome(ended, process.returncode, _take(held), said)


def _path(held: int) -> Path:
    """Return a path to the open folder, which no other user can replace (proc(5), /proc/self/fd)."""
    return Path(f"/proc/self/fd/{held}")


def _has_ended(pid: int) -> bool:
    """Return whether the process has ended. It remains a zombie, so that its PID and group are not reused."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(process: "subprocess.Popen[bytes]", folder: int) -> None:
    """Kill fio and all its processes."""
    try:
        for number, patience in _ESCALATION:
            if _has_ended(process.pid):
                break
            deadline = time.monotonic() + patience
            while not _has_ended(process.pid) and time.monotonic() < deadline:
                # Repeated: a fio that is still setting up its files ignores the signal.
                os.killpg(process.pid, number)
                _wait(process.pid, AGAIN_SECONDS)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        if process.wait() < 0:
            _end_orphans(process, folder)


def _wait(pid: int, seconds: float) -> None:
    """Wait until the process has ended, but at most this many seconds."""
    deadline = time.monotonic() + seconds
    while not _has_ended(pid) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _end_orphans(fio: "subprocess.Popen[bytes]", folder: int) -> None:
    """Kill the job processes that a killed fio left running.

    fio starts each job in a separate session (setsid in its backend.c): a signal to fio's process group does not reach
    a job, and a job continues without fio. A job is identified by its working directory.
    """
    name, where = Path(str(fio.args[0])).name, os.fstat(folder)  # type: ignore[index]
    orphans = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            # The folder's name may be another by now.
            if process.name() == name and os.path.samestat(Path(f"/proc/{process.pid}/cwd").stat(), where):
                process.kill()
                orphans.append(process)
    psutil.wait_procs(orphans, timeout=5)


def _take(folder: int) -> str:
    try:
        descriptor = os.open(OUTPUT, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        text = file.read(TEXT_LIMIT).decode(errors="replace")
    os.unlink(OUTPUT, dir_fd=folder)
    return text
