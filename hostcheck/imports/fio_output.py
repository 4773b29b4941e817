"""What fio wrote on another host, as figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import fsum
from typing import Any

from hostcheck.bench.disk.validity import DEPTH_PERCENT, RUNTIME_SHARE, rate
from hostcheck.fio.definition import Definition, define, duration
from hostcheck.fio.problems import problems
from hostcheck.fio.result import FioResult, Job, Side
from hostcheck.imports.figure import ImportedFigure
from hostcheck.imports.latencies import latencies, sync_percentile
from hostcheck.imports.names import Direction, metric_of, sync_metric_of
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Sample, Scalar


def figures(result: FioResult, file: str) -> Iterator[ImportedFigure]:
    """Give each direction of each job of one output; of a job that did nothing, that it did nothing.

    Args:
        result: what fio said.
        file: what the output is called, for the samples' detail.
    """
    for processes in _processes((result.combined,) if result.combined else result.jobs):
        definition = define(processes[0].options)
        reasons = [
            *problems(replace(result, jobs=tuple(processes))),
            *_depth(processes[0], definition),
            *_missing(processes, result.jobs),
        ]
        detail: dict[str, Any] = {"file": file, "job": processes[0].name, "fio": result.version}
        if processes[0].steady is not None:
            detail["steady_state"] = processes[0].steady
        moved = _sides(processes)
        for direction, sides in moved.items():
            spec, settings = _called(processes[0], definition, direction)
            # The sum of several hosts' is to be compared with no single one's.
            settings += (("hosts", len(result.jobs)),) if result.combined else ()
            value = _value(spec, definition, sides, processes[0].options)
            seconds = max(side.runtime_ms for side in sides) / 1000
            why = "; ".join([*reasons, *_short(processes[0], seconds)])
            found = detail | {
                "fio_iops": fsum(side.iops for side in sides),
                "runtime_seconds": seconds,
                **latencies(processes, definition, sides),
            }
            yield ImportedFigure(spec, settings, Sample(value, not why, why, seconds, detail=found))
            if definition is not None and (took := _sync(processes, definition)) is not None:
                late = why or (took if isinstance(took, str) else "")
                time = None if isinstance(took, str) else took
                sync = Sample(time, not late, late, seconds, detail=found)
                yield ImportedFigure(sync_metric_of(definition, direction), settings, sync)
        if not moved:
            spec, settings = _called(processes[0], definition, "write" if _writes(definition) else "read")
            yield ImportedFigure(spec, settings, Sample(None, valid=False, reason="; ".join(reasons), detail=detail))


def _sync(processes: Sequence[Job], definition: Definition) -> float | str | None:
    """Return what a sync took, where the job syncs after writes; with O_SYNC the write itself is what is timed."""
    return sync_percentile(processes, 99.0) if any(key != "sync" for key, _ in definition.syncs) else None


def _sides(processes: Sequence[Job]) -> dict[Direction, list[Side]]:
    """What was moved, by direction, and reads and writes together where there are both: fio's own, or their sum."""
    directions: tuple[Direction, ...] = ("read", "write", "trim", "mixed")
    found = {name: [side for job in processes if (side := getattr(job, name)) is not None] for name in directions}
    if found["read"] and found["write"]:
        found["mixed"] = found["mixed"] or found["read"] + found["write"]
    elif any(found[name] for name in directions[:3]):
        del found["mixed"]
    return {name: sides for name, sides in found.items() if sides}


def _processes(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Give the jobs, those together that are one job's processes: fio lists each, unless asked to report by group."""
    for (_, options), group in groupby(jobs, key=lambda job: (job.name, job.options)):
        alike = list(group)
        together = _numjobs(options) if len(alike) > 1 else 1
        yield from (alike[start : start + together] for start in range(0, len(alike), together))


def _numjobs(options: Mapping[str, str]) -> int:
    count = options.get("numjobs", "")
    return max(1, int(count)) if count.isascii() and count.isdecimal() and len(count) < 7 else 1


def _missing(processes: Sequence[Job], jobs: Sequence[Job]) -> Iterator[str]:
    """Give the reason where not all of a job's processes are there. One entry alone is the sum that fio made of all."""
    first = processes[0]
    count = _numjobs(first.options)
    if len(processes) < count and sum((job.name, job.options) == (first.name, first.options) for job in jobs) > 1:
        yield f"{len(processes)} of {count} processes are in the output"


def _short(job: Job, seconds: float) -> Iterator[str]:
    """Give the reason where a job that was to run for a time did not. What has a size, or is steady, may end before."""
    asked = duration(job.options.get("runtime", "")) if "time_based" in job.options else None
    if asked and not job.steady and seconds < RUNTIME_SHARE * asked:
        yield f"fio measured for {seconds:.1f} s of {asked:g} s"


def _value(
    spec: MetricSpec, definition: Definition | None, sides: Sequence[Side], options: Mapping[str, str]
) -> float | None:
    """Return the figure in the metric's unit; None where there is none to have."""
    iops = fsum(_rate(side, options) for side in sides)
    if spec.unit == "IOPS":
        return iops or None
    if definition is not None and definition.block_bytes is not None:
        # fio's bytes count I/Os of the ramp, its I/Os do not (hostcheck.fio.result.Side).
        return iops * definition.block_bytes / 1e6 or None
    return fsum(side.bandwidth for side in sides) / 1e6 or None


def _called(
    job: Job, definition: Definition | None, direction: Direction
) -> tuple[MetricSpec, tuple[tuple[str, Scalar], ...]]:
    if definition is None:
        return MetricSpec(f"fio.{job.name}.{direction}.iops", "IOPS", "higher"), (("job", job.name),)
    return metric_of(definition, direction), tuple(definition.settings.items())


def _depth(job: Job, definition: Definition | None) -> Iterator[str]:
    """Give the reason where the I/Os were not in flight together as asked: a synchronous engine makes one at a time."""
    if definition is not None and definition.queue_depth > 1 and job.depth_percent:
        reached = job.share_at_depth(definition.queue_depth)
        if reached < DEPTH_PERCENT:
            yield f"the queue depth {definition.queue_depth} was reached for {reached:.0f} % of the I/Os"


def _writes(definition: Definition | None) -> bool:
    return definition is not None and definition.pattern in {"write", "randwrite"}


def _rate(side: Side, options: Mapping[str, str]) -> float:
    """Return the I/Os a second of the time asked for, without fio's wait for the last ones at its end."""
    asked = duration(options.get("runtime", ""))
    return rate(side, asked) if asked else side.iops
