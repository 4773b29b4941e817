"""hostcheck as a process that is forked from that of the tests, and not started anew: its modules are loaded already.

For tests of what a command says and how it ends. How it starts, what it loads, and what a process of it leaves is for
tests that start it.
"""

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import hostcheck.cli


def hostcheck_forked(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        words: its arguments.
        cwd: the working folder; that of the tests without one.
        env: the environment; that of the tests without one.
    """
    argv = ["hostcheck", *map(str, words)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            _run(argv, output.fileno(), errors.fileno(), cwd, env)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(argv, code, *said)


def _run(argv: list[str], output: int, errors: int, cwd: Path | None, env: Mapping[str, str] | None) -> NoReturn:
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(errors, 2)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - descriptors
        if cwd:
            os.chdir(cwd)
        if env is not None:
            os.environ.clear()
            os.environ.update(env)
        sys.argv = argv
        hostcheck.cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what Python itself would print
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Nothing of the tests that lies above in the stack ends with this process.
        os._exit(code)
