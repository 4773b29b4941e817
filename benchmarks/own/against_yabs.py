#!/usr/bin/env python3
"""How far the answers of hostcheck and of a script like yabs.sh move, on a quiet host and on a busy one.

    .venv/bin/python benchmarks/own/against_yabs.py [ROUNDS [FOLDER]]

In turns, in one folder: yabs.sh's disk test for 4 KiB (libaio, half reads, half writes, two processes of 64 I/Os each,
30 s, once), its writes a second; and ``hostcheck bench --quick --only disk``, its random writes a second. First with
nothing else running, then with one process of pure computing for each CPU. The two measure different jobs, so not their
figures are compared but how far each one's move: the largest of the rounds over the smallest, the standard deviation,
how far the busy median is from the quiet one, in how many rounds the answer itself said that it is not to be trusted,
and in how many that the host was busy. Prints Markdown.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.disk.sampling import CROWDED
from hostcheck.fio.parser import parse

METRIC = "disk.randwrite.iops"
YABS = (
    "--name=rand_rw_4k --ioengine=libaio --rw=randrw --rwmixread=50 --bs=4k --iodepth=64 --numjobs=2 --size=2G "
    "--runtime=30 --gtod_reduce=1 --direct=1 --group_reporting --filename=like-yabs --output-format=json"
)


@dataclass(frozen=True)
class Answer:
    """A figure, whether what gave it said that it is not to be trusted, and whether that the host was busy."""

    iops: float | None
    warned: bool
    busy: bool


def like_yabs(folder: Path) -> Answer:
    """Measure as yabs.sh does: it warns of nothing."""
    argv = ["fio", *YABS.split(), "--output=like-yabs.json"]
    subprocess.run(argv, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    side = parse((folder / "like-yabs.json").read_text(encoding="utf-8")).jobs[0].write
    return Answer(side.iops if side else None, warned=False, busy=False)


def by_hostcheck(folder: Path) -> Answer:
    """Measure with hostcheck: it warns by the metric's state, and says of samples that the CPUs were busy."""
    run = folder / "run.json"
    argv = [sys.executable, "-m", "hostcheck", "bench", "--quick", "--no-store", "--allow-low-space", "--only", "disk"]
    argv += ["--dir", str(folder), "-o", str(run)]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    metrics = json.loads(run.read_text(encoding="utf-8"))["metrics"]
    (metric,) = (metric for metric in metrics if metric["id"] == METRIC)
    cautions = [sample["detail"].get("caution", "") for sample in metric["samples"]]
    return Answer(metric["value"], warned=metric["state"] != "ok", busy=any(CROWDED in one for one in cautions))


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """Have every CPU compute meanwhile."""
    argv = [sys.executable, "-c", "while True: pass"]
    hogs = [subprocess.Popen(argv) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def row(name: str, answers: list[Answer], quiet: float | None) -> tuple[str, float | None]:
    """Return a row of the table, and the median."""
    values = [answer.iops for answer in answers if answer.iops]
    warned = " | ".join(
        f"{sum(getattr(answer, what) for answer in answers)} of {len(answers)}" for what in ("warned", "busy")
    )
    if len(values) < 2:
        return f"| {name} | {len(values)} figures | | | {warned} |\n", None
    median = statistics.median(values)
    moved = f"{median / quiet - 1:+.0%}" if quiet else ""
    spread = f"{statistics.stdev(values) / statistics.fmean(values):.1%}"
    return f"| {name} | {max(values) / min(values):.2f} | {spread} | {moved} | {warned} |\n", median


def main() -> None:
    """Measure with both, quiet and busy, in turns."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    quiet: dict[str, float | None] = {}
    sys.stdout.write(
        "| | largest / smallest | deviation | busy against quiet | warned | called busy |\n|---|---|---|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        for state, load in (("quiet", contextlib.nullcontext), ("busy", busy)):
            answers: dict[str, list[Answer]] = {"like yabs": [], "hostcheck": []}
            with load():
                for _ in range(rounds):
                    answers["like yabs"].append(like_yabs(Path(name)))
                    answers["hostcheck"].append(by_hostcheck(Path(name)))
            for who, found in answers.items():
                text, median = row(f"{who}, {state}", found, quiet.get(who))
                quiet.setdefault(who, median)
                sys.stdout.write(text)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
