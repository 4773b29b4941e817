"""Typed views of ``Sample.detail``, one for each workload, with named fields and units.

A run file may contain anything. A field with an unexpected value is treated as missing. Fields without a view are
ignored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hostcheck.run.measured import Sample
from hostcheck.run.values import (
    Span,
    columns_of,
    finite,
    items_of,
    limits_of,
    mapping_of,
    percentiles_of,
    span_of,
    text_of,
)

HALF_SECOND = 0.5
"""Length in seconds of the windows in which a disk's rate is counted."""

MOST_IOPS = 1e12
"""Largest plausible rate of a disk in I/Os per second."""


@dataclass(frozen=True, slots=True)
class Rates:
    """A disk's rate over time.

    Attributes:
        iops: I/Os per second in each window.
        seconds: length of a window in seconds.
    """

    iops: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Device:
    """One of the block devices below a file system.

    Attributes:
        model: the kernel's model name; empty if there is none.
        rotational: the kernel's flag. Virtual disks usually set it, whatever the disk is.
        name: the kernel's name of the device.
        uuid: the id of a volume of the device mapper; empty for other devices.
        bus: how a local disk is connected ("virtio", "nvme", "ata"…); empty if unknown, or if it is no local disk.
        scheduler: the I/O scheduler; empty if unknown, or for a partition.
        holder: for a loop device, the file system that holds its file; empty if unknown.
        direct: whether a loop device reads and writes its file past the page cache.
    """

    model: str
    rotational: bool
    name: str = ""
    uuid: str = ""
    bus: str = ""
    scheduler: str = ""
    holder: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class DiskDetail:
    """The detail of a sample from a fio job.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def iops(self) -> float | None:
        """I/Os per second."""
        return finite(self.values.get("iops"))

    @property
    def latency_ms(self) -> Mapping[float, float]:
        """Latency of a request in milliseconds, by percentile (50, 99.9)."""
        return dict(percentiles_of(self.values.get("latency_ms")))

    @property
    def sync_latency_ms(self) -> Mapping[float, float]:
        """Latency of an fdatasync in milliseconds, by percentile."""
        return dict(percentiles_of(self.values.get("sync_latency_ms")))

    @property
    def rates(self) -> Rates | None:
        """The rate over time; None if the detail does not contain it."""
        series = columns_of(self.values.get("series"))
        iops, times = series.get("iops", ()), series.get("t", ())
        if not iops or not times or times[0] is None or not 0 < times[0] < 1e3:
            return None
        return Rates(tuple(rate for rate in iops if rate is not None and 0 <= rate < MOST_IOPS), times[0])

    @property
    def halves(self) -> tuple[float, ...]:
        """I/Os per second in each half second of a turn; empty if they were not counted.

        If I/Os wait for the time slices of a throttle, the only item is the rate of the whole turn. The number of
        slices that end in a half second says nothing about the disk.
        """
        found = self.rates
        if self.iops is None or found is None or found.seconds != HALF_SECOND or not any(found.iops):
            return ()
        return (self.iops,) if self.in_steps else found.iops

    @property
    def seconds(self) -> float | None:
        """Measured time in seconds."""
        return finite(self.values.get("runtime_seconds"))

    @property
    def file_bytes(self) -> float | None:
        """Size in bytes of the file that was read or written."""
        return finite(self.values.get("file_bytes"))

    @property
    def flat(self) -> bool:
        """Whether a limit must cause so even a rate. Only files of the first release have this field."""
        return self.values.get("flat") is True

    @property
    def in_steps(self) -> bool:
        """Whether the latencies show the time slices of the kernel's throttle."""
        return self.values.get("steps") is True

    @property
    def fio_cpu_percent(self) -> float | None:
        """CPU time of all fio processes together, in percent of one CPU."""
        return finite(self.values.get("fio_cpu_percent"))

    @property
    def caution(self) -> str:
        """Why the value may not be the disk's speed; empty if there is no such reason."""
        return text_of(self.values.get("caution"))

    @property
    def crowded(self) -> bool:
        """Whether work other than fio kept the CPUs busy during the sample. False for files of the first release."""
        return self.values.get("crowded") is True

    @property
    def imported(self) -> bool:
        """Whether the sample is imported. Then hostcheck did not check its validity, and the host's load is unknown."""
        return bool(text_of(self.values.get("read_from")))

    @property
    def device(self) -> str:
        """The device that the file system was mounted from; empty if unknown."""
        return text_of(self.values.get("device"))

    @property
    def io_limits(self) -> Mapping[str, float] | None:
        """The limits of control groups on the process that measured, by their names in io.max; None if unknown."""
        return limits_of(self.values.get("io_limits"))

    @property
    def io_limits_of_first(self) -> Mapping[str, float] | None:
        """The limits of control groups on the process with the PID 1, by their names in io.max; None if unknown."""
        return limits_of(self.values.get("io_limits_of_first"))

    @property
    def devices(self) -> tuple[Device, ...]:
        """The block devices below the file system, from the top to the disk."""
        found = map(mapping_of, items_of(self.values.get("device_stack")))
        return tuple(
            Device(
                text_of(one.get("model")),
                one.get("rotational") == "1",
                name=text_of(one.get("name")),
                uuid=text_of(one.get("uuid")),
                bus=text_of(one.get("bus")),
                scheduler=text_of(one.get("scheduler")),
                holder=text_of(one.get("backing_file_system")),
                direct=one.get("direct_io") == "1",
            )
            for one in found
        )

    @property
    def file_system(self) -> str:
        """The type of the file system of the test file; empty if unknown."""
        return text_of(self.values.get("file_system"))

    @property
    def mount_options(self) -> tuple[str, ...]:
        """The options that the file system was mounted with."""
        return tuple(filter(None, text_of(self.values.get("mount_options")).split(",")))


