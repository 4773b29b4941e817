"""What a commit costs, and whether there is reason to doubt that it reaches stable storage."""

from collections.abc import Iterable
from statistics import median

from hostcheck.compare.labels import amount_of
from hostcheck.quantities import amount, span
from hostcheck.run.model import Metric, Run

ETCD_SECONDS = 0.010
"""What etcd wants the 99th percentile of fdatasync to stay below (etcd's FAQ, wal_fsync_duration_seconds)."""

FREE = 1.3
"""Up to so many times a plain write's time, the flush of a durable write has cost nothing that could be told."""

FASTEST_ROTATION_SECONDS = 0.001
"""Half a turn at 15,000 a minute takes two milliseconds; no commit on a rotating disk is done in one."""

_VIRTUAL = ("virtual", "qemu", "vbox", "vmware", "msft")


def durability(name: str, run: Run) -> Iterable[str]:
    """Say whether commits are fast enough for etcd, by the interval; and what speaks against their being durable."""
    wal = run.metric("disk.wal.p99.seconds")
    if wal is not None and wal.value is not None:
        yield _for_etcd(name, wal)
    durable, plain = _typical(run, "disk.syncwrite.iops"), _typical(run, "disk.randwrite.qd1.iops")
    if durable is None or plain is None:
        return
    took = f"on {name} a durable write takes {amount(durable, 's')}"
    if durable < FASTEST_ROTATION_SECONDS and (disk := _rotating(run)):
        yield (
            f"Commits may not be durable: {took}, faster than {disk}, a rotating disk, can turn; "
            "its cache is volatile or it lies."
        )
    elif durable <= FREE * plain:
        yield (
            f"What makes a write durable costs nothing: {took}, a plain one {amount(plain, 's')}. Either the disk's "
            "cache outlives a power cut, or flushes go no further than the host below; ask the provider which."
        )


def _for_etcd(name: str, wal: Metric) -> str:
    assert wal.value is not None
    low, high = wal.interval or (wal.value, wal.value)
    p99 = f"1 fdatasync in 100 takes {amount_of(wal)} or longer"
    bound = amount(ETCD_SECONDS, wal.unit)
    if high < ETCD_SECONDS:
        return f"{name} commits fast enough for etcd: {p99} (it wants less than {bound})."
    if low > ETCD_SECONDS:
        return f"{name} is no good host for etcd: {p99} (it wants less than {bound})."
    return f"Whether {name} commits fast enough for etcd cannot be told: {p99}, {span(low, high, wal.unit)}."


def _typical(run: Run, metric_id: str) -> float | None:
    """Return the median of the samples' median latencies, in seconds; None where it was not measured."""
    metric = run.metric(metric_id)
    found = [
        sample.detail.get("latency_ms", {}).get("p50") for sample in (metric.samples if metric else ()) if sample.valid
    ]
    known = [milliseconds for milliseconds in found if isinstance(milliseconds, int | float)]
    return median(known) / 1000 if known else None


def _rotating(run: Run) -> str:
    """Name the rotating disk below, where there is surely one: virtual disks say that they rotate whatever they are."""
    metric = run.metric("disk.syncwrite.iops")
    for sample in metric.samples if metric else ():
        for device in sample.detail.get("device_stack", ()):
            model = str(device.get("model", ""))
            if device.get("rotational") == "1" and model and not any(word in model.lower() for word in _VIRTUAL):
                return model
    return ""
