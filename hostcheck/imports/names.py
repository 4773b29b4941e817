"""Name the metrics of an imported job after its parameters."""

import re
from collections.abc import Sequence
from typing import Literal

from hostcheck.fio.definition import WITHOUT_DATA, Definition
from hostcheck.run.metrics import MetricSpec

Direction = Literal["read", "write", "trim", "mixed"]

LARGE_BYTES = 64 << 10
"""Smallest block size in bytes whose metric is a bandwidth instead of I/Os per second."""

TOGETHER = "together"
"""Part of the name, and value of the setting, if other jobs ran at the same time."""

ELSEWHERE = "files_on"
"""Name of the setting if the job's files were not on a disk."""

TARGET = "target"
"""Name of the setting with the folder or device of the files, if equal jobs of one import have different ones."""


_SUFFIXES = (".p99.seconds", ".iops", ".bandwidth")
"""The ends of all ids."""


def metric_of(definition: Definition, direction: Direction, *, together: bool = False) -> MetricSpec:
    """Return the metric of a job in one direction, with an id such as "fio.randrw-50.4k.q64.j2.read.iops"."""
    name = _name(definition, direction, together=together)
    return _rate(name, large=definition.block_bytes is None or definition.block_bytes >= LARGE_BYTES)


def metric_of_unknown(job: str, block_bytes: int | None, direction: Direction, *, together: bool = False) -> MetricSpec:
    """Return the metric of a job with unknown parameters, with an id from the job's name: "fio.test.4k.read.iops"."""
    name = _unknown(job, block_bytes, together=together)
    return _rate(f"{name}.{direction}", large=block_bytes is not None and block_bytes >= LARGE_BYTES)


def _unknown(job: str, block_bytes: int | None, *, together: bool) -> str:
    parts = ["fio", _word(job), *([_short(block_bytes)] if block_bytes else []), *([TOGETHER] if together else [])]
    return ".".join(parts)


def sync_metric_of(definition: Definition, direction: Direction, *, together: bool = False) -> MetricSpec:
    """Return the metric of a job's sync latency: "fio.write.2300.q1.buffered.fdatasync.p99.seconds"."""
    return MetricSpec(f"{_name(definition, direction, together=together)}.p99.seconds", "s", "lower")


def sync_metric_of_unknown(job: str, block_bytes: int | None, *, together: bool = False) -> MetricSpec:
    """Return the metric of the sync latency of a job with unknown parameters: "fio.mytest.synced.p99.seconds"."""
    return MetricSpec(f"{_unknown(job, block_bytes, together=together)}.synced.p99.seconds", "s", "lower")


def with_word(spec: MetricSpec, word: str) -> MetricSpec:
    """Return the metric with a job's name or a target in its id: "fio.write.8k.q1.cache-unknown.write-direct.iops"."""
    suffix = next(suffix for suffix in _SUFFIXES if spec.id.endswith(suffix))
    return spec._replace(id=f"{spec.id.removesuffix(suffix)}.{_word(word)}{suffix}")


def job_in_words(definition: Definition | None, names: Sequence[str]) -> str:
    """Return a short name from a job's parameters: "randread.4k.q8.j4"; the job's own name if they are unknown."""
    if definition is None:
        return " and ".join(dict.fromkeys(names))
    return _name(definition, definition.directions[0] if len(definition.directions) == 1 else "mixed").removeprefix(
        "fio."
    )


def _rate(name: str, *, large: bool) -> MetricSpec:
    return MetricSpec(f"{name}.bandwidth", "MB/s", "higher") if large else MetricSpec(f"{name}.iops", "IOPS", "higher")


def _name(job: Definition, direction: Direction, *, together: bool = False) -> str:
    mix = "" if job.read_percent is None else f"-{job.read_percent}"
    parts = ["fio", f"{job.pattern}{mix}", _short(job.block_bytes), f"q{job.queue_depth}"]
    parts += [f"j{job.processes}"] if job.processes > 1 else []
    parts += {True: [], False: ["buffered"], None: ["cache-unknown"]}[job.direct]
    parts += [key for key, _ in (*job.syncs, *job.limits)]
    parts += [job.io_engine] if job.io_engine in WITHOUT_DATA else []
    parts += [TOGETHER] if together else []
    # Of "trimwrite" either is only a part.
    parts += [direction] if direction != job.pattern.removeprefix("rand") else []
    return ".".join(parts)


def _word(name: str) -> str:
    """Return a name as a part of a metric's id: lower case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower())[:60].strip("-") or "job"


def _short(block_bytes: int | None) -> str:
    if block_bytes is None:
        return "several"
    for letter, factor in (("m", 1 << 20), ("k", 1 << 10)):
        if block_bytes and block_bytes % factor == 0:
            return f"{block_bytes // factor}{letter}"
    return str(block_bytes)
