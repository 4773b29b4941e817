"""hostcheck as a process that is forked from that of the tests, and not started anew: its modules are loaded already.

For tests of what a command says and how it ends. How it starts, what it loads, and what a process of it leaves is for
tests that start it.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

import hostcheck.cli
from hostcheck.streams import open_all

ROOMS = tuple(
    f"hostcheck.{room}"
    for room in (
        *("bench", "capture", "cli", "comparison", "formats", "gate", "imports", "placement", "probes", "profiles"),
        *("remote", "store", "workloadfiles"),
    )
)


def hostcheck_forked(
    *words: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    package_folder: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        words: its arguments.
        cwd: the working folder; that of the tests without one.
        env: the environment; that of the tests without one.
        package_folder: where further packages are installed.
    """
    done = forked(*words, cwd=cwd, env=env, package_folder=package_folder)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def forked(
    *words: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    package_folder: Path | None = None,
    streams: Mapping[int, int | None] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command line, and return what it wrote as bytes.

    Args:
        words: its arguments.
        cwd: the working folder; that of the tests without one.
        env: the environment; that of the tests without one.
        package_folder: where further packages are installed.
        streams: descriptors for some of the standard streams 0, 1 and 2; None for one that is closed. With it the
            streams are made usable as where hostcheck starts.
    """
    _load()
    argv = ["hostcheck", *map(str, words)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, Path(os.devnull).open() as empty:
        places = {0: empty.fileno(), 1: output.fileno(), 2: errors.fileno(), **(streams or {})}
        child = os.fork()
        if child == 0:
            _run(argv, places, cwd, env, package_folder, open_streams=streams is not None)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(argv, code, *said)


@cache
def _load() -> None:
    """Load once what each command line would load."""
    for package in map(importlib.import_module, ROOMS):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _run(
    argv: list[str],
    places: Mapping[int, int | None],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    package_folder: Path | None,
    *,
    open_streams: bool,
) -> NoReturn:
    code = 70
    try:
        for number, place in places.items():
            if place is None:
                os.close(number)
            else:
                os.dup2(place, number)
        # As Python has them: None for one that is closed.
        sys.stdin, sys.stdout, sys.stderr = (
            None if places[number] is None else open(number, mode, closefd=False)  # noqa: SIM115 - descriptors
            for number, mode in enumerate("rww")
        )
        if cwd:
            os.chdir(cwd)
        if env is not None:
            os.environ.clear()
            os.environ.update(env)
        if package_folder:
            sys.path.append(str(package_folder))
        if open_streams:
            open_all()
        sys.argv = argv
        hostcheck.cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what Python itself would print
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            # Python's own exit code for output that it cannot write at its end.
            code = 120
        finally:
            # Nothing of the tests that lies above in the stack ends with this process.
            os._exit(code)
