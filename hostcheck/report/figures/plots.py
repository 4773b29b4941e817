"""The plots of a page. Each has its finding in words, and its data as a table."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from hostcheck.comparison.model import Comparison
from hostcheck.quantities import amount, duration, span
from hostcheck.report import frames
from hostcheck.report.figures.ratio_plot import ratio_plot
from hostcheck.report.figures.storm_plot import storm_plot
from hostcheck.report.svg import drawing, to_svg
from hostcheck.run.details import StormDetail
from hostcheck.run.model import Sample


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing on the page.

    Attributes:
        name: the drawing's id on the page.
        title: the title.
        finding: what the drawing shows, in words.
        svg: the drawing.
        header: the header of the data table.
        rows: the rows of the data table. The first cell names the row.
        unit: the unit of the table's numbers; empty if there is no common unit.
        names: number of columns, from the left, that hold names instead of numbers.
    """

    name: str
    title: str
    finding: str
    svg: Markup
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    unit: str = ""
    names: int = 1


def ratio_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of ratios, if at least one host has a ratio."""
    frame = frames.ratios(comparison)
    if frame.empty:
        return
    baseline = comparison.names[0]
    finding = _ratio_finding(frame, baseline)
    title = f"How many times faster or slower than {baseline}"
    with drawing():
        svg = to_svg(ratio_plot(frame, baseline), "ratios", title, finding)
    rows = [
        (row["label"], row["host"], amount(row["ratio"], "×"), _interval(row["low"], row["high"]))
        for row in frame.to_dict("records")
    ]
    yield Plot("ratios", title, finding, svg, ("Metric", "Host", "Times faster", "95 % interval"), rows, names=2)


def _ratio_finding(frame: pd.DataFrame, baseline: str) -> str:
    shown = frame.sort_values("ratio", kind="stable")
    said = [
        f"Furthest {word} {baseline}: {row['host']} in {row['label'].lower()}, {row['words']}."
        for judgement, word, place in (("better", "ahead of", -1), ("worse", "behind", 0))
        for row in shown[shown["judgement"] == judgement].to_dict("records")[place:][:1]
    ]
    return " ".join(said) or f"No metric shows a difference from {baseline}."


def storm_figures(comparison: Comparison) -> Iterator[Plot]:
    """Yield the timeline of each host's typical storm."""
    for number, (name, run) in enumerate(zip(comparison.names, comparison.runs, strict=True), 1):
        storm = frames.typical_storm(run)
        if storm is None:
            continue
        containers = frames.containers(storm)
        if containers.empty:
            continue
        series = frames.series(storm)
        title = f"The launch storm on {name}: {len(StormDetail(storm.detail).containers)} containers at once"
        finding = _storm_finding(storm, containers)
        with drawing():
            svg = to_svg(storm_plot(containers, series), f"storm-{number}", title, finding)
        header = ("Container", "created", "started", "ready", "removed")
        rows = [
            (str(row["container"]), *(f"{row[time]:.3f}" for time in ("create_end", "start_end", "ready", "removed")))
            for row in containers.to_dict("records")
        ]
        yield Plot(f"storm-{number}", title, finding, svg, header, rows, "seconds after the release")


def _storm_finding(storm: Sample, containers: pd.DataFrame) -> str:
    assert storm.value is not None
    launched = len(StormDetail(storm.detail).containers)
    who = f"All {launched}" if len(containers) == launched else f"{len(containers)} of {launched}"
    half = float(containers["ready"].median())
    said = f"{who} were ready after {duration(storm.value)}, half of them after {duration(half)}."
    if words := StormDetail(storm.detail).why.words:
        return f"{said} {words}"
    conditions = storm.conditions
    parts = [
        f"{what} {value:.0f} %"
        for what, value in (
            ("CPUs busy", conditions.busy_percent),
            ("iowait", conditions.iowait_percent),
            ("all stalled on I/O", conditions.psi_io_full_percent),
            ("steal", conditions.steal_percent),
        )
        if value is not None
    ]
    return f"{said} Averages during the storm: {', '.join(parts)}." if parts else said


def _interval(low: float, high: float) -> str:
    return "none" if math.isnan(low) else span(low, high, "×")
