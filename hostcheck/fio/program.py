"""Find fio, and check that the program is fio."""

import os
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.fio.version import parse_version
from hostcheck.host.lookup import own_folders, programs
from hostcheck.host.versions import version_of

INSTALL = "install it: apt-get install fio, dnf install fio or apk add fio"


@dataclass(frozen=True, slots=True)
class Program:
    """fio on this machine.

    Attributes:
        path: path of the program.
        version: version as fio prints it, such as "fio-3.33".
        passed_over: why earlier programs named fio in the search path were not used, each as a clause.
    """

    path: Path
    version: str
    passed_over: tuple[str, ...] = ()


def find_fio(search: str | None = None) -> Program:
    """Find fio in the absolute folders of ``search``, or of $PATH if ``search`` is None.

    Relative folders, such as "" and ".", are ignored. So is another program named fio, such as the one that the Python
    package Fiona installs. As root, a program that another user owns is ignored too.

    Raises:
        CannotMeasureError: if there is no fio, or fio cannot print its version, because a resource limit is reached, it
            does not end, or a signal ends it.
    """
    others: list[str] = []
    for path in programs("fio", own_folders() if search is None else search.split(os.pathsep), others):
        said = version_of(path)
        if parse_version(said) is not None:
            return Program(path, said, tuple(others))
        others.append(f"{path} is a different program with the same name (its version is {said[:60]!r})")
    raise CannotMeasureError("; ".join(["fio is not installed", *others]), remedy=INSTALL)
