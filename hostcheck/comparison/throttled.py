"""Detect a disk whose rate is set by an I/O limit. A false result would blame a seller, so all evidence must agree.

An even rate alone proves nothing: in two samples of two seconds, the four half-second windows of each can agree within
1 % by chance, and fio itself can be the limit.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, median, stdev
from typing import Literal

from hostcheck.comparison.labels import amount_of, in_a_sentence, label
from hostcheck.run.details import DiskDetail, joined_rates
from hostcheck.run.fio_limit import FIO_PERCENT
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Run
from hostcheck.run.origins import is_emulated

AGREE = 0.01
"""Largest distance of a sample from the median of all samples, and of two metrics from each other, as a share."""

SPARED_SHARE = 0.2
SPARED_AGREE = 0.03
"""One sample in five may deviate more, up to this share, because on a busy host a turn may lose an I/O or two."""

FLAT = 0.01
LEAST_WINDOWS = 4
"""A rate is even if there are at least LEAST_WINDOWS half seconds, and their standard deviation is below FLAT, as a
share of their mean."""

STEAL_PERCENT = 2.0
"""CPU time taken by the hypervisor, in percent of all CPUs, at or above which steal may limit the rate."""

Setter = Literal["hostcheck", "machine", "guest", "unknown"]
_WHOSE: Mapping[Setter, str] = {
    "hostcheck": "set by hostcheck",
    "machine": "of a control group, or of the disk",
    "guest": "of the provider, or of a control group",
    "unknown": "of a control group, or of what is below",
}
"""Who may have set a limit, in words. A run file does not have the limits of control groups."""

_IN_STEPS = "I/Os wait in steps of 100 ms, as under the kernel's I/O limits (io.max, blkio)."


def throttled(name: str, run: Run) -> list[str]:
    """Return a sentence with the metrics whose rate an I/O limit sets; empty if the samples do not prove a limit."""
    held = held_metrics(run)
    if not held:
        return []
    figures = ", ".join(f"{in_a_sentence(label(metric.id))} {amount_of(metric)} {metric.unit}" for metric in held)
    said = f"An I/O limit ({whose(run)}), not the disk, sets the speed of {name}: {figures}."
    return [f"{said} {_IN_STEPS}" if any(map(_waits_in_steps, held)) else said]


def whose(run: Run) -> str:
    """Return in a few words who may have set the limits of a run's host."""
    return _WHOSE[_setter(run)]


def _setter(run: Run) -> Setter:
    if is_emulated(run):
        return "hostcheck"
    machine, container = (run.facts.get(fact_id) for fact_id in ("virt.vm", "virt.container"))
    if machine is None or container is None or not (machine.known and container.known):
        return "unknown"
    return "machine" if machine.value == container.value == "none" else "guest"


def held_metrics(run: Run) -> list[Metric]:
    """Return the metrics whose rate an I/O limit sets.

    The samples of such a metric agree within AGREE, and their rate is even. Neither fio nor the hypervisor can be the
    limit. Its I/Os wait in the steps of the kernel's throttle, or another such metric has equal I/Os or bytes per
    second.
    """
    cpus = run.facts["hw.cpus"].value if "hw.cpus" in run.facts else None
    even = [metric for metric in run.metrics if _is_even(metric, cpus)]
    return [
        metric
        for metric in even
        if _waits_in_steps(metric) or any(_same_limit(metric, other) for other in even if other is not metric)
    ]


def held_rates(run: Run) -> str:
    """Return the rates that I/O limits set, as "120 MB/s and 349 IOPS"; empty if no limit was detected."""
    rates = dict.fromkeys(f"{amount_of(metric)} {metric.unit}" for metric in held_metrics(run))
    return " and ".join(list(rates)[:2])


def _is_even(metric: Metric, cpus: object) -> bool:
    if metric.value is None or metric.unit == "s" or len(metric.samples) < 2:
        return False
    # A rate that the job's own options set is not a limit of the host.
    if any(key.startswith("rate") for key in metric.settings):
        return False
    values = [sample.value if sample.valid else None for sample in metric.samples]
    known = [value for value in values if value is not None]
    if 0 in known:
        # A limit slows I/O, and does not stop it.
        return False
    off = sorted(abs(value / median(known) - 1) for value in known)
    spared = int(SPARED_SHARE * len(off))
    agree = all(share <= AGREE for share in off[: len(off) - spared]) and max(off, default=0) <= SPARED_AGREE
    even = sum(detail.flat or detail.in_steps for detail in _details(metric))
    rates = joined_rates(metric.samples)[0]
    flat = len(rates) >= LEAST_WINDOWS and fmean(rates) > 0 and stdev(rates) < FLAT * fmean(rates)
    return (
        len(known) == len(values)
        and agree
        and (flat or 2 * even > len(values))
        and all(_had_room(sample, metric.settings.get("processes", 1), cpus) for sample in metric.samples)
    )


def _had_room(sample: Sample, processes: object, cpus: object) -> bool:
    """Return whether neither fio nor the hypervisor limited the rate; False if this is unknown."""
    own, steal = DiskDetail(sample.detail).fio_cpu_percent, sample.conditions.steal_percent
    if own is None and isinstance(cpus, int) and sample.conditions.busy_percent is not None:
        # Older files lack fio's CPU time. It is at most the CPU time of all processes.
        own = sample.conditions.busy_percent * cpus
    if own is None or steal is None or not isinstance(processes, int):
        return False
    return own < FIO_PERCENT * processes and steal < STEAL_PERCENT


def _waits_in_steps(metric: Metric) -> bool:
    return all(detail.in_steps for detail in _details(metric))


def _details(metric: Metric) -> list[DiskDetail]:
    return [DiskDetail(sample.detail) for sample in metric.samples]


def _same_limit(metric: Metric, other: Metric) -> bool:
    pairs = zip(_rates(metric), _rates(other), strict=True)
    return any(abs(one - two) <= AGREE * max(one, two) for one, two in pairs if one is not None and two is not None)


def _rates(metric: Metric) -> Sequence[float | None]:
    """Return a metric's I/Os and bytes per second."""
    assert metric.value is not None
    block = metric.settings.get("block_bytes")
    if metric.unit == "IOPS":
        return (metric.value, metric.value * block if isinstance(block, int) else None)
    return (metric.value * 1e6 / block if isinstance(block, int) else None, metric.value * 1e6)
