#!/usr/bin/env python3
"""Record how a disk's rate moves: one job without a pause, in windows of 0.1 s.

    .venv/bin/python benchmarks/own/record_series.py JOB TARGET SECONDS FILE [counted]

The job is one of hostcheck's own (seqread, randwrite…), the target a file that is as large as the part to use, or a
block device whose content may be lost. Adds one piece to FILE, a .json.gz with the windows' I/Os a second as fio's log
has them, and the busy and stolen CPU time of each second in percent. ``coverage.py`` reads it.

A disk under a limit lets its I/Os through in bursts, of which a window of 0.1 s has one more or less. With ``counted``
the windows have 10 ms and are those of the device's counters, as hostcheck reads them, of a disk for this job alone.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from hostcheck.bench.conditions import now_utc
from hostcheck.bench.disk.device_counter import DeviceCounter, count_at

MILLISECONDS = 100
COUNTED_MILLISECONDS = 10

JOBS = {
    "seqread": ("--rw=read", "--bs=1m", "--iodepth=8"),
    "seqwrite": ("--rw=write", "--bs=1m", "--iodepth=8", "--refill_buffers"),
    "randread": ("--rw=randread", "--bs=4k", "--iodepth=32", "--norandommap", "--randrepeat=0"),
    "randwrite": ("--rw=randwrite", "--bs=4k", "--iodepth=32", "--norandommap", "--randrepeat=0", "--refill_buffers"),
    "randread-qd1": ("--rw=randread", "--bs=4k", "--iodepth=1", "--norandommap", "--randrepeat=0"),
}
"""What the job files of these names ask of fio."""

BLOCKS = {job: 1 << 20 if "--bs=1m" in options else 4096 for job, options in JOBS.items()}


def record(job: str, target: Path, seconds: int, *, counted: bool) -> dict[str, Any]:
    """Run the job for so many seconds, and return the piece."""
    started = now_utc()
    device = target.stat().st_dev
    counter = DeviceCounter(f"{os.major(device)}:{os.minor(device)}", ("write",) if "write" in job else ("read",))
    with tempfile.TemporaryDirectory() as folder:
        argv = ["fio", "--name=record", "--ioengine=libaio", "--direct=1", *JOBS[job], f"--filename={target}"]
        argv += ["--time_based", f"--runtime={seconds}", "--ramp_time=1", "--output=out", "--group_reporting"]
        argv += [f"--write_iops_log={folder}/log", f"--log_avg_msec={MILLISECONDS}"]
        with subprocess.Popen(argv, cwd=folder) as fio:
            cpus = []
            psutil.cpu_times_percent()
            while fio.poll() is None:
                until = time.monotonic() + 1
                while counted and time.monotonic() < until:
                    counter.tick()
                    time.sleep(COUNTED_MILLISECONDS / 2000)
                time.sleep(max(0.0, until - time.monotonic()))
                found = psutil.cpu_times_percent()
                cpus.append((round(100 - found.idle - found.iowait, 1), round(getattr(found, "steal", 0.0), 1)))
        if fio.returncode:
            raise SystemExit(f"fio failed: {(Path(folder) / 'out').read_text(encoding='utf-8')[-500:]}")
        log = (Path(folder) / "log_iops.1.log").read_text(encoding="ascii")
    return {
        "started": started,
        "iops": of_device(counter, seconds, BLOCKS[job]) if counted else windows(log.splitlines()),
        "busy_percent": [busy for busy, _ in cpus],
        "steal_percent": [steal for _, steal in cpus],
    }


def windows(lines: Sequence[str]) -> list[float]:
    """Return the I/Os a second of each window. A window without an entry in fio's log had no I/O."""
    found: dict[int, float] = {}
    for line in lines:
        moment, value = (float(word) for word in line.split(",")[:2])
        place = round(moment / MILLISECONDS)
        found[place] = found.get(place, 0.0) + value
    return [round(found.get(place, 0.0), 1) for place in range(min(found), max(found) + 1)]


def of_device(counter: DeviceCounter, seconds: int, block_bytes: int) -> list[float]:
    """Return the I/Os a second of each window before fio ended, without its ramp and what it waited for at the end."""
    moved = [point for point, later in pairwise(counter.points) if later[1] != point[1]]
    end, width = moved[-1][0], COUNTED_MILLISECONDS / 1000
    times = [end - (seconds - 1) + place * width for place in range(round((seconds - 1) / width) + 1)]
    counts = [count_at(counter.points, moment) for moment in times]
    return [round((after - before) / block_bytes / width, 1) for before, after in pairwise(counts)]


def add(path: Path, job: str, piece: dict[str, Any], milliseconds: int) -> None:
    """Add a piece to the file, which is made if there is none."""
    whole: dict[str, Any] = {"job": job, "milliseconds": milliseconds, "pieces": []}
    if path.exists():
        whole = json.loads(gzip.decompress(path.read_bytes()))
    whole["pieces"].append(piece)
    path.write_bytes(gzip.compress(json.dumps(whole, separators=(",", ":")).encode(), mtime=0))


def main() -> None:
    """Record one piece."""
    if len(sys.argv) not in {5, 6}:
        raise SystemExit(__doc__)
    job, target, seconds, path = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    counted = sys.argv[5:] == ["counted"]
    add(path, job, record(job, target, seconds, counted=counted), COUNTED_MILLISECONDS if counted else MILLISECONDS)


if __name__ == "__main__":
    main()
