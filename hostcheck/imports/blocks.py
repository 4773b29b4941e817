"""Compute the size of I/Os as bytes divided by I/Os, to find the block size, or to check it against the options."""

from collections.abc import Sequence
from math import fsum

from hostcheck.fio.definition import Definition
from hostcheck.fio.result import Side

NEAR = 0.03
"""Largest distance of bytes per I/O from a power of two, as a share. The
bytes differ because fio counts the bytes, but not the I/Os, that are in flight at the end of a ramp.
"""
ROUNDED = 0.01
"""Largest rounding error, as a share, of the ratio of two numbers of three digits."""
APART = 0.10
"""If the measured size differs from the size in the options by more than this share, the options belong to other
I/Os."""
MOST_PERCENT = 80.0
"""A job has a queue depth if at least this percentage of its I/Os were made at that depth."""
_SMALLEST, _LARGEST = 9, 30


def measured(sides: Sequence[Side]) -> int | None:
    """Return the size of the I/Os in bytes; None if there are several sizes, or it is unknown."""
    moved = fsum(side.io_bytes for side in sides)
    if all(side.total_ios for side in sides):
        ios = sum(side.total_ios or 0 for side in sides)
        if not moved:
            return None
        if moved % ios == 0:
            return round(moved / ios)
        low = high = moved / ios
        slack = NEAR
    else:
        # Rates without their fractions: the size lies between the two that they can be of; three digits may be printed.
        iops, bandwidth = fsum(side.iops for side in sides), fsum(side.bandwidth for side in sides)
        if not iops:
            return None
        low, high = bandwidth / (iops + len(sides)), (bandwidth + 1024 * len(sides)) / iops
        slack = ROUNDED
    powers = [1 << bits for bits in range(_SMALLEST, _LARGEST)]
    near = [power for power in powers if low * (1 - slack) <= power <= high * (1 + slack)]
    return near[0] if len(near) == 1 else None


def average(sides: Sequence[Side]) -> int | None:
    """Return the mean size of the I/Os in bytes, rounded to two digits; None if unknown."""
    ios = fsum(side.iops for side in sides)
    mean = fsum(side.bandwidth for side in sides) / ios if ios else 0
    return int(float(f"{mean:.1e}")) if mean >= 1 else None


def contradict(definition: Definition, sides: Sequence[Side]) -> bool:
    """Return whether bytes per I/O differ from the size in the options."""
    moved, ios = fsum(side.io_bytes for side in sides), sum(side.total_ios or 0 for side in sides)
    if definition.block_bytes is None or not moved or not all(side.total_ios for side in sides):
        return False
    # The bytes of a ramp's last I/Os are counted, as many as were in flight (hostcheck.fio.result.Side).
    most = (ios + definition.queue_depth * definition.processes) * definition.block_bytes * (1 + APART)
    return not ios * definition.block_bytes * (1 - APART) <= moved <= most
