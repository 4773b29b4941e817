"""The fields that hostcheck writes into ``Sample.detail``, by workload. The JSON Schema describes them too.

Reports read them through the views in ``details``, because a run file may contain anything.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Percentiles = Mapping[str, float]
"""Latency in milliseconds by percentile: "p50", "p99.9"."""

Series = Mapping[str, Sequence[float | None]]
"""Values over time: one list for each quantity, all of equal length. The first is "t", seconds since the start."""

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


class IoLimitFields(TypedDict, total=False):
    """The limits of control groups on the measured disk, by their names in io.max; "target" is that of io.latency.

    A field is absent if it is unknown.

    Attributes:
        io_limits: the lowest limits on this process's control group and the groups above it.
        io_limits_of_first: the lowest limits on the control group of PID 1 and the groups above it.
    """

    io_limits: Mapping[str, int]
    io_limits_of_first: Mapping[str, int]


class DiskFields(PlaceFields, IoLimitFields, total=False):
    """One run of a fio job.

    Attributes:
        fio: fio's version.
        iops: I/Os per second after bursts are evened out. ``counted_iops`` is the rate before that, ``fio_iops`` the
            rate that fio reports.
        total_ios: number of I/Os in the measured time.
        runtime_seconds: measured time, as fio reports it.
        latency_ms_by_direction: latency percentiles of each direction, if the job has several.
        fio_cpu_percent: CPU time of all fio processes together, in percent of one CPU.
        steps: whether the latencies show the time slices of the kernel's throttle.
        device_bytes_ratio: bytes that the device counted, divided by the bytes that fio counted. ``device_other_bytes``
            is the number of bytes by other programs.
        device_not_checked: why the device's counters cannot be used.
        series: "iops" in each window.
        forced: conditions for which hostcheck would have refused to measure, but the user allowed them (--allow-busy…).
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
    """A value imported from another program's output.

    Attributes:
        read_from: the value's place in the output.
        also: what else ran at the same time.
        steady_state: whether fio's ``steadystate`` condition was met.
        latency_note: why there are no percentiles.
        caution: why the value may not be the disk's speed.
        lacks: why the value is not ranked: its options are not in the output, or a cache answered the reads.
    """

    file: str
    job: str
    fio: str
    read_from: str
    also: str
    steady_state: bool
    caution: str
    lacks: str
    fio_iops: float
    runtime_seconds: float
    latency_ms: Percentiles
    latency_note: str


class QuotaFields(TypedDict):
    """A CPU quota: the path of its control group, and the number of CPUs that it allows."""

    group: str
    cpus: float


class WhyFields(TypedDict, total=False):
    """The bottleneck of a build or a storm, from ``bench.bottleneck.explain``."""

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
    """The fields that builds and storms share.

    Attributes:
        busy_before_percent: percentage of CPU time in use just before the measurement.
        engine: the engine's name, version and socket.
        layers: the folder of the engine's layers, and the source of this path.
        forced: conditions for which hostcheck would have refused to measure, but the user allowed them (--allow-busy…).
        series: the machine's load over time.
    """

    busy_before_percent: float
    forced: Sequence[str]
    engine: str
    layers: str
    why: WhyFields
    series: Series


class StepFields(TypedDict):
    """One step of a build: its instruction in the Dockerfile, and its duration in seconds."""

    step: str
    seconds: float


class CpuFields(TypedDict, total=False):
    """One run of a program that only computes.

    Attributes:
        threads: number of threads.
        cpus_delivered: CPU time that the threads got, in seconds per second of wall time.
        quota: the number of CPUs that the control groups allow, in words; absent if unknown.
        quota_stops_percent: percentage of the quota's periods in which the program was stopped.
        series: "rate" of each turn of a sustained load.
        forced: conditions for which hostcheck would have refused to measure, but the user allowed them (--allow-busy…).
    """

    threads: int
    cpus_delivered: float
    quota: str
    quota_stops_percent: float
    series: Series
    forced: Sequence[str]


class MemoryFields(TypedDict, total=False):
    """One run of a program that reads or writes memory.

    Attributes:
        block_bytes: size of the working set. It exceeds the last-level cache, whose size is ``cache_bytes``.
        forced: conditions for which hostcheck would have refused to measure, but the user allowed them (--allow-busy…).
    """

    block_bytes: int
    cache_bytes: int
    forced: Sequence[str]


class RouteFields(TypedDict, total=False):
    """How a peer is reached. A field is absent if it is unknown.

    Attributes:
        interface: name of the interface.
        interface_bus: how the interface's device is connected ("pci", "virtio"); absent for one without a device.
        qdiscs: names of the interface's queueing disciplines; "fq maxrate" is fq with a limit.
        packet_limits: kinds of netfilter's rules that may slow a transfer ("hashlimit"), with " elsewhere" if one is in
            use but not among the rules that were read.
    """

    interface: str
    interface_bus: str
    qdiscs: Sequence[str]
    packet_limits: Sequence[str]


class NetworkFields(RouteFields, total=False):
    """One run of iperf3 with a peer.

    Attributes:
        streams: number of TCP connections at the same time.
        retransmits: number of segments that the sender sent again; absent if its kernel does not count them.
        segment_bytes: maximum segment size (MSS) of the connection.
        rtt_ms: mean of the smoothed round-trip time in the sender's kernel under this load, in milliseconds.
        lost_percent: percentage of datagrams that did not arrive, when sent at a tenth of the measured rate.
        own_address: true if both ends of the connection had one address, so that the peer is this host.
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
        page_cache: whether the page cache was dropped before the build.
        files: number of files in the context; ``context_bytes`` is the context's size.
        build_cache: which part of BuildKit's cache was removed.
    """

    steps: Sequence[StepFields]
    page_cache: str
    files: int
    context_bytes: int
    build_cache: str


class ContainerFields(TypedDict):
    """One container of a storm. Times are in seconds since all launches began."""

    index: int
    create: Sequence[float] | None
    start: Sequence[float] | None
    ready: float | None
    removed: float | None
    error: str


class StormFields(EngineFields, total=False):
    """One storm.

    Attributes:
        failed: number of containers that failed.
        total_seconds: time until the last container was removed.
        foreign_containers: number of running containers that are not hostcheck's.
        density: for each batch, how many containers ran once it was up, the seconds until its last one was ready, and
            the memory that all of them used. ``density_ended`` says why no more were launched.
        parts: for each phase of a container that was launched alone, the seconds by cause. ``parts_unknown`` says why
            there are none.
        around: number of containers, interfaces, NAT rules and mounts before the storm; None if it cannot be read.
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
