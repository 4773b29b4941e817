"""Find fio, and make sure that it is fio."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.fio.version import parse_version

INSTALL = "install it: apt-get install fio, dnf install fio or apk add fio"

# Debian's fio links 64 libraries; on a loaded machine it takes its time to say its version.
_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Program:
    """fio on this machine.

    Attributes:
        path: where it is.
        version: as it prints it, such as "fio-3.33".
    """

    path: Path
    version: str


def find_fio(search: str | None = None) -> Program:
    """Find fio in the folders of ``search`` (of $PATH when None).

    A program of that name which is not fio is passed over: the Python package Fiona installs one.

    Raises:
        CannotMeasureError: when there is none.
    """
    others: list[str] = []
    for folder in (os.environ.get("PATH", os.defpath) if search is None else search).split(os.pathsep):
        path = Path(folder or ".").absolute() / "fio"
        if not path.is_file() or not os.access(path, os.X_OK):
            continue
        said = _version_of(path)
        if parse_version(said) is not None:
            return Program(path, said)
        others.append(f"{path} is another program (its version is {said[:60]!r})")
    raise CannotMeasureError("; ".join(["fio is not installed", *others]), remedy=INSTALL)


def _version_of(path: Path) -> str:
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout.decode(errors="replace").strip()
