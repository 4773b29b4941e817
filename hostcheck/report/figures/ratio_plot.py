"""Draw how many times faster or slower each host is than the baseline: dots with intervals on a log₂ axis."""

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from hostcheck.report.svg import FOREGROUND, MARKERS, MUTED, SERIES, harmless

_LABEL = 0.28
"""Part of the axis that the widest label takes, as a power of the axis' range."""


def ratio_plot(frame: pd.DataFrame, baseline: str) -> Figure:
    """Draw the frame of ``frames.ratios``, which must have rows."""
    labels = list(dict.fromkeys(frame["label"]))
    hosts = list(dict.fromkeys(frame["host"]))
    figure = Figure(figsize=(8, 1.1 + 0.42 * len(labels) + 0.2 * (len(hosts) - 1) * len(labels)), layout="constrained")
    axes = figure.add_subplot()
    least, most = _range(frame)
    span = most / least
    for number, host in enumerate(hosts):
        part = frame[frame["host"] == host]
        shift = (number - (len(hosts) - 1) / 2) * 0.25
        places = [labels.index(label) + shift for label in part["label"]]
        errors = [
            (part["ratio"] - part["low"]).fillna(0).clip(lower=0),
            (part["high"] - part["ratio"]).fillna(0).clip(lower=0),
        ]
        # A host has the same colour and marker in every plot.
        place = int(part["number"].iloc[0])
        color, marker = SERIES[place % len(SERIES)], MARKERS[place % len(MARKERS)]
        axes.errorbar(
            part["ratio"], places, xerr=errors, fmt=marker, color=color, capsize=3, markersize=6, label=harmless(host)
        )
        for ratio, high, height, words in zip(part["ratio"], part["high"], places, part["words"], strict=True):
            end = _label_begins(ratio if math.isnan(high) else high, span)
            axes.annotate(
                words, (end, height), xytext=(8, 0), textcoords="offset points", va="center", color=MUTED, size=9
            )
    axes.axvline(1, color=FOREGROUND, linewidth=1.2)
    axes.set_xscale("log", base=2)
    axes.set_xlim(least, most * span**_LABEL)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(least, most)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    axes.set_xlabel(harmless(f"times faster than {baseline} (below 1×: slower)"))
    axes.set_yticks(range(len(labels)), [harmless(label) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    if len(hosts) > 1:
        figure.legend(loc="outside upper left", ncols=3)
    return figure


def _label_begins(end: float, span: float) -> float:
    """Return where a label begins that would cover the line at 1: right of that line."""
    return 1.0 if 1 / span ** (_LABEL / 2) < end < 1 else end


def _range(frame: pd.DataFrame) -> tuple[float, float]:
    low = min(1.0, frame["ratio"].min(), frame["low"].min(skipna=True) if frame["low"].notna().any() else 1.0)
    high = max(1.0, frame["ratio"].max(), frame["high"].max(skipna=True) if frame["high"].notna().any() else 1.0)
    return max(low, 2.0**-20) / 1.3, min(high, 2.0**20) * 1.3


def _ticks(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log2(low)), math.floor(math.log2(high))
    step = max(1, math.ceil((last - first) / 7))
    # 1 always has a tick, because all ratios are relative to it.
    return [2.0**power for power in range(first, last + 1) if power % step == 0]
