"""Report how long a commit takes, and whether commits may fail to reach stable storage."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median

from hostcheck.quantities import Scale, amount
from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import DURABLE_WRITE, RANDOM_WRITE_QD1, WAL
from hostcheck.run.model import Run

ETCD_SECONDS = 0.010
"""etcd's limit in seconds for the 99th percentile of fdatasync (etcd's FAQ, wal_fsync_duration_seconds)."""

_SCALE = Scale("ms", 1e3)
"""Times of commits are written in milliseconds, as the tables do, so that they can be compared with etcd's limit."""

FREE = 1.3
"""If a durable write takes at most this multiple of the time of a plain write, its flush took no noticeable time."""

FASTEST_ROTATION_SECONDS = 0.001
"""Shortest plausible commit on a rotating disk, in seconds: half a turn at 15,000 turns per minute takes 2 ms."""

SKIPPED = 0.5
"""If an fdatasync takes less than this share of a plain write's time, it writes nothing to the disk.

A working fdatasync waits for a write and a flush.
"""

_VIRTUAL = ("virtual", "qemu", "vbox", "vmware", "msft")


def durability(name: str, run: Run) -> Iterable[str]:
    """Yield sentences: whether commits are fast enough for etcd (by the interval), and why they may not be durable."""
    wal = run.metric(WAL)
    if wal is not None and wal.value is not None:
        yield _for_etcd(name, wal)
    durable, plain = _typical(run, DURABLE_WRITE, _whole), _typical(run, RANDOM_WRITE_QD1, _whole)
    synced = _typical(run, WAL, _sync)
    commits = [
        (took, what) for took, what in ((synced, "an fdatasync"), (durable, "a durable write")) if took is not None
    ]
    took, what = min(commits, default=(None, ""))
    if took is not None and took < FASTEST_ROTATION_SECONDS and (disk := _rotating(run)):
        yield (
            f"Commits may not be durable on {name}: {what} takes {amount(took, 's')}, faster than {disk}, a rotating "
            "disk, can turn. The disk's cache may be volatile, or the disk confirms writes too early."
        )
    elif plain is not None and synced is not None and _slowest_sync(run) < SKIPPED * plain:
        time = amount(synced, "s") if synced else "no time at all"
        yield (
            f"fdatasync does not write to the disk on {name}: it takes {time}, and writing one "
            f"block takes {amount(plain, 's')}. The file system or a mount option ignores fdatasync (a volatile "
            "overlay, or sync=disabled of ZFS)."
        )
    elif plain and durable and durable <= FREE * plain:
        yield (
            f"Durable writes are as fast as plain ones on {name}, so they may not be durable: a durable write takes "
            f"{amount(durable, 's')}, a plain one {amount(plain, 's')}. Either the disk's cache outlives a power cut, "
            "or flushes go no further than the host below; ask the provider which."
        )


def _slowest_sync(run: Run) -> float:
    """Return the median, over the samples, of the slowest fdatasync in 100 or in 1,000, in seconds.

    If a limit lets I/Os through in bursts, only I/Os beyond a burst wait, and the median fdatasync is too short. The
    result is infinite if no such percentile is known.
    """
    found = [DiskDetail(sample.detail).sync_latency_ms for sample in _valid(run.metric(WAL))]
    slowest = [latency[max(latency)] / 1000 for latency in found if latency and max(latency) >= 99]
    return median(slowest) if slowest else math.inf


def fast_enough_for_etcd(wal: Metric) -> bool | None:
    """Return whether commits are fast enough for etcd by the whole interval; None if that is unknown."""
    if wal.value is None:
        return None
    low, high = wal.interval or (wal.value, wal.value)
    return True if high < ETCD_SECONDS else False if low > ETCD_SECONDS else None


def _for_etcd(name: str, wal: Metric) -> str:
    assert wal.value is not None
    low, high = wal.interval or (wal.value, wal.value)
    enough = fast_enough_for_etcd(wal)
    p99 = f"1 fdatasync in 100 takes {_SCALE.amount(wal.value)} ms or longer"
    bound = f"{_SCALE.amount(ETCD_SECONDS)} ms"
    if enough:
        return f"{name} commits fast enough for etcd: {p99} (etcd needs less than {bound})."
    if enough is False:
        return f"{name} is too slow for etcd: {p99} (etcd needs less than {bound})."
    return f"It is unknown whether {name} commits fast enough for etcd: {p99}, {_SCALE.span(low, high)} ms."


def _whole(detail: DiskDetail) -> Mapping[float, float]:
    return detail.latency_ms


def _sync(detail: DiskDetail) -> Mapping[float, float]:
    return detail.sync_latency_ms


def _typical(run: Run, metric_id: str, latency: Callable[[DiskDetail], Mapping[float, float]]) -> float | None:
    """Return the median of the samples' median latencies, in seconds; None if it was not measured."""
    found = [latency(DiskDetail(sample.detail)).get(50) for sample in _valid(run.metric(metric_id))]
    # A time below 50 ns is rounded to 0.
    known = [milliseconds for milliseconds in found if milliseconds is not None]
    return median(known) / 1000 if known else None


def _rotating(run: Run) -> str:
    """Return the model of the rotating disk; empty if no disk certainly rotates. Virtual disks may report rotation."""
    commits = (*_valid(run.metric(DURABLE_WRITE)), *_valid(run.metric(WAL)))
    for sample in commits:
        for device in DiskDetail(sample.detail).devices:
            if device.rotational and device.model and not any(word in device.model.lower() for word in _VIRTUAL):
                return device.model
    return ""


def _valid(metric: Metric | None) -> Iterator[Sample]:
    return (sample for sample in (metric.samples if metric else ()) if sample.valid)
