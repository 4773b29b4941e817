"""Find the options of a job in fio's normal output: they are in the line that fio prints for each job at its start."""

import re
from collections.abc import Mapping
from itertools import zip_longest
from math import sqrt
from typing import Literal

from hostcheck.fio.definition import UNKNOWN, define
from hostcheck.fio.quantity import roundest, span_of
from hostcheck.fio.result import Side

Of = Literal["read", "write", "trim", "mixed"]
Span = tuple[float, float]
"""A lower and an upper bound."""

ISSUED = re.compile(
    r"issued(?: rwts?| r/w/d)? {0,9}: total=(?:r=)?(\d{1,18})[,/](?:w=)?(\d{1,18})[,/](?:d=)?(\d{1,18})(?:,(\d{1,18}))?"
)
"""The line with the number of I/Os of each direction, and of syncs."""
PLACE: Mapping[Of, int] = {"read": 0, "write": 1, "trim": 2, "mixed": 0}
"""Place of each direction in lists of fio."""
BLOCK_RANGE = re.compile(r"([^\s,/()-]{1,20})-([^\s,/()-]{1,20})")
_MIXED: tuple[Of, Of] = ("read", "write")
_ROUNDED = 0.5
"""Tolerance for the share of reads, in percentage points: the last I/Os of a short job can all have one direction."""


def printed_options(opening: re.Match[str] | None, moved: Mapping[Of, Span]) -> dict[str, str]:
    """Return the options in a job's first line.

    The block sizes are given as ``bsrange``: the smallest and the largest size of each direction.

    Args:
        opening: match of the job's first line; None if the output does not contain it.
        moved: for each direction, the bounds of the mean I/O size in bytes.
    """
    if opening is None:
        return {}
    old = "(R)" not in opening["bs"] and "iB" not in opening["bs"]
    printed = BLOCK_RANGE.findall(opening["bs"])
    means = [moved.get(direction) for direction in ("read", "write", "trim")][: len(printed)]
    ranges = [
        f"{printed_size(low, old=old, mean=mean)}-{printed_size(high, old=old, mean=mean)}"
        if low == high
        else f"{printed_size(low, old=old)}-{printed_size(high, old=old)}"
        for (low, high), mean in zip_longest(printed, means)
    ]
    return {
        "rw": opening["rw"],
        "bsrange": ",".join(ranges),
        "ioengine": opening["engine"],
        "iodepth": opening["depth"],
        "direct": UNKNOWN,
    }


def with_mix(options: Mapping[str, str], sides: Mapping[Of, Side], issued: re.Match[str] | None) -> dict[str, str]:
    """Return a job's options, for a mixed job with its percentage of reads (``rwmixread``).

    No line of the output contains this percentage. It is computed from the I/Os of each direction. A direction may have
    no line, because it had no I/Os or because the line was left out of a posted output. Then the number of I/Os issued
    is used.

    Returns:
        An empty dict for a mixed job whose share of reads is unknown.
    """
    if not options.get("rw", "").endswith("rw"):
        return dict(options)
    reads, writes = (_count(of, sides, issued) for of in _MIXED)
    if reads is None or writes is None or not reads + writes:
        return {}
    percent = 100 * reads / (reads + writes)
    # fio throws a die for each I/O; people ask for multiples of five.
    near, spread = 5 * round(percent / 5), 300 * sqrt(reads * writes) / (reads + writes) ** 1.5
    asked = near if abs(percent - near) <= spread + _ROUNDED else round(percent)
    return {**options, "rwmixread": str(min(99, max(1, asked)) if reads and writes else asked)}


def _count(of: Of, sides: Mapping[Of, Side], issued: re.Match[str] | None) -> float | None:
    """Return the number of I/Os in a direction; None if the output does not contain it."""
    if side := sides.get(of):
        return side.total_ios or side.iops * side.runtime_ms / 1000
    # Of all directions as one, those that were issued are listed as reads.
    return None if issued is None or "mixed" in sides else float(issued[PLACE[of] + 1])


def printed_size(text: str, *, old: bool, mean: Span | None = None) -> int:
    """Return a block size in bytes; 0 if the text is not a size. fio rounds sizes to three digits.

    Args:
        text: the size as printed.
        old: as in ``bytes_of``.
        mean: bounds of the mean I/O size in bytes, if all I/Os have this size.
    """
    span = span_of(text, old=old, is_rest=old)
    if span is None:
        return 0
    if mean is not None and max(span[0], mean[0]) <= min(span[1], mean[1]):
        span = max(span[0], mean[0]), min(span[1], mean[1])
    return roundest(*span) or round(sum(span) / 2)


def printed_blocks(options: Mapping[str, str]) -> tuple[int | None, str]:
    """Return the block size of a mixed job, or else its sizes as text; (None, "") if they are unknown."""
    definition = define(options)
    return (None, "") if definition is None else (definition.block_bytes, definition.sizes)
