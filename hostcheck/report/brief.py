"""The answer on one page of A4, as PDF: the sentences, the headline metrics, the chart, and the conditions."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from hostcheck import __version__
from hostcheck.comparison.model import Cell, Comparison, Row
from hostcheck.comparison.notes import legend, signs_of, undecided
from hostcheck.comparison.origin import where
from hostcheck.counts import number_of
from hostcheck.formats.terminal import Style
from hostcheck.report.figures.ratio_plot import arrow, direction, in_times, ticks
from hostcheck.report.fitness import first_steps
from hostcheck.report.set_up import set_up
from hostcheck.report.svg import harmless, silent_about_glyphs, wrapped
from hostcheck.run.changes import moment
from hostcheck.run.metrics import headlines
from hostcheck.run.model import Run
from hostcheck.run.origins import is_emulated

WIDTH, HEIGHT = 8.27, 11.69
"""A4 in inches."""

MOST_HOSTS = 4
"""Maximum number of hosts in the table. If there are more, only the first and the last host are shown."""

_MARGIN, _TOP, _BOTTOM, _LOWEST, _LINE = 0.7, 0.42, 0.45, 0.3, 0.155
_LETTERS = 72
"""Number of letters of 8 points for which all columns of the table together have room."""
_LONGEST_BESIDE = 24
"""Maximum length of a name for which the legend has three in a row."""
_FOREGROUND, _MUTED, _RULE = "#1b1f24", "#57606a", "#d5dae0"
_COLOURS = {"better": "#1a7037", "worse": "#b3261e"}
_SERIES = ("#0b5cad", "#b04a00", "#6b3fa0", "#1a7037")
_MARKERS = ("o", "s", "D", "^")


def render(comparison: Comparison, _style: Style | None = None) -> bytes:
    """Return one page as PDF data. Equal comparisons give equal bytes."""
    rows = [row for row in comparison.rows if row.id in headlines()]
    places = list(range(len(comparison.names)))
    if len(places) > MOST_HOSTS:
        places = [places[0], places[-1]]
    settings: Any = {"font.family": "DejaVu Sans", "text.color": _FOREGROUND, "pdf.fonttype": 42}
    with mpl.rc_context(settings), silent_about_glyphs():
        # Long names need more lines: then fewer further sentences of the answer are on the page, and it says how many.
        pages = (_filled(comparison, rows, places, most) for most in (10, 9, 8, 6, 4, 2))
        page = next((page for page in pages if page.y >= _LOWEST), None)
        page = page or _filled(comparison, rows, places, 0)
        buffer = io.BytesIO()
        page.figure.savefig(buffer, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return buffer.getvalue()


def _filled(comparison: Comparison, rows: list[Row], places: list[int], most: int) -> "_Page":
    """Return a page with about ``most`` lines for the answer, and at most as many for the sentences on readiness.

    The first sentence of the answer, and the sentence that a disk is emulated, are always there.
    """
    page = _Page(Figure(figsize=(WIDTH, HEIGHT), facecolor="white"))
    page.write(["Summary on one page, to show to others"], 8.5, 100, 1, gap=0.14)
    title = " against ".join(filter(None, (", ".join(comparison.names[1:]), comparison.names[0])))
    page.first(title, ((15, 60, 3), (10.5, 86, 6)))
    first, *others = comparison.answer or (f"Nothing was measured on {comparison.names[0]}.",)
    lines = page.first(f"In short: {first}", ((11, 88, 6), (9.5, 98, 10)))
    lines += page.write(_emulated(comparison), 9.5, 98, 4, gap=0.0)
    page.write(others, 9.5, 98, max(1, most + 1 - lines))
    page.write((*comparison.fitness, *first_steps(comparison)), 9.5, 98, max(1, min(7, most)))
    page.write(filter(None, [set_up(comparison, places).strip()]), 9.5, 98, max(1, min(4, most)))
    if rows:
        page.table(comparison, rows, places)
        page.write([f"{'; '.join(legend(comparison))}."] if legend(comparison) else [], 8, 112, 3, gap=0.08)
        page.write(undecided(comparison, rows), 8, 112, 4, gap=0.08)
        page.chart(comparison, rows, places)
    conditions = [line for text in _conditions(comparison, places) for line in wrapped(text, 116, most=3)]
    left = page.lines_left(8, below=8 * len(conditions))
    # What is left out is counted, also where there is no room for a sentence.
    page.write(comparison.findings, 8, 114, max(1, left))
    page.write(conditions, 8, 120, len(conditions), gap=0.0)
    return page


def _conditions(comparison: Comparison, places: list[int]) -> Iterator[str]:
    """Yield the conditions of the measurements in the table: each host's system, the time, and the run files."""
    if len(places) < len(comparison.names):
        yield f"Of {len(comparison.names)} hosts, the table and the chart have the first and the last."
    for place in places:
        run = comparison.runs[place]
        system = [run.host.os or "system unknown", f"kernel {run.host.kernel}" if run.host.kernel else "", _when(run)]
        yield f"{where(comparison, place)}: {', '.join(filter(None, system))}."
    yield (
        "Ranges are 95 % intervals; faster is said only where the interval of the ratio excludes what two runs of one "
        f"host may differ by. The run files hold the raw data; report -o page.html shows each sample. hostcheck "
        f"{__version__}."
    )


