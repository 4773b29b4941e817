"""The headline as a picture for chats: four metrics of each host, and the finding in words."""

import io
import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from hostcheck import __version__
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.notes import legend, signs_of
from hostcheck.formats.terminal import Style
from hostcheck.report.svg import harmless, silent_about_glyphs, wrapped
from hostcheck.run.metrics import headlines

WIDTH, DPI = 12.0, 100
"""Width in inches, and dots per inch. A width of 1,200 pixels is shown unscaled by chats."""

MOST_HOSTS = 4
"""Maximum number of hosts side by side. If there are more, only the first and the last host are shown."""

_FOREGROUND, _MUTED, _LINE = "#1b1f24", "#57606a", "#d5dae0"
_COLOURS = {"better": "#1a7037", "worse": "#b3261e"}


def render(comparison: Comparison, _style: Style | None = None) -> bytes:
    """Return the picture as PNG data. Equal comparisons give equal bytes."""
    rows = [row for row in comparison.rows if row.id in headlines()]
    places = list(range(len(comparison.names)))
    if len(places) > MOST_HOSTS:
        places = [places[0], places[-1]]
    verdict = wrapped(comparison.answer[0] if comparison.answer else "", 92)
    names = [wrapped(comparison.names[place], 68 // len(places)) for place in places]
    left_out = len(comparison.names) - len(places)
    shown = f"the first and the last of {len(comparison.names)} hosts" if left_out else ""
    foot = _packed([*filter(None, (shown, *legend(comparison))), f"hostcheck {__version__}"], 150)
    tallest = max(map(len, names))
    height = 1.08 + 0.32 * len(verdict) + 0.22 * tallest + 0.8 * len(rows) + 0.2 * len(foot)
    # Only matplotlib's own fonts: with other fonts, the bytes would differ on other machines.
    with mpl.rc_context({"font.family": "DejaVu Sans", "text.color": _FOREGROUND}), silent_about_glyphs():
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        y = _lines(figure, height, height - 0.55, verdict)
        columns = [4.4 + (WIDTH - 4.9) * (number + 1) / len(places) for number in range(len(places))]
        for number in range(tallest):
            for x, name in zip(columns, names, strict=True):
                if len(name) > number:
                    _text(figure, height, (x, y), name[number], color=_MUTED, size=12, ha="right")
            y -= 0.22 if number < tallest - 1 else 0.0
        for row in rows:
            y = _row(figure, height, y, row, [(x, place) for x, place in zip(columns, places, strict=True)])
        for number, line in enumerate(reversed(foot)):
            _text(figure, height, (0.5, 0.3 + 0.2 * number), line, color=_MUTED, size=9)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _packed(texts: Sequence[str], letters: int) -> list[str]:
    """Join short texts into lines of at most ``letters`` letters. A longer one is broken."""
    lines: list[str] = []
    for part in (part for text in texts for part in textwrap.wrap(text, letters)):
        if lines and len(lines[-1]) + 3 + len(part) <= letters:
            lines[-1] += f"   {part}"
        else:
            lines.append(part)
    return lines


def _lines(figure: Figure, height: float, y: float, lines: Sequence[str]) -> float:
    for line in lines:
        _text(figure, height, (0.5, y), line, size=15)
        y -= 0.32
    return y - 0.15


def _row(figure: Figure, height: float, y: float, row: Row, places: Sequence[tuple[float, int]]) -> float:
    y -= 0.45
    _text(figure, height, (0.5, y), row.heading, size=14, weight="bold")
    for x, place in places:
        cell = row.cells[place]
        missing = cell.metric is None or cell.metric.value is None
        look: dict[str, Any] = {"size": 12, "color": _MUTED} if missing else {"size": 17, "weight": "bold"}
        _text(figure, height, (x, y), _figure(row, cell), ha="right", **look)
        said, color = _below(row, cell)
        _text(figure, height, (x, y - 0.24), said, color=color, size=10, ha="right")
    y -= 0.35
    figure.add_artist(mpl.lines.Line2D((0.5 / WIDTH, 1 - 0.5 / WIDTH), (y / height,) * 2, color=_LINE, linewidth=0.8))
    return y


def _figure(row: Row, cell: Cell) -> str:
    if cell.metric is None:
        return "not in the run"
    if cell.metric.value is None:
        return cell.metric.state
    sign = signs_of(cell.metric)
    return f"{row.amount_of(cell.metric)}{f' {sign}' if sign else ''}"


def _below(row: Row, cell: Cell) -> tuple[str, str]:
    """Return the text below a value (its ratio to the baseline, or its interval) and the text's colour."""
    if cell.ratio is not None:
        return cell.ratio.words, _COLOURS.get(cell.ratio.judgement, _MUTED)
    return (row.span_of(cell.metric) if cell.metric else ""), _MUTED


def _text(figure: Figure, height: float, place: tuple[float, float], text: str, **look: Any) -> None:
    x, y = place
    figure.text(x / WIDTH, y / height, harmless(text), va="center", **look)
