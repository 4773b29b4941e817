"""Every metric that hostcheck measures: its unit, direction, label, and where reports show it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from hostcheck.run.model import Better

if TYPE_CHECKING:
    from hostcheck.run.measured import Metric

Drawing = Literal["rates", "latency", "latency of one"]
"""A plot in the report: rates over time, or latency percentiles with many requests or one request at a time."""


class MetricSpec(NamedTuple):
    """The definition of one metric.

    Attributes:
        id: dotted name, which begins with the workload's name.
        unit: "MB/s" (10⁶ bytes per second), "IOPS", "events/s", "containers", "MB" or "s"; "%" for a variation.
        better: whether a higher or a lower value is better.
        label: the name in tables; empty to show the id.
        example: a possible value, in the unit.
        headline: the name in sentences, if it is a headline metric; otherwise empty. A comparison begins with the
            headline metrics.
        drawn: the plots of the report that show the metric.
        of: id of the metric from whose samples this one is computed (run/steadiness.py, run/underload.py); empty for a
            measured metric.
        does: for a headline metric of the disk, what distinguishes its job from jobs with similar names: "4 KiB, 32 in
            flight".
    """

    id: str
    unit: str
    better: Better
    label: str = ""
    example: float = 1.0
    headline: str = ""
    drawn: frozenset[Drawing] = frozenset()
    of: str = ""
    does: str = ""

    def skipped(self, reason: str) -> "Metric":
        """Return the metric in state "skipped", for a workload that could not run."""
        from hostcheck.run.measured import Metric  # noqa: PLC0415  an audit names metrics and makes none

        return Metric(self.id, self.unit, self.better, "skipped", reason)


def _rate(metric_id: str, label: str, *drawn: Drawing, headline: str = "", does: str = "") -> MetricSpec:
    return MetricSpec(metric_id, "IOPS", "higher", label, 5000, headline, frozenset(drawn), does=does)


def _bandwidth(metric_id: str, label: str, *drawn: Drawing, headline: str = "", does: str = "") -> MetricSpec:
    return MetricSpec(metric_id, "MB/s", "higher", label, 250, headline, frozenset(drawn), does=does)


def _events(metric_id: str, label: str) -> MetricSpec:
    return MetricSpec(metric_id, "events/s", "higher", label, 1500)


def _time(metric_id: str, label: str, example: float, *, headline: str = "") -> MetricSpec:
    return MetricSpec(metric_id, "s", "lower", label, example, headline)


RANDOM_WRITE_QD1 = "disk.randwrite.qd1.iops"
DURABLE_WRITE = "disk.syncwrite.iops"
WAL = "disk.wal.p99.seconds"
RANDOM_READ = "disk.randread.iops"
RANDOM_READ_QD1 = "disk.randread.qd1.iops"
RANDOM_WRITE = "disk.randwrite.iops"
SEQUENTIAL_READ = "disk.seqread.bandwidth"
SEQUENTIAL_WRITE = "disk.seqwrite.bandwidth"
FRESH_READ = "disk.seqread.fresh.bandwidth"
CHURN = "disk.churn.seconds"
BUILD = "build.cold.seconds"
MAKESPAN = "storm.makespan.seconds"
READY_P50 = "storm.ready.p50.seconds"
READY_P95 = "storm.ready.p95.seconds"
READY_MAX = "storm.ready.max.seconds"
CREATE_P50 = "storm.create.p50.seconds"
TEARDOWN = "storm.teardown.seconds"
SINGLE = "storm.single.seconds"
ONE_THREAD = "cpu.thread.rate"
ALL_THREADS = "cpu.threads.rate"
CPU_SUSTAINED = "cpu.sustained.rate"
MEMORY_READ = "memory.read.bandwidth"
MEMORY_WRITE = "memory.write.bandwidth"
MEMORY_LATENCY = "memory.latency.seconds"
NETWORK_SEND = "network.send.bandwidth"
NETWORK_RECEIVE = "network.receive.bandwidth"
NETWORK_SEND_PARALLEL = "network.send.parallel.bandwidth"
NETWORK_RECEIVE_PARALLEL = "network.receive.parallel.bandwidth"

_MEASURED = (
    _bandwidth(SEQUENTIAL_READ, "Sequential read", "rates", headline="sequential reads", does="1 MiB, 8 in flight"),
    _rate(RANDOM_WRITE, "Random write", "rates", "latency", headline="random writes", does="4 KiB, 32 in flight"),
    _time(BUILD, "Docker build, cold", 45, headline="a cold docker build"),
    _time(MAKESPAN, "Storm: all ready", 8, headline="a storm of containers"),
    _time(READY_P50, "Storm: half ready", 4),
    _time(READY_MAX, "Storm: slowest ready", 7.5),
    _time(READY_P95, "Storm: 95 % ready", 7),
    _time(CREATE_P50, "Storm: create, median", 0.25),
    _time(TEARDOWN, "Storm: all removed", 6),
    _time(SINGLE, "One container: ready", 0.5),
    _bandwidth(SEQUENTIAL_WRITE, "Sequential write", "rates"),
    _bandwidth(FRESH_READ, "Sequential read, never read before"),
    _rate(RANDOM_READ, "Random read", "rates", "latency"),
    _rate("disk.randread.parallel.iops", "Random read, in parallel"),
    _rate(RANDOM_READ_QD1, "Random read, one at a time", "latency of one"),
    _rate(RANDOM_WRITE_QD1, "Random write, one at a time", "latency of one"),
    _rate("disk.mixed.iops", "Random mixed, 70/30"),
    _rate("disk.sustained.iops", "Random write, sustained", "rates"),
    _bandwidth("disk.sustained.bandwidth", "Sequential write, sustained", "rates"),
    _rate(DURABLE_WRITE, "Durable write"),
    _time(WAL, "fdatasync, 99th percentile", 0.005),
    _time("disk.commit.p99.seconds", "fdatasync of 16 pages, 99th percentile", 0.008),
    _time(CHURN, "2,000 files made and deleted", 1.5),
    _events(ONE_THREAD, "CPU, one thread"),
    _events(ALL_THREADS, "CPU, a thread on each CPU"),
    _events(CPU_SUSTAINED, "CPU, sustained"),
    _bandwidth(MEMORY_READ, "Memory read, one thread"),
    _bandwidth(MEMORY_WRITE, "Memory write, one thread"),
    _time(MEMORY_LATENCY, "Memory latency", 9e-8),
    _bandwidth(NETWORK_SEND, "Network, sending"),
    _bandwidth(NETWORK_RECEIVE, "Network, receiving"),
    _bandwidth(NETWORK_SEND_PARALLEL, "Network, sending in 4 streams"),
    _bandwidth(NETWORK_RECEIVE_PARALLEL, "Network, receiving in 4 streams"),
)

STEADY = (
    SEQUENTIAL_READ,
    RANDOM_WRITE,
    SEQUENTIAL_WRITE,
    RANDOM_READ,
)
"""The rates whose steadiness is compared. Every disk run measures them."""


HOURS = ".hours.variation.percent"
"""Suffix of the ids of metrics for variation over hours."""


def _steadiness(rate: MetricSpec) -> tuple[MetricSpec, ...]:
    """Return the metrics for a rate's steadiness: its variation, its slowest turn, and its variation over hours."""
    job, _, kind = rate.id.rpartition(".")
    return (
        MetricSpec(f"{job}.variation.percent", "%", "lower", f"{rate.label}, variation", 20, of=rate.id),
        MetricSpec(
            f"{job}.worst.{kind}", rate.unit, rate.better, f"{rate.label}, slowest turn", rate.example, of=rate.id
        ),
        MetricSpec(f"{job}{HOURS}", "%", "lower", f"{rate.label}, variation over hours", 20, of=rate.id),
    )


