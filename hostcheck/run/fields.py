"""The fields that ``Sample.detail`` is written with, by workload: the JSON Schema describes the same ones.

They are read through the views in ``details``, because a run file may contain anything.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Percentiles = Mapping[str, float]
"""Milliseconds by percentile: p50, p99.9."""

Series = Mapping[str, Sequence[float | None]]
"""Values over time: a list for each, of the same length. "t" is first: seconds since the start."""

Bottleneck = Literal["quota", "cpu", "disk", "both", "steal", "unknown"]


class PlaceFields(TypedDict, total=False):
    """Where the test file is.

    Attributes:
        device_stack: each device below the file system, the first one nearest to it.
        caution: why the value may not show the disk's speed.
    """

    file_system: str
    mount_options: str
    device: str
    device_stack: Sequence[Mapping[str, str]]
    caution: str


class DiskFields(PlaceFields, total=False):
    """One run of a fio job.

    Attributes:
        fio: its version.
        iops: I/Os per second, bursts evened out; ``counted_iops`` before that, ``fio_iops`` as fio says.
        total_ios: I/Os of the measured time.
        runtime_seconds: fio's own measured time.
        latency_ms_by_direction: where the job has several directions.
        fio_cpu_percent: CPU time of all of its processes, in percent of one CPU.
        steps: whether the latencies show the time slices of the kernel's throttle.
        device_bytes_ratio: bytes that the device counted, divided by fio's; ``device_other_bytes`` were others'.
        device_not_checked: why its counters say nothing.
        series: "iops" of each window.
        forced: objections to what the user allowed (--allow-busy…).
        crowded: whether other work kept the CPUs busy.
    """

    fio: str
    iops: float
    counted_iops: float
    fio_iops: float
    total_ios: int
    runtime_seconds: float
    latency_ms: Percentiles
    latency_ms_by_direction: Mapping[str, Percentiles]
    sync_latency_ms: Percentiles
    fio_cpu_percent: float
    steps: bool
    device_bytes_ratio: float
    device_other_bytes: int
    device_not_checked: str
    series: Series
    file_bytes: int
    forced: Sequence[str]
    crowded: bool


class ImportedFields(TypedDict, total=False):
    """A figure of another program's output.

    Attributes:
        read_from: the place in it.
        also: what else ran at the same time.
        steady_state: whether fio's own criterion of steady state was met.
        latency_note: why there are no percentiles.
        caution: why the value may not be one of the disk.
    """

    file: str
    job: str
    fio: str
    read_from: str
    also: str
    steady_state: bool
    caution: str
    fio_iops: float
    runtime_seconds: float
    latency_ms: Percentiles
    latency_note: str


class QuotaFields(TypedDict):
    """A CPU quota: the control group that has it, and how many CPUs it may use."""

    group: str
    cpus: float


class WhyFields(TypedDict, total=False):
    """What the time of a build or a storm was spent on (``bench.bottleneck.explain``)."""

    verdict: Bottleneck
    words: str
    shares: Mapping[str, float | None]
    worst_second: Mapping[str, float | None]
    seconds: Mapping[str, float]
    work: Mapping[str, float]
    work_per_container: Mapping[str, float]
    quota: QuotaFields
    devices: Sequence[str]
    unseen: Sequence[str]


class EngineFields(TypedDict, total=False):
    """What a build and a storm share.

    Attributes:
        busy_before_percent: CPU time in use just before.
        engine: its name, version and socket.
        layers: the folder of its layers, and what names it.
        forced: objections to what the user allowed (--allow-busy…).
        series: the machine's gauges.
    """

    busy_before_percent: float
    forced: Sequence[str]
    engine: str
    layers: str
    why: WhyFields
    series: Series


class StepFields(TypedDict):
    """One step of a build: its instruction, and how long it took."""

    step: str
    seconds: float


class CpuFields(TypedDict, total=False):
    """One turn of a program that only computes.

    Attributes:
        threads: how many it was started with.
        cpus_delivered: CPU seconds that its threads were given, for each second of wall time.
        quota: how many CPUs its control groups allow, in words; absent where they cannot be read.
        quota_stops_percent: share of the quota's periods in which it was stopped.
        series: of a sustained load, "rate" of each turn.
        forced: objections to what the user allowed (--allow-busy…).
    """

    threads: int
    cpus_delivered: float
    quota: str
    quota_stops_percent: float
    series: Series
    forced: Sequence[str]


class MemoryFields(TypedDict, total=False):
    """One turn of a program that reads or writes memory.

    Attributes:
        block_bytes: its working set, and ``cache_bytes`` the last-level cache that it exceeds.
        forced: objections to what the user allowed (--allow-busy…).
    """

    block_bytes: int
    cache_bytes: int
    forced: Sequence[str]


class NetworkFields(TypedDict, total=False):
    """One turn of iperf3 with a peer.

    Attributes:
        streams: TCP connections at once.
        retransmits: segments that the sender sent again; absent where its kernel does not count them.
        segment_bytes: the largest segment (MSS) of the connection.
        rtt_ms: mean smoothed round trip of the sender's kernel under this load.
        lost_percent: datagrams that did not arrive, of those sent at a tenth of the rate.
        own_address: true where both ends of the connection had the same address: the peer is this host.
    """

    streams: int
    retransmits: int
    segment_bytes: int
    rtt_ms: float
    lost_percent: float
    own_address: bool


class BuildFields(EngineFields, total=False):
    """One build.

    Attributes:
        page_cache: whether it was dropped before.
        files: number of files in the context, and ``context_bytes`` its size.
        build_cache: what of BuildKit's cache was removed.
    """

    steps: Sequence[StepFields]
    page_cache: str
    files: int
    context_bytes: int
    build_cache: str


class ContainerFields(TypedDict):
    """One container of a storm: times in seconds after the release of all containers."""

    index: int
    create: Sequence[float] | None
    start: Sequence[float] | None
    ready: float | None
    removed: float | None
    error: str


class StormFields(EngineFields, total=False):
    """One storm.

    Attributes:
        failed: how many containers.
        total_seconds: until the last container was removed.
        foreign_containers: how many of others ran.
        density: of each batch the containers that ran, its makespan in seconds and the memory that they took;
            ``density_ended`` why no more were launched.
        parts: seconds of each phase of one container alone, by what they went to; ``parts_unknown`` why there are none.
        around: how many containers, interfaces, NAT rules and mounts there were before; None for what cannot be read.
    """

    failed: int
    total_seconds: float
    launches_per_second: float | None
    client_cpu_seconds: float
    foreign_containers: int
    around: Mapping[str, int | None]
    image: str
    density: Sequence[Mapping[str, float]]
    density_ended: str
    parts: Mapping[str, Mapping[str, float]]
    parts_unknown: str
    containers: Sequence[ContainerFields]
