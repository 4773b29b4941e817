"""A measurement as text: the findings, one line for each metric, and a few notes. ``--verbose`` prints everything."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hostcheck.comparison.model import Comparison, Row
from hostcheck.comparison.notes import legend, notes
from hostcheck.counts import number_of
from hostcheck.formats import comparison_text
from hostcheck.formats.comparison_text import figure, interval, ratio, title
from hostcheck.formats.terminal import Style, columns, display_width
from hostcheck.plaintext import plain
from hostcheck.run.metrics import MAKESPAN, READY_MAX, READY_P95, headlines, spec_of

_LINES = 29
"""Maximum number of lines at 80 columns, without the line on the HTML page."""
_FINDINGS = 8
_NOTES = 5
_TWICE = {READY_MAX: MAKESPAN, READY_P95: MAKESPAN}
"""For each metric that repeats another metric, the id of the other. For example, a storm's last container is ready when
all are."""


def render(comparison: Comparison, style: Style) -> str:
    """Return the comparison as lines of text."""
    if style.detail == "full" or len(comparison.names) > 2:
        return comparison_text.render(comparison, style)
    findings, left = _whole(comparison.verdicts, _FINDINGS, style)
    if left:
        findings.append(f"and {number_of(left, 'more finding')}")
    rows, table = _table(comparison, style)
    noted = [*filter(None, ["; ".join(legend(comparison))]), *notes(comparison)]
    room = min(_NOTES, _LINES - len(findings) - len(table) - bool(table) - 1)
    below, left = _whole(noted, max(0, room - 1), style)
    hidden = len(comparison.rows) - len(rows)
    if left or hidden:
        counts = [number_of(hidden, "more figure") if hidden else "", number_of(left, "more note") if left else ""]
        below.append(f"{', '.join(filter(None, counts))}: --verbose shows all")
    return "\n".join([*findings, *([""] if table else []), *table, *([""] if below else []), *below]) + "\n"


def _whole(texts: Iterable[str], lines: int, style: Style) -> tuple[list[str], int]:
    """Wrap as many complete texts as fit into ``lines`` lines. Return the lines, and the number of other texts."""
    wrapped = [style.wrap(text, 0).splitlines() for text in texts]
    shown: list[str] = []
    for number, text in enumerate(wrapped):
        if len(shown) + len(text) > lines:
            return shown, len(wrapped) - number
        shown += text
    return shown, 0


def _rows(comparison: Comparison) -> list[Row]:
    there = {row.id for row in comparison.rows if any(cell.metric and cell.metric.value for cell in row.cells)}
    return [row for row in comparison.rows if _TWICE.get(row.id) not in there and _is_brief(row.id)]


def _is_brief(metric_id: str) -> bool:
    """Return whether the brief output shows a metric. On steadiness: only the variation of headline metrics."""
    spec = spec_of(metric_id)
    return spec is None or not spec.of or (spec.unit == "%" and spec.of in headlines())


def _table(comparison: Comparison, style: Style) -> tuple[list[Row], list[str]]:
    """Return the rows that are shown, and the table's lines: one for each metric, or headline metrics in a column."""
    rows = _rows(comparison)
    if not rows:
        return [], []
    for with_interval in (True, False):
        lines = _beside(comparison, rows, style, with_interval=with_interval)
        if max(map(display_width, lines)) <= style.width:
            return rows, lines
    rows = [row for row in rows if row.id in headlines()] or rows[: len(headlines())]
    return rows, comparison_text.table(replace(comparison, rows=tuple(rows)), style)


def _beside(comparison: Comparison, rows: Sequence[Row], style: Style, *, with_interval: bool) -> list[str]:
    several = len(comparison.names) > 1
    own = 1 + with_interval
    cells = [["", *(part for name in comparison.names for part in (plain(name), "")[:own]), *[""] * several]]
    for row in rows:
        figures = [
            part for cell in row.cells for part in (figure(row, cell.metric), interval(row, cell.metric).strip())[:own]
        ]
        cells.append([title(row), *figures, *(ratio(cell) for cell in row.cells[1:])])
    head, *body = columns(cells, right=range(1, own * len(comparison.names) + 1))
    return [style.paint(head, "bold"), *body] if several else body
