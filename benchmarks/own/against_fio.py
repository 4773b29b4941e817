#!/usr/bin/env python3
"""hostcheck's disk benchmark against plain fio: the same figure, and what it takes beside fio's own time. Needs root.

    .venv/bin/python benchmarks/own/against_fio.py [ROUNDS]

On a disk of known speed (350 I/Os and 120 MB a second, in memory): each round runs the job files by hand with plain
fio, as their comments say, and then ``hostcheck bench --quick --only disk``. A program called fio that stands before
the real one in hostcheck's PATH notes when each fio began and ended; what of the time between the first and the last
of them is inside none is hostcheck's own. Prints the figures' distance from the truth, and hostcheck's own time a run
of fio, as Markdown.
"""

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.bench.emulated.tier import TIERS
from hostcheck.fio.parser import parse

TOP = Path(__file__).resolve().parents[2]
JOBS = {
    "seqread": "disk.seqread.bandwidth",
    "seqwrite": "disk.seqwrite.bandwidth",
    "randread": "disk.randread.iops",
    "randwrite": "disk.randwrite.iops",
}
SECONDS, RAMP, SIZE = "3", "1", "512m"
NOTING = """#!/bin/sh
case "$1" in --version) exec {fio} "$@" ;; esac
began=$(date +%s.%N)
{fio} "$@"
code=$?
echo "$began $(date +%s.%N)" >> {log}
exit $code
"""


def by_hand(disk: KnownDisk) -> dict[str, float]:
    """Run each job file with plain fio, and return its own figures: I/Os, or MB, a second."""
    variables = {"HC_FILE": "by-hand", "HC_SIZE": SIZE, "HC_RUNTIME": SECONDS, "HC_RAMP": RAMP}
    found = {}
    for job in ("layout", *JOBS):
        argv = ["fio", "--output-format=json", "--output=by-hand.json", str(TOP / "fio-jobs" / f"{job}.fio")]
        subprocess.run(argv, cwd=disk.path, env={**os.environ, **variables}, check=True, stdout=subprocess.DEVNULL)
        (side,) = parse((disk.path / "by-hand.json").read_text(encoding="utf-8")).jobs[0].sides
        found[job] = side.bandwidth / 1e6 if job.startswith("seq") else side.iops
    for name in ("by-hand", "by-hand.json"):
        (disk.path / name).unlink()
    return {job: found[job] for job in JOBS}


def by_hostcheck(disk: KnownDisk, folder: Path) -> tuple[dict[str, float], float]:
    """Run hostcheck, and return its figures and its own seconds a run of fio."""
    log, run = folder / "log", folder / "run.json"
    log.write_text("", encoding="ascii")
    noting = folder / "fio"
    noting.write_text(NOTING.format(fio=shutil.which("fio"), log=log), encoding="ascii")
    noting.chmod(0o755)
    argv = [sys.executable, "-m", "hostcheck", "bench", "--quick", "--no-store", "--allow-low-space", "--only", "disk"]
    argv += ["--dir", str(disk.path), "-o", str(run)]
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    metrics = {metric["id"]: metric["value"] for metric in json.loads(run.read_text(encoding="utf-8"))["metrics"]}
    # Without the first: the layout of the file, and what is tried before it.
    times = [tuple(map(float, line.split())) for line in log.read_text(encoding="ascii").splitlines()][1:]
    gaps = [max(0.0, after[0] - before[1]) for before, after in itertools.pairwise(times)]
    return {job: metrics[metric] for job, metric in JOBS.items()}, statistics.fmean(gaps)


def main() -> None:
    """Measure with both, in turns."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tier = TIERS["sata"]
    truth = {job: tier.bytes_per_second / 1e6 if job.startswith("seq") else tier.iops for job in JOBS}
    plain, ours, own = [], [], []
    with tempfile.TemporaryDirectory() as folder, known_disk(tier, 3 << 30, uuid4().hex) as disk:
        for _ in range(rounds):
            plain.append(by_hand(disk))
            figures, seconds = by_hostcheck(disk, Path(folder))
            ours.append(figures)
            own.append(seconds)
    sys.stdout.write("| job | truth | plain fio, off by | hostcheck, off by |\n|---|---|---|---|\n")
    for job, true in truth.items():
        off = [", ".join(f"{found[job] / true - 1:+.2%}" for found in side) for side in (plain, ours)]
        sys.stdout.write(f"| {job} | {true:g} | {off[0]} | {off[1]} |\n")
    sys.stdout.write(f"\nhostcheck's own time: {', '.join(f'{seconds:.2f}' for seconds in own)} s a run of fio\n")


if __name__ == "__main__":
    main()
