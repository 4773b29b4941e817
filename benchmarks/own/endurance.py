#!/usr/bin/env python3
"""What an endurance names as the cause, of disks whose limits change by the clock, by volume, or not. Needs root.

    .venv/bin/python benchmarks/own/endurance.py DISKS FOLDER [steady|clock|volume …]

Each disk is an ext4 file system in memory on a loop device, which the kernel limits (control groups v1). An endurance
of ten visits writes to it and reads from it by fio. Its times are scaled: nothing is waited for between two visits, the
clock is put forward instead, and that is the clock by which the limit of the second kind changes. The limit of the
third kind falls for good once the device's counter of written bytes is beyond a random number. Runs that are in the
folder already count, so that it can be stopped, continued, and run for several kinds at once. A disk takes a minute on
a quiet machine.

Prints as Markdown in how many runs which cause was named. The bar is 19 of 20 for the second and the third kind, and
nothing in 20 of 20 for a steady disk.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from hostcheck.bench.base import Options
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.bench.emulated.throttle import Throttle, find_throttle
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.bench.endurance.going import go_on
from hostcheck.bench.endurance.plan import Plan
from hostcheck.bench.endurance.state import State
from hostcheck.bench.session import Silent
from hostcheck.comparison.day import causes_by_metric, visits_of
from hostcheck.comparison.pool import pool
from hostcheck.host.mounts import own_mounts
from hostcheck.run.files import dumps, read_run
from hostcheck.run.model import Run
from hostcheck.run.times import parse_time

KINDS = ("steady", "clock", "volume")
VISITS, EVERY, VISIT = 10, 250.0, 5.0
"""A visit takes about 2 % of its period, as in an endurance of a day."""
HIGH, LOW = parse_tier("3000,60"), parse_tier("1200,24")
DISK_BYTES = 1200 << 20
# The test file is as small a part of what a visit writes as in an endurance of a day.
OPTIONS = Options(given=(DiskOptions(("seqwrite", "randread"), 0, 0.3, 0.1, 3 << 20),))
POLL_SECONDS = 0.01
SECTOR = 512

Is_low = Callable[[], bool]


class Clock(Event):
    """A clock that is put forward where time is to be waited for."""

    def __init__(self) -> None:
        """Start it at the present time."""
        super().__init__()
        self.ahead = 0.0

    def now(self) -> float:
        """Return the scaled time, in seconds since the epoch."""
        return time.time() + self.ahead

    def wait(self, timeout: float | None = None) -> bool:
        """Put the clock forward."""
        self.ahead += timeout or 0.0
        # The limit is to be that of the new time before anything is measured.
        time.sleep(5 * POLL_SECONDS)
        return False


class Scaled(State):
    """Visits whose samples have the time of the scaled clock."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Take the folder and the clock."""
        super().__init__(folder)
        self.clock = clock

    def keep(self, number: int, run: Run) -> None:
        """Keep the run of a visit with its times put forward."""
        ahead = timedelta(seconds=self.clock.ahead)

        def moved(started: str) -> str:
            return (parse_time(started) + ahead).isoformat(timespec="milliseconds").replace("+00:00", "Z")

        metrics = (
            replace(each, samples=tuple(replace(sample, started=moved(sample.started)) for sample in each.samples))
            for each in run.metrics
        )
        super().keep(number, replace(run, metrics=tuple(metrics)))


@contextmanager
def limited(throttle: Throttle, is_low: Is_low) -> Iterator[None]:
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


def course(kind: str, chance: random.Random, clock: Clock, state: State, disk: KnownDisk) -> Is_low:
    """Return what says whether the disk is slow now."""
    begun, before = clock.now(), _written(disk.device)
    first = begun + chance.uniform(2, 4) * EVERY
    last = first + chance.uniform(3, 4) * EVERY
    # Bytes of so many visits: the first one shows how many bytes a visit has.
    visits = chance.uniform(2, VISITS - 2)
    a_visit: list[int] = []
    spent: list[int] = []

    def by_volume() -> bool:
        written = _written(disk.device) - before
        if not a_visit and state.made():
            a_visit.append(written)
        if a_visit and not spent and written > visits * a_visit[0]:
            spent.append(written)
        return bool(spent)

    courses: dict[str, Is_low] = {
        "steady": lambda: False,
        "clock": lambda: first <= clock.now() < last,
        "volume": by_volume,
    }
    return courses[kind]


def _written(device: str) -> int:
    """Return the bytes that were ever written to a device (Documentation/block/stat.rst), by earlier uses as well."""
    return SECTOR * int(Path(f"/sys/class/block/{Path(device).name}/stat").read_text().split()[6])


def measured(kind: str, number: int, folder: Path) -> Run:
    """Return the run of one disk, measuring it unless it is in the folder."""
    path = folder / f"{kind}-{number:03}.json"
    if path.exists():
        return read_run(str(path))
    clock = Clock()
    with known_disk(HIGH, DISK_BYTES, uuid4().hex) as disk, tempfile.TemporaryDirectory() as place:
        mounts = own_mounts()
        device = next(mount.device for mount in mounts if mount.mount_point == str(disk.path))
        throttle = find_throttle(mounts, Path("/proc/self/cgroup").read_text(encoding="ascii"), device, "unused")
        state = Scaled(Path(place) / "endurance", clock)
        plan = Plan(clock.now(), VISITS * EVERY, EVERY, VISIT, 10**12, ("disk",), str(disk.path), seed=number)
        state.begin(plan)
        chance = random.Random(f"{kind}.{number}")  # noqa: S311 - a course of limits, no secret
        with limited(throttle, course(kind, chance, clock, state, disk)):
            go_on(state, plan, Silent(), clock, options=OPTIONS, clock=clock.now)
        run = pool(list(state.runs()))
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
            levels = [visit.level for metric in run.metrics[:1] for visit in visits_of(metric)]
            ratios.append(min(levels) / max(levels))
        said = ", ".join(f"{cause} {number}" for cause, number in named.most_common())
        write(f"| {kind} | {count} | {said} | {min(ratios):.2f} to {max(ratios):.2f} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
