"""What a reader of a comparison's figures must know besides them. One list for every format."""

from collections.abc import Iterator

from hostcheck.compare.model import Comparison

SIGNS = {"unstable": "~", "partial": "~", "published": "†"}
"""A sign for each state whose figure must not be read as it stands."""

_LEGEND = {
    "~": "~ unstable or too few samples: rely on it with care",
    "†": "† published by others, not measured by hostcheck: no interval",
}


def legend(comparison: Comparison) -> list[str]:
    """Return what the signs in the comparison's table mean, of those that are in it."""
    metrics = (cell.metric for row in comparison.rows for cell in row.cells)
    used = {SIGNS.get(metric.state) for metric in metrics if metric is not None and metric.value is not None}
    return [text for sign, text in _LEGEND.items() if sign in used]


def notes(comparison: Comparison) -> Iterator[str]:
    """Give why figures are missing or doubtful, why hosts are not compared, and what the runs say of themselves."""
    for place, name in enumerate(comparison.names):
        for row in comparison.rows:
            cell = row.cells[place]
            if cell.metric is not None and cell.metric.reason:
                yield f"{name}, {row.label.lower()}: {cell.metric.state}, {cell.metric.reason}"
            if cell.ratio is not None and cell.ratio.judgement == "not comparable":
                yield f"{name}, {row.label.lower()}: not comparable, {cell.ratio.reason}"
        yield from _remarks(comparison, place, name)
    for run, name in zip(comparison.runs, comparison.names, strict=True):
        yield from (f"{name}: {note}" for note in run.notes)


def _remarks(comparison: Comparison, place: int, name: str) -> Iterator[str]:
    """Give what is to be said of a host's ratios, once for all that it is said of."""
    said: dict[tuple[str, str], list[str]] = {}
    for row in comparison.rows:
        ratio = row.cells[place].ratio
        if ratio is not None and ratio.reason and ratio.judgement != "not comparable":
            told = "not told apart from the baseline" if ratio.judgement == "inconclusive" else "the ratio"
            said.setdefault((told, ratio.reason), []).append(row.label.lower())
    for (told, reason), labels in said.items():
        yield f"{name}, {', '.join(labels)}: {told}; {reason}"
