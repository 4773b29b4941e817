"""The results of a run of fio, in the same units for every version: bytes, bytes per second, nanoseconds.

A value that fio did not measure is None, never 0.
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
        count: number of timed I/Os; None before fio 3.18, which does not print it.
        percentiles: by percent (99.0), those of ``percentile_list``.
        bins: number of I/Os by latency, in fio's buckets (``json+``); None if fio did not write them.
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
    """One direction of a job: reads, writes, trims, or all of them with ``unified_rw_reporting``.

    With ``ramp_time`` fio counts into ``io_bytes`` and ``bandwidth`` the I/Os that were in flight when the ramp
    ended, but not into ``total_ios`` and ``iops``: a rate in bytes is better taken as iops times block size.

    Attributes:
        iops: I/Os per second of the measured time.
        bandwidth: bytes per second, as fio prints it.
        io_bytes: bytes moved, as fio prints it.
        runtime_ms: how long this direction ran, without the ramp.
        total_ios: number of I/Os done; None before fio 2.1.14, which does not print it.
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
        name: name of its section.
        error: the errno it ended with, 0 for none.
        failed_ios: failed I/Os after which it continued (``continue_on_error``).
        steady: whether the ``steadystate`` condition was reached; None if there was no such condition.
        group: its ``groupid``: jobs of one group run together; None if not in the output.
        sum_of: the names of the different jobs that it is the sum of; empty where it is one job, and in JSON and terse
            lines, which do not say it.
        members: number of processes summed in it; None if not in the output (JSON).
        pid: PID of the process, from the normal output; None in the other formats.
        started_ms: start time in milliseconds since 1970; None before fio 3.36, which does not print it.
        place: its place in the output, such as "jobs[0]" or "line 12".
        read: None where nothing was read; write, trim and mixed likewise.
        write: see read.
        trim: see read.
        mixed: all directions in one (``unified_rw_reporting``).
        sync: how long fsync, fdatasync and sync_file_range took.
        options: the global options and the job's own, as fio prints them. fio leaves out global options without a value
            (``time_based``), so this is not a full record of the job.
        depth_percent: share of I/Os by queue depth: "1", "2", "4" … ">=64".
        user_cpu_percent: CPU time in user mode.
        system_cpu_percent: CPU time in the kernel.
        server: which server ran it, when fio ran as a client: its name and port; None if the output does not say.
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
    server: tuple[str | None, int | None] | None = None
    failed_ios: int = 0
    steady: bool | None = None
    group: int | None = None
    sum_of: tuple[str, ...] = ()
    members: int | None = None
    pid: int | None = None
    started_ms: int | None = None
    place: str = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The directions with I/O; "mixed" only if there is no other."""
        parts = tuple(side for side in (self.read, self.write, self.trim) if side is not None)
        return parts or ((self.mixed,) if self.mixed is not None else ())

    def share_at_depth(self, depth: int) -> float:
        """Return the percentage of I/Os issued at a queue depth, by fio's buckets (powers of two)."""
        bucket = ">=64" if depth >= 64 else str(1 << (depth.bit_length() - 1))
        return self.depth_percent.get(bucket, 0.0)


def without_sum(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], Job | None]:
    """Return the jobs without the sum over all servers ("All clients") that a client adds at the end, and that sum."""
    combined = next((job for job in reversed(jobs) if job.name == ALL_CLIENTS), None)
    return tuple(job for job in jobs if job.name != ALL_CLIENTS), combined


@dataclass(frozen=True, slots=True)
class DiskUse:
    """The activity of a block device during the run, as fio counted it.

    Attributes:
        name: kernel name, such as "vda".
        read_ios: reads done by the device.
        write_ios: writes done by the device.
        util_percent: percentage of time in which it was busy; None if no time passed.
    """

    name: str
    read_ios: int
    write_ios: int
    util_percent: float | None


@dataclass(frozen=True, slots=True)
class FioResult:
    """One output of fio. If fio wrote several documents, this is the last one.

    Attributes:
        version: as fio prints it, such as "fio-3.33".
        jobs: in order; for a client, of all servers.
        combined: the sum over all servers that a client adds ("All clients").
        disks: empty if fio does not report disks (tmpfs, or a client).
        text_before: the text before the document and before earlier documents of the same run: warnings, errors,
            "terminating on signal".
        text_after: the text after it.
        documents: number of documents in the output (``--status-interval`` writes one at each interval).
        truncated: whether the output breaks off inside a further document.
        timestamp: time of the report in seconds since 1970 (UTC); None before fio 2.2.5, which does not print it.
        elapsed_seconds: how long fio had run at that time; None before fio 2.2.9.
        form: the output format of fio that it was read from.
        cut: the entries at which the output is cut off, as "jobs[1] of 'name'"; all other entries are complete.
        unused: other parts of the output that belong to this run, and why they are not used.
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
