"""The plot of a build's steps, with its finding and its data."""

from collections.abc import Iterator

import pandas as pd

from hostcheck.comparison.model import Comparison
from hostcheck.comparison.ratio import compare_metrics, is_shown
from hostcheck.quantities import duration
from hostcheck.report import frames
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.stacked_plot import stacked_plot
from hostcheck.report.svg import draw
from hostcheck.run.metrics import BUILD


def build_figure(comparison: Comparison) -> Iterator[Plot]:
    """Yield the plot of the steps of each host's typical build, if at least one host has a build."""
    frame = frames.steps(comparison)
    if frame.empty:
        return
    hosts = list(dict.fromkeys(frame["host"]))
    finding = " ".join(_findings(frame, hosts, _comparable(comparison, hosts)))
    title = "How long each step of the docker build took"
    drawings = draw(lambda room: stacked_plot(frame, "other steps", room), "build", title, finding)
    seconds = {(row["step"], row["host"]): row["seconds"] for row in frame.to_dict("records")}
    rows = [
        (step, *(f"{seconds[step, host]:.3f}" if (step, host) in seconds else "none" for host in hosts))
        for step in dict.fromkeys(frame["step"])
    ]
    yield Plot("build", title, finding, drawings, ("Step", *hosts), rows, "seconds, for the build with the median time")


def _comparable(comparison: Comparison, hosts: list[str]) -> set[str]:
    """Return the hosts whose build is comparable with the first host's. Another builder does different work."""
    runs = dict(zip(comparison.names, comparison.runs, strict=True))
    builds = {host: metric for host in hosts if is_shown(metric := runs[host].metric(BUILD)) and metric}
    first = builds.get(hosts[0])
    return {
        host
        for host, metric in builds.items()
        if first and compare_metrics(metric, first).judgement != "not comparable"
    }


def _findings(frame: pd.DataFrame, hosts: list[str], comparable: set[str]) -> Iterator[str]:
    """Yield sentences: each host's longest step, and each comparable host's largest difference from the first host."""
    spent = {
        host: dict(zip(part["step"], part["seconds"], strict=True)) for host, part in frame.groupby("host", sort=False)
    }
    for host in hosts:
        total, longest = sum(spent[host].values()), max(spent[host], key=lambda step: spent[host][step])
        share = f"{100 * spent[host][longest] / total:.0f} % of the {duration(total)}"
        yield f"{host}: “{longest}” took {share} of all steps of the median build."
    first = spent[hosts[0]]
    for host in (host for host in hosts[1:] if host in comparable):
        other = spent[host]
        if common := [step for step in first if step in other]:
            step = max(common, key=lambda step: abs(other[step] - first[step]))
            now, then = duration(other[step]), duration(first[step])
            if now != then:
                yield f"Between {host} and {hosts[0]}, “{step}” differs most: {now} instead of {then}."
