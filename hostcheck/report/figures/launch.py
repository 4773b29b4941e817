"""The plot of the parts of the time to launch and remove one container, with its finding and its data."""

from collections.abc import Iterator

from hostcheck.comparison.launch_parts import parts
from hostcheck.comparison.model import Comparison
from hostcheck.report import frames
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.stacked_plot import stacked_plot
from hostcheck.report.svg import draw


def launch_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of the parts of a container's launch and removal, if at least one host has them."""
    frame = frames.launch_parts(comparison)
    if frame.empty:
        return
    hosts = list(dict.fromkeys(frame["host"]))
    runs = zip(comparison.names, comparison.runs, strict=True)
    finding = " ".join(sentence for name, run in runs for sentence in parts(name, run))
    title = "Where the time goes when one container is launched and removed"
    drawings = draw(lambda room: stacked_plot(frame, "other parts", room), "launch", title, finding)
    seconds = {(row["step"], row["host"]): row["seconds"] for row in frame.to_dict("records")}
    rows = [
        (step, *(f"{seconds[step, host]:.3f}" if (step, host) in seconds else "none" for host in hosts))
        for step in dict.fromkeys(frame["step"])
    ]
    yield Plot("launch", title, finding, drawings, ("Part", *hosts), rows, "seconds, the median of the turns")
