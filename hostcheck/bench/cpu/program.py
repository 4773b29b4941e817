"""The program whose rate is measured: sysbench, or stress-ng where there is no sysbench."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hostcheck.bench.base import CannotRun
from hostcheck.host.lookup import own_folders, programs
from hostcheck.host.versions import version_of

INSTALL = "install one: apt-get install sysbench, dnf install stress-ng or apk add sysbench"

TEMPORARY = "/dev/shm"  # noqa: S108 - nothing is written there: stress-ng only demands a folder that it could write to

PRIMES = 20_000
"""sysbench searches for the primes up to this number in one event. Its working set is a few registers."""


class Loader(Protocol):
    """A program that keeps threads busy for some time, and counts what they do."""

    @property
    def name(self) -> str:
        """Its name and version."""

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""

    def rate(self, output: str) -> float | None:
        """Return the events of all threads per second of wall time; None if the output does not have it."""


@dataclass(frozen=True, slots=True)
class Sysbench:
    """sysbench: an event is the primes up to PRIMES by trial division."""

    name: str
    path: Path

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""
        return (self.path, "cpu", f"--threads={threads}", f"--time={seconds}", f"--cpu-max-prime={PRIMES}", "run")

    def rate(self, output: str) -> float | None:
        """Return the events per second."""
        return _number(re.search(r"events per second: +([0-9.]+)", output))


@dataclass(frozen=True, slots=True)
class StressNg:
    """stress-ng: an event is a "bogo op" of its method "prime"."""

    name: str
    path: Path

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""
        load = ("--cpu", str(threads), "--cpu-method", "prime", "--timeout", f"{seconds}s")
        return (self.path, *load, "--metrics-brief", "--stdout", "--temp-path", TEMPORARY)

    def rate(self, output: str) -> float | None:
        """Return the bogo operations per second of wall time: the fifth number of the table's row."""
        return _number(re.search(r"\bcpu +[0-9]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +([0-9.]+)", output))


def find_loader(search: str | None = None) -> Loader:
    """Find the program, in the folders of ``search`` (of $PATH when None). sysbench comes first.

    Raises:
        CannotRun: when there is none.
        CannotMeasureError: when one cannot be asked for its version.
    """
    others: list[str] = []
    folders = own_folders() if search is None else search.split(os.pathsep)
    kinds: tuple[tuple[str, str, Callable[[str, Path], Loader]], ...] = (
        ("sysbench", r"sysbench (\d+\.\d[\w.]*)", Sysbench),
        ("stress-ng", r"stress-ng, version (\d+\.\d[\w.]*)", StressNg),
    )
    for name, pattern, kind in kinds:
        for path in programs(name, folders, others):
            if found := re.match(pattern, version_of(path)):
                return kind(f"{name} {found[1]}", path)
            others.append(f"{path} is another program")
    raise CannotRun("; ".join(["neither sysbench nor stress-ng is installed", *others]), INSTALL)


def _number(found: re.Match[str] | None) -> float | None:
    value = float(found[1]) if found else 0.0
    return value if value > 0 else None
