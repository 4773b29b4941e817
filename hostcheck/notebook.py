"""Show a comparison in a notebook: the answer, the chart, and a table."""

import base64
from dataclasses import dataclass
from html import escape

from hostcheck.comparison.labels import amount_of, heading
from hostcheck.comparison.model import Cell, Comparison
from hostcheck.plaintext import plain
from hostcheck.quantities import span


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison as a notebook shows it.

    Attributes:
        html: an HTML fragment that loads nothing. It contains the chart as PNG.
    """

    html: str

    def _repr_html_(self) -> str:
        """Return the HTML that IPython displays."""
        return self.html


def show(comparison: Comparison) -> Shown:
    """Show a comparison in a notebook: its answer, the chart of the headline metrics, and a table of all metrics.

    Raises:
        CannotMeasureError: if the extra "report" is not installed.
    """
    from hostcheck.report.rendering import picture  # noqa: PLC0415  only the drawing needs the extra

    answer = "".join(f"<p><strong>{_text(said)}</strong></p>" for said in comparison.answer)
    other = "".join(f"<li>{_text(said)}</li>" for said in comparison.findings)
    chart = base64.b64encode(picture(comparison)).decode("ascii")
    return Shown(
        f'<div class="hostcheck">{answer}'
        f'<img alt="{_text("; ".join(comparison.answer))}" style="max-width: 100%" src="data:image/png;base64,{chart}">'
        f"{_table(comparison)}{f'<ul>{other}</ul>' if other else ''}</div>"
    )


def _table(comparison: Comparison) -> str:
    head = "".join(f"<th>{_text(name)}</th>" for name in comparison.names)
    rows = []
    for row in comparison.rows:
        unit = next((cell.metric.unit for cell in row.cells if cell.metric), "")
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in row.cells)
        rows.append(f"<tr><th>{_text(heading(row.id, unit))}</th>{cells}</tr>")
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(cell: Cell) -> str:
    metric = cell.metric
    if metric is None:
        return ""
    if metric.value is None:
        return _text(metric.state)
    interval = f" ({span(*metric.interval, metric.unit)})" if metric.interval else ""
    ratio = f"; {cell.ratio.words}" if cell.ratio else ""
    return _text(f"{amount_of(metric)}{interval}{ratio}")


def _text(text: str) -> str:
    return escape(plain(text))
