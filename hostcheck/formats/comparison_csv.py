"""A comparison as CSV: one row for each metric and host, for spreadsheets and data frames."""

import csv
import io
import re

from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain

COLUMNS = (
    "metric",
    "label",
    "unit",
    "better",
    "host",
    "state",
    "value",
    "low",
    "high",
    "samples",
    "baseline",
    "ratio",
    "ratio_low",
    "ratio_high",
    "judgement",
    "reason",
)

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"), and a file may be opened with
# another separator than it was written with.
_FORMULA = re.compile(r"(^|[;,|])([\s'\"]*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001 - the full-width signs count too


def render(comparison: Comparison, _style: Style | None = None) -> str:
    """Return the comparison in the format of RFC 4180, with Unix line ends.

    Texts are quoted, numbers are not. A missing number is an empty text.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in comparison.rows:
        for name, cell in zip(comparison.names, row.cells, strict=True):
            values = _values(row, name, cell, comparison.names[0])
            writer.writerow([harmless(value) if isinstance(value, str) else value for value in values])
    return stream.getvalue()


def harmless(text: str) -> str:
    """Escape a text so that a spreadsheet does not read it as a formula, nor a terminal as a command."""
    return _FORMULA.sub(r"\1\2'", plain(text))


def _values(row: Row, name: str, cell: Cell, baseline: str) -> list[str | float | None]:
    metric, ratio = cell.metric, cell.ratio
    low, high = (metric.interval if metric else None) or (None, None)
    ratio_low, ratio_high = (ratio.interval if ratio else None) or (None, None)
    reasons = [metric.reason if metric else "", ratio.reason if ratio else ""]
    return [
        row.id,
        row.label,
        row.unit,
        row.better,
        name,
        metric.state if metric else "not in the run",
        metric.value if metric else None,
        low,
        high,
        sum(sample.valid for sample in metric.samples) if metric else None,
        baseline,
        ratio.value if ratio else None,
        ratio_low,
        ratio_high,
        ratio.judgement if ratio else "",
        "; ".join(filter(None, reasons)),
    ]
