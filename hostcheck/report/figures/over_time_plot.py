"""Draw the disk's rate over the measured time: one panel for each job, one line for each host."""

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hostcheck.report.svg import MARKERS, SERIES, harmless

_DASHES = ("-", "--", "-.", ":")


def over_time_plot(frame: pd.DataFrame) -> Figure:
    """Draw the frame of ``over_time.rates_over_time``, which must have rows. A mark shows each change of the level."""
    jobs = list(dict.fromkeys(zip(frame["label"], frame["unit"], strict=True)))
    hosts = list(dict.fromkeys(frame["host"]))
    height = 2.2 * math.ceil(len(jobs) / 2) + 0.6 + 0.25 * math.ceil(len(hosts) / 3)
    figure = Figure(figsize=(8, height), layout="constrained")
    columns = min(2, len(jobs))
    panels = figure.subplots(math.ceil(len(jobs) / columns), columns, squeeze=False).flat
    for axes, (label, unit) in zip(panels, jobs, strict=False):
        for _, part in frame[frame["label"] == label].groupby("number", sort=True):
            number = int(part["number"].iloc[0])
            colour = SERIES[number % len(SERIES)]
            seconds, rates = list(part["seconds"]), list(part["rate"])
            # Each rate belongs to the window that begins at its point, so the last window needs an end.
            axes.plot(
                [*seconds, seconds[-1] + (seconds[-1] - seconds[-2] if len(seconds) > 1 else 0.0)],
                [*rates, rates[-1]],
                color=colour,
                linestyle=_DASHES[number % len(_DASHES)],
                drawstyle="steps-post",
                linewidth=1.5,
                label=harmless(str(part["host"].iloc[0])),
            )
            changed = part[part["changed"]]
            axes.plot(
                changed["seconds"],
                changed["rate"],
                color=colour,
                marker=MARKERS[number % len(MARKERS)],
                linestyle="none",
            )
        axes.set_title(harmless(f"{label}, {unit}"), fontsize=10, loc="left")
        axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.tick_params(length=0)
        axes.set_xlabel("seconds measured", fontsize=9)
    for axes in list(panels):
        axes.set_visible(False)
    handles = dict(pair[::-1] for axes in figure.axes for pair in zip(*axes.get_legend_handles_labels(), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside upper left", ncols=3)
    return figure
