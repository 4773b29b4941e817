"""A comparison as text: the findings, then a table of the hosts beside each other, or below each other where many."""

from hostcheck.compare.labels import amount_of, heading, span
from hostcheck.compare.model import Cell, Comparison, Row
from hostcheck.formats.terminal import Style, columns, display_width, plain
from hostcheck.run.model import Metric

_STATES = {"unstable": "~", "partial": "~", "published": "†"}
_LEGEND = {
    "~": "~ unstable or too few samples: rely on it with care",
    "†": "† published by others, not measured by hostcheck: no interval",
}


def render(comparison: Comparison, style: Style) -> str:
    """Return the comparison as lines of text; the table fits 80 columns for two hosts."""
    lines = [style.wrap(verdict, 0) for verdict in comparison.verdicts]
    table = _side_by_side(comparison)
    if max(map(display_width, table), default=0) > style.width:
        table = _stacked(comparison)
    if table:
        if lines:
            lines.append("")
        lines += [style.paint(table[0], "bold"), *table[1:]]
    lines += _footnotes(comparison, "\n".join(table), style)
    return "\n".join(lines) + "\n"


def _side_by_side(comparison: Comparison) -> list[str]:
    head = ["", *map(plain, comparison.names)]
    if len(comparison.names) > 1:
        head.append("" if len(comparison.names) == 2 else plain(comparison.names[-1]))
    if len(comparison.names) > 2:
        # Each host but the first brings a second column; that is wider than a terminal.
        return _stacked(comparison)
    rows = [head]
    for row in comparison.rows:
        rows.append([heading(row.id, row.unit), *(_figure(cell.metric) for cell in row.cells), *_words(row)])
        if any(_interval(cell.metric) for cell in row.cells):
            blank = [""] * len(_words(row))
            rows.append(["", *(_interval(cell.metric) for cell in row.cells), *blank])
    return columns(rows, right=range(1, len(comparison.names) + 1)) if comparison.rows else []


def _words(row: Row) -> list[str]:
    return [_ratio(cell) for cell in row.cells[1:]]


def _stacked(comparison: Comparison) -> list[str]:
    rows = [["", "", "", "", ""]]
    for row in comparison.rows:
        for place, (name, cell) in enumerate(zip(comparison.names, row.cells, strict=True)):
            title = heading(row.id, row.unit) if place == 0 else ""
            rows.append([title, plain(name)[:20], _figure(cell.metric), _interval(cell.metric), _ratio(cell)])
    return columns(rows, right=(2, 3)) if comparison.rows else []


def _figure(metric: Metric | None) -> str:
    if metric is None:
        return "not in the run"
    if metric.value is None:
        return metric.state
    return f"{amount_of(metric)} {_STATES.get(metric.state, ' ')}"


def _interval(metric: Metric | None) -> str:
    return f"{span(*metric.interval, metric.unit)}  " if metric is not None and metric.interval else ""


def _ratio(cell: Cell) -> str:
    return cell.ratio.words if cell.ratio else ""


def _footnotes(comparison: Comparison, table: str, style: Style) -> list[str]:
    notes = [text for sign, text in _LEGEND.items() if sign in table]
    for place, name in enumerate(comparison.names):
        for row in comparison.rows:
            cell = row.cells[place]
            if cell.metric is not None and cell.metric.reason:
                notes.append(f"{name}, {row.label.lower()}: {cell.metric.state}, {cell.metric.reason}")
            if cell.ratio is not None and cell.ratio.judgement == "not comparable":
                notes.append(f"{name}, {row.label.lower()}: not comparable, {cell.ratio.reason}")
    for run, name in zip(comparison.runs, comparison.names, strict=True):
        notes += [f"{name}: {note}" for note in run.notes]
    return ["", *(style.wrap(note, 0) for note in notes)] if notes else []
