#!/usr/bin/env python3
"""What moved a disk over a day, as named of disks whose limits change by the clock, by volume, or not. Needs root.

    .venv/bin/python benchmarks/own/endurance.py DISKS FOLDER [steady|clock|volume …]

Each disk is an ext4 file system in memory on a loop device, which the kernel limits (control groups v1). Twelve visits
at the random moments of an endurance write to it and read from it in three turns each, past the page cache. Times are
scaled: a turn takes 0.2 s, and nothing is waited for between two visits, the clock is put forward instead. That is
the clock by which the limit of the second kind changes. The limit of the third kind falls for good once the device's
counter of written bytes is beyond a random number. Runs that are in the folder already count, so that it can be
stopped, continued, and run for several kinds at once. A disk takes 40 s, and one second of CPU time.

Prints as Markdown in how many runs which cause was named. The bar is 19 of 20 for the second and the third kind, and
nothing in 20 of 20 for a steady disk.
"""

import mmap
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.bench.emulated.throttle import Throttle, find_throttle
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.summary import summarise
from hostcheck.comparison.day import causes_by_metric, visits_of
from hostcheck.comparison.pool import pool
from hostcheck.host.mounts import own_mounts
from hostcheck.run.estimators import TURNS
from hostcheck.run.files import dumps, read_run
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import METRICS, RANDOM_READ, SEQUENTIAL_READ, SEQUENTIAL_WRITE
from hostcheck.run.model import HostIdentity, Run

KINDS = ("steady", "clock", "volume")
VISITS, EVERY, VISIT = 12, 100.0, 2.0
"""A visit takes 2 % of its period, as in an endurance of a day."""
ROUNDS, RAMP_SECONDS, TURN_SECONDS = 3, 0.1, 0.2
HIGH, LOW = parse_tier("15000,60"), parse_tier("15000,24")
DISK_BYTES = 256 << 20
BLOCK = 1 << 20
FILE_BLOCKS = 2
"""The test file is as small a part of what a visit writes as in an endurance of a day."""
POLL_SECONDS = 0.01
SECTOR = 512

IsLow = Callable[[], bool]


@dataclass
class Clock:
    """A clock that can be put forward.

    Attributes:
        ahead: by how many seconds it is.
        visits: how many visits are made.
    """

    ahead: float = 0.0
    visits: int = field(default=0)

    def now(self) -> float:
        """Return the scaled time, in seconds since the epoch."""
        return time.time() + self.ahead

    def reach(self, moment: float) -> None:
        """Put it forward to a moment, and let the limit follow."""
        self.ahead += max(0.0, moment - self.now())
        time.sleep(5 * POLL_SECONDS)


@contextmanager
def limited(throttle: Throttle, is_low: IsLow) -> Iterator[None]:
    """Limit a device meanwhile, to the lower speed as long as ``is_low`` says so."""
    ended = Event()

    def follow() -> None:
        low = None
        while not ended.wait(POLL_SECONDS):
            if (now := is_low()) is not low:
                throttle.set(LOW if now else HIGH)
                low = now

    thread = Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def course(kind: str, chance: random.Random, clock: Clock, disk: KnownDisk) -> IsLow:
    """Return what says whether the disk is slow now."""
    begun, before = clock.now(), _written(disk.device)
    first = begun + chance.uniform(2.5, 5) * EVERY
    last = first + chance.uniform(3, 4.5) * EVERY
    # Bytes of so many visits: the first one shows how many bytes a visit has.
    visits = chance.uniform(2.5, VISITS - 2.5)
    a_visit: list[int] = []
    spent: list[int] = []

    def by_volume() -> bool:
        written = _written(disk.device) - before
        if not a_visit and clock.visits:
            a_visit.append(written)
        if a_visit and not spent and written > visits * a_visit[0]:
            spent.append(written)
        return bool(spent)

    courses: dict[str, IsLow] = {
        "steady": lambda: False,
        "clock": lambda: first <= clock.now() < last,
        "volume": by_volume,
    }
    return courses[kind]


def _written(device: str) -> int:
    """Return the bytes that were ever written to a device (Documentation/block/stat.rst), by earlier uses as well."""
    return SECTOR * int(Path(f"/sys/class/block/{Path(device).name}/stat").read_text().split()[6])