def _emulated(comparison: Comparison) -> Iterator[str]:
    """Yield a sentence for each host whose disk was emulated: the mark in its name alone is easily missed."""
    for name, run in zip(comparison.names, comparison.runs, strict=True):
        if is_emulated(run):
            yield f"{name} has no real disk: hostcheck emulated one in memory, and slowed it."


def _when(run: Run) -> str:
    """Return when the values of a run were measured or published, in words."""
    return f"published {run.started[:10]}" if run.is_published else f"measured {moment(run.started)} UTC"


class _Page:
    """A page that is filled from the top."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.y = HEIGHT - _TOP

    def first(self, text: str, sizes: Sequence[tuple[float, int, int]]) -> int:
        """Write a paragraph at the first size at which all of it fits, and return the number of lines.

        Args:
            text: the paragraph.
            sizes: tuples of font size in points, maximum letters of a line, and maximum number of lines. At the last
                size, the middle of a longer text is left out.
        """
        size, letters, most = next((each for each in sizes if len(wrapped(text, each[1])) <= each[2]), sizes[-1])
        return self.write(wrapped(text, letters, most=most), size, letters, most, gap=0.12 if size > 11 else 0.0)

    def write(
        self, texts: Iterable[str], size: float, letters: int, most: int, *, color: str = _FOREGROUND, gap: float = 0.12
    ) -> int:
        """Write paragraphs in at most ``most`` lines of ``letters`` letters, and the number of the other paragraphs.

        Returns:
            The number of lines.
        """
        paragraphs = [wrapped(text, letters) for text in texts]
        lines: list[str] = []
        for number, paragraph in enumerate(paragraphs):
            left = len(paragraphs) - number
            if len(lines) + len(paragraph) + (left > 1) > most:
                alone = number_of(left, "more sentence is on the page", "more sentences are on the page")
                lines.append(
                    f"and {number_of(left, 'more sentence', 'more sentences')}, on the page" if lines else alone
                )
                break
            lines += paragraph
        for line in lines:
            self._text(_MARGIN, line, size=size, color=color)
            self.y -= size * 1.4 / 72
        self.y -= gap if lines else 0.0
        return len(lines)

    def lines_left(self, size: float, below: float) -> int:
        """Return how many lines of this size fit if room for later lines, with ``below`` points in total, is kept."""
        return max(0, int(((self.y - _BOTTOM) * 72 - below * 1.4) / (size * 1.4)))

    def table(self, comparison: Comparison, rows: Iterable[Row], places: list[int]) -> None:
        """Write the table: one row for each metric, one column for each host."""
        first = 2.9
        columns = [first + (WIDTH - _MARGIN - first) * (number + 1) / len(places) for number in range(len(places))]
        # The last line says where the values are from.
        names = [wrapped(comparison.names[place], 56 // len(places), most=5) for place in places]
        most = max(map(len, names))
        for x, name in zip(columns, names, strict=True):
            for number, line in enumerate(name):
                self._text(x, line, size=8.5, color=_MUTED, ha="right", below=(most - len(name) + number) * 0.15)
        self.y -= (most - 1) * 0.15
        self.y -= 0.08
        for row in rows:
            self.y -= 0.185
            self._text(_MARGIN, row.heading, size=9.5, weight="bold")
            cells = [list(_lines(row, row.cells[place], _LETTERS // len(places))) for place in places]
            for x, cell in zip(columns, cells, strict=True):
                for number, (text, look) in enumerate(cell):
                    self._text(x, text, ha="right", below=number * _LINE, **look)
            self.y -= max(3, *map(len, cells)) * _LINE - 0.08
            self._rule()
        self.y -= 0.16

    def chart(self, comparison: Comparison, rows: list[Row], places: list[int]) -> None:
        """Draw the ratios to the baseline on a logarithmic axis."""
        ratios = {row.id: [row.cells[place].ratio for place in places[1:]] for row in rows}
        shown = [row for row in rows if any(ratio is not None and ratio.value for ratio in ratios[row.id])]
        if not shown:
            return
        others = [comparison.names[place] for place in places[1:]]
        columns = 3 if max(map(len, others)) <= _LONGEST_BESIDE else 1
        above = 0.16 * (-(-len(others) // columns) - 1)
        self.y -= above
        height = 0.55 + 0.26 * len(shown)
        axes = self.figure.add_axes(
            (2.3 / WIDTH, (self.y - height + 0.45) / HEIGHT, (WIDTH - 3.3) / WIDTH, (height - 0.5) / HEIGHT)
        )
        keys, ends = [], [1.0]
        for number, place in enumerate(places[1:]):
            color, marker = _SERIES[number + 1], _MARKERS[number + 1]
            for line, row in enumerate(shown):
                ratio = row.cells[place].ratio
                if ratio is None or ratio.value is None:
                    continue
                low, high = ratio.interval or (ratio.value, ratio.value)
                at = line + (number - (len(places) - 2) / 2) * 0.25
                if ratio.interval and not ratio.at_least:
                    # The ends are higher than the marker, so that an interval narrower than it is seen.
                    axes.plot((low, high), (at, at), color=color, linewidth=1.2)
                    axes.plot((low, high), (at, at), "|", color=color, markersize=6, markeredgewidth=1)
                arrow(axes, ratio.value, at, row.towards(place), color)
                axes.plot([ratio.value], [at], marker, color=color, markersize=3)
                ends += [low, high, ratio.value]
            keys.append(Line2D([], [], color=color, marker=marker, markersize=4.5, linestyle=""))
        axes.axvline(1, color=_FOREGROUND, linewidth=1)
        axes.set_xscale("log", base=2)
        least, furthest = min(ends) / 1.3, max(ends) * 1.3
        axes.set_xlim(least, furthest)
        axes.xaxis.set_major_locator(FixedLocator(ticks(least, furthest, 10)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(in_times))
        axes.set_yticks(range(len(shown)), [harmless(row.label) for row in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.tick_params(length=0, labelsize=8, colors=_FOREGROUND)
        axes.grid(axis="x", color=_RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.set_xlabel(harmless(direction(least, furthest, comparison.names[0])), fontsize=8, color=_FOREGROUND)
        if len(places) > 2:
            axes.legend(
                keys,
                list(map(harmless, others)),
                loc="lower left",
                bbox_to_anchor=(0, 1),
                ncols=columns,
                fontsize=8,
                frameon=False,
                borderaxespad=0,
            )
        self.y -= height + 0.12

    def _text(self, x: float, text: str, below: float = 0.0, **look: Any) -> None:
        self.figure.text(x / WIDTH, (self.y - below) / HEIGHT, harmless(text), va="center", **look)

    def _rule(self) -> None:
        ends = (_MARGIN / WIDTH, 1 - _MARGIN / WIDTH)
        self.figure.add_artist(Line2D(ends, (self.y / HEIGHT,) * 2, color=_RULE, linewidth=0.7))


def _lines(row: Row, cell: Cell, letters: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield (line, text style) of a value, its interval and its ratio. Lines have at most ``letters`` letters."""
    muted: dict[str, Any] = {"size": 8, "color": _MUTED}
    if cell.metric is None or cell.metric.value is None:
        yield (cell.metric.state if cell.metric else "not in the run"), muted
        return
    yield f"{row.amount_of(cell.metric)} {signs_of(cell.metric)}".strip(), {"size": 11, "weight": "bold"}
    yield row.span_of(cell.metric), muted
    if cell.ratio is not None:
        said = cell.ratio.words
        spread = f" ({cell.ratio.beside})" if cell.ratio.judgement != "same" and cell.ratio.beside else ""
        # Where a narrow column has no room for the interval, the chart has it.
        said += spread if len(said + spread) <= letters else ""
        for line in wrapped(said, letters):
            yield line, muted | {"color": _COLOURS.get(cell.ratio.judgement, _MUTED)}
