"""Read the line of fio's normal output with the rates of one direction of a job (show_ddir_status in its stat.c).

When fio before 3.26 rounds, it loses a carry: it prints 10.97k as "10.0k". The line has the bytes per second in two
units, and the bytes moved. A lost carry in one of them is detected by the others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from hostcheck.fio.quantity import bytes_of, carried, number_of, span_of
from hostcheck.fio.result import Side

SIDE = re.compile(
    r"(?P<of>read|write|trim|mixed) {0,3}: IOPS=(?P<iops>[^,\s]{1,20}), BW=(?P<bw>[^\s(]{1,20}) "
    r"\((?P<also>[^()]{1,20})\)\((?P<io>[^/()]{1,20})/(?P<ms>\d{1,12})msec\)"
)
OLD_SIDE = re.compile(
    r"(?P<of>read|write|trim|mixed) {0,3}: io=(?P<io>[^,]{1,20}), bw=(?P<bw>[^,]{1,20}), "
    r"iops= {0,9}(?P<iops>\w{1,20}) {0,3}, runt= {0,9}(?P<ms>\d{1,12}) {0,3}msec"
)

_NEAR = 0.06
"""Largest difference, as a share, between the computed and the printed I/Os per second."""
_ROUNDED = 0.02
"""Largest error, as a share, of a quantity of three digits. One that is just below a power of ten has only two."""
_LEAST_BYTES = 1024
"""Smallest difference of two rates in bytes per second that is no rounding error: fio's rates can be whole KiB."""
_POWERS = tuple(1 << bits for bits in range(9, 31))


@dataclass(frozen=True, slots=True)
class Rates:
    """The quantities of a line as texts, with the carries that fio may have lost.

    Attributes:
        iops: I/Os per second; both with and without a carry, if it is unknown which one is right.
        bw: bytes per second.
        io: bytes moved.
        runtime_ms: duration of the direction in milliseconds.
        old: as in ``bytes_of``.
        is_rest: as in ``span_of``.
    """

    iops: tuple[str, ...]
    bw: str
    io: str
    runtime_ms: int
    old: bool
    is_rest: bool


def rates_of(match: re.Match[str], *, old: bool, is_rest: bool, loses_carry: bool = True) -> Rates:
    """Return the quantities of a line that ``SIDE`` or ``OLD_SIDE`` matches.

    Args:
        match: the match.
        old: as in ``bytes_of``.
        is_rest: as in ``span_of``.
        loses_carry: whether the line can be of a version that loses a carry.
    """
    runtime = int(match["ms"])
    if not loses_carry:
        return Rates((match["iops"],), match["bw"], match["io"], runtime, old=False, is_rest=False)
    if match.re is OLD_SIDE or old or is_rest:
        is_old = old or match.re is OLD_SIDE
        return Rates((match["iops"],), match["bw"], match["io"], runtime, is_old, is_rest=is_rest or is_old)
    bw, io = _agreeing(match["bw"], match["also"], match["io"], runtime)
    return Rates(
        tuple(dict.fromkeys((match["iops"], carried(match["iops"])))), bw, io, runtime, old=False, is_rest=False
    )


def _agreeing(bw: str, also: str, io: str, runtime_ms: int) -> tuple[str, str]:
    """Return the bytes per second and the bytes moved, each with or without a carry, so that they agree best."""

    def apart(texts: tuple[str, ...]) -> float:
        rate, other, moved = (bytes_of(text, old=False) or 0.0 for text in texts)
        values = rate, other, moved * 1000 / runtime_ms if runtime_ms else rate
        return max(values) - min(values)

    best = min(product(*((text, carried(text)) for text in (bw, also, io))), key=apart)
    return best[0], best[2]


def side_of(rates: Rates, total: int | None, block_bytes: int | None, in_flight: int = 0) -> Side | None:
    """Return the rates of a direction; None if the line is not one of fio's, or nothing was done.

    Args:
        rates: the quantities of the line.
        total: number of I/Os issued; None if not in the output.
        block_bytes: size of each I/O; None if unknown, or if there are several.
        in_flight: the largest number of I/Os that can be in flight. After a ramp, fio counts their bytes, but
            not the I/Os.
    """
    moved, bandwidth = bytes_of(rates.io, old=rates.old), bytes_of(rates.bw, old=rates.old)
    printed = [value for text in rates.iops if (value := number_of(text)) is not None]
    if moved is None or bandwidth is None or not printed or not (moved or total or printed[0]):
        return None
    said = _apart(rates)
    if total and rates.runtime_ms:
        exact = total * 1000 / rates.runtime_ms
        if any(abs(exact - one) <= max(1.0, _NEAR * one) for one in printed):
            return Side(exact, bandwidth, round(moved), rates.runtime_ms, total, contradiction=said)
        said = said or f"IOPS={rates.iops[0]}, but {total:,} I/Os in {rates.runtime_ms:,} ms are {exact:,.0f}"
    iops, doubt = _chosen(printed, bandwidth, block_bytes)
    if block_bytes and rates.runtime_ms and not said:
        known, extra = bandwidth / block_bytes, in_flight * 1000 / rates.runtime_ms
        if not iops * (1 - _NEAR) - 1 <= known <= iops * (1 + _NEAR) + 1 + extra:
            said = f"IOPS={rates.iops[0]}, but BW={rates.bw} in I/Os of {block_bytes:,} bytes are {known:,.0f}"
    return Side(
        iops,
        bandwidth,
        round(moved),
        rates.runtime_ms,
        None if rates.runtime_ms else total,
        contradiction=said or doubt,
    )


def _chosen(printed: Sequence[float], bandwidth: float, block_bytes: int | None) -> tuple[float, str]:
    """Return the I/Os per second with or without a lost carry, and what is doubtful about it, in words.

    If the size of the I/Os is not in the output, it is most likely a power of two.
    """
    if block_bytes:
        return min(printed, key=lambda one: abs(one - bandwidth / block_bytes)), ""
    near = [one for one in printed if any(abs(bandwidth / one - power) <= _ROUNDED * power for power in _POWERS if one)]
    if len(printed) == 1 or len(near) == 1:
        return (near or printed)[0], ""
    both = " and ".join(f"{one:,.0f}" for one in printed)
    return printed[0], f"fio before 3.26 can lose a carry, and nothing in the output decides between {both} IOPS"


def _apart(rates: Rates) -> str:
    """Return how the bytes per second contradict the bytes and the time, in words; empty if they agree."""
    if not rates.runtime_ms:
        return ""
    moved, rate = (span_of(text, old=rates.old, is_rest=rates.is_rest) for text in (rates.io, rates.bw))
    if moved is None or rate is None:
        return ""
    low, high = (each * 1000 / rates.runtime_ms for each in moved)
    least = max(_LEAST_BYTES, _LEAST_BYTES * 1000 / rates.runtime_ms)
    if low * (1 - _ROUNDED) - least <= rate[1] and rate[0] * (1 - _ROUNDED) - least <= high:
        return ""
    return f"BW={rates.bw}, but {rates.io} in {rates.runtime_ms:,} ms are {(low + high) / 2e6:,.2f} MB per second"
