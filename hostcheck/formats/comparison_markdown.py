"""A comparison as GitHub Flavored Markdown: for a pull request, an issue or a job's summary."""

import re
from collections.abc import Sequence

from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.notes import legend, notes, signs_of
from hostcheck.formats.terminal import Style
from hostcheck.plaintext import plain
from hostcheck.run.measured import Metric

_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]|:(?=//)")
_OPENING = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")


def render(comparison: Comparison, _style: Style | None = None) -> str:
    """Return the findings, the table and the notes. Equal comparisons give equal bytes."""
    names = [escape(name) for name in comparison.names]
    lines = [f"### hostcheck: {names[0] if len(names) == 1 else f'compared with {names[0]}'}", ""]
    lines += [f"- {escape(verdict)}" for verdict in comparison.verdicts]
    table = _table(comparison, names) if comparison.rows else []
    lines += ["", *table] if table else []
    footnotes = [*legend(comparison), *notes(comparison)]
    if footnotes:
        lines += ["", "<details>", "<summary>What to keep in mind</summary>", ""]
        lines += [*(f"- {escape(note)}" for note in footnotes), "", "</details>"]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Escape a text so that Markdown shows it unchanged: no markup, HTML, links or mentions (@name)."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _OPENING.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)
    # GitHub looks for these in what was rendered, where a backslash is gone; a comment parts the text there too.
    return re.sub(r"(@|\\#|\bGH-|\bwww)(?=[\w.])", r"\1<!-- -->", text, flags=re.IGNORECASE)


def _table(comparison: Comparison, names: Sequence[str]) -> list[str]:
    if len(names) <= 2:
        head = ["", *names, *["Difference"] * (len(names) - 1)]
        body = [
            [
                escape(row.heading),
                *(_with_interval(row, cell.metric) for cell in row.cells),
                *(_ratio(cell) for cell in row.cells[1:]),
            ]
            for row in comparison.rows
        ]
        return _lines(head, body, first_number=1)
    body = [
        [
            escape(row.heading) if place == 0 else "",
            name,
            _with_interval(row, cell.metric),
            _ratio(cell),
        ]
        for row in comparison.rows
        for place, (name, cell) in enumerate(zip(names, row.cells, strict=True))
    ]
    return _lines(["Metric", "Host", "Figure", "Difference"], body, first_number=2)


def _lines(head: Sequence[str], body: Sequence[Sequence[str]], *, first_number: int) -> list[str]:
    rule = ["---:" if place >= first_number else "---" for place in range(len(head))]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *body)]


def _with_interval(row: Row, metric: Metric | None) -> str:
    if metric is None:
        return "not in the run"
    if metric.value is None:
        return escape(metric.state)
    figure = escape(row.amount_of(metric))
    if sign := signs_of(metric):
        figure = f"{figure} {escape(sign)}"
    return f"{figure} ({escape(row.span_of(metric))})" if metric.interval else figure


def _ratio(cell: Cell) -> str:
    if cell.ratio is None:
        return ""
    said = escape(cell.ratio.words)
    return f"**{said}**" if cell.ratio.judgement in {"better", "worse"} else said
