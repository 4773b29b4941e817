"""The programs that read and write memory: sysbench for bandwidth, stress-ng for latency."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.host.lookup import own_folders, programs
from hostcheck.host.versions import version_of

PAGE_BYTES = 4096
"""Size in bytes of the pages in which stress-ng counts the working set of its pointers."""

TEMPORARY = "/dev/shm"  # noqa: S108 - nothing is written there: stress-ng only demands a folder that it could write to
NANOSECONDS = r"ptr-chase +([0-9.]+) nanosec"


@dataclass(frozen=True, slots=True)
class Probe:
    """A program that measures one property of memory.

    Attributes:
        name: its name and version.
        command: a function that returns the command line. Its arguments are whole seconds and the bytes of the working
            set.
        value: a function that returns the measured value in the program's output, in the metric's unit; None if it is
            missing.
    """

    name: str
    command: Callable[[int, int], tuple[str | Path, ...]]
    value: Callable[[str], float | None]


def bandwidth(operation: str, search: str | None = None) -> Probe:
    """Return sysbench, which reads or writes a block from its start to its end, in one thread.

    Args:
        operation: "read" or "write".
        search: the folders to search, separated as in $PATH; None for those of $PATH.

    Raises:
        CannotRun: if sysbench is not installed.
        CannotMeasureError: if the program does not print its version.
    """
    path, version = _find(
        "sysbench", r"sysbench (\d+\.\d[\w.]*)", search, "install it: apt-get install sysbench, or from EPEL"
    )

    def command(seconds: int, working_set: int) -> tuple[str | Path, ...]:
        what = (f"--memory-oper={operation}", f"--memory-block-size={working_set}", "--memory-total-size=1024T")
        return (path, "memory", "--threads=1", f"--time={seconds}", *what, "run")

    def value(output: str) -> float | None:
        found = re.search(r"\(([0-9.]+) MiB/sec\)", output)
        return _above_zero(float(found[1]) * 2**20 / 1e6) if found else None

    return Probe(f"sysbench {version}", command, value)


def latency(search: str | None = None) -> Probe:
    """Return stress-ng, which follows pointers in random order: each load depends on the load before.

    Args:
        search: the folders to search, separated as in $PATH; None for those of $PATH.

    Raises:
        CannotRun: if stress-ng is not installed.
        CannotMeasureError: if the program does not print its version.
    """
    path, version = _find(
        "stress-ng", r"stress-ng, version (\d+\.\d[\w.]*)", search, "install it: apt-get install stress-ng"
    )

    def command(seconds: int, working_set: int) -> tuple[str | Path, ...]:
        pages = ("--ptr-chase", "1", "--ptr-chase-pages", str(working_set // PAGE_BYTES))
        return (path, *pages, "--timeout", f"{seconds}s", "--metrics", "--stdout", "--temp-path", TEMPORARY)

    def value(output: str) -> float | None:
        found = re.search(NANOSECONDS, output)
        return _above_zero(float(found[1]) / 1e9) if found else None

    return Probe(f"stress-ng {version}", command, value)


def _find(name: str, pattern: str, search: str | None, install: str) -> tuple[Path, str]:
    others: list[str] = []
    for path in programs(name, own_folders() if search is None else search.split(os.pathsep), others):
        if found := re.match(pattern, version_of(path)):
            return path, found[1]
        others.append(f"{path} is a different program with the same name")
    raise CannotRun("; ".join([f"{name} is not installed", *others]), install)


def _above_zero(value: float) -> float | None:
    return value if value > 0 else None
