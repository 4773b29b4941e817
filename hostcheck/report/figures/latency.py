"""The plot of the latency of disk requests, with its finding and its data."""

from collections.abc import Iterator

import pandas as pd

from hostcheck.comparison.model import Comparison
from hostcheck.quantities import amount
from hostcheck.report import frames
from hostcheck.report.figures.latency_plot import latency_plot
from hostcheck.report.figures.plots import Plot
from hostcheck.report.svg import draw
from hostcheck.run.metrics import drawn_in


def latency_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of latencies by percentile, if the samples of at least one host have them."""
    frame = frames.latencies(comparison)
    if frame.empty:
        return
    there = set(frame["metric"])
    # Only the first measured kind is drawn; the percentiles of the others are in the run files.
    choices = (drawn_in("latency of one"), drawn_in("latency"))
    pair = next((pair for pair in choices if there & set(pair)), tuple(dict.fromkeys(frame["metric"]))[:2])
    frame = frame[frame["metric"].isin(pair)]
    finding = _finding(frame)
    title = "How long single requests to the disk took"
    drawings = draw(lambda room: latency_plot(frame, room), "latency", title, finding)
    rows = [
        (
            row["label"],
            row["host"],
            f"p{row['percent']:g}",
            *(amount(row[name], "ms") for name in ("middle", "low", "high")),
        )
        for row in frame.to_dict("records")
    ]
    header = ("Job", "Host", "Percentile", "Median of the samples", "Least", "Greatest")
    yield Plot("latency", title, finding, drawings, header, rows, "milliseconds", names=3)


def _finding(frame: pd.DataFrame) -> str:
    written = [metric for metric in frame["metric"] if "randwrite" in metric]
    described = frame[frame["metric"] == (written or list(frame["metric"]))[0]]
    worst = described[described["percent"] == described["percent"].max()]
    parts = [f"{amount(row['middle'], 'ms')} ms on {row['host']}" for row in worst.to_dict("records")]
    share = f"{worst['percent'].iloc[0]:g}"
    waited = (
        "One request at a time was in flight: this is the latency of a single reader or writer."
        if str(worst["metric"].iloc[0]).endswith(".qd1.iops")
        else "The job keeps many requests in a queue: use these times to compare hosts. A single request to an idle "
        "disk is faster."
    )
    return (
        f"{worst['label'].iloc[0]}: {share} % of the requests took at most {', '.join(parts)}. "
        f"Whiskers show the smallest and the largest sample. {waited}"
    )
