#!/usr/bin/env python3
"""What an audit costs in CPU time: every profile, with experiments and without, and the virtualization probe's part.

    .venv/bin/python benchmarks/own/audit.py [ROUNDS]

Each is a process of its own, in turns, with bytecode cached; the first round is not counted. CPU is user and system
time of the process and of its experiments' children (getrusage). The probe runs after every other one, so that what it
shares with them is loaded: what it adds. Prints medians with the least and the most, as Markdown, against the bars.
"""

import compileall
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from hostcheck.profiles.loader import names

PROFILES = [argument for name in names() for argument in ("--profile", name)]
AUDIT = [str(Path(sys.executable).with_name("hostcheck")), "audit", *PROFILES]
PROBE = """
import time
from hostcheck.audit import collect
from hostcheck.host.live import LiveHost
from hostcheck.probes import PROBES
host = LiveHost()
collect(host, {name: where for name, where in PROBES.items() if name != "virt"})
start = time.process_time()
collect(host, {"virt": PROBES["virt"]})
print(time.process_time() - start)
"""


def spent(argv: Sequence[str]) -> float:
    """Run a program to its end; return its CPU time and its children's, in seconds."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return used.ru_utime + used.ru_stime


def probe() -> float:
    """Return what the virtualization probe adds, in seconds of CPU."""
    return float(subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Measure in turns and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    package = find_spec("hostcheck")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("hostcheck is not installed here")
    compileall.compile_dir(package.submodule_search_locations[0], quiet=1)
    measures = {
        f"audit, {len(PROFILES) // 2} profiles": (lambda: spent(AUDIT), 0.2),
        "the same with `--no-experiments`": (lambda: spent([*AUDIT, "--no-experiments"]), 0.15),
        "what the virtualization probe adds": (probe, 0.015),
    }
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(rounds + 1):
        for name, (measure, _) in measures.items():
            seconds = measure()
            if turn:
                found[name].append(seconds)
    sys.stdout.write("| | median | least | most | bar |\n|---|---|---|---|---|\n")
    for name, (_, bar) in measures.items():
        told = (statistics.median(found[name]), min(found[name]), max(found[name]), bar)
        sys.stdout.write(f"| {name} | " + " | ".join(f"{1e3 * seconds:.1f} ms" for seconds in told) + " |\n")


if __name__ == "__main__":
    main()
