"""Draw rates by the hour: one panel for each rate, one line for each host, and below them the load of the hosts."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hostcheck.quantities import scale_of
from hostcheck.report.figures.axes import number
from hostcheck.report.svg import FOREGROUND, KEY, MARKERS, SERIES, Canvas, fitting, harmless

_DASHES = ("-", "--", ":")


def hours_plot(levels: pd.DataFrame, conditions: pd.DataFrame, canvas: Canvas) -> Figure:
    """Draw the frames of ``hours.levels_by_hour``, which must have rows, and of ``hours.conditions_by_hour``."""
    shown = list(dict.fromkeys(zip(levels["label"], levels["unit"], strict=True)))
    hosts = {host: fitting(host, canvas, KEY) for host in dict.fromkeys(levels["host"])}
    lines = sum(1 + name.count("\n") for name in hosts.values())
    rows = len(shown) + (0 if conditions.empty else 1)
    figure = Figure(figsize=(canvas.inches, 1.6 * rows + 0.4 + 0.25 * lines), layout="constrained")
    panels = list(figure.subplots(rows, 1, squeeze=False, sharex=True).flat)
    for axes, (label, unit) in zip(panels, shown, strict=False):
        of_it = levels[levels["label"] == label]
        scale = scale_of([float(level) for level in of_it["level"]], unit)
        for _, part in of_it.groupby("number", sort=True):
            place = int(part["number"].iloc[0])
            axes.plot(
                part["hour"],
                part["level"] * scale.factor,
                color=SERIES[place % len(SERIES)],
                marker=MARKERS[place % len(MARKERS)],
                markersize=3.5,
                linewidth=0.8,
                label=hosts[part["host"].iloc[0]],
            )
        _panel(axes, label, scale.unit)
    if not conditions.empty:
        _draw_conditions(panels[-1], conditions)
    panels[-1].set_xlabel("hours since the first measurement")
    handles, labels = panels[0].get_legend_handles_labels()
    if len(hosts) > 1:
        figure.legend(handles, labels, loc="outside upper left")
    return figure


def _draw_conditions(axes: Axes, conditions: pd.DataFrame) -> None:
    """Draw each condition of each host. The colour shows the host, the line style the condition."""
    labels = list(dict.fromkeys(conditions["label"]))
    places = [int(place) for place in dict.fromkeys(conditions["number"])]
    lines = [(place, str(label)) for place in places for label in labels]
    for place, label in lines:
        part = conditions[(conditions["number"] == place) & (conditions["label"] == label)]
        axes.plot(
            part["hour"],
            part["level"],
            color=SERIES[place % len(SERIES)] if len(places) > 1 else FOREGROUND,
            linestyle=_DASHES[labels.index(label) % len(_DASHES)],
            linewidth=1.0,
            label=label if place == places[0] else None,
        )
    _panel(axes, "Steal and pressure", "%")
    # Room for the keys above the lines: percentages rarely fill it.
    axes.set_ylim(top=2.2 * max(1.0, float(conditions["level"].max())))
    axes.legend(loc="upper left", fontsize="small", labelspacing=0.2)


def _panel(axes: Axes, label: str, unit: str) -> None:
    axes.set_title(harmless(label), loc="left")
    axes.set_ylabel(harmless(unit))
    axes.set_ylim(bottom=0)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter(FuncFormatter(number))
    axes.tick_params(length=0)
