#!/usr/bin/env python3
"""What a start costs: the executable and the archive that bin/release makes, beside an installed hostcheck.

    .venv/bin/python benchmarks/own/start.py FOLDER [ROUNDS]          (FOLDER: where bin/release wrote them)

Each prints its version, in turns, as a process of its own; the first round is not counted. Seconds are those of the
clock, which other work lengthens, and of CPU, user and system, of the process and the children that it waits for. The
bar of the executable is half a second. Prints medians with the least and the most, as Markdown.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def spent(argv: Sequence[str]) -> tuple[float, float]:
    """Run a program to its end; return seconds of the clock, and of CPU."""
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return seconds, used.ru_utime + used.ru_stime


def main() -> None:
    """Measure in turns and print the table."""
    if not sys.argv[1:]:
        raise SystemExit(f"usage: {sys.argv[0]} FOLDER [ROUNDS]")
    folder = Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    programs = {
        "executable": [str(folder / f"hostcheck-{os.uname().machine}")],
        "archive": [sys.executable, str(folder / "hostcheck.pyz")],
        "installed": [str(Path(sys.executable).with_name("hostcheck"))],
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        for name, argv in programs.items():
            found[name].append(spent([*argv, "--version"]))
    sys.stdout.write("| a start | median | least | most |\n|---|---|---|---|\n")
    for name, times in found.items():
        for what, values in zip(("seconds", "seconds of CPU"), zip(*times[1:], strict=True), strict=True):
            parts = " | ".join(f"{part:.2f}" for part in (statistics.median(values), min(values), max(values)))
            sys.stdout.write(f"| {name}, {what} | {parts} |\n")


if __name__ == "__main__":
    main()
