"""A comparison as text: the findings, then a table with hosts side by side, or below each other if they are many."""

from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.notes import legend, notes, signs_of
from hostcheck.comparison.origin import origin
from hostcheck.formats.terminal import Style, columns, display_width
from hostcheck.plaintext import plain
from hostcheck.run.measured import Metric

_LEAST_OF_NAME = 8
"""Least number of columns that are kept for the hosts' names beside their figures."""


def render(comparison: Comparison, style: Style) -> str:
    """Return the comparison as lines of text, the table within the style's width."""
    # Of a pair, the sentence on noise follows on the same line: the first ten lines hold a line more of the findings.
    answer = [" ".join(comparison.answer)] if len(comparison.names) == 2 else comparison.answer
    said = filter(None, (*answer, *origin(comparison), *comparison.fitness, *comparison.findings))
    lines = [style.wrap(sentence, 0) for sentence in said]
    rows = table(comparison, style) if comparison.rows else []
    if lines and rows:
        lines.append("")
    lines += rows
    lines += _footnotes(comparison, style)
    return "\n".join(lines) + "\n"


def table(comparison: Comparison, style: Style) -> list[str]:
    """Return the table: hosts side by side if that is narrow enough, otherwise below each other."""
    # Each host but the first brings a column of ratios too; with three hosts that is wider than a terminal.
    if len(comparison.names) <= 2:
        head, *body = _side_by_side(comparison)
        if max(map(display_width, (head, *body))) <= style.width:
            return [style.paint(head, "bold"), *body]
    return _stacked(comparison, style)


def _side_by_side(comparison: Comparison) -> list[str]:
    blank = [""] * (len(comparison.names) - 1)
    rows = [["", *map(plain, comparison.names), *blank]]
    for row in comparison.rows:
        ratios = [ratio(cell) for cell in row.cells[1:]]
        rows.append([title(row), *(figure(row, cell.metric) for cell in row.cells), *ratios])
        if any(interval(row, cell.metric) for cell in row.cells):
            rows.append(["", *(interval(row, cell.metric) for cell in row.cells), *blank])
    return columns(rows, right=range(1, len(comparison.names) + 1))


def _stacked(comparison: Comparison, style: Style) -> list[str]:
    cells = [(row, cell) for row in comparison.rows for cell in row.cells]
    names = list(map(plain, comparison.names))
    figures = columns([_beside_name(row, cell) for row, cell in cells], right=(0, 1))
    room = style.width - 4 - max(map(display_width, figures))
    if room < _LEAST_OF_NAME:
        return _below_names(comparison, style)
    width = max((display_width(name) for name in names if display_width(name) <= room), default=8)
    lines, rest = [], iter(figures)
    for row in comparison.rows:
        lines.append(style.paint(style.wrap(title(row), 0), "bold"))
        for name in names:
            # A name that has no room beside its figures stands above them, whole: its end says where they are from.
            beside = name if display_width(name) <= width else ""
            lines += [] if beside else style.wrap(name, 2).splitlines()
            lines.append(f"  {beside}{' ' * (width - display_width(beside))}  {next(rest)}")
    return lines


def _below_names(comparison: Comparison, style: Style) -> list[str]:
    """Return the figures of each host below its name, because there is no room beside them."""
    lines = []
    for row in comparison.rows:
        lines.append(style.paint(style.wrap(title(row), 0), "bold"))
        for name, cell in zip(comparison.names, row.cells, strict=True):
            figures = "  ".join(filter(None, map(str.strip, _beside_name(row, cell))))
            lines += [style.wrap(name, 2), style.wrap(figures, 4)]
    return lines


def _beside_name(row: Row, cell: Cell) -> list[str]:
    """Return the cells of value, interval and ratio. The reason for a missing value is in the cell of the interval."""
    if cell.metric is None or cell.metric.value is None:
        return ["", figure(row, cell.metric), ratio(cell)]
    return [figure(row, cell.metric), interval(row, cell.metric).rstrip(), ratio(cell)]


def title(row: Row) -> str:
    """Return the label of a row with its unit: "Random write, IOPS"."""
    return plain(row.heading)


def figure(row: Row, metric: Metric | None) -> str:
    """Return a value with its signs, or the reason why there is none."""
    if metric is None:
        return "not in the run"
    if metric.value is None:
        return plain(metric.state)
    return f"{row.amount_of(metric)} {signs_of(metric) or ' '}"


def interval(row: Row, metric: Metric | None) -> str:
    """Return the 95 % interval, with two spaces in place of a value's signs; empty if there is none."""
    return f"{row.span_of(metric)}  " if metric is not None and metric.interval else ""


def ratio(cell: Cell) -> str:
    """Return how many times faster or slower than the baseline a value is, in words; empty for the baseline."""
    return cell.ratio.words if cell.ratio else ""


def _footnotes(comparison: Comparison, style: Style) -> list[str]:
    footnotes = [*legend(comparison), *notes(comparison)]
    return ["", *(style.wrap(note, 0) for note in footnotes)] if footnotes else []
