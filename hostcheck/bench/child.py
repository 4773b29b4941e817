"""Run a program that measures, and make sure that it ends."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.host.lookup import environment

POLL_SECONDS = 0.02
TEXT_LIMIT = 4 << 20
"""Maximum number of bytes to read of each output of a program."""


@dataclass(frozen=True, slots=True)
class Ran:
    """The outcome of a run of a program.

    Attributes:
        exit_code: the program's exit code, or minus the number of the signal that ended it; None if it exceeded its
            time limit.
        output: text that the program wrote to standard output.
        messages: text that the program wrote to standard error.
        seconds: wall time in seconds.
        cpu_seconds: user and system CPU time of the program and of the processes that it waited for (getrusage(2)).
    """

    exit_code: int | None
    output: str
    messages: str
    seconds: float
    cpu_seconds: float

    @property
    def problem(self) -> str:
        """Why the program failed, with the last line that it printed; empty if it succeeded."""
        if self.exit_code == 0:
            return ""
        said = (self.messages.strip() or self.output.strip()).splitlines()[-1:]
        ended = "it took too long" if self.exit_code is None else f"it ended with exit code {self.exit_code}"
        return ": ".join([ended, *said])


def run_program(command: Sequence[str | Path], *, seconds: float, stop: threading.Event) -> Ran:
    """Run a program in a new session. When this function returns or raises, the program's process group is killed.

    Args:
        command: the absolute path of the program, and its arguments. The program must also end by itself, in case
            hostcheck is killed.
        seconds: time limit, after which the program is killed.
        stop: when set, the program is killed.

    Raises:
        OSError: if the program cannot be started.
    """
    # Files in memory: a program that writes much neither blocks nor fills a disk.
    with os.fdopen(os.memfd_create("output"), "w+b") as output, os.fdopen(os.memfd_create("messages"), "w+b") as said:
        began = time.monotonic()
        process = subprocess.Popen(
            list(command),
            cwd="/",
            env={**environment(), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=said,
            start_new_session=True,
        )
        in_time = True
        try:
            while not _has_ended(process.pid):
                if stop.wait(POLL_SECONDS):
                    break
                if time.monotonic() - began > seconds:
                    in_time = False
                    break
        finally:
            took = time.monotonic() - began
            os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return Ran(
            process.returncode if in_time else None,
            _read(output.fileno()),
            _read(said.fileno()),
            took,
            usage.ru_utime + usage.ru_stime,
        )


def _has_ended(pid: int) -> bool:
    """Return whether the process has ended. It stays a zombie, so that its PID and group are not reused."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _read(descriptor: int) -> str:
    return os.pread(descriptor, TEXT_LIMIT, 0).decode(errors="replace")
