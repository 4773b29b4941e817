#!/usr/bin/env python3
"""How long the page takes, how large it is and how much memory it takes, for how many hosts.

    .venv/bin/python benchmarks/own/page.py [HOSTS...]

Makes run files of pretended hosts from a real one (figures spread by 6 %, one host in forty at half speed), then runs
``hostcheck report`` on them as a user does, three times each (above a thousand hosts once), and prints the median of
wall time and CPU time, the page's size and the peak memory of the process. The files are made beforehand and are not
in the times.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
REPEATS = 3


def pretended(document: dict, number: int, chance: random.Random) -> dict:
    """Return a run file of another host: the same run, faster or slower."""
    factor = chance.lognormvariate(0, 0.06) * (0.5 if number % 40 == 7 else 1)
    copy = json.loads(json.dumps(document))
    copy["id"] = f"{number:032x}"
    copy["host"]["name"] = f"node-{number:04}"
    for metric in copy["metrics"]:
        if metric["value"] is None:
            continue
        metric["value"] *= factor
        metric["interval"] = [bound * factor for bound in metric["interval"]]
        for sample in metric["samples"]:
            sample["value"] = sample["value"] and sample["value"] * factor
            # Otherwise all hosts would have the slow minutes of the one.
            sample["started"] = f"2026-11-{number % 28 + 1:02}T{number % 24:02}{sample['started'][13:]}"
    return copy


def measure(files: list[Path], page: Path) -> tuple[float, float]:
    """Make the page once, and return its wall and CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    argv = [sys.executable, "-m", "hostcheck", "report", *map(str, files), "-o", str(page)]
    subprocess.run(argv, cwd=TOP, check=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure each number of hosts, the fewest first: the peak memory is that of the largest so far."""
    document = json.loads((TOP / "reports" / "sample" / "host.json").read_text(encoding="utf-8"))
    sys.stdout.write("hosts   wall s   CPU s   page KiB   peak MiB\n")
    for count in sorted(map(int, sys.argv[1:] or ("2", "100", "1000"))):
        chance = random.Random(count)  # noqa: S311 - figures of pretended hosts
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{number}.json" for number in range(count)]
            for number, file in enumerate(files):
                file.write_text(json.dumps(pretended(document, number, chance)), encoding="utf-8")
            page = Path(folder) / "page.html"
            times = [measure(files, page) for _ in range(REPEATS if count <= 1000 else 1)]
            wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            size = page.stat().st_size / 1024
            sys.stdout.write(f"{count:5}  {wall:7.2f}  {cpu:6.2f}  {size:9.0f}  {peak:9.0f}\n")


if __name__ == "__main__":
    main()
