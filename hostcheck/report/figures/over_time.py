"""The plot of the disk's rate over time, with its finding and its data."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd

from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Comparison, Row
from hostcheck.quantities import amount
from hostcheck.report.figures.over_time_plot import over_time_plot
from hostcheck.report.figures.plots import Plot
from hostcheck.report.svg import draw
from hostcheck.run.details import DiskDetail
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import drawn_in
from hostcheck.stats.changes import LEAST_RATIO, change_points, levels

_POINTS = 400
"""Maximum number of points of a line. A panel is about as many pixels wide."""

_GAP = 0.02
"""Width of the gap between two samples, as a share of the measured time."""

_COLUMNS = ("metric", "label", "unit", "host", "number", "sample", "seconds", "width", "rate", "changed")


def over_time_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of rates over time, if the samples of at least one host have them."""
    frame = rates_over_time(comparison)
    if frame.empty:
        return
    title = "How fast the disk was over time"
    finding = _finding(frame)
    drawings = draw(lambda room: over_time_plot(frame, room), "course", title, finding)
    rows = [
        (label, host, unit, *(amount(float(part["rate"].quantile(share)), unit) for share in (0, 0.5, 1)))
        for label, host, unit, part in _parts(frame)
    ]
    yield Plot(
        "course", title, finding, drawings, ("Job", "Host", "Unit", "Lowest", "Middle", "Highest"), rows, names=3
    )


def rates_over_time(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each window of each host's samples. There are gaps between samples.

    Columns: metric, label, unit, host, number (of the host), sample (its number), seconds (measured time until then,
    including gaps), width (of the window in seconds), rate (in the unit), changed (whether a new level begins there).
    """
    shown = drawn_in("rates")
    rows = [
        point
        for row in comparison.rows
        if row.id in shown
        for number, (name, cell) in enumerate(zip(comparison.names, row.cells, strict=True))
        if cell.metric is not None
        for point in _points(row, cell.metric, name, number)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _points(row: Row, metric: Metric, name: str, number: int) -> Iterator[Mapping[str, object]]:
    samples, width = _series(metric)
    rates = [rate for sample in samples for rate in sample]
    changes = set(change_points(rates, LEAST_RATIO))
    step = -(-len(rates) // _POINTS) if rates else 1
    gap = _GAP * len(rates) * width if len(samples) > 1 else 0.0
    before = 0
    for count, sample in enumerate(samples):
        for first in range(0, len(sample), step):
            part = sample[first : first + step]
            at = before + first
            yield {
                "metric": row.id,
                "label": row.label,
                "unit": row.unit,
                "host": name,
                "number": number,
                "sample": count,
                "seconds": at * width + count * gap,
                "width": len(part) * width,
                "rate": sum(part) / len(part),
                "changed": not changes.isdisjoint(range(at, at + len(part))),
            }
        before += len(sample)


def _series(metric: Metric) -> tuple[list[list[float]], float]:
    """Return the rates of each valid sample in the metric's unit, and the length of a window in seconds."""
    block = metric.settings.get("block_bytes")
    factor = block / 1e6 if metric.unit == "MB/s" and isinstance(block, int) else 1.0
    samples: list[list[float]] = []
    width = 0.0
    for sample in metric.samples:
        series = DiskDetail(sample.detail).rates
        if sample.valid and series and (not width or width == series.seconds):
            width = series.seconds
            samples.append([rate * factor for rate in series.iops])
    return samples, width


def _parts(frame: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Yield the label, host, unit and rows of each line."""
    for _, part in frame.groupby(["label", "number"], sort=False):
        first = part.iloc[0]
        yield str(first["label"]), str(first["host"]), str(first["unit"]), part


def _finding(frame: pd.DataFrame) -> str:
    changed = [
        f"{label} on {host}: {_described(part, unit)}."
        for label, host, unit, part in _parts(frame)
        if part["changed"].any()
    ]
    if changed:
        return " ".join(changed)
    label, host, unit, part = max(_parts(frame), key=lambda item: _unevenness(item[3]))
    low, high = (amount(float(part["rate"].quantile(share)), unit) for share in (0, 1))
    return f"No job changed its level. Largest variation: {in_a_sentence(label)} on {host}, {low} to {high} {unit}."


def _unevenness(part: pd.DataFrame) -> float:
    middle = float(part["rate"].median())
    return float(part["rate"].max() - part["rate"].min()) / middle if middle > 0 else 0.0


def _described(part: pd.DataFrame, unit: str) -> str:
    rates = [float(rate) for rate in part["rate"]]
    places = [place for place, changed in enumerate(part["changed"]) if changed]
    measured = [float(second) for second in part["width"].cumsum()]
    means = levels(rates, places)
    ends = [0.0, *(measured[place - 1] for place in places)]
    stretches = [
        f"{amount(mean, unit)} {unit} for {last - first:.0f} s"
        for mean, (first, last) in zip(means, pairwise(ends), strict=False)
    ]
    return f"{', '.join(stretches)}, then {amount(means[-1], unit)}"
