"""The results of a run of fio, in these units for every version: bytes, bytes per second, nanoseconds.

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
    """The latency of I/Os, in nanoseconds.

    Attributes:
        mean: arithmetic mean.
        min: latency of the fastest I/O.
        max: latency of the slowest I/O.
        stddev: standard deviation; None if fio has none.
        count: number of timed I/Os; None before fio 3.18, which does not print it.
        percentiles: latency by percentage (99.0), for the percentages in ``percentile_list``.
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

    With ``ramp_time`` fio counts into ``io_bytes`` and ``bandwidth`` the I/Os that were in flight when the ramp ended,
    but not into ``total_ios`` and ``iops``: ``iops`` times the block size is a better rate in bytes.

    Attributes:
        iops: I/Os per second in the measured time.
        bandwidth: bytes per second, as fio prints it.
        io_bytes: bytes moved, as fio prints it.
        runtime_ms: duration of this direction in milliseconds, without the ramp.
        total_ios: number of I/Os done; None before fio 2.1.14, which does not print it.
        submission: time to hand an I/O to the kernel (slat).
        completion: time from then until the I/O was done (clat).
        total: sum of submission and completion (lat).
        contradiction: how the values of this direction contradict each other, in words; empty if they do not.
    """

    iops: float
    bandwidth: float
    io_bytes: int
    runtime_ms: int
    total_ios: int | None = None
    submission: Latency | None = None
    completion: Latency | None = None
    total: Latency | None = None
    contradiction: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One job, or one group of jobs if fio reported by group (``group_reporting``).

    Attributes:
        name: name of the job's section.
        error: errno of the error that ended the job; 0 for none.
        failed_ios: number of failed I/Os after which the job continued (``continue_on_error``).
        steady: whether the ``steadystate`` condition was reached; None if there was no such condition.
        group: the job's ``groupid``; None if not in the output. Jobs of one group run together.
        sum_of: names of the different jobs of which this is the sum; empty if it is one job. Always empty for JSON and
            terse output, which do not contain the names.
        members: number of processes whose values are summed; None if not in the output (JSON).
        pid: PID of the process, from the normal output; None in the other formats.
        started_ms: start time in milliseconds since 1970; None before fio 3.36, which does not print it.
        lost: which part of the job's results is missing in the output, in words; empty if there is none.
        doubt: what is unknown about the job because a part of the output is missing, in words; empty if nothing is.
        missing: that not all processes of the job are in the output, in words; empty if they are, or if the options
            contain their number.
        processes: number of processes that fio started of the job, if not all are in the output; otherwise None.
        place: place in the output, such as "jobs[0]" or "line 12".
        read: result of the reads; None if nothing was read.
        write: result of the writes; None if nothing was written.
        trim: result of the trims; None if nothing was trimmed.
        mixed: result of all directions together (``unified_rw_reporting``); None if they are reported separately.
        sync: latency of fsync, fdatasync and sync_file_range; None if there were none.
        options: the global options and the job's own, as fio prints them. fio leaves out global options without a value
            (``time_based``), so this is not a full record of the job.
        blocks: the size of each I/O in bytes, or else the sizes as text. It is used if the output lacks other options:
            if a mix is reported as one direction, the normal output does not contain the share of reads.
        depth_percent: share of I/Os by queue depth: "1", "2", "4" … ">=64".
        user_cpu_percent: CPU time in user mode, in percent; None if not in the output.
        system_cpu_percent: CPU time in the kernel, in percent; None if not in the output.
        server: name and port of the server that ran the job, if fio ran as a client; None if not in the output.
    """

    name: str
    error: int
    read: Side | None = None
    write: Side | None = None
    trim: Side | None = None
    mixed: Side | None = None
    sync: Latency | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[int | None, str] = (None, "")
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
    lost: str = ""
    doubt: str = ""
    missing: str = ""
    processes: int | None = None
    place: str = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The directions with I/O; "mixed" only if there is no other."""
        parts = tuple(side for side in (self.read, self.write, self.trim) if side is not None)
        return parts or ((self.mixed,) if self.mixed is not None else ())

    def share_at_depth(self, depth: int) -> float:
        """Return the percentage of I/Os issued at a queue depth, from fio's buckets (powers of two)."""
        bucket = ">=64" if depth >= 64 else str(1 << (depth.bit_length() - 1))
        return self.depth_percent.get(bucket, 0.0)


def without_sum(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], Job | None]:
    """Return the jobs without "All clients", the sum over all servers, and this sum; None if there is none."""
    combined = next((job for job in reversed(jobs) if job.name == ALL_CLIENTS), None)
    return tuple(job for job in jobs if job.name != ALL_CLIENTS), combined


@dataclass(frozen=True, slots=True)
class DiskUse:
    """The activity of a block device during the run, as fio counted it.

    Attributes:
        name: kernel name, such as "vda".
        read_ios: number of reads that the device did.
        write_ios: number of writes that the device did.
        util_percent: percentage of time in which the device was busy; None if no time passed.
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
        jobs: the jobs in order; for a client, the jobs of all servers.
        combined: the sum over all servers that a client adds ("All clients"); None if there is none.
        disks: activity of the disks; empty if fio does not report disks (tmpfs, a client, or terse output).
        text_before: the text before the document and before earlier documents of the same run: warnings, errors,
            "terminating on signal".
        text_after: the text after the document.
        documents: number of documents in the output (``--status-interval`` writes one at each interval).
        truncated: whether the output breaks off inside a further document.
        timestamp: time of the report in seconds since 1970 (UTC); None before fio 2.2.5, which does not print it.
        elapsed_seconds: how long fio had run at the time of the report; None before fio 2.2.9, which does not print it.
        form: the fio output format of the text.
        cut: the entries that are incomplete, because the output is cut off there, as "jobs[1] of 'name'".
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
