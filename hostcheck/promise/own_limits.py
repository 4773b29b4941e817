"""Whether an I/O limit of the buyer's own control groups may be why a disk is slower than was promised."""

from collections.abc import Mapping

from hostcheck.promise.facts import in_place, place_of
from hostcheck.promise.words import join
from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Run
from hostcheck.thresholds import Threshold

OUTSIDE = "A measurement outside of a control group that limits I/O (io.max, io.latency, blkio.throttle)."
_READS, _WRITES, _EITHER = ("rbps", "riops"), ("wbps", "wiops"), ("target",)
_SIZES: Mapping[str, tuple[str, float]] = {"IOPS": ("iops", 1), "MB/s": ("bps", 1e6)}
"""For a metric's unit: the end of the names of limits in it, and its size in their unit."""


def own_io_limit(run: Run, threshold: Threshold, metric: Metric) -> str:
    """Return which limit may be why a metric misses a threshold, in words.

    Empty if no limit may, or it is the seller's.

    A limit within a machine with its own kernel is the buyer's. In a container that is sold as a server, a limit that
    also applies to its first process is the seller's.
    """
    place = place_of(run)
    found: dict[str, None] = {}
    for sample in metric.samples or (Sample(None),):
        limits = _limits(sample, of_seller=place == "sold")
        if limits is None:
            return "whether a control group of this system limits its I/O is unknown"
        found |= dict.fromkeys(
            f"{name}={limit:.0f}" for name, limit in limits.items() if _may_slow(name, limit, threshold, metric)
        )
    if not found:
        return ""
    whose = "a control group of this system limits its I/O"
    if where := in_place(place):
        whose = f"hostcheck ran {where}, where a control group limits its I/O, perhaps of who started it"
    return f"{whose} ({join(list(found))})"


def sellers_limit(run: Run, threshold: Threshold, metric: Metric) -> bool:
    """Return whether an I/O limit of the seller's is below a threshold, which proves that the seller breaks it.

    Only a limit on the first process of a container that is sold as a server is such a limit, if it is in the metric's
    own unit.
    """
    ending, _ = _SIZES.get(metric.unit, ("", 1))
    if place_of(run) != "sold" or not ending or not metric.samples:
        return False
    for sample in metric.samples:
        detail = DiskDetail(sample.detail)
        own, first = detail.io_limits or {}, detail.io_limits_of_first or {}
        below = {name for name, limit in first.items() if limit == own.get(name) and name.endswith(ending)}
        if not any(_may_slow(name, first[name], threshold, metric) for name in below):
            return False
    return True


def _limits(sample: Sample, *, of_seller: bool) -> Mapping[str, float] | None:
    """Return the limits of a sample without those of the seller; None if unknown.

    Args:
        sample: a sample of a fio job.
        of_seller: whether limits on the first process are the seller's.
    """
    detail = DiskDetail(sample.detail)
    own, first = detail.io_limits, detail.io_limits_of_first
    if not of_seller or not own:
        return own
    return None if first is None else {name: limit for name, limit in own.items() if limit != first.get(name)}


def _may_slow(name: str, limit: float, threshold: Threshold, metric: Metric) -> bool:
    """Return whether a limit applies to a metric's I/O, and is below its threshold if both have the same unit."""
    kind = metric.id
    reads, writes = "read" in kind or "mixed" in kind, "read" not in kind
    if name not in (*(_READS if reads else ()), *(_WRITES if writes else ()), *_EITHER):
        return False
    ending, size = _SIZES.get(metric.unit, ("", 1))
    return not (ending and name.endswith(ending) and limit >= threshold.limit * size)