def visit(path: Path, clock: Clock, number: int) -> Run:
    """Write a test file, and return the rates of writing and reading it in turns."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_DIRECT, 0o600)
    page = mmap.mmap(-1, BLOCK)
    # As in the visits of a day, other turns come before the writes and after them.
    moves = {
        SEQUENTIAL_READ: lambda at: os.preadv(descriptor, [page], at * BLOCK),
        SEQUENTIAL_WRITE: lambda at: os.pwrite(descriptor, page, at * BLOCK),
        RANDOM_READ: lambda at: os.preadv(descriptor, [page], (FILE_BLOCKS - 1 - at) * BLOCK),
    }
    samples: dict[str, list[Sample]] = {metric_id: [] for metric_id in moves}
    try:
        for at in range(FILE_BLOCKS):
            moves[SEQUENTIAL_WRITE](at)
        for _ in range(ROUNDS):
            for metric_id, move in moves.items():
                moment = datetime.fromtimestamp(clock.now(), timezone.utc).isoformat(timespec="milliseconds")
                rate = _bytes_a_second(move) / (BLOCK if metric_id == RANDOM_READ else 1e6)
                sample = Sample(rate, seconds=TURN_SECONDS, started=moment.replace("+00:00", "Z"))
                samples[metric_id].append(sample)
    finally:
        page.close()
        os.close(descriptor)
        path.unlink()
    clock.visits += 1
    metrics: list[Metric] = [
        summarise(METRICS[metric_id], taken, {}, wanted=ROUNDS, estimator=TURNS) for metric_id, taken in samples.items()
    ]
    started = samples[SEQUENTIAL_READ][0].started
    return Run(f"{number:032x}", "0", started, HostIdentity("a limited disk"), metrics=tuple(metrics))


def _bytes_a_second(move: Callable[[int], int]) -> float:
    """Return how much is moved, one block after the other, once the first slices of a limit are over."""
    begun = time.monotonic()
    at, moved, since = 0, 0, 0.0
    while (now := time.monotonic()) < begun + RAMP_SECONDS + TURN_SECONDS or not moved:
        size = move(at % FILE_BLOCKS)
        at += 1
        if since:
            moved += size
        elif now >= begun + RAMP_SECONDS:
            since = time.monotonic()
    return moved / (time.monotonic() - since)


def measured(kind: str, number: int, folder: Path) -> Run:
    """Return the run of one disk, measuring it unless it is in the folder."""
    path = folder / f"{kind}-{number:03}.json"
    if path.exists():
        return read_run(str(path))
    clock = Clock()
    with known_disk(HIGH, DISK_BYTES, uuid4().hex) as disk:
        mounts = own_mounts()
        device = next(mount.device for mount in mounts if mount.mount_point == str(disk.path))
        throttle = find_throttle(mounts, Path("/proc/self/cgroup").read_text(encoding="ascii"), device, "unused")
        plan = Plan(clock.now(), VISITS * EVERY, EVERY, VISIT, seed=number)
        chance = random.Random(f"{kind}.{number}")  # noqa: S311 - a course of limits, no secret
        visits = []
        with limited(throttle, course(kind, chance, clock, disk)):
            for each, due in plan.moments():
                clock.reach(due)
                visits.append(visit(disk.path / "test-file", clock, each))
        run = pool(visits)
    path.write_text(dumps(run), encoding="utf-8")
    return run


def main(words: Sequence[str]) -> None:
    """Measure, and print the table."""
    if len(words) < 2 or not set(words[2:]) <= {*KINDS}:
        raise SystemExit(__doc__)
    if os.geteuid() != 0:
        raise SystemExit("it needs root")
    count, folder = int(words[0]), Path(words[1])
    folder.mkdir(parents=True, exist_ok=True)
    write = sys.stdout.write
    write("| the disk | runs | named | lowest level, as a share of the highest |\n|---|---|---|---|\n")
    for kind in words[2:] or KINDS:
        named: Counter[str] = Counter()
        ratios = []
        for number in range(count):
            run = measured(kind, number, folder)
            named[" and ".join(sorted({*causes_by_metric(run).values()} - {"none"})) or "nothing"] += 1
            levels = [visit.level for visit in visits_of(run.metrics[0])]
            ratios.append(min(levels) / max(levels))
        said = ", ".join(f"{cause} {number}" for cause, number in named.most_common())
        write(f"| {kind} | {count} | {said} | {min(ratios):.2f} to {max(ratios):.2f} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
