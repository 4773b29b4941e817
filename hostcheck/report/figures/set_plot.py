"""Draw many hosts. Each host is a dot at its ratio to the median of its kind, and outliers are highlighted."""

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from hostcheck.population.unlike import Spread
from hostcheck.report.svg import FOREGROUND, SERIES, Canvas, fitting, harmless

BINS = 96
"""Maximum number of dots side by side, which the drawing's width permits."""

MOST_HIGH = 9
"""Maximum number of dots above each other. Further hosts share the top dot."""


def set_plot(spreads: Sequence[Spread], canvas: Canvas) -> Figure:
    """Draw a row of dots for each metric, and return the figure. There must be at least one metric."""
    figure = Figure(figsize=(canvas.inches, 0.9 + 0.8 * len(spreads)), layout="constrained")
    axes = figure.add_subplot()
    reach = max(1.0, *(abs(math.log2(times)) for spread in spreads for times in spread.times)) * 1.05
    for row, spread in enumerate(spreads):
        outliers = {outlier.host for outlier in spread.outliers}
        for unlike, color, size in ((False, SERIES[0], 3.2), (True, SERIES[1], 5.0)):
            shown = [
                math.log2(times)
                for host, times in zip(spread.hosts, spread.times, strict=True)
                if (host in outliers) == unlike
            ]
            dots = stacked(shown, reach)
            axes.plot(
                [2.0**x for x, _ in dots],
                [row + 0.36 - 0.06 * height for _, height in dots],
                "D" if unlike else "o",
                color=color,
                markersize=size,
                markeredgewidth=0,
                label="unlike the rest" if unlike else "a host",
            )
        axes.annotate(
            harmless(spread.label), (0, row - 0.36), xycoords=("axes fraction", "data"), va="center", weight="bold"
        )
    axes.axvline(1, color=FOREGROUND, linewidth=1.2)
    axes.set_xscale("log", base=2)
    axes.set_xlim(2.0**-reach, 2.0**reach)
    step = max(1, math.ceil(reach / (2 if canvas.is_narrow else 4)))
    powers = [power for power in range(-math.floor(reach), math.floor(reach) + 1) if power % step == 0]
    axes.xaxis.set_major_locator(FixedLocator([2.0**power for power in powers]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(_times))
    axes.set_xlabel(fitting("← times slower or faster → than the median of its kind", canvas, beside=2))
    axes.set_yticks([])
    axes.set_ylim(len(spreads) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[:2], labels[:2], loc="outside upper left", ncols=2)
    return figure


def stacked(values: Sequence[float], reach: float) -> list[tuple[float, int]]:
    """Stack nearly equal values: return a place on the axis and a height for each visible dot.

    Args:
        values: logarithms, each within ±reach.
        reach: the end of the axis.
    """
    heights: dict[int, int] = {}
    dots = []
    for value in sorted(values):
        column = round((value / reach + 1) / 2 * BINS)
        height = heights.get(column, 0)
        heights[column] = height + 1
        if height < MOST_HIGH:
            dots.append(((2 * column / BINS - 1) * reach, height))
    return dots


def _times(value: float, _: int | None) -> str:
    """Write a tick as a factor: both twice as fast and half as fast are "2×", on either side of 1."""
    return f"{max(value, 1 / value):,g}×"
