"""Write quantities for people: with three significant digits, and times in a suitable unit."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_TIMES = (("s", 1.0), ("ms", 1e3), ("µs", 1e6))

_LEAST, _MOST = 0.1, 100_000.0
"""Preferred range for the values of one row, in the row's unit."""

_MOST_US, _MOST_MS = 0.000_999_5, 0.099_95
"""Seconds below which a time is written in µs, and in ms."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The common unit for the values of a row, so that they are easy to compare.

    Attributes:
        unit: the unit's name: "MB/s", "IOPS", "s", "ms" or "µs".
        factor: the factor from the unit in the run file to this unit.
    """

    unit: str
    factor: float = 1.0

    def amount(self, value: float) -> str:
        """Write a value without its unit: "1,200", "25.4", "0.151"."""
        return _three_digits(value * self.factor)

    def span(self, low: float, high: float) -> str:
        """Write an interval without its unit: "1,190 – 1,210"."""
        return f"{self.amount(low)} – {self.amount(high)}"


def scale_of(values: Iterable[float], unit: str) -> Scale:
    """Return the unit for a row of values. For times, it is the largest in which none is below 0.1, if there is one."""
    above_zero = [value for value in values if value > 0]
    if unit != "s" or not above_zero:
        return Scale(unit)
    least, most = min(above_zero), max(above_zero)
    fitting = [Scale(name, factor) for name, factor in _TIMES if factor == 1 or most * factor <= _MOST]
    return next((scale for scale in fitting if least * scale.factor >= _LEAST), fitting[-1])


def amount(value: float, unit: str) -> str:
    """Write a value without its unit, except for times: "1,200", "25.4", "4m 12s", "1.62 s"."""
    if unit == "s":
        return duration(value)
    return _three_digits(value)


def span(low: float, high: float, unit: str) -> str:
    """Write an interval: "1,190 – 1,210". Times have a unit after the interval."""
    first, last = amount(low, unit), amount(high, unit)
    for ending in (" s", " ms", " µs"):
        if first.endswith(ending) and last.endswith(ending):
            first = first.removesuffix(ending)
            break
    return f"{first} – {last}"


def duration(seconds: float) -> str:
    """Write a time in a suitable unit: "310 µs", "14.0 ms", "0.162 s", "45.0 s", "4m 12s"."""
    if seconds < _MOST_US:
        return f"{_three_digits(seconds * 1e6)} µs"
    if seconds < _MOST_MS:
        return f"{_three_digits(seconds * 1e3)} ms"
    if seconds < 99.95:
        return f"{_three_digits(seconds)} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}h {minutes:02}m {whole % 60:02}s" if hours else f"{minutes}m {whole % 60:02}s"


def beyond(value: float, limit: float) -> str:
    """Write a value that a limit excludes: whole, or with as many decimals as show on which side of the limit it is."""
    texts = (f"{value:,.{digits}f}" for digits in range(16))
    return next((text for text in texts if text != f"{limit:,.{len(text.partition('.')[2])}f}"), repr(value))


def exact(value: float, unit: str) -> str:
    """Write a value with all its digits and its unit, a time below 0.1 s in ms or µs: "5,000.25 IOPS", "428 µs"."""
    if unit == "s" and 0 < value < _MOST_MS:
        unit, value = ("µs", value * 1e6) if value < _MOST_US else ("ms", value * 1e3)
    return f"{value:,.12g} {unit}".rstrip()


def times(value: float) -> str:
    """Write a ratio: "0.31", "1.04", "1.6", "10", "71", "1,250"."""
    return f"{value:.2f}" if value < 1.195 else f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def times_span(low: float, high: float) -> str:
    """Write the interval of a ratio: "6.0–30×"; only one number if both ends are written alike: "17×"."""
    first, last = times(low), times(high)
    return f"{first}×" if first == last else f"{first}–{last}×"


def _three_digits(value: float) -> str:
    """Write a positive value with three significant digits, and whole numbers in full."""
    if value >= 99.95:
        return f"{value:,.0f}"
    for limit, digits in ((9.995, 1), (0.9995, 2)):
        if value >= limit:
            return f"{value:.{digits}f}"
    # Also of 0.012 and less three digits matter.
    digits = 3 if value >= 0.099_95 or value < 1e-9 else 2 - math.floor(math.log10(value))
    return f"{value:.{digits}f}"
