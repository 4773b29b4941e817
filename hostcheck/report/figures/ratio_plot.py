"""Draw how many times faster or slower each host is than the baseline: dots with intervals on a log₂ axis."""

import math
import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from hostcheck.report.svg import FOREGROUND, KEY, LETTER, MARKERS, MUTED, SERIES, Canvas, fitting, harmless

_ROW, _HEADING = 0.23, 0.28
"""Height in inches of a host's row, and of a metric's label above its hosts."""
_ARROW = 18
"""Length in points of the arrow from a lower bound."""
_MARKER, _END = 5, 5
"""Width of a marker in points, and half the height of the ends of an interval. The ends are higher than the marker, so
that an interval narrower than it is seen."""


def ratio_plot(frame: pd.DataFrame, baseline: str, canvas: Canvas) -> Figure:
    """Draw the frame of ``frames.ratios``, which must have rows. Each metric's label is above its hosts."""
    labels = list(dict.fromkeys(frame["label"]))
    hosts = list(dict.fromkeys(frame["host"]))
    grow = canvas.points / 10
    block = grow * (_HEADING + _ROW * len(hosts))
    columns = _columns(hosts, canvas)
    named = {host: fitting(host, canvas, KEY) for host in hosts}
    lines = sum(1 + name.count("\n") for name in named.values()) if columns == 1 else math.ceil(len(hosts) / columns)
    key = grow * 0.22 * lines if len(hosts) > 1 else 0
    figure = Figure(figsize=(canvas.inches, 0.95 * grow + block * len(labels) + key), layout="constrained")
    axes = figure.add_subplot()
    least, most = _range(frame)
    span = most / least
    beside = _ARROW if (frame["towards"] > 0).any() else 0
    room = (LETTER * canvas.points * max(map(len, frame["words"])) + beside) / (72 * canvas.inches)
    keys = []
    for number, host in enumerate(hosts):
        part = frame[frame["host"] == host]
        places = [labels.index(label) * block + grow * (_HEADING + _ROW * number) for label in part["label"]]
        # A bound has an arrow, and nothing without an interval has ends of one.
        sides = (part["ratio"] - part["low"], part["high"] - part["ratio"])
        errors = [side.where(part["towards"] == 0).clip(lower=0) for side in sides]
        # A host has the same colour and marker in every plot.
        place = int(part["number"].iloc[0])
        color, marker = SERIES[place % len(SERIES)], MARKERS[place % len(MARKERS)]
        drawn = axes.errorbar(
            part["ratio"], places, xerr=errors, fmt=marker, color=color, capsize=_END, markersize=_MARKER
        )
        # A key has no interval, because some values have none.
        keys.append(drawn.lines[0])
        columns_of = (part[name] for name in ("ratio", "high", "towards", "words"))
        for ratio, high, towards, words, height in zip(*columns_of, places, strict=True):
            end = _label_begins(ratio if math.isnan(high) else high, span, room)
            arrow(axes, ratio, height, towards, color)
            gap = (8 + (_ARROW if towards > 0 else 0), 0)
            axes.annotate(words, (end, height), xytext=gap, textcoords="offset points", va="center", color=MUTED)
    furthest = most * span ** (room / max(0.2, 1 - room))
    widest = LETTER * canvas.points * max(map(len, labels)) / (72 * canvas.inches)
    # The line at 1 crosses no label: where they do not fit before it, all begin behind it.
    behind = widest > math.log(1 / least) / math.log(furthest / least)
    for number, label in enumerate(labels):
        axes.annotate(
            harmless(label),
            (1 if behind else 0, number * block),
            xycoords=("data" if behind else "axes fraction", "data"),
            xytext=(6 if behind else 0, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    axes.axvline(1, color=FOREGROUND, linewidth=1.2)
    axes.set_xscale("log", base=2)
    axes.set_xlim(least, furthest)
    axes.xaxis.set_major_locator(FixedLocator(ticks(least, most, 4 if canvas.is_narrow else 7)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(in_times))
    axes.set_xlabel(textwrap.fill(harmless(direction(least, most, baseline)), 42 if canvas.is_narrow else 60))
    axes.set_yticks([])
    axes.set_ylim(len(labels) * block - grow * 0.1, -grow * 0.2)
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    if len(hosts) > 1:
        figure.legend(keys, [named[host] for host in hosts], loc="outside upper left", ncols=columns)
    return figure


def arrow(axes: Axes, ratio: float, height: float, towards: int, color: str) -> None:
    """Draw an arrow from a lower bound to where the true ratio may be; nothing if it is no bound."""
    if towards:
        look = {"arrowstyle": "<-", "color": color, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
        end = (towards * _ARROW, 0)
        axes.annotate("", (ratio, height), end, textcoords="offset points", arrowprops=look)


def _columns(hosts: Sequence[str], canvas: Canvas) -> int:
    """Return how many columns the legend has: two if the longest name fits twice, otherwise one."""
    width = canvas.points * (KEY + LETTER * max(map(len, hosts)))
    return 1 if canvas.is_narrow or 2 * width > 72 * canvas.inches else 2


def _label_begins(end: float, span: float, room: float) -> float:
    """Return where a label begins. A label that would cover the line at 1 begins to the right of this line."""
    return 1.0 if span ** (-room) < end < 1 else end


def _range(frame: pd.DataFrame) -> tuple[float, float]:
    low = min(1.0, frame["ratio"].min(), frame["low"].min(skipna=True) if frame["low"].notna().any() else 1.0)
    high = max(1.0, frame["ratio"].max(), frame["high"].max(skipna=True) if frame["high"].notna().any() else 1.0)
    return max(low, 2.0**-20) / 1.3, min(high, 2.0**20) * 1.3


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return the places of at most ``most`` ticks on an axis of ratios; 1 is one of them."""
    first, last = math.ceil(math.log2(low)), math.floor(math.log2(high))
    step = max(1, math.ceil((last - first) / most))
    # 1 always has a tick, because all ratios are relative to it.
    ticks = [2.0**power for power in range(first, last + 1) if power % step == 0]
    # Ratios that are all near 1 have no other power of two in sight.
    return ticks if len(ticks) > 2 else sorted({1.0, round(low, 2), round(high, 2)})


def in_times(value: float, _: int | None) -> str:
    """Write a tick as a factor: both twice as fast and half as fast are "2×", on either side of 1."""
    return f"{max(value, 1 / value):,.3g}×"


def direction(least: float, most: float, baseline: str) -> str:
    """Return the title of an axis of ratios: only the directions in which it has room for ratios."""
    if least > 1 / 1.4:
        return f"times faster than {baseline} →"
    if most < 1.4:
        return f"← times slower than {baseline}"
    return f"← times slower or faster → than {baseline}"
