#!/usr/bin/env python3
"""What ``bench --only cpu`` says of CPUs alone, under a quota and beside other work; and how far runs are apart.

    .venv/bin/python benchmarks/own/cpu.py RUNS FOLDER [alone|quota|hog …]

Needs root. Each run is ``hostcheck bench --only cpu --quick``, twelve seconds long; runs of the kinds take turns:

- alone: on a quiet machine. Two such runs are of the same host (A/A), so how far they are apart is the precision.
- quota: in a control group with half of the CPUs' time.
- hog: beside a program that keeps one CPU busy, or half of them where there are more.

Runs that are in the folder already count. Prints as Markdown what the comparison names as the cause, how many runs have
which cause, what the CPUs delivered, what ``promise`` says of so many CPUs, and for each figure how far two runs alone
are apart. The bar: in each run of a quota and of a hog that cause is named, in none alone any is, the promise is broken
by the quota, kept alone, and open beside the hog; and two runs alone are 1 % apart at the median.
"""

import itertools
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from hostcheck.comparison.compare import compare
from hostcheck.comparison.cpus import cpus
from hostcheck.host.mounts import own_mounts
from hostcheck.promise.keys import requirement_of
from hostcheck.promise.measured import of_this_host
from hostcheck.run.files import read_run
from hostcheck.run.metrics import ALL_THREADS, ONE_THREAD
from hostcheck.run.model import Run
from hostcheck.run.underload import bounds_of, follows

Join = Callable[[], None]

KINDS = ("alone", "quota", "hog")
COUNT = len(os.sched_getaffinity(0))
PERIOD_US = 100_000
CAUSES = {
    "a quota of": "quota",
    "other work on this host": "hog",
    "(steal)": "steal",
    "share cores": "shared cores",
    "neither steal": "unseen",
}
"""Words of the comparison's sentence, and the cause that they name."""


@contextmanager
def quota() -> Iterator[Join]:
    """Make a control group with half of the CPUs' time, and yield what joins it."""
    mounts = own_mounts()
    first = next((each for each in mounts if each.fs_type == "cgroup" and "cpu" in each.super_options), None)
    top = Path(first.mount_point if first else next(each.mount_point for each in mounts if each.fs_type == "cgroup2"))
    if first is None:
        (top / "cgroup.subtree_control").write_text("+cpu")
    folder = top / f"hostcheck-quota-{os.getpid()}"
    folder.mkdir()
    try:
        half = COUNT * PERIOD_US // 2
        if first is None:
            (folder / "cpu.max").write_text(f"{half} {PERIOD_US}")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (folder / "cpu.cfs_quota_us").write_text(str(half))
        yield lambda: (folder / "cgroup.procs").write_text(str(os.getpid())) and None
    finally:
        folder.rmdir()


@contextmanager
def hog() -> Iterator[Join]:
    """Keep half of the CPUs busy, at least one."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(max(1, COUNT // 2))]
    try:
        yield lambda: None
    finally:
        for process in busy:
            process.kill()
            process.wait()


def measured(kind: str, number: int, folder: Path) -> Run:
    """Return a run of this kind, measuring it unless it is in the folder."""
    path = folder / f"{kind}-{number:03}.json"
    if not path.exists():
        around = {"alone": nullcontext(lambda: None), "quota": quota(), "hog": hog()}[kind]
        part = path.with_suffix(".part")
        words = ["bench", "--only", "cpu", "--quick", "--no-store", *(["--allow-busy"] if kind != "alone" else [])]
        argv = [sys.executable, "-m", "hostcheck", *words, "-o", f"json:{part}"]
        with around as join:
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, preexec_fn=join)
        part.rename(path)
    return read_run(str(path))


def cause_of(run: Run) -> str:
    """Return the causes that the comparison names for a run; "none" where it has no sentence."""
    said = " ".join(cpus("here", run))
    return " and ".join(cause for words, cause in CAUSES.items() if words in said) or "none"


def promise_of(run: Run) -> str:
    """Return what a promise of all CPUs is, by a run."""
    return requirement_of("cpus", COUNT).judge(of_this_host(run)).answer


def in_words(found: Iterable[str]) -> str:
    """Count what was found: "quota 9, none 1"."""
    return ", ".join(f"{each} {number}" for each, number in Counter(found).most_common())


def main(words: Sequence[str]) -> None:
    """Measure, and print both tables."""
    if len(words) < 2 or not set(words[2:]) <= {*KINDS}:
        raise SystemExit(__doc__)
    if os.geteuid() != 0:
        raise SystemExit("it needs root")
    count, folder, kinds = int(words[0]), Path(words[1]), words[2:] or KINDS
    folder.mkdir(parents=True, exist_ok=True)
    runs: dict[str, list[Run]] = {kind: [] for kind in kinds}
    for number, kind in itertools.product(range(count), kinds):
        runs[kind].append(measured(kind, number, folder))
    write = sys.stdout.write
    write("| the CPUs | runs | named | delivered | the promise of all CPUs |\n|---|---|---|---|---|\n")
    for kind, taken in runs.items():
        named, promised = in_words(map(cause_of, taken)), in_words(map(promise_of, taken))
        spans = [span for run in taken if (span := bounds_of(follows(run, "cpu.threads.delivered.cpus")))]
        delivered = f"{min(low for low, _ in spans):.2f} to {max(high for _, high in spans):.2f} of {COUNT}"
        write(f"| {kind} | {len(taken)} | {named} | {delivered} | {promised} |\n")
    if "alone" in runs and count > 1:
        write("\n| figure | pairs | apart, median | 95th percentile | at most | called different |\n")
        write("|---|---|---|---|---|---|\n")
        for metric_id in (ONE_THREAD, ALL_THREADS):
            write(f"| {metric_id} | {_apart(runs['alone'], metric_id)} |\n")


def _apart(runs: Sequence[Run], metric_id: str) -> str:
    """Return how far two runs of the same host are apart, as cells of a row."""
    apart, called = [], 0
    for first, second in itertools.combinations(runs, 2):
        (row,) = (row for row in compare([first, second]).rows if row.id == metric_id)
        values = [metric.value for run in (first, second) if (metric := run.metric(metric_id)) and metric.value]
        apart.append(abs(values[1] / values[0] - 1))
        ratio = row.cells[1].ratio
        called += ratio is not None and ratio.judgement in {"better", "worse"}
    apart.sort()
    ninth = apart[min(len(apart) - 1, int(0.95 * len(apart)))]
    return f"{len(apart)} | {statistics.median(apart):.2%} | {ninth:.2%} | {apart[-1]:.2%} | {called}"


if __name__ == "__main__":
    main(sys.argv[1:])
