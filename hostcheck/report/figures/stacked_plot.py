"""Draw seconds as parts of one bar for each host, with the longest parts coloured and numbered."""

import textwrap

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from hostcheck.quantities import duration
from hostcheck.report.figures.axes import number as in_figures
from hostcheck.report.svg import CARD, FOREGROUND, GRID, SERIES, Canvas, fitting, harmless

_LETTERS = 32
"""Maximum number of letters of a part's name in one line of the legend."""

_MARGINS = 4
"""Width of the margins next to the bars, as a multiple of the font size."""

_LINE = 0.36
"""Height of one line of a name, as a share of the distance between two bars."""

_NUMBER_FROM = 0.03
"""A segment gets a number if it is at least this share of the longest bar."""


def stacked_plot(frame: pd.DataFrame, others: str, canvas: Canvas) -> Figure:
    """Draw a frame such as that of ``frames.steps``, which must have rows.

    Args:
        frame: the seconds of each step of each host.
        others: the legend's name for the steps without a colour.
        canvas: the canvas to draw on.
    """
    hosts = list(dict.fromkeys(frame["host"]))
    longest = longest_steps(frame)
    named = [textwrap.fill(harmless(f"{number}: {step}"), _LETTERS) for number, step in enumerate(longest, 1)]
    totals = frame.groupby("host")["seconds"].sum()
    above = [fitting(f"{host}: {duration(float(totals[host]))}", canvas, _MARGINS) for host in hosts]
    # A bar has the place of its name, whose further lines grow upwards.
    further = [_LINE * name.count("\n") for name in above]
    places = [number + sum(further[: number + 1]) for number in range(len(hosts))]
    height = 0.9 + 0.6 * (places[-1] + 1) + 0.29 * sum(1 + name.count("\n") for name in named)
    figure = Figure(figsize=(canvas.inches, height), layout="constrained")
    axes = figure.add_subplot()
    total = float(totals.max())
    for place, host, name in zip(places, hosts, above, strict=True):
        left = 0.0
        part = frame[frame["host"] == host]
        for step, seconds in zip(part["step"], part["seconds"], strict=True):
            number = longest.index(step) + 1 if step in longest else 0
            color = SERIES[number - 1] if number else GRID
            axes.barh(place, seconds, left=left, height=0.5, color=color, edgecolor=CARD, linewidth=0.8)
            if number and seconds >= _NUMBER_FROM * total:
                axes.text(left + seconds / 2, place, str(number), ha="center", va="center", color=CARD, weight="bold")
            left += seconds
        axes.text(0, place - 0.28, name, va="bottom", color=FOREGROUND, weight="bold")
    axes.set_yticks([])
    axes.set_ylim(places[-1] + 0.35, -0.75)
    axes.set_xlim(0, total * 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(in_figures))
    axes.set_xlabel("seconds")
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    keys = [Patch(color=color, label=name) for color, name in zip(SERIES, named, strict=False)]
    if len(longest) < frame["step"].nunique():
        keys.append(Patch(color=GRID, label=others))
    figure.legend(handles=keys, loc="outside lower left", handlelength=1, labelspacing=0.25)
    return figure


def longest_steps(frame: pd.DataFrame) -> list[str]:
    """Return the steps that took longest on any host, one for each colour, in the build's order."""
    most = frame.groupby("step", sort=False)["seconds"].max()
    longest = set(most.nlargest(len(SERIES), keep="first").index)
    return [step for step in dict.fromkeys(frame["step"]) if step in longest]
