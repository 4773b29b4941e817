"""Parse and check one run of fio: its values, and all reasons why they are invalid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hostcheck.bench.disk.bursts import comes_in_bursts, even_rate, evened
from hostcheck.bench.disk.device_counter import DeviceCounter, Moved
from hostcheck.bench.disk.levels import comes_in_steps
from hostcheck.counts import number_of
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.jobfile import PERCENTS, JobFile, JobMetric
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.result import Job, Latency, Side
from hostcheck.fio.runner import Outcome
from hostcheck.run.fields import DiskFields

RUNTIME_SHARE = 0.95
"""A job must have run for at least this share of the requested time."""

DEPTH_PERCENT = 80.0
"""Percent of I/Os that must be at the requested queue depth. Some I/O engines and file systems do not reach it."""

DEVICE_TOLERANCE = 0.10
"""Largest allowed difference between the bytes of the device and of fio, as a share of fio's bytes.

A larger difference means a cache, a sparse file, or other I/O.
"""

FOREIGN_BYTES = 4 << 20
"""Bytes of I/O outside the job that are always tolerated, because the file system itself does some I/O."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of one run of fio.

    Attributes:
        values: the value of each metric that fio reported, in the metric's unit.
        reasons: why the run is invalid; empty if it is valid.
        detail: further results, as JSON values.
    """

    values: Mapping[JobMetric, float]
    reasons: tuple[str, ...]
    detail: DiskFields = field(default_factory=DiskFields)


def check_sample(job: JobFile, outcome: Outcome, device: DeviceCounter, seconds: float) -> Checked:
    """Parse fio's output, and check it.

    Args:
        job: the job that fio ran.
        outcome: fio's exit code and output.
        device: the device's counters during the run.
        seconds: the requested measured time, without the ramp.
    """
    if outcome.ended == "timeout":
        return Checked({}, ("fio did not end in time, and was killed",))
    try:
        result = parse(outcome.output)
    except FioParseError as error:
        return Checked({}, (failure(outcome) or str(error),))
    reasons = list(problems(result))
    if outcome.exit_code and not reasons:
        reasons.append(failure(outcome))
    if len(result.jobs) != 1:
        reasons.append(f"fio reported {number_of(len(result.jobs), 'job')}, expected one")
    found = result.jobs[0]
    sides = [side for side in (getattr(found, direction) for direction in job.does.directions) if side is not None]
    if not sides or not any(side.iops > 0 for side in sides):
        return Checked({}, tuple(reasons or ("fio read or wrote nothing in the job's direction",)))
    reasons += _shortfalls(job, found, sides, seconds)
    iops = sum(rate(side, seconds) for side in sides)
    claimed = iops * seconds * job.block_bytes
    drain = max(0.0, max(side.runtime_ms for side in sides) / 1000 - seconds)
    moved = device.most_like(claimed, seconds, drain)
    reasons += _contradictions(job, claimed, moved, shares=device.shares)
    figure_iops = iops
    # With the page cache, the device's I/Os differ from the job's. A durable write adds I/Os of the journal.
    if moved and job.does.direct and not job.does.syncs and comes_in_bursts(device.points, moved.end, seconds):
        even = even_rate(device.points, moved.end, seconds)
        figure_iops = evened(iops, None if even is None else even / job.block_bytes, seconds)
    values = {}
    for figure in job.figures:
        own = getattr(found, figure.direction) if figure.direction else None
        if figure.direction and own is None:
            reasons.append(f"fio reported no values for the {figure.direction}s")
            continue
        share = rate(own, seconds) / iops if own else 1.0
        value = _value(figure, job, figure_iops * share, found, sides)
        if isinstance(value, float):
            values[figure] = value
        else:
            reasons.append(value)
    detail: DiskFields = {
        "fio": result.version,
        "iops": round(figure_iops, 2),
        "counted_iops": round(iops, 2),
        **_from_fio(job, found, sides),
        **_from_device(job, sides, device, claimed, moved),
    }
    return Checked(values, tuple(reasons), detail)


def rate(side: Side, seconds: float) -> float:
    """Return the IOPS of the measured time: the I/Os that were started, divided by the measured time.

    fio's own value is lower, because its time includes the wait for the I/Os in flight at the end. On a disk of 20 IOPS
    with 8 I/Os in flight, fio's value for 2 s is 15 % too low.
    """
    if side.total_ios is None:
        return side.iops
    return side.total_ios / min(seconds, side.runtime_ms / 1000) if side.runtime_ms > 0 else side.iops


def failure(outcome: Outcome) -> str:
    """Return fio's error message; empty if fio did not fail."""
    if outcome.exit_code == 0:
        return ""
    said = next((line.strip() for line in outcome.messages.splitlines() if line.strip()), "")
    how = f"fio was ended by signal {-outcome.exit_code}" if outcome.exit_code < 0 else "fio failed"
    if not said and outcome.exit_code > 0:
        return f"{how} with exit code {outcome.exit_code}"
    return f"{how}: {said[:200]}" if said else how


def failure_of(outcome: Outcome) -> str:
    """Return why a job failed, by fio's JSON output or its error message; empty if it did not fail."""
    try:
        return "; ".join(problems(parse(outcome.output))) or failure(outcome)
    except FioParseError as error:
        return failure(outcome) or str(error)


