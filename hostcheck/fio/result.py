"""What fio says of a run, in one set of units for every version: bytes, bytes a second, nanoseconds.

A thing that fio did not measure is None, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Form = Literal["json", "normal", "terse"]

ALL_CLIENTS = "All clients"
"""fio's name of the sum over all servers."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long I/Os took, in nanoseconds.

    Attributes:
        mean: arithmetic mean.
        min: the fastest.
        max: the slowest.
        stddev: standard deviation; None where fio has none.
        count: how many were timed; None before fio 3.18, which does not say.
        percentiles: by percent (99.0), as far as fio was asked for them.
        bins: how many I/Os took how long, by fio's buckets (``json+``); None where fio did not write them.
    """

    mean: float
    min: float
    max: float
    stddev: float | None
    count: int | None = None
    percentiles: Mapping[float, float] = field(default_factory=dict)
    bins: Mapping[float, int] | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One direction of a job: what was read, written, trimmed, or all of it when reported as one.

    With ``ramp_time`` fio counts into ``io_bytes`` and ``bandwidth`` the I/Os that were in flight when the ramp
    ended, but not into ``total_ios`` and ``iops``: a rate in bytes is better taken as iops times block size.

    Attributes:
        iops: I/Os a second of the time measured.
        bandwidth: bytes a second, as fio says.
        io_bytes: bytes moved, as fio says.
        runtime_ms: how long this direction ran, without the ramp.
        total_ios: I/Os done; None before fio 2.1.14, which does not say.
        submission: time to hand an I/O to the kernel (slat).
        completion: time from there until it was done (clat).
        total: both (lat).
    """

    iops: float
    bandwidth: float
    io_bytes: int
    runtime_ms: int
    total_ios: int | None = None
    submission: Latency | None = None
    completion: Latency | None = None
    total: Latency | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job, or one group of jobs where fio reported by group.

    Attributes:
        name: its section's name.
        error: the errno it ended with, 0 for none.
        failed_ios: I/Os that failed and that it went on after (``continue_on_error``).
        steady: whether it reached the steady state that it was to end at; None where it was to reach none.
        group: its ``groupid``: jobs of one group run together; None where the output does not say.
        members: how many processes are summed in it; None where the output does not say (JSON).
        pid: of the process, as the normal output has it; None elsewhere.
        started_ms: when it began, in milliseconds since 1970; None before fio 3.36, which does not say.
        place: where it stands in the output, such as "jobs[0]" or "line 12".
        read: None where nothing was read; write, trim and mixed likewise.
        write: see read.
        trim: see read.
        mixed: all directions in one (``unified_rw_reporting``).
        sync: how long fsync, fdatasync and the like took.
        options: the job's own options over the global ones, as fio repeats them. fio leaves out global options
            that take no value (``time_based``), so this is not a full record of the job.
        depth_percent: share of I/Os by queue depth: "1", "2", "4" … ">=64".
        user_cpu_percent: CPU time in user mode.
        system_cpu_percent: CPU time in the kernel.
        hostname: which server ran it, when fio ran as a client.
    """

    name: str
    error: int
    read: Side | None = None
    write: Side | None = None
    trim: Side | None = None
    mixed: Side | None = None
    sync: Latency | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    depth_percent: Mapping[str, float] = field(default_factory=dict)
    user_cpu_percent: float | None = None
    system_cpu_percent: float | None = None
    hostname: str | None = None
    failed_ios: int = 0
    steady: bool | None = None
    group: int | None = None
    members: int | None = None
    pid: int | None = None
    started_ms: int | None = None
    place: str = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The directions in which something moved; mixed only where it is all there is."""
        parts = tuple(side for side in (self.read, self.write, self.trim) if side is not None)
        return parts or ((self.mixed,) if self.mixed is not None else ())

    def share_at_depth(self, depth: int) -> float:
        """Return the percentage of I/Os made at a queue depth: of fio's bucket that holds it, a power of two."""
        bucket = ">=64" if depth >= 64 else str(1 << (depth.bit_length() - 1))
        return self.depth_percent.get(bucket, 0.0)


def without_sum(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], Job | None]:
    """Return the jobs without the sum over all servers that a client adds behind them, and that sum."""
    combined = next((job for job in reversed(jobs) if job.name == ALL_CLIENTS), None)
    return tuple(job for job in jobs if job.name != ALL_CLIENTS), combined


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What a block device did meanwhile, as fio counted it.

    Attributes:
        name: kernel name, such as "vda".
        read_ios: reads done by the device.
        write_ios: writes done by the device.
        util_percent: share of time in which it had something to do; None where no time passed.
    """

    name: str
    read_ios: int
    write_ios: int
    util_percent: float | None


@dataclass(frozen=True, slots=True)
class FioResult:
    """All that one output of fio says. Where fio wrote several documents, the last one is the final one.

    Attributes:
        version: as fio prints it, such as "fio-3.33".
        jobs: in order; for a client, of all servers.
        combined: the sum over all servers that a client adds ("All clients").
        disks: empty where fio does not report it (it cannot for tmpfs, and a client has none).
        text_before: what stood before the document, and before those of its run that came earlier: warnings, errors,
            "terminating on signal".
        text_after: what stood behind it.
        documents: how many documents the output held (``--status-interval`` writes one at each interval).
        truncated: whether the output breaks off inside a further document.
        timestamp: when fio reported, in seconds since 1970 (UTC); None before fio 2.2.5, which does not say.
        elapsed_seconds: how long fio had run then; None before fio 2.2.9.
        form: which of fio's formats it is read from.
        cut: the entries in which the output breaks off, as "jobs[1] of 'name'"; the other ones are whole.
        unused: what else of the output is of this run, and why it is not used.
    """

    version: str
    jobs: tuple[Job, ...]
    combined: Job | None = None
    disks: tuple[DiskUse, ...] = ()
    text_before: str = ""
    text_after: str = ""
    documents: int = 1
    truncated: bool = False
    timestamp: int | None = None
    elapsed_seconds: int | None = None
    form: Form = "json"
    cut: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
