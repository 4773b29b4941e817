"""hostcheck whose measurements take seconds: for tests of what surrounds a measurement, not of its precision.

A sample counts whatever the hypervisor takes of it, and nothing waits until the host is idle.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

_PROGRAM = """
import sys
from hostcheck.bench.build import options as build
from hostcheck.bench.disk import options as disk
from hostcheck.bench.emulated import calibration
from hostcheck.bench import idle, stopping
from hostcheck.bench.stopping import Repeats
from hostcheck.bench.storm import options as storm
stopping.STEAL_PERCENT = 100.0
idle.MOST_READINGS = idle.CALM_READINGS = 1
jobs = tuple(sys.argv.pop(1).split(","))
short = disk.DiskOptions(jobs, budget_seconds=0, seconds=1, ramp_seconds=0.2, file_bytes=64 << 20)
disk.PRESETS = {"quick": short}
calibration.OPTIONS = short
build.PRESETS = {"quick": build.BuildOptions(Repeats(2, 2, 0))}
storm.PRESETS = {"quick": storm.StormOptions(Repeats(2, 2, 0))}
"""
_MAIN = """
from hostcheck.cli import main
main()
"""


def short_hostcheck(*arguments: str | Path, jobs: Sequence[str] = ("randwrite",), python: str | Path = "") -> list[str]:
    """Return the command line of hostcheck, whose effort "quick" is a second a sample and few of them.

    Args:
        arguments: its own.
        jobs: the disk jobs that it measures.
        python: the Python that has it; that of the tests without one.
    """
    return short_script(_MAIN, *arguments, jobs=jobs, python=python)


def short_script(
    script: str, *arguments: str | Path, jobs: Sequence[str] = ("randwrite",), python: str | Path = ""
) -> list[str]:
    """Return the command line of a Python script of which the same holds."""
    return [str(python or sys.executable), "-c", _PROGRAM + script, ",".join(jobs), *map(str, arguments)]
