"""Draw a launch storm over time: each container's phases, and below them the load of the machine."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hostcheck.report.figures.axes import number
from hostcheck.report.svg import MUTED, SERIES, Canvas

_SIGNALS = (
    ("busy_percent", "CPU busy", MUTED, "-"),
    ("iowait_percent", "CPU iowait", SERIES[0], "-"),
    ("psi_io_full_percent", "all stalled on I/O", SERIES[1], "--"),
    ("steal_percent", "CPU steal", SERIES[2], ":"),
)

_DEVICE = (
    ("writes", "writes", SERIES[0], "-"),
    ("flushes", "flushes", SERIES[1], "--"),
)


def storm_plot(containers: pd.DataFrame, series: pd.DataFrame, canvas: Canvas) -> Figure:
    """Draw the frames that ``frames.containers`` and ``frames.series`` return. The first must have rows."""
    count = len(containers)
    height = min(0.11 * count, 6) + 1.0
    watched = [signal for signal in _DEVICE if series[signal[0]].notna().any()]
    heights = [height, 1.7, *([1.4] if watched else [])]
    figure = Figure(figsize=(canvas.inches, sum(heights) + 0.8), layout="constrained")
    upper, lower, *device = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    places = range(count)
    phases = (
        ("create", containers["create_start"], containers["create_end"], SERIES[1], 1.0),
        ("start", containers["start_start"], containers["ready"], SERIES[0], 1.0),
        ("kill and remove", containers["ready"], containers["removed"], MUTED, 0.35),
    )
    for label, begin, end, color, alpha in phases:
        upper.barh(places, (end - begin).clip(lower=0), left=begin, height=0.72, color=color, alpha=alpha, label=label)
    upper.plot(containers["ready"], list(places), "|", color=SERIES[2], markersize=7, markeredgewidth=2, label="ready")
    upper.set_ylim(count - 0.4, -0.6)
    upper.set_yticks([])
    upper.set_ylabel(f"{count} containers")
    upper.grid(visible=False, axis="y")
    handles, names = upper.get_legend_handles_labels()
    # matplotlib lists bars after lines, but a container is ready before it is removed.
    order = [names.index(name) for name in ("create", "start", "ready", "kill and remove")]
    upper.legend(
        [handles[i] for i in order],
        [names[i] for i in order],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        borderaxespad=0.2,
        handlelength=1.2,
    )
    for column, label, color, dash in _SIGNALS:
        if series[column].notna().any():
            lower.plot(series["t"], series[column], dash, color=color, linewidth=1.5, label=label)
    lower.set_ylim(0, 104)
    lower.set_yticks([0, 50, 100])
    lower.set_ylabel("% of time")
    for axes in device:
        _draw_device(axes, series, watched)
    (device or [lower])[-1].set_xlabel("seconds after the release")
    lower.set_xlim(0, max(containers["removed"].max(), containers["ready"].max()) * 1.02)
    lower.legend(
        loc="lower left", bbox_to_anchor=(-0.12, 1), ncols=2, borderaxespad=0.2, handlelength=2, columnspacing=1
    )
    for axes in (upper, lower, *device):
        axes.tick_params(length=0)
    upper.spines["left"].set_visible(False)
    return figure


def _draw_device(axes: Axes, series: pd.DataFrame, signals: Sequence[tuple[str, str, str, str]]) -> None:
    """Draw the device's writes and flushes, and the length of its queue on a second scale."""
    for column, label, color, dash in signals:
        axes.plot(series["t"], series[column], dash, color=color, linewidth=1.5, label=label)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("I/Os a second")
    axes.yaxis.set_major_formatter(FuncFormatter(number))
    queue = axes.twinx()
    queue.fill_between(series["t"], series["queue"], color=MUTED, alpha=0.25, linewidth=0, label="queue (right)")
    queue.set_ylim(bottom=0)
    queue.grid(visible=False)
    queue.tick_params(length=0)
    handles = [both for one in (axes, queue) for both in zip(*one.get_legend_handles_labels(), strict=True)]
    axes.legend(
        [handle for handle, _ in handles],
        [name for _, name in handles],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        borderaxespad=0.2,
        handlelength=2,
        columnspacing=1,
    )
