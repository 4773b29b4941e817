#!/usr/bin/env python3
"""What ``bench --only cpu`` says of CPUs alone, under a quota and beside other work; and how far runs are apart.

    .venv/bin/python benchmarks/own/cpu.py RUNS FOLDER [alone|quota|own|hog …]

Needs root and LXC. Each run is ``hostcheck bench --only cpu --quick``, twelve seconds long; runs of the kinds take
turns, ten runs of each in nine minutes:

- alone: on a quiet machine. Two such runs are of the same host (A/A), so how far they are apart is the precision.
- quota: in a container of LXC with half of the CPUs' time, as one is sold as a server.
- own: in a control group with half of the CPUs' time, as the owner of a machine makes it.
- hog: beside a program that keeps one CPU busy, or half of them where there are more.

Runs that are in the folder already count. Prints as Markdown what the comparison names as the cause, how many runs have
which cause, what the CPUs delivered, what ``promise`` says of so many CPUs, in how many runs both are right, and for
each figure how far two runs alone are apart. Right is: by a quota and by a hog that cause is named, and alone none; the
promise is kept alone, broken by the quota of the server, and open under the owner's quota, which is named, and beside
the hog. The bar: each run is right, and two runs alone are 1 % apart at the median.
"""

import itertools
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from hostcheck.comparison.compare import compare
from hostcheck.comparison.cpus import cpus
from hostcheck.host.mounts import own_mounts
from hostcheck.promise.facts import PROMISED
from hostcheck.promise.keys import requirement_of
from hostcheck.promise.measured import of_this_host
from hostcheck.run.files import read_run
from hostcheck.run.metrics import ALL_THREADS, ONE_THREAD
from hostcheck.run.model import Fact, Run
from hostcheck.run.underload import bounds_of, follows

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.containers.lxc import executing
from tests.containers.place import CHECKOUT, Place

Join = Callable[[], None]

RIGHT: Mapping[str, tuple[str, str]] = {
    "alone": ("none", "kept"),
    "quota": ("quota", "broken"),
    "own": ("quota", "cannot tell, limit named"),
    "hog": ("hog", "cannot tell"),
}
"""For each kind of run: the cause that is to be named, and the answer to the promise."""
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
        part = path.with_suffix(".part")
        if kind == "quota":
            _measure_in_a_server(part)
        else:
            with {"alone": nullcontext(lambda: None), "own": quota(), "hog": hog()}[kind] as join:
                subprocess.run(
                    bench(part, busy=kind != "alone"), check=True, stdout=subprocess.DEVNULL, preexec_fn=join
                )
        part.rename(path)
    return read_run(str(path))


def bench(out: Path, *, busy: bool) -> list[str]:
    """Return the command that measures the CPUs."""
    words = ["bench", "--only", "cpu", "--quick", "--no-store", *(["--allow-busy"] if busy else [])]
    return [sys.executable, "-B", "-m", "hostcheck", *words, "-o", f"json:{out}"]


def _measure_in_a_server(out: Path) -> None:
    """Measure in a container with half of the CPUs' time, whose root is this machine's."""
    half = COUNT * PERIOD_US // 2
    first = any(each.fs_type == "cgroup" and "cpu" in each.super_options for each in own_mounts())
    limit = f"lxc.cgroup.cpu.cfs_quota_us = {half}" if first else f"lxc.cgroup2.cpu.max = {half} {PERIOD_US}"
    with tempfile.TemporaryDirectory(prefix="hostcheck-") as folder:
        place = Place(Path(folder))
        look = f"cd {CHECKOUT} && {shlex.join(bench(Path('/seen/run.json'), busy=True))}"
        settings = ("lxc.mount.auto = cgroup:mixed:force", limit)
        subprocess.run(executing(place, *settings, look=look), check=True, stdout=subprocess.DEVNULL)
        shutil.copy(place.seen / "run.json", out)


def cause_of(run: Run) -> str:
    """Return the causes that the comparison names for a run; "none" where it has no sentence."""
    said = " ".join(cpus("here", run))
    return " and ".join(cause for words, cause in CAUSES.items() if words in said) or "none"


def promise_of(kind: str, run: Run) -> str:
    """Return what a promise of all CPUs is, by a run, and whether the finding names a limit on the process."""
    # The plan of a server that is a container names it, as a plan of a virtual machine would name its hypervisor.
    plan = {PROMISED: Fact(PROMISED, "lxc")} if kind == "quota" else {}
    judged = requirement_of("cpus", COUNT).judge(of_this_host(replace(run, facts={**run.facts, **plan})))
    named = "this process is limited to the time of" in judged.found
    return judged.answer + ", limit named" * named


def in_words(found: Iterable[str]) -> str:
    """Count what was found: "quota 9, none 1"."""
    return ", ".join(f"{each} {number}" for each, number in Counter(found).most_common())


def main(words: Sequence[str]) -> None:
    """Measure, and print both tables."""
    if len(words) < 2 or not set(words[2:]) <= {*RIGHT}:
        raise SystemExit(__doc__)
    if os.geteuid() != 0:
        raise SystemExit("it needs root")
    count, folder, kinds = int(words[0]), Path(words[1]), words[2:] or tuple(RIGHT)
    folder.mkdir(parents=True, exist_ok=True)
    runs: dict[str, list[Run]] = {kind: [] for kind in kinds}
    for number, kind in itertools.product(range(count), kinds):
        runs[kind].append(measured(kind, number, folder))
    write = sys.stdout.write
    write("| the CPUs | runs | named | delivered | the promise of all CPUs | right |\n|---|---|---|---|---|---|\n")
    for kind, taken in runs.items():
        found = [(cause_of(run), promise_of(kind, run)) for run in taken]
        named, promised = in_words(cause for cause, _ in found), in_words(answer for _, answer in found)
        spans = [span for run in taken if (span := bounds_of(follows(run, "cpu.threads.delivered.cpus")))]
        delivered = f"{min(low for low, _ in spans):.2f} to {max(high for _, high in spans):.2f} of {COUNT}"
        write(f"| {kind} | {len(taken)} | {named} | {delivered} | {promised} | {found.count(RIGHT[kind])} |\n")
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