@dataclass(frozen=True, slots=True)
class Why:
    """The bottleneck of a build or a storm.

    Attributes:
        verdict: "quota", "cpu", "disk", "both", "steal" or "unknown".
        words: the bottleneck as a sentence.
    """

    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class EngineDetail:
    """The detail of a sample from a build or a storm.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def columns(self) -> Mapping[str, tuple[float | None, ...]]:
        """The host's load over time: one tuple for each quantity, first "t" in seconds. None if a value is missing."""
        return columns_of(self.values.get("series"))

    @property
    def engine(self) -> str:
        """The engine's name, version and socket as one text; empty if the file does not contain them."""
        return text_of(self.values.get("engine"))

    @property
    def why(self) -> Why:
        """The bottleneck. All its fields are empty texts if the file does not contain it."""
        why = mapping_of(self.values.get("why"))
        return Why(text_of(why.get("verdict")), text_of(why.get("words")))


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of a build.

    Attributes:
        step: the instruction in the Dockerfile.
        seconds: duration in seconds.
    """

    step: str
    seconds: float


@dataclass(frozen=True, slots=True)
class BuildDetail(EngineDetail):
    """The detail of a sample from a build."""

    @property
    def steps(self) -> tuple[BuildStep, ...]:
        """The steps that took more than 0 seconds, in order."""
        found = ((text_of(one.get("step")), finite(one.get("seconds"))) for one in self._steps())
        return tuple(BuildStep(step, seconds) for step, seconds in found if seconds is not None and seconds > 0)

    def _steps(self) -> Iterator[Mapping[str, object]]:
        return map(mapping_of, items_of(self.values.get("steps")))


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a storm. Times are in seconds since all launches began.

    Attributes:
        index: the container's number, from 0.
        create: start and end of the create request; None if it failed.
        start: start and end of the start request; None if it failed.
        ready: when the container printed "ready"; None if it did not.
        removed: when the engine had removed the container; None if it had not.
        error: the engine's message; empty if there was no error.
    """

    index: int
    create: Span | None
    start: Span | None
    ready: float | None
    removed: float | None
    error: str


@dataclass(frozen=True, slots=True)
class StormDetail(EngineDetail):
    """The detail of a sample from a storm."""

    @property
    def density(self) -> tuple[tuple[int, float], ...]:
        """For each batch: how many containers ran once it was up, and the seconds until its last one was ready."""
        found = map(mapping_of, items_of(self.values.get("density")))
        pairs = ((finite(one.get("containers")), finite(one.get("makespan"))) for one in found)
        return tuple((int(count), seconds) for count, seconds in pairs if count is not None and seconds is not None)

    @property
    def density_ended(self) -> str:
        """Why the density test launched no more containers."""
        return text_of(self.values.get("density_ended"))

    @property
    def parts(self) -> Mapping[str, Mapping[str, float]]:
        """Seconds by cause, for each phase of a container that was launched alone; empty if they were not observed."""
        return {
            str(phase): {str(cause): value for cause, found in mapping_of(causes).items() if (value := finite(found))}
            for phase, causes in mapping_of(self.values.get("parts")).items()
        }

    @property
    def parts_unknown(self) -> str:
        """Why the causes are unknown; empty if they are known."""
        return text_of(self.values.get("parts_unknown"))

    @property
    def containers(self) -> tuple[Container, ...]:
        """All launched containers, in order."""
        found = map(mapping_of, items_of(self.values.get("containers")))
        return tuple(
            Container(
                place,
                span_of(one.get("create")),
                span_of(one.get("start")),
                finite(one.get("ready")),
                finite(one.get("removed")),
                text_of(one.get("error")),
            )
            for place, one in enumerate(found)
        )


@dataclass(frozen=True, slots=True)
class CpuDetail:
    """The detail of a sample from a program that only computes.

    Attributes:
        values: the sample's detail.
    """

    values: Mapping[str, object]

    @property
    def threads(self) -> int | None:
        """Number of threads that ran."""
        found = finite(self.values.get("threads"))
        return int(found) if found is not None and found >= 1 else None

    @property
    def cpus_delivered(self) -> float | None:
        """CPU time that the threads got, in seconds per second of wall time."""
        found = finite(self.values.get("cpus_delivered"))
        return found if found is not None and found > 0 else None

    @property
    def quota(self) -> str:
        """The number of CPUs that the control groups allow, in words; empty if unknown."""
        return text_of(self.values.get("quota"))

    @property
    def quota_stops_percent(self) -> float | None:
        """Percentage of the quota's periods in which the threads were stopped."""
        return finite(self.values.get("quota_stops_percent"))


def joined_rates(samples: Sequence[Sample]) -> tuple[list[float], float]:
    """Return the I/Os per second of a job's valid samples as one series, and the length of a window in seconds.

    The samples are joined because a burst allowance may last for several samples.
    """
    rates: list[float] = []
    seconds = 0.0
    for sample in samples:
        if sample.valid and (found := DiskDetail(sample.detail).rates):
            rates += found.iops
            seconds = found.seconds
    return rates, seconds
