"""Find values of one report of fio that contradict each other: at least one of them is not what fio measured.

fio computes rates from exact counts (show_ddir_status and add_ddir_status_json in its stat.c):

    bw = 1000 * io_bytes / runtime, in whole bytes or whole KiB
    iops = 1000 * total_ios / runtime, in whole I/Os before 2.13
"""

from collections.abc import Iterator

from hostcheck.fio.result import Form, Job, Latency, Side

KIB = 1024
WHOLE_IOS = 1.0
"""Largest rounding error of a rate in I/Os per second."""
PRINTED = {"json": 0.005, "terse": 0.005, "normal": 0.02}
"""Largest error by format, as a share. Normal output has three digits (num2str in fio's source). In the others, the
counts of a report that fio makes while its jobs run (``--status-interval``) are not of exactly one moment."""
BUCKET = 0.05
"""Largest distance of a percentile from the exact value, as a share. fio's buckets are 1/64 wide (stat.h)."""
LONGEST_MS = 366 * 86_400_000
"""Longest plausible runtime, in milliseconds."""
_STARTS_MS = 2000
"""Tolerance of the runtime in comparison with the time of all of fio, which is in whole seconds."""
_LONGEST_BUCKET_NS = 8e9
"""Latency above which fio's buckets may be too short, and a percentile lower than the fastest I/O."""


def contradictions(job: Job, form: Form, elapsed_seconds: int | None = None) -> Iterator[str]:
    """Yield each contradiction in a job's values, in words.

    Args:
        job: the job.
        form: the format of the output.
        elapsed_seconds: how long this fio had run; None if unknown.
    """
    for name in ("read", "write", "trim", "mixed"):
        side: Side | None = getattr(job, name)
        if side is None:
            continue
        found = [side.contradiction, *_rates(side, form), *_times(side, elapsed_seconds)]
        for kind, latency in (("slat", side.submission), ("clat", side.completion), ("lat", side.total)):
            found += [] if latency is None else [f"{kind}: {what}" for what in _latency(latency, PRINTED[form])]
        yield from (f"{name}: {what}" for what in found if what)
    if job.sync is not None:
        yield from (f"sync: {what}" for what in _latency(job.sync, PRINTED[form]))


def _rates(side: Side, form: Form) -> Iterator[str]:
    if not side.runtime_ms:
        if side.iops or side.bandwidth:
            yield "a rate, and a runtime of 0"
        return
    share = PRINTED[form]
    if side.total_ios is not None and side.iops:
        exact = side.total_ios * 1000 / side.runtime_ms
        if abs(side.iops - exact) > WHOLE_IOS + share * exact:
            yield f"{side.iops:,.0f} IOPS, but {side.total_ios:,} I/Os in {side.runtime_ms:,} ms are {exact:,.0f}"
    exact = side.io_bytes * 1000 / side.runtime_ms
    if form == "normal":
        # hostcheck.fio.direction_line compares the texts, whose digits say how they were rounded.
        return
    # Of both, less than a whole KiB can be missing.
    if abs(side.bandwidth - exact) > KIB + KIB * 1000 / side.runtime_ms + share * exact:
        yield (
            f"{side.bandwidth:,.0f} bytes per second, but {side.io_bytes:,} bytes in {side.runtime_ms:,} ms are "
            f"{exact:,.0f}"
        )


def _times(side: Side, elapsed_seconds: int | None) -> Iterator[str]:
    if side.runtime_ms > LONGEST_MS:
        yield f"a runtime of {side.runtime_ms / 86_400_000:,.0f} days"
    elif elapsed_seconds is not None and side.runtime_ms > elapsed_seconds * 1000 + _STARTS_MS:
        yield f"a runtime of {side.runtime_ms / 1000:,.1f} s, but fio ran for {elapsed_seconds} s"


def _latency(latency: Latency, share: float) -> Iterator[str]:
    low, mean, high = latency.min, latency.mean, latency.max
    if not low <= mean * (1 + share) or not mean <= high * (1 + share):
        yield f"min, mean and max of the latency are {low:,.0f}, {mean:,.0f} and {high:,.0f} ns"
    values = [value for _, value in sorted(latency.percentiles.items())]
    if values != sorted(values):
        yield "a percentile of the latency is less than a smaller one"
    elif values and values[-1] > high * (1 + BUCKET + share) + 1000:
        yield f"a percentile of the latency is {values[-1]:,.0f} ns, and its maximum {high:,.0f}"
    elif values and values[0] < low * (1 - BUCKET - share) - 1000 and low < _LONGEST_BUCKET_NS:
        yield f"a percentile of the latency is {values[0]:,.0f} ns, and its minimum {low:,.0f}"
