"""The plot of the ratios to the baseline, with its finding and its data."""

from collections.abc import Collection

import pandas as pd

from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Comparison
from hostcheck.report import frames
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.ratio_plot import ratio_plot
from hostcheck.report.svg import Canvas, draw


def ratio_figure(
    comparison: Comparison,
    metrics: Collection[str],
    which: str = "The main figures",
    name: str = "ratios",
    canvas: Canvas | None = None,
) -> Plot | None:
    """Return the plot of the ratios of some metrics; None if no host has such a ratio.

    Args:
        comparison: the comparison.
        metrics: ids of the metrics that are drawn.
        which: the metrics in words, for the start of the title. A page has two of these plots.
        name: the plot's id on the page.
        canvas: the canvas for a wide window; None if the plot is in a column of a wide window.
    """
    frame = frames.ratios(comparison)
    frame = frame[frame["metric"].isin(list(metrics))]
    if frame.empty:
        return None
    baseline = comparison.names[0]
    finding = _finding(frame, baseline)
    title = f"{which}: how many times faster or slower than {baseline}"
    drawings = draw(lambda room: ratio_plot(frame, baseline, room), name, title, finding, canvas)
    rows = [(row["label"], row["host"], row["words"], row["spread"]) for row in frame.to_dict("records")]
    return Plot(name, title, finding, drawings, ("Metric", "Host", "Ratio", "95 % interval"), rows, names=2)


def _finding(frame: pd.DataFrame, baseline: str) -> str:
    shown = frame.sort_values("ratio", kind="stable")
    said = [
        f"Furthest {word} {baseline}: {row['host']} in {in_a_sentence(row['label'])}, {row['words']}."
        for judgement, word, place in (("better", "ahead of", -1), ("worse", "behind", 0))
        for row in shown[shown["judgement"] == judgement].to_dict("records")[place:][:1]
    ]
    return " ".join(said) or f"No metric shows a difference from {baseline}."
