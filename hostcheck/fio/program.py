"""Find fio, and check that the program is fio."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.exhausted import limit_remedy
from hostcheck.fio.version import parse_version
from hostcheck.host.lookup import environment, own_folders, programs

INSTALL = "install it: apt-get install fio, dnf install fio or apk add fio"

# Debian's fio links 64 libraries; on a loaded machine it takes its time to say its version.
_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Program:
    """fio on this machine.

    Attributes:
        path: where it is.
        version: as it prints it, such as "fio-3.33".
        passed_over: why programs of that name were not taken that came first, each a clause.
    """

    path: Path
    version: str
    passed_over: tuple[str, ...] = ()


def find_fio(search: str | None = None) -> Program:
    """Find fio in the folders of ``search`` (of $PATH when None), without those that are relative, such as "" and ".".

    A program of that name which is not fio is passed over: the Python package Fiona installs one. Root passes over what
    is not root's.

    Raises:
        CannotMeasureError: when there is none, or it cannot be asked for its version: a limit is reached, it does not
            answer, or a signal ends it.
    """
    others: list[str] = []
    for path in programs("fio", own_folders() if search is None else search.split(os.pathsep), others):
        said = _version_of(path)
        if parse_version(said) is not None:
            return Program(path, said, tuple(others))
        others.append(f"{path} is another program (its version is {said[:60]!r})")
    raise CannotMeasureError("; ".join(["fio is not installed", *others]), remedy=INSTALL)


def _version_of(path: Path) -> str:
    """Return the program's version; an error message where the file cannot be run.

    Raises:
        CannotMeasureError: when the program cannot be identified.
    """
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd="/",
            env=environment(),
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unasked(path, f"no answer in {_TIMEOUT_SECONDS} s", "measure again when the host is quiet") from None
    except OSError as error:
        if remedy := limit_remedy(error=error.errno):
            raise _unasked(path, error.strerror or str(error), remedy) from error
        return str(error)
    if done.returncode < 0:
        remedy = limit_remedy(ended_by=-done.returncode) or f"see what {path} --version does"
        raise _unasked(path, f"it was ended by signal {-done.returncode}", remedy)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode and (remedy := limit_remedy(said=said)):
        raise _unasked(path, said.splitlines()[-1], remedy)
    return done.stdout.decode(errors="replace").strip()


def _unasked(path: Path, why: str, remedy: str) -> CannotMeasureError:
    return CannotMeasureError(f"reading the version of {path} (--version): {why}", remedy=remedy)