_RATES = {spec.id: spec for spec in _MEASURED}

METRICS: Mapping[str, MetricSpec] = _RATES | {spec.id: spec for rate in STEADY for spec in _steadiness(_RATES[rate])}
"""All metrics by id, in the order of tables."""

CURVE = "storm.curve.N.seconds"
"""The id of the makespan of a storm of N containers; the user chooses N."""
_CURVE = re.compile(r"storm\.curve\.(\d{1,4})\.seconds")

SCALING = "cpu.threads.N.rate"
"""The id of the rate of N threads, if N is less than the number of CPUs."""
_SCALING = re.compile(r"cpu\.threads\.(\d{1,4})\.rate")

CPUS_DELIVERED = "cpu.threads.delivered.cpus"
STEAL = "cpu.threads.steal.percent"
USUAL_STEAL = "cpu.threads.steal.usual.percent"
RANDOM_READ_GAIN = "disk.randread.gain"
_FOLLOWING = {
    CPUS_DELIVERED: MetricSpec(CPUS_DELIVERED, "CPUs", "higher", "CPUs delivered under load", 3.8, of=ALL_THREADS),
    STEAL: MetricSpec(STEAL, "%", "lower", "Steal under load", 1, of=ALL_THREADS),
    USUAL_STEAL: MetricSpec(USUAL_STEAL, "%", "lower", "Steal under load, median and mean", 1, of=ALL_THREADS),
    RANDOM_READ_GAIN: MetricSpec(
        RANDOM_READ_GAIN, "×", "higher", "Random read, gain of 32 at a time", 3, of=RANDOM_READ
    ),
}
"""Metrics that are computed from the samples of others (run/underload.py), for policies and promises. No table shows
them."""

