"""The plot of an endurance run, with its finding and its data: each rate by the hour, with steal and pressure below."""

from collections.abc import Iterator
from statistics import fmean

import pandas as pd

from hostcheck.comparison.day import causes_of, moment_of, visits_of
from hostcheck.comparison.model import Comparison
from hostcheck.quantities import amount
from hostcheck.report.figures.hours_plot import hours_plot
from hostcheck.report.figures.plots import Plot
from hostcheck.report.svg import draw
from hostcheck.run.independent import samples_by_run
from hostcheck.run.measured import Metric

CONDITIONS = {
    "steal_percent": "Steal",
    "psi_io_some_percent": "Waiting for I/O",
    "psi_cpu_some_percent": "Waiting for a CPU",
}
"""Titles of the conditions that are drawn below the rates, by their name in a sample. They are in percent of the
time."""

_COLUMNS = ("label", "unit", "host", "number", "hour", "level")


def hours_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of an endurance run, if at least one host has one."""
    frame = levels_by_hour(comparison)
    if frame.empty:
        return
    title = "Over the hours"
    hosts = zip(comparison.runs, comparison.names, strict=True)
    finding = " ".join(said for run, name in hosts for said in causes_of(name, run)) or "No rate changed its level."
    drawings = draw(lambda room: hours_plot(frame, conditions_by_hour(comparison), room), "hours", title, finding)
    rows = [
        (
            str(label),
            str(host),
            str(unit),
            *(amount(float(part["level"].quantile(at)), str(unit)) for at in (0, 0.5, 1)),
        )
        for (label, host, unit), part in frame.groupby(["label", "host", "unit"], sort=False)
    ]
    yield Plot(
        "hours", title, finding, drawings, ("Figure", "Host", "Unit", "Lowest", "Middle", "Highest"), rows, names=3
    )


def levels_by_hour(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each visit of each rate of each host.

    Columns: label, unit, host, number (of the host), hour (since the host's first visit), level (the median of the
    visit's turns, in the unit).
    """
    rows = [
        (row.label, row.unit, name, number, visit.hour - visits[0].hour, visit.level)
        for row in comparison.rows
        for number, (name, cell) in enumerate(zip(comparison.names, row.cells, strict=True))
        if cell.metric is not None and row.unit != "%" and (visits := visits_of(cell.metric))
        for visit in visits
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def conditions_by_hour(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with the mean of each condition that the kernel reported, in one row for each visit of each host.

    Columns: as in ``levels_by_hour``; the level is the percentage.
    """
    rows: list[tuple[str, str, str, int, float, float]] = []
    for number, (name, run) in enumerate(zip(comparison.names, comparison.runs, strict=True)):
        longest = max(
            (metric for metric in run.metrics if visits_of(metric)), key=lambda each: len(each.samples), default=None
        )
        if longest is not None:
            rows += [(label, "%", name, number, hour, level) for label, hour, level in _conditions(longest)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _conditions(metric: Metric) -> Iterator[tuple[str, float, float]]:
    origin = visits_of(metric)[0].hour
    for samples in samples_by_run(metric.samples):
        moments = [moment for sample in samples if (moment := moment_of(sample)) is not None]
        for field, label in CONDITIONS.items():
            values = [value for sample in samples if (value := getattr(sample.conditions, field)) is not None]
            if moments and values:
                yield label, min(moments) / 3600 - origin, fmean(values)
