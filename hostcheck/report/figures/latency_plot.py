"""Draw the latency of single disk requests by percentile: one panel for each job, one line for each host."""

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from hostcheck.report.figures.axes import set_log_ticks
from hostcheck.report.svg import KEY, MARKERS, SERIES, Canvas, fitting, harmless

_DASHES = ("-", "--", "-.", ":")


def latency_plot(frame: pd.DataFrame, canvas: Canvas) -> Figure:
    """Draw the frame of ``frames.latencies``, which must have rows."""
    labels = list(dict.fromkeys(frame["label"]))
    hosts = {host: fitting(host, canvas, KEY) for host in dict.fromkeys(frame["host"])}
    lines = sum(1 + name.count("\n") for name in hosts.values())
    figure = Figure(figsize=(canvas.inches, 2.6 * len(labels) + 0.5 + 0.25 * lines), layout="constrained")
    panels = figure.subplots(len(labels), 1, sharex=True, sharey=True, squeeze=False).flatten()
    for axes, label in zip(panels, labels, strict=True):
        for _, part in frame[frame["label"] == label].groupby("number", sort=True):
            number = int(part["number"].iloc[0])
            axes.errorbar(
                [_place(percent) for percent in part["percent"]],
                part["middle"],
                yerr=[part["middle"] - part["low"], part["high"] - part["middle"]],
                color=SERIES[number % len(SERIES)],
                marker=MARKERS[number % len(MARKERS)],
                linestyle=_DASHES[number % len(_DASHES)],
                markersize=5,
                linewidth=1.5,
                elinewidth=1,
                capsize=3,
                label=hosts[part["host"].iloc[0]],
            )
        axes.set_title(harmless(label), loc="left")
        axes.set_ylabel("milliseconds a request")
        axes.tick_params(length=0)
    first = panels[0]
    percents = sorted(set(frame["percent"]))
    first.set_yscale("log")
    low, high = frame["low"].min() / 1.3, frame["high"].max() * 1.3
    first.set_ylim(low, high)
    set_log_ticks(first.yaxis, low, high, 8)
    first.xaxis.set_major_locator(FixedLocator([_place(percent) for percent in percents]))
    names = {round(_place(percent), 6): f"p{percent:g}" for percent in percents}
    first.xaxis.set_major_formatter(FuncFormatter(lambda value, _: names.get(round(value, 6), "")))
    first.set_xlim(_place(percents[0]) - 0.25, _place(percents[-1]) + 0.25)
    handles = dict(pair[::-1] for axes in panels for pair in zip(*axes.get_legend_handles_labels(), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside upper left")
    return figure


def _place(percent: float) -> float:
    """Return a percentile's place on the axis: 90, 99 and 99.9 are at equal distances."""
    return -math.log10(1 - percent / 100)
