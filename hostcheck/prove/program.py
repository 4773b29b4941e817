"""Run a command-line program of an engine, and report its message if it fails."""

import re
import subprocess
from collections.abc import Sequence

from hostcheck.host.lookup import environment, find_program
from hostcheck.prove.engine_api import RefusedError, SilentError


def run(argv: Sequence[str], seconds: float, given: bytes = b"") -> str:
    """Run a program without a shell, and return its standard output.

    Args:
        argv: the program's name and its arguments.
        seconds: the time limit, after which the program is killed.
        given: the bytes of its standard input.

    Raises:
        FileNotFoundError: if the program is not installed.
        SilentError: if the program exceeds the time limit.
        RefusedError: if the program fails. The message is the last line that it wrote to standard error.
    """
    program = str(find_program(argv[0]))
    try:
        done = subprocess.run(
            [program, *argv[1:]],
            input=given,
            capture_output=True,
            check=False,
            timeout=seconds,
            cwd="/",
            env=environment(),
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as late:
        raise SilentError(f"{argv[0]} was not done after {seconds:.0f} s") from late
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise RefusedError(_message(lines[-1]) if lines else f"{argv[0]} ended with {done.returncode}")
    return done.stdout.decode(errors="replace")


def _message(line: str) -> str:
    """Return the ``msg`` of a line in the format of logrus, the log library of many engines; else the whole line."""
    found = re.search(r'\bmsg="((?:[^"\\]|\\.)*)"', line)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else line