def _shortfalls(job: JobFile, found: Job, sides: Sequence[Side], seconds: float) -> list[str]:
    reasons = []
    ran = max(side.runtime_ms for side in sides)
    if ran < RUNTIME_SHARE * seconds * 1000:
        reasons.append(f"fio measured for {ran / 1000:.1f} s of {seconds:g} s")
    if job.does.queue_depth > 1:
        reached = found.share_at_depth(job.does.queue_depth)
        if reached < DEPTH_PERCENT:
            reasons.append(f"only {reached:.0f} % of the I/Os were at the queue depth {job.does.queue_depth}")
    return reasons


def _contradictions(job: JobFile, claimed: float, moved: Moved | None, *, shares: bool) -> list[str]:
    """Return each contradiction between the device's counters and fio's report, as a sentence.

    A job that uses the page cache is not checked, because the cache hides its I/O.

    Args:
        job: the job that fio ran.
        claimed: the bytes that fio reports.
        moved: the bytes that the device counted; None if unknown.
        shares: whether other partitions or volumes may use the disk below.
    """
    if not job.does.direct or moved is None:
        return []
    reasons = []
    in_flight = job.does.queue_depth * job.does.processes * job.block_bytes
    tolerance = DEVICE_TOLERANCE * claimed + in_flight
    # A durable write also writes the file system's journal: the device may write more bytes than the job, never fewer.
    too_much = moved.wanted - claimed > tolerance and not job.does.syncs
    if claimed - moved.wanted > tolerance or too_much:
        other_work = "; other work used it at the same time" if too_much else ""
        reasons.append(
            f"fio reports {claimed / 1e6:,.0f} MB, but the device counted {moved.wanted / 1e6:,.0f} MB{other_work}"
        )
    least = max(DEVICE_TOLERANCE * claimed, FOREIGN_BYTES)
    if shares and moved.other > least + in_flight:
        reasons.append(f"at the same time, other work read or wrote {moved.other / 1e6:,.0f} MB on the disk below")
    elif not shares and len(job.does.directions) == 1 and moved.other > least:
        other = "read" if job.does.directions == ("write",) else "wrote"
        reasons.append(f"at the same time, other work {other} {moved.other / 1e6:,.0f} MB")
    return reasons


def _value(figure: JobMetric, job: JobFile, iops: float, found: Job, sides: Sequence[Side]) -> float | str:
    """Return a metric's value in its unit, or the reason why there is none."""
    if figure.kind == "iops":
        return iops
    if figure.kind == "bandwidth":
        # Computed from the I/Os, because fio's bytes include the ramp (hostcheck.fio.result.Side).
        return iops * job.block_bytes / 1e6
    assert figure.percent is not None
    what = "fsync" if figure.kind == "sync" else "I/O"
    latency = found.sync if figure.kind == "sync" else _latency(sides)
    if latency is None or figure.percent not in latency.percentiles:
        return f"fio reported no percentile {figure.percent:g} of the {what} latency"
    least = round(100 / (100 - figure.percent))
    if latency.count is not None and latency.count < least:
        return f"{latency.count} {what} latencies are too few for a percentile {figure.percent:g}"
    return latency.percentiles[figure.percent] / 1e9


def _latency(sides: Sequence[Side]) -> Latency | None:
    # Percentiles of reads and of writes cannot be combined into one.
    return (sides[0].total or sides[0].completion) if len(sides) == 1 else None


def _from_fio(job: JobFile, found: Job, sides: Sequence[Side]) -> DiskFields:
    detail: DiskFields = {
        "fio_iops": sum(side.iops for side in sides),
        "total_ios": sum(side.total_ios for side in sides if side.total_ios is not None),
        "runtime_seconds": max(side.runtime_ms for side in sides) / 1000,
        "latency_ms": _milliseconds(_latency(sides)),
    }
    if found.user_cpu_percent is not None and found.system_cpu_percent is not None:
        # fio reports the mean of a job's processes, in percent of one CPU.
        own = (found.user_cpu_percent + found.system_cpu_percent) * job.does.processes
        detail["fio_cpu_percent"] = round(own, 1)
    if any(key != "sync" for key, _ in job.does.syncs):
        detail["sync_latency_ms"] = _milliseconds(found.sync)
    if len(sides) > 1:
        detail["latency_ms_by_direction"] = {
            direction: _milliseconds(side.total or side.completion)
            for direction, side in zip(job.does.directions, sides, strict=True)
        }
    if job.does.direct:
        waits = [_milliseconds(side.total or side.completion) for side in sides]
        detail["steps"] = all(map(comes_in_steps, waits))
    return detail


def _from_device(
    job: JobFile, sides: Sequence[Side], device: DeviceCounter, claimed: float, moved: Moved | None
) -> DiskFields:
    if moved is None or not claimed > 0:
        return {"device_not_checked": device.unchecked or "its counters were not read for long enough"}
    detail: DiskFields = {
        "device_bytes_ratio": round(moved.wanted / claimed, 3),
        "device_other_bytes": round(moved.other),
    }
    if job.does.direct:
        detail["series"] = device.series(moved.end, max(side.runtime_ms for side in sides) / 1000, job.block_bytes)
    return detail


def _milliseconds(latency: Latency | None) -> Mapping[str, float]:
    if latency is None:
        return {}
    return {
        name: round(latency.percentiles[percent] / 1e6, 4)
        for name, percent in PERCENTS.items()
        if percent in latency.percentiles
    }
