"""Draw the disk's rate over the measured time: one panel for each job, one line for each host."""

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hostcheck.report.figures.axes import needs_log, number, set_log_ticks
from hostcheck.report.svg import KEY, MARKERS, SERIES, Canvas, fitting, harmless

_DASHES = ("-", "--", "-.", ":")


def over_time_plot(frame: pd.DataFrame, canvas: Canvas) -> Figure:
    """Draw the frame of ``over_time.rates_over_time``, which must have rows. A mark shows each change of the level."""
    jobs = list(dict.fromkeys(zip(frame["label"], frame["unit"], strict=True)))
    hosts = {host: fitting(host, canvas, KEY) for host in dict.fromkeys(frame["host"])}
    lines = sum(1 + name.count("\n") for name in hosts.values())
    figure = Figure(figsize=(canvas.inches, 2.2 * len(jobs) + 0.4 + 0.25 * lines), layout="constrained")
    panels = figure.subplots(len(jobs), 1, squeeze=False).flat
    for axes, (label, unit) in zip(panels, jobs, strict=True):
        for _, part in frame[frame["label"] == label].groupby("number", sort=True):
            number = int(part["number"].iloc[0])
            colour = SERIES[number % len(SERIES)]
            seconds, rates = _parted(part)
            axes.plot(
                seconds,
                rates,
                color=colour,
                linestyle=_DASHES[number % len(_DASHES)],
                drawstyle="steps-post",
                linewidth=1.5,
                label=hosts[part["host"].iloc[0]],
            )
            changed = part[part["changed"]]
            axes.plot(
                changed["seconds"],
                changed["rate"],
                color=colour,
                marker=MARKERS[number % len(MARKERS)],
                linestyle="none",
            )
        axes.set_title(harmless(label), loc="left")
        axes.set_ylabel(harmless(unit))
        _scale(axes, [float(rate) for rate in frame[frame["label"] == label]["rate"]])
        axes.set_xlim(left=0)
        axes.tick_params(length=0)
        axes.set_xlabel("seconds measured")
    handles = dict(pair[::-1] for axes in figure.axes for pair in zip(*axes.get_legend_handles_labels(), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside upper left")
    return figure


def _parted(part: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Return the points of a line with gaps between samples, because time passed between them."""
    seconds: list[float] = []
    rates: list[float] = []
    for _, sample in part.groupby("sample", sort=True):
        begins, measured = list(sample["seconds"]), list(sample["rate"])
        # Each rate belongs to the window that begins at its point, so the last window needs an end.
        end = begins[-1] + float(sample["width"].iloc[-1])
        seconds += [*begins, end, end]
        rates += [*measured, measured[-1], math.nan]
    return seconds, rates


def _scale(axes: Axes, rates: Sequence[float]) -> None:
    if needs_log(rates):
        low, high = min(rates) / 1.5, max(rates) * 1.5
        axes.set_yscale("log")
        axes.set_ylim(low, high)
        set_log_ticks(axes.yaxis, low, high, 6)
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(FuncFormatter(number))
