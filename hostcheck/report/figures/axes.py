"""Decide whether values need a logarithmic axis, and compute its ticks."""

import math
from collections.abc import Iterable

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

LOG_FROM = 20.0
"""Ratio of the largest to the smallest value from which on an axis is logarithmic. On a linear axis, the smallest value
would be almost on the zero line."""

_STEPS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7))
"""Sets of multiples of powers of ten for ticks, from few ticks to many."""


def needs_log(values: Iterable[float]) -> bool:
    """Return whether the values, all above zero, differ so much that a logarithmic axis is needed."""
    shown = [*values]
    return bool(shown) and min(shown) > 0 and max(shown) > LOG_FROM * min(shown)


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the ticks of a logarithmic axis: if possible, at least three and at most ``most``."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [
        [step * 10.0**power for power in exponents for step in steps if low <= step * 10.0**power <= high]
        for steps in _STEPS
    ]
    enough = [ticks for ticks in found if len(ticks) >= 3]
    ticks = next((ticks for ticks in reversed(enough) if len(ticks) <= most), enough[0] if enough else found[-1])
    return ticks if len(ticks) <= most else ticks[:: math.ceil(len(ticks) / most)]


def set_log_ticks(axis: Axis, low: float, high: float, most: int) -> None:
    """Set the ticks of a logarithmic axis. Numbers have commas."""
    axis.set_major_locator(FixedLocator(log_ticks(low, high, most)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(number))
    axis.set_minor_formatter(NullFormatter())


def number(value: float, _: int | None = None) -> str:
    """Write the number of a tick: "1,000", "2.5"."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"
