"""What one run of fio comes to: a figure, and every reason not to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hostcheck.bench.disk_device import DeviceCounter
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.jobfile import JobFile
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.result import FioResult, Job, Side
from hostcheck.fio.runner import Outcome

RUNTIME_SHARE = 0.95
"""Share of the time asked for that a job must have run."""

DEPTH_PERCENT = 80.0
"""Share of I/Os that must have been made at the queue depth asked for: an engine or a file system may not reach it."""

DEVICE_TOLERANCE = 0.10
"""How far what the device moved may be from what fio says: more is a cache, a hole, or somebody else's I/O."""

PERCENTILES = {"p50": 50.0, "p95": 95.0, "p99": 99.0}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One run of fio.

    Attributes:
        iops: I/Os a second; None when there is no figure.
        reasons: why it does not count; none when it does.
        detail: what else is worth keeping, as JSON values.
    """

    iops: float | None
    reasons: tuple[str, ...]
    detail: Mapping[str, Any] = field(default_factory=dict)


def judge(job: JobFile, outcome: Outcome, device: DeviceCounter, seconds: float) -> Judgement:
    """Read what fio wrote, and weigh it.

    Args:
        job: what fio was told to do.
        outcome: what came of it.
        device: what the device counted meanwhile.
        seconds: the measured time asked for, without the ramp.
    """
    if outcome.ended == "timeout":
        return Judgement(None, ("fio did not end in time, and was ended",))
    try:
        result = parse(outcome.output)
    except FioParseError as error:
        return Judgement(None, (failure(outcome) or str(error),))
    reasons = list(problems(result))
    if outcome.exit_code and not reasons:
        reasons.append(failure(outcome))
    if len(result.jobs) != 1:
        reasons.append(f"fio reported {len(result.jobs)} jobs where one was asked for")
    found = result.jobs[0]
    side = found.write if job.writes else found.read
    if side is None:
        return Judgement(None, tuple(reasons or ("fio moved nothing in the direction asked for",)))
    reasons += _shortfalls(job, found, side, seconds)
    iops = rate(side, seconds)
    moved = iops * seconds * job.block_bytes
    drain = max(0.0, side.runtime_ms / 1000 - seconds)
    counted = device.most_like(moved, seconds, drain)
    tolerance = DEVICE_TOLERANCE * moved + job.queue_depth * job.block_bytes
    if job.direct and counted is not None and not abs(counted - moved) <= tolerance:
        reasons.append(f"fio says it moved {moved / 1e6:,.0f} MB, and the device counted {counted / 1e6:,.0f} MB")
    return Judgement(iops, tuple(reasons), _detail(result, side, device, moved, counted))


def rate(side: Side, seconds: float) -> float:
    """Return the I/Os a second in the measured time.

    fio starts I/Os for that time, then waits for those in flight, and divides by both: on a disk of 20 I/Os a second
    with 8 in flight its own figure for 2 s is 15 % low. What it started in the time, over the time, is not.
    """
    if side.total_ios is None:
        return side.iops
    return side.total_ios / min(seconds, side.runtime_ms / 1000) if side.runtime_ms > 0 else side.iops


def failure(outcome: Outcome) -> str:
    """Return how fio failed, in its own words; empty when it did not."""
    if outcome.exit_code == 0:
        return ""
    how = f"fio was ended by signal {-outcome.exit_code}" if outcome.exit_code < 0 else "fio failed"
    said = next((line.strip() for line in outcome.messages.splitlines() if line.strip()), "")
    return f"{how}: {said[:200]}" if said else f"{how} with exit code {outcome.exit_code}"


def _shortfalls(job: JobFile, found: Job, side: Side, seconds: float) -> list[str]:
    reasons = []
    if side.runtime_ms < RUNTIME_SHARE * seconds * 1000:
        reasons.append(f"fio measured for {side.runtime_ms / 1000:.1f} s of {seconds:g} s")
    if job.queue_depth > 1:
        reached = found.depth_percent.get(_depth_bucket(job.queue_depth), 0.0)
        if reached < DEPTH_PERCENT:
            reasons.append(f"the queue depth {job.queue_depth} was reached for {reached:.0f} % of the I/Os")
    return reasons


def _depth_bucket(depth: int) -> str:
    """The bucket of fio that holds a queue depth: a power of two, up to 32."""
    return ">=64" if depth >= 64 else str(1 << (depth.bit_length() - 1))


def _detail(
    result: FioResult, side: Side, device: DeviceCounter, moved: float, counted: float | None
) -> Mapping[str, Any]:
    latency = side.total or side.completion
    detail: dict[str, Any] = {
        "fio": result.version,
        "fio_iops": side.iops,
        "total_ios": side.total_ios,
        "runtime_seconds": side.runtime_ms / 1000,
        "latency_ms": {
            name: round(latency.percentiles[percent] / 1e6, 4)
            for name, percent in PERCENTILES.items()
            if latency is not None and percent in latency.percentiles
        },
    }
    if counted is not None and moved > 0:
        detail["device_bytes_ratio"] = round(counted / moved, 3)
    else:
        detail["device_not_checked"] = device.unchecked or "it was not watched for long enough"
    return detail
