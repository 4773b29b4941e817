"""Convert a matplotlib figure to SVG with the page's colours and fonts, unique ids, and reproducible bytes."""

import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from hostcheck.plaintext import NO_BREAK, plain, unbroken
from hostcheck.report.svg_compact import compact, share_looks

FOREGROUND = "#123456"
MUTED = "#234561"
GRID = "#345612"
CARD = "#561234"
SERIES = ("#a10001", "#a10002", "#a10003", "#a10004", "#a10005", "#a10006")

MARKERS = ("o", "s", "D", "^", "v", "P")
"""A marker for each series, so that colour is never the only mark."""

_VARIABLES = {
    FOREGROUND: "var(--fg)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    CARD: "var(--card)",
    **{color: f"var(--series-{number})" for number, color in enumerate(SERIES, 1)},
}
"""Replacements of the colours of drawings by colours of the page, which depend on its mode: light, dark or print."""

_SENTINEL = re.compile("|".join(_VARIABLES))

LONGEST_TEXT = 160
"""Maximum number of characters of a text in a drawing."""

LETTER = 0.58
"""Mean width of a letter, as a share of the font size."""

KEY = 5
"""Width of a line with its marker in the legend, and of the space next to it, as a multiple of the font size."""

_END = 40
"""Number of characters that a cut text keeps at its end. There, a host's name has the origin of its values."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a drawing. A page scales a drawing, including its text, to the available width.

    Attributes:
        name: part of the drawing's ids.
        inches: width.
        points: font size, in 1/72 inch.
    """

    name: str
    inches: float
    points: float

    @property
    def is_narrow(self) -> bool:
        """Whether the drawing is for a phone. Then panels are below each other, and an axis has fewer ticks."""
        return self is NARROW


WIDE = Canvas("wide", 8.0, 10.0)
"""The canvas for drawings as wide as a page."""

SIDE = Canvas("side", 5.6, 10.0)
"""The canvas for drawings half as wide as a page, next to a table."""

NARROW = Canvas("narrow", 4.2, 12.0)
"""The canvas for a phone, and for a column of a wide window.

It has 302 points. A window of 360 pixels has room for 304 pixels, so text has at least 11 pixels.
"""


@dataclass(frozen=True, slots=True)
class Drawings:
    """Two versions of a drawing, for a wide and for a narrow window. CSS shows one of them.

    Attributes:
        narrow: the drawing for a narrow window, or for a column of a wide one.
        wide: the drawing for a wide window; None if the narrow one is for every window.
    """

    narrow: Markup
    wide: Markup | None = None


def draw(
    make: Callable[[Canvas], Figure], name: str, title: str, description: str, canvas: Canvas | None = None
) -> Drawings:
    """Draw a figure for a narrow and for a wide window.

    Args:
        make: draws the figure on a canvas.
        name: a unique name on the page, with which all ids begin.
        title: the drawing's accessible name.
        description: the drawing's finding in words.
        canvas: the canvas for a wide window; None if the figure is in a column of a wide window.
    """
    drawn = []
    for each in filter(None, (NARROW, canvas)):
        with drawing(each):
            drawn.append(to_svg(make(each), f"{name}-{each.name}", title, description))
    return Drawings(*drawn)


@contextmanager
def drawing(canvas: Canvas) -> Iterator[None]:
    """Configure matplotlib for figures for ``to_svg``, until the context is left."""
    # The type stubs expect the name of each setting as a Literal, which a plain dict does not match.
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "hostcheck",
        "path.simplify_threshold": 1.0,
        "text.color": FOREGROUND,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": GRID,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": FOREGROUND,
        "figure.facecolor": "none",
        "font.size": canvas.points,
        "axes.titlesize": canvas.points,
        "legend.fontsize": canvas.points,
        "xtick.labelsize": canvas.points,
        "ytick.labelsize": canvas.points,
        "axes.labelsize": canvas.points,
        "legend.frameon": False,
    }
    with mpl.rc_context(settings), silent_about_glyphs():
        yield


@contextmanager
def silent_about_glyphs() -> Iterator[None]:
    """Suppress warnings about characters missing in matplotlib's font. Browsers have them; a picture shows a box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        yield


def to_svg(figure: Figure, name: str, title: str, description: str) -> Markup:
    """Return the figure as an <svg> element. Must be called within ``drawing``.

    Args:
        figure: a figure in the colours of this module.
        name: a unique name on the page, with which all ids begin.
        title: the drawing's accessible name.
        description: the drawing's finding in words.
    """
    buffer = io.StringIO()
    # "none" for values that would differ between runs or installations.
    metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=metadata, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    for pattern in (r"<metadata>.*?</metadata>", r"<style[^>]*>.*?</style>", r"<defs>\s*</defs>", r"<!--.*?-->"):
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    text = text.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    text = text.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    text = _own_ids(text, name)
    text = re.sub(r"<[^<>]*>", lambda tag: _SENTINEL.sub(lambda color: _VARIABLES[color[0]], tag[0]), text)
    # matplotlib sets its own fonts for each text: use the page's fonts instead.
    text = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 var(--sans)", compact(text))
    opening, _, rest = text.partition(">")
    box = opening.partition(' viewBox="')[2].partition('"')[0]
    assert box
    drawn, looks = share_looks(rest, name)
    head = (
        f'<svg class="plot" viewBox="{box}" role="img" aria-labelledby="{name}-title {name}-description">'
        f'<title id="{name}-title">{escape(plain(title))}</title>'
        f'<desc id="{name}-description">{escape(plain(description))}</desc>'
        f"<style>{looks}</style>"
    )
    return Markup(head + drawn)  # noqa: S704 - drawn here; what hosts say is escaped by matplotlib


def _own_ids(text: str, name: str) -> str:
    """Number the ids that are used, and remove the others. A page has many drawings, and ids must be unique there."""
    used = dict.fromkeys(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", text))
    own = {each: f"{name}-i{number}" for number, each in enumerate(used, 1)}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{own[m[1]]}"' if m[1] in own else "", text)
    return re.sub(r"(href=\"#|url\(#)([^\")]+)", lambda m: m[1] + own[m[2]], text)


def harmless(text: str) -> str:
    """Escape a line so that matplotlib does not parse it as mathematics, and remove characters that no font has.

    A text that is longer than any drawing is cut in its middle, because matplotlib needs half a second to lay out
    100,000 characters. Break a text of several lines first (``wrapped``).
    """
    shown = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - _END - 1]}…{text[-_END:]}"
    return plain(shown).replace("$", r"\$")


def fitting(text: str, canvas: Canvas, beside: float = 0.0) -> str:
    """Return a text for a drawing, broken into lines that fit the drawing's width.

    Args:
        text: the text, which may come from a host.
        canvas: the canvas of the drawing.
        beside: width of the objects next to the text, as a multiple of the font size.
    """
    letters = int((72 * canvas.inches / canvas.points - beside) / LETTER)
    return "\n".join(map(harmless, wrapped(text, letters)))


def wrapped(text: str, letters: int, most: int = 12) -> list[str]:
    """Break a text into lines of at most ``letters`` letters. If there are more than ``most``, the middle is left out.

    The caller must make each line ``harmless``.
    """
    lines = [line.replace(NO_BREAK, " ") for line in textwrap.wrap(unbroken(plain(text)), letters)]
    return lines if len(lines) <= most else [*lines[: most - 2], "…", lines[-1]]
