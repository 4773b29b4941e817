"""The clocks of the kernel around a handshake: how long it took, and whether that may be too short."""

import time
from typing import NamedTuple

_SLEPT, _CORRECTED = "the machine slept", "a clock was being corrected"
LOST = (_SLEPT, _CORRECTED)
"""Why a time may be too short."""


class Moment(NamedTuple):
    """The clocks of the kernel at one moment, in ns (clock_gettime(2)).

    Attributes:
        monotonic: never set; its rate is corrected.
        raw: neither set nor corrected.
        boot: as monotonic, and counts while the machine sleeps.
        real: the time of day, which may be set.
    """

    monotonic: int
    raw: int
    boot: int
    real: int


def now() -> Moment:
    """Read the clocks."""
    return Moment(
        time.clock_gettime_ns(time.CLOCK_MONOTONIC),
        time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW),
        time.clock_gettime_ns(time.CLOCK_BOOTTIME),
        time.clock_gettime_ns(time.CLOCK_REALTIME),
    )


class Elapsed(NamedTuple):
    """The time of one handshake.

    Attributes:
        ms: by the clock that is never set.
        lost: why it may be too short, in words; empty where it is not.
        stepped: whether the time of day was set meanwhile, which changes nothing here.
    """

    ms: float
    lost: str
    stepped: bool


def elapsed(before: Moment, after: Moment) -> Elapsed:
    """Return the time between two moments, and what the clocks disagree on.

    The rate of a clock may be corrected by 500 parts in a million (adjtimex(2)), and reading four takes microseconds.
    """
    monotonic, raw, boot, real = (end - start for start, end in zip(before, after, strict=True))
    allowed = 50_000 + monotonic // 100
    # A CPU that is taken away between two readings leaves a time out that was right: that costs nothing.
    lost = _SLEPT if boot - monotonic > allowed else _CORRECTED if raw - monotonic > allowed else ""
    return Elapsed(monotonic / 1e6, lost, abs(real - monotonic) > allowed + 1_000_000)
