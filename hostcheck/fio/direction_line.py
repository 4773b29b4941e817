"""Read the line of fio's normal output with the rates of one direction of a job (show_ddir_status in its stat.c).

When fio before 3.26 rounds, it loses a carry: it prints 10.97k as "10.0k". The line has the bytes per second in two
units, and the bytes moved. A lost carry in one of them is detected by the others.
"""

import re
from dataclasses import dataclass
from itertools import product

from hostcheck.fio.quantity import bytes_of, carried, number_of
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
"""Largest difference, as a share, between the computed and the printed I/Os per second. If it is larger, they do not
count equal I/Os."""


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


def rates_of(match: re.Match[str], *, old: bool, is_rest: bool) -> Rates:
    """Return the quantities of a line that ``SIDE`` or ``OLD_SIDE`` matches."""
    runtime = int(match["ms"])
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


def side_of(rates: Rates, total: int | None, block_bytes: int | None) -> Side | None:
    """Return the rates of a direction; None if the line is not one of fio's, or nothing was done.

    Args:
        rates: the quantities of the line.
        total: number of I/Os issued; None if not in the output.
        block_bytes: size of each I/O; None if unknown, or if there are several.
    """
    moved, bandwidth = bytes_of(rates.io, old=rates.old), bytes_of(rates.bw, old=rates.old)
    printed = [value for text in rates.iops if (value := number_of(text)) is not None]
    if moved is None or bandwidth is None or not printed or not (moved or total or printed[0]):
        return None
    if total and rates.runtime_ms:
        exact = total * 1000 / rates.runtime_ms
        if any(abs(exact - one) <= max(1.0, _NEAR * one) for one in printed):
            return Side(exact, bandwidth, round(moved), rates.runtime_ms, total)
    # Where the two are not of the same I/Os, what fio printed counts.
    known = bandwidth / block_bytes if block_bytes else printed[0]
    iops = min(printed, key=lambda one: abs(one - known))
    return Side(iops, bandwidth, round(moved), rates.runtime_ms, None if rates.runtime_ms else total)
