"""Report why n threads do less than n times the work of one: a quota, steal, other work, or shared cores."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from hostcheck.counts import number_of
from hostcheck.run.details import CpuDetail
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import ALL_THREADS, ONE_THREAD
from hostcheck.run.model import Run
from hostcheck.stats.estimate import estimate

LEAST_SAMPLES = 3

SLOW_CLOCKS = ("acpi_pm", "hpet", "jiffies", "pit", "refined-jiffies")
"""Clock sources that a program can read only by a system call (vdso(7))."""

MISSING = 0.05
"""Minimum share of missing CPU time for a cause to be reported. The program's start and end take some time."""

STEAL_PERCENT = 2.0
"""Minimum steal, in percent, for steal to be named as a cause."""

SHARE_OF_MISSING = 0.1
"""Minimum share of the missing CPU time that steal or other work took, to be named as a cause."""

STOPS_PERCENT = 10.0
"""Minimum percentage of a quota's periods with stopped threads for the quota to be named as a cause."""

SHARED = 0.8
"""If a thread among many does less than this share of the work of a single thread, CPUs share something.

Two hardware threads of a core do 1.1 to 1.4 times the work of one: each does 0.55 to 0.7. If only the clock frequency
falls when all cores work, the share is larger on today's servers.
"""


def cpus(name: str, run: Run) -> Iterator[str]:
    """Yield the findings on the CPUs of a host under load, and on its clock source; nothing if there are none."""
    all_of_them = run.metric(ALL_THREADS)
    if all_of_them is not None:
        yield from _clock(name, run)
    samples = _valid(all_of_them)
    threads = next((CpuDetail(sample.detail).threads for sample in samples), None)
    delivered = _typical(samples, lambda sample: CpuDetail(sample.detail).cpus_delivered)
    if len(samples) < LEAST_SAMPLES or threads is None or delivered is None:
        return
    if delivered < (1 - MISSING) * threads:
        given = f"{number_of(threads, 'busy thread')} on {name} {_were(threads)} given {delivered:.2f} CPUs"
        yield f"{given}: {_why(samples, threads, delivered)}."
    elif (alone := _valid(run.metric(ONE_THREAD))) and threads > 1 and (work := _of_one(samples, alone, threads)):
        yield f"{work.format(name=name)}{_unseen(run)}."


def _clock(name: str, run: Run) -> Iterator[str]:
    """Yield a sentence if programs on this host cannot read the time without the kernel."""
    source = run.facts.get("time.clock_source")
    if source is not None and source.known and source.value in SLOW_CLOCKS:
        yield (
            f"{name} reads the time from {source.value}: each reading is a call into the kernel, which slows "
            "programs that often read the time."
        )


def _why(samples: Sequence[Sample], threads: int, delivered: float) -> str:
    """Return the cause of the missing CPU time, if the samples show it."""
    stops = _typical(samples, lambda sample: CpuDetail(sample.detail).quota_stops_percent)
    steal = _typical(samples, lambda sample: sample.conditions.steal_percent)
    others = _typical(samples, _others)
    least = SHARE_OF_MISSING * (threads - delivered)
    causes = []
    if stops is not None and stops >= STOPS_PERCENT:
        quota = CpuDetail(samples[0].detail).quota
        causes.append(f"a quota of {quota} stopped them in {stops:.0f} % of its periods")
    if steal is not None and steal >= STEAL_PERCENT and steal / 100 * threads >= least:
        causes.append(f"the hypervisor gave {steal:.0f} % of the CPU time to others (steal)")
    if others is not None and others >= max(least, MISSING * (delivered + others)):
        causes.append(f"other work on this host used {others:.2f} CPUs")
    return "; ".join(causes) or (
        "the rest was taken neither by steal, nor by other work that this host counts, nor by a quota that can be "
        "read here"
    )


def _others(sample: Sample) -> float | None:
    """Return the number of CPUs that other work used, if the host has as many CPUs as the program had threads."""
    detail = CpuDetail(sample.detail)
    busy = sample.conditions.busy_percent
    if busy is None or detail.threads is None or detail.cpus_delivered is None:
        return None
    return max(0.0, busy / 100 * detail.threads - detail.cpus_delivered)


def _of_one(samples: Sequence[Sample], alone: Sequence[Sample], threads: int) -> str:
    """Return a sentence if each of many threads does clearly less than a single thread; otherwise an empty text."""
    if len(alone) != len(samples):
        return ""
    shares = [
        many.value / (threads * one.value) for many, one in zip(samples, alone, strict=True) if many.value and one.value
    ]
    found = estimate(shares)
    if found.interval is None or found.interval[1] >= SHARED:
        return ""
    low, high = (f"{threads * edge:.1f}" for edge in found.interval)
    work = low if low == high else f"{low} to {high}"
    return (
        f"The {threads} CPUs of {{name}} do the work of {work} working alone, although all their time was given: "
        "they share cores, as hardware threads do, or their clock falls under load"
    )


def _unseen(run: Run) -> str:
    """Return possible causes that this kernel may not be able to show, by the audit."""
    counted, machine = run.facts.get("hw.steal_counted"), run.facts.get("virt.vm")
    if (counted is not None and counted.value is True) or (machine is not None and machine.value == "none"):
        return ""
    return ", or a hypervisor takes time that this host does not count"


def _valid(metric: Metric | None) -> Sequence[Sample]:
    return [sample for sample in metric.samples if sample.valid and sample.value] if metric else []


def _typical(samples: Sequence[Sample], value_of: Callable[[Sample], float | None]) -> float | None:
    values = [value for value in map(value_of, samples) if value is not None]
    return median(values) if values else None


def _were(threads: int) -> str:
    return "was" if threads == 1 else "were"
