"""Time a handshake by several clocks of the kernel, and detect whether the measured time may be too short."""

import time
from typing import NamedTuple

_SLEPT, _CORRECTED = "the machine slept", "a clock was being corrected"
LOST = (_SLEPT, _CORRECTED)
"""The reasons why a measured time may be too short, as ``Elapsed.lost`` has them."""


class Moment(NamedTuple):
    """The readings of the kernel's clocks at one moment, in ns (clock_gettime(2)).

    Attributes:
        monotonic: never set; its rate is corrected.
        raw: never set, and its rate is not corrected.
        boot: like monotonic, but continues during suspend.
        real: the time of day, which can be set.
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
        ms: the duration in ms, by the monotonic clock.
        lost: why the duration may be too short, in words; empty if it is not.
        stepped: whether the time of day was set meanwhile; this does not affect the duration.
    """

    ms: float
    lost: str
    stepped: bool


def elapsed(before: Moment, after: Moment) -> Elapsed:
    """Return the time between two moments, and whether the clocks disagree.

    The tolerance is 1 % and 50 µs. The rate of a clock may be corrected by up to 500 ppm (adjtimex(2)), and reading
    four clocks takes microseconds.
    """
    monotonic, raw, boot, real = (end - start for start, end in zip(before, after, strict=True))
    allowed = 50_000 + monotonic // 100
    # If the CPU is taken away between two readings, a correct time is discarded. That does no harm.
    lost = _SLEPT if boot - monotonic > allowed else _CORRECTED if raw - monotonic > allowed else ""
    return Elapsed(monotonic / 1e6, lost, abs(real - monotonic) > allowed + 1_000_000)
