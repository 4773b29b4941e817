"""Compute values from fio's latency histograms, and merge the latencies of several processes.

fio counts I/Os in buckets: each range between two powers of two is divided evenly, and a bucket's value is the middle
of its range (plat_idx_to_val in fio's stat.c). A percentile is the value of the first bucket at which the cumulative
share of the I/Os reaches that percentage (calc_clat_percentiles).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hostcheck.fio.result import Latency


def bucket_value(index: int, bits: int) -> float:
    """Return the value of the bucket with this index. fio 2.2.12 to 2.19 wrote indexes instead of values."""
    if index < 2 << bits:
        return index
    error_bits = (index >> bits) - 1
    return (1 << (error_bits + bits)) + (index % (1 << bits) + 0.5) * (1 << error_bits)


def percentile(bins: Mapping[float, int], percent: float) -> float | None:
    """Return the value of the bucket that holds a percentile; None if there are no I/Os."""
    total, reached = sum(bins.values()), 0
    for value, count in sorted(bins.items()):
        reached += count
        if count and reached >= percent / 100 * total:
            return value
    return None


def merge(latencies: Sequence[Latency | None]) -> Latency | None:
    """Return the latency of several processes together, as if one process had done all I/Os.

    Mean and standard deviation are weighted by the counts. Percentiles are computed from the sum of the histograms
    (``json+``), because percentiles cannot be averaged. If a process has no histogram, the result has no percentiles.

    Returns:
        None if one of several processes has no latency, or no count of its I/Os.
    """
    known = [latency for latency in latencies if latency is not None]
    if len(known) == 1 == len(latencies):
        return known[0]
    counts = [latency.count or 0 for latency in known]
    if not known or len(known) < len(latencies) or not all(counts):
        return None
    total = sum(counts)
    mean = math.fsum(one.mean * count for one, count in zip(known, counts, strict=True)) / total
    bins = _sum(one.bins for one in known)
    asked = set.intersection(*(set(one.percentiles) for one in known)) if bins else set()
    return Latency(
        mean=mean,
        min=min(one.min for one in known),
        max=max(one.max for one in known),
        stddev=_deviation(known, counts, mean),
        count=total,
        percentiles={p: value for p in sorted(asked) if bins and (value := percentile(bins, p)) is not None},
        bins=bins,
    )


def _deviation(known: Sequence[Latency], counts: Sequence[int], mean: float) -> float | None:
    """Return the standard deviation of all I/Os; None if a process has none.

    As in fio, the sum of squares is divided by the number of I/Os minus one.
    """
    squares = []
    for one, count in zip(known, counts, strict=True):
        if one.stddev is None:
            return None
        squares.append(one.stddev**2 * (count - 1) + count * (one.mean - mean) ** 2)
    return math.sqrt(math.fsum(squares) / (sum(counts) - 1)) if sum(counts) > 1 else 0.0


def _sum(histograms: Iterable[Mapping[float, int] | None]) -> Mapping[float, int] | None:
    total: Counter[float] = Counter()
    for bins in histograms:
        if bins is None:
            return None
        total.update(bins)
    return total
