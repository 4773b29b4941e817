"""The plots of launch storms, with their findings and their data."""

from collections.abc import Iterator

import pandas as pd

from hostcheck.comparison.model import Comparison
from hostcheck.quantities import duration
from hostcheck.report import frames
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.storm_plot import storm_plot
from hostcheck.report.svg import Drawings, draw
from hostcheck.run.details import StormDetail
from hostcheck.run.measured import Sample


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
        finding = _finding(storm, containers)
        drawings = _drawn(containers, series, f"storm-{number}", title, finding)
        header = ("Container", "created", "started", "ready", "removed")
        rows = [
            (str(row["container"]), *(f"{row[time]:.3f}" for time in ("create_end", "start_end", "ready", "removed")))
            for row in containers.to_dict("records")
        ]
        yield Plot(f"storm-{number}", title, finding, drawings, header, rows, "seconds after the release")


def _drawn(containers: pd.DataFrame, series: pd.DataFrame, name: str, title: str, finding: str) -> Drawings:
    return draw(lambda room: storm_plot(containers, series, room), name, title, finding)


def _finding(storm: Sample, containers: pd.DataFrame) -> str:
    assert storm.value is not None
    launched = len(StormDetail(storm.detail).containers)
    who = f"all {launched}" if len(containers) == launched else f"{len(containers)} of {launched}"
    half = float(containers["ready"].median())
    said = f"In the median storm {who} were ready after {duration(storm.value)}, half of them after {duration(half)}."
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
