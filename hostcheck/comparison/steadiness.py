"""Report why a disk's rates varied within a run: the host's own work, the hypervisor, or neither.

There is one sentence for each cause.

"Neither" is a finding about the host: a tenant cannot make the storage below quieter, and another measurement does not
help.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from hostcheck.comparison.between import MOST_NEEDED, SHOWN, runs_needed
from hostcheck.comparison.labels import in_a_sentence, label
from hostcheck.comparison.ranking import few
from hostcheck.quantities import span
from hostcheck.run.details import DiskDetail, joined_rates
from hostcheck.run.estimators import OF_RUNS, counted, estimator_of
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Run
from hostcheck.run.times import parse_time
from hostcheck.stats.changes import LEAST_RATIO, change_points, levels, two_levels

Cause = Literal["own", "steal", "neither", "unknown", "level"]

OWN_PERCENT = 25.0
"""CPU time of work other than fio, in percent of all CPUs, from which on this work may have changed a rate.

The kernel itself uses about 10 % for the I/O.
"""

STEAL_PERCENT = 2.0
"""CPU time that the hypervisor took, in percent of all CPUs, from which on this may have changed a rate."""

WIDE = 0.05
"""A 95 % interval is wide if half its width is more than this share of the value."""

MOVED = 1.10
"""A rate has moved if its largest sample is at least this multiple of its smallest."""


def steadiness(name: str, run: Run) -> Iterator[str]:
    """Report which rates varied within the run, and the cause if the samples show it."""
    moved: dict[Cause, list[Metric]] = {}
    for metric in moved_rates(run):
        moved.setdefault(_cause(metric, _cpus(run)), []).append(metric)
    causes = [
        f"{name} moved within the run: {few(list(map(movement, metrics)))}. {why}" for why, metrics in _whys(moved)
    ]
    yield from causes[:-1]
    for said in causes[-1:]:
        yield said + _asked(run, [metric for metrics in moved.values() for metric in metrics])


def _whys(moved: Mapping[Cause, Sequence[Metric]]) -> Iterator[tuple[str, Sequence[Metric]]]:
    """Yield each cause in words, and the rates that it changed.

    If all causes are excluded for some rates and unknown for others, there is one sentence, because two would seem to
    contradict each other.
    """
    neither, unknown = moved.get("neither", ()), moved.get("unknown", ())
    apart = bool(neither and unknown)
    for cause, metrics in moved.items():
        if not apart or cause not in {"neither", "unknown"}:
            yield _WHY[cause], metrics
    if apart:
        which = few([in_a_sentence(label(metric.id)) for metric in neither])
        yield _PARTLY.format(which=which), [*neither, *unknown]


def moved_rates(run: Run) -> list[Metric]:
    """Return the disk rates that varied within the run, that with the largest spread first.

    This is the only rule for "steady" and "moved within the run".
    """
    rates = [metric for metric in run.metrics if of_disk_rate(metric) and _moved(metric)]
    return sorted(rates, key=_spread, reverse=True)


def _spread(metric: Metric) -> float:
    values = counted(metric.samples)
    return max(values) / max(min(values), 1e-9)


def of_disk_rate(metric: Metric) -> bool:
    """Return whether a metric is a rate of a disk that was measured at least twice, by single samples of one run."""
    return (
        metric.value is not None
        and metric.unit != "s"
        and all(DiskDetail(sample.detail).iops is not None for sample in metric.samples if sample.valid)
        and estimator_of(metric) not in OF_RUNS
        and len(counted(metric.samples)) > 1
    )


def _moved(metric: Metric) -> bool:
    values = counted(metric.samples)
    return max(values) >= MOVED * min(values)


def _asked(run: Run, moved: Sequence[Metric]) -> str:
    """Return how many runs, and minutes, are enough to show a ratio of SHOWN; empty if one run is, or unknown."""
    runs = max(map(runs_needed, moved))
    seconds = _lasted(run)
    if not 1 < runs < MOST_NEEDED or seconds is None:
        return ""
    minutes = math.ceil(runs * seconds / 60)
    return f" To show a difference of only {SHOWN:.0f}×, bench --runs {runs} (about {minutes} minutes) is enough."


def _lasted(run: Run) -> float | None:
    try:
        seconds = (parse_time(run.ended or "") - parse_time(run.started)).total_seconds()
    except ValueError:
        # A file may have any text there; a run that was stopped has no end.
        return None
    return seconds if seconds > 0 else None


def is_wide(metric: Metric) -> bool:
    """Return whether the interval of a disk's rate is wide for another reason than a permanent change of its level."""
    return (
        (metric.state == "unstable" or (metric.state == "ok" and _half_width(metric) > WIDE))
        and of_disk_rate(metric)
        and not _changed_for_good(metric)
    )


def _changed_for_good(metric: Metric) -> bool:
    rates = joined_rates(metric.samples)[0]
    changes = change_points(rates, LEAST_RATIO)
    return bool(changes) and two_levels(levels(rates, changes)) is None


def _half_width(metric: Metric) -> float:
    if metric.interval is None or not metric.value:
        return 0.0
    return (metric.interval[1] - metric.interval[0]) / 2 / metric.value


_WHY: Mapping[Cause, str] = {
    "own": "Other work kept its CPUs busy meanwhile: end that work, and measure again.",
    "steal": f"The hypervisor gave {STEAL_PERCENT:.0f} % of its CPU time or more to others meanwhile.",
    "neither": "Nothing in its system explains that: the storage below may be shared, or pace itself.",
    "level": "The level changed, and did not come back.",
    "unknown": "The run does not record what its CPUs did meanwhile, so the cause is unknown.",
}

_PARTLY = (
    "Nothing in its system explains {which}: the storage below may be shared, or pace itself. The cause of the others "
    "is unknown, as the run does not record what its CPUs did meanwhile."
)


def movement(metric: Metric) -> str:
    """Return a rate with its lowest and its highest sample: "random write 34,124 – 68,543 IOPS"."""
    values = counted(metric.samples)
    return f"{in_a_sentence(label(metric.id))} {span(min(values), max(values), metric.unit)} {metric.unit}"


def _cause(metric: Metric, cpus: int | None) -> Cause:
    """Return what changed a rate. One sample with a cause proves it. To exclude a cause, all samples must."""
    if _changed_for_good(metric):
        return "level"
    samples = [sample for sample in metric.samples if sample.valid]
    own = [_others_work(sample, cpus) for sample in samples]
    steal = [sample.conditions.steal_percent for sample in samples]
    if any(own):
        return "own"
    if any(percent is not None and percent >= STEAL_PERCENT for percent in steal):
        return "steal"
    return "unknown" if None in own or None in steal else "neither"


def _others_work(sample: Sample, cpus: int | None) -> bool | None:
    """Return whether work other than fio kept the CPUs busy during the sample; None if unknown.

    I/O of others is not a cause, because it makes a sample invalid (hostcheck.bench.disk.validity).
    """
    busy, fio = sample.conditions.busy_percent, DiskDetail(sample.detail).fio_cpu_percent
    if busy is None or fio is None or cpus is None:
        # fio is part of what kept the CPUs busy: where that is little, others' work was less.
        return False if busy is not None and busy <= OWN_PERCENT else None
    return busy - fio / cpus > OWN_PERCENT


def _cpus(run: Run) -> int | None:
    value = run.facts["hw.cpus"].value if "hw.cpus" in run.facts else None
    return value if isinstance(value, int) and value > 0 else None
