"""The program whose rate is measured: sysbench, or stress-ng if sysbench is not installed."""

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
"""In one event, sysbench searches for the primes up to this number. The search uses only a few registers."""


class Loader(Protocol):
    """A program that keeps threads busy for some time, and counts the events that they complete."""

    @property
    def name(self) -> str:
        """The program's name and version."""

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""

    def rate(self, output: str) -> float | None:
        """Return the events of all threads per second of wall time; None if the output does not contain the rate."""


@dataclass(frozen=True, slots=True)
class Sysbench:
    """sysbench. An event is one search for the primes up to PRIMES, by trial division."""

    name: str
    path: Path

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""
        return (self.path, "cpu", f"--threads={threads}", f"--time={seconds}", f"--cpu-max-prime={PRIMES}", "run")

    def rate(self, output: str) -> float | None:
        """Return the events per second; None if the output does not contain the rate."""
        return _number(re.search(r"events per second: +([0-9.]+)", output))


@dataclass(frozen=True, slots=True)
class StressNg:
    """stress-ng. An event is one "bogo op" of its method "prime"."""

    name: str
    path: Path

    def command(self, threads: int, seconds: int) -> tuple[str | Path, ...]:
        """Return the command line for this many threads and whole seconds."""
        load = ("--cpu", str(threads), "--cpu-method", "prime", "--timeout", f"{seconds}s")
        return (self.path, *load, "--metrics-brief", "--stdout", "--temp-path", TEMPORARY)

    def rate(self, output: str) -> float | None:
        """Return the bogo operations per second of wall time: the fifth number of the row "cpu"; None if missing."""
        return _number(re.search(r"\bcpu +[0-9]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +([0-9.]+)", output))


def find_loader(search: str | None = None) -> Loader:
    """Find sysbench or, if there is none, stress-ng.

    Args:
        search: the folders to search, separated as in $PATH; None for those of $PATH.

    Raises:
        CannotRun: if neither is installed.
        CannotMeasureError: if a program does not print its version.
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
            others.append(f"{path} is a different program with the same name")
    raise CannotRun("; ".join(["neither sysbench nor stress-ng is installed", *others]), INSTALL)


def _number(found: re.Match[str] | None) -> float | None:
    value = float(found[1]) if found else 0.0
    return value if value > 0 else None
