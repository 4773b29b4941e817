"""Run a program of the host, without a shell, with limits on its time and its output."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from hostcheck.host.base import READ_LIMIT, Reading
from hostcheck.host.files import failed
from hostcheck.host.lookup import environment, find_program

_GRACE_SECONDS = 1.0  # between closing its output and ending


def run_program(argv: Sequence[str], timeout: float, env: Mapping[str, str] | None = None) -> Reading:
    """Run a program in a new session (setsid(2)) and read its standard output.

    Args:
        argv: the program, a name or an absolute path, and its arguments.
        timeout: the time limit in seconds, after which the program and its children are killed.
        env: the environment of the program; None for a new one (``hostcheck.host.lookup.environment``).

    Returns:
        The output; or a failure. "absent": the program is not installed. "denied": it may not be run, for example by
        root because another user can change it. "unreadable": it ended with an error, took too long, or printed more
        than READ_LIMIT bytes.
    """
    source = " ".join(argv)
    try:
        process = subprocess.Popen(
            [find_program(argv[0]), *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=environment() if env is None else env,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return failed(source, error)
    assert process.stdout is not None
    problem = "interrupted"
    try:
        with process.stdout as pipe:
            output, problem = _collect(pipe.fileno(), time.monotonic() + timeout)
    finally:
        _end(process, kill=bool(problem))
    if problem:
        return Reading(source, None, "unreadable", problem)
    if process.returncode:
        return Reading(source, None, "unreadable", f"ended with {process.returncode}")
    return Reading(source, output)


def _collect(fd: int, deadline: float) -> tuple[bytes, str]:
    """Read the output to its end; return it, and the problem in words (empty if there is none)."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    output = bytearray()
    while len(output) <= READ_LIMIT:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return b"", "took too long"
        part = os.read(fd, 1 << 16)
        if not part:
            return bytes(output), ""
        output += part
    return b"", "printed too much"


def _end(process: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    # Until wait() is called, the kernel cannot give its id to another process group.
    if not kill:
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            kill = True
    if kill:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