LAUNCH_VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "host": "the host's network",
        "none": "no network",
        "bridge": "the bridge",
        "port": "a port",
        "ports": "10 ports",
        "volumes": "4 volumes",
    }
)
"""The variants of containers that are launched in turns to explain the time of a launch: a description of each, by the
word in the metrics' ids."""
_VARIANT = re.compile(rf"storm\.(launch|remove)\.({'|'.join(LAUNCH_VARIANTS)})\.seconds")

HELD = "storm.density.containers"
"""The id of the number of containers that a host held."""
MEMORY_EACH = "storm.density.memory"
"""The id of the memory that each of these containers used."""

ALONE = "storm.alone.seconds"
"""The id of the time to launch and remove one container alone. Its parts explain the time of a launch."""

OWN_JOBS = "my"
"""Prefix of the ids of metrics of the user's own fio jobs (``bench --job``)."""
_IMPORTED = "fio"
_OTHERS = re.compile(rf"(?:{OWN_JOBS}|{_IMPORTED})(?:\.[a-z0-9_-]+)+")


def spec_of(metric_id: str) -> MetricSpec | None:
    """Return the definition of a metric that hostcheck measures or computes; None for any other id."""
    if found := _CURVE.fullmatch(metric_id):
        return _time(metric_id, f"Storm of {found[1]} containers", 8)
    if found := _SCALING.fullmatch(metric_id):
        return _events(metric_id, f"CPU, {found[1]} threads")
    if found := _VARIANT.fullmatch(metric_id):
        done = "Launch" if found[1] == "launch" else "Removal"
        return _time(metric_id, f"{done}, {LAUNCH_VARIANTS[found[2]]}", 0.1)
    if metric_id == HELD:
        return MetricSpec(HELD, "containers", "higher", "Containers held", 300)
    if metric_id == MEMORY_EACH:
        return MetricSpec(MEMORY_EACH, "MB", "lower", "Memory of a container", 27)
    if metric_id == ALONE:
        return _time(ALONE, "One container: launch and removal", 0.5)
    return METRICS.get(metric_id) or _FOLLOWING.get(metric_id)


def launch_of(variant: str) -> MetricSpec:
    """Return the metric for launching one container of a variant: the makespan divided by the number of containers."""
    return _known(f"storm.launch.{variant}.seconds")


def removal_of(variant: str) -> MetricSpec:
    """Return the metric for removing one container of a variant."""
    return _known(f"storm.remove.{variant}.seconds")


def _known(metric_id: str) -> MetricSpec:
    spec = spec_of(metric_id)
    assert spec is not None
    return spec


def headlines() -> tuple[str, ...]:
    """Return the ids of the headline metrics, in order."""
    return tuple(spec.id for spec in METRICS.values() if spec.headline)


def of_steadiness(metric_id: str) -> bool:
    """Return whether a metric is computed from another one's samples, such as the variation of a rate."""
    spec = spec_of(metric_id)
    return spec is not None and bool(spec.of)


def drawn_in(drawing: Drawing) -> tuple[str, ...]:
    """Return the ids of the metrics that a plot of the report shows, in order."""
    return tuple(spec.id for spec in METRICS.values() if drawing in spec.drawn)


def is_others(metric_id: str) -> bool:
    """Return whether an id is for a user's job or an imported result. Only the run file defines such a metric."""
    return _OTHERS.fullmatch(metric_id) is not None
